"""Two conditions of the same people (crossover), and the correlation that every paired comparison needs.

Never standardises by the SD of the differences: the result is on the raw-score scale, so that it may stand
beside a comparison of independent groups.
"""

import math
from collections.abc import Callable

from corpus.effectsizes.distributions import hedges_j
from corpus.effectsizes.notation import Figure, show, term
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.effectsizes.two_groups import EXACT_J, HEDGES
from corpus.errors import InvalidInput

_BAND_REASON = "correlation of the paired measures not reported"


def crossover(
    m1: float,
    sd1: float,
    m2: float,
    sd2: float,
    n: float,
    r: float | None = None,
    t: float | None = None,
    r_lo: float | None = None,
    r_hi: float | None = None,
) -> EffectSize:
    """Two conditions of the same people by the average SD of both (metafor's SMCRP); raw-score scale, paired variance.

    The correlation is reported (``r``), worked out from the paired t (``t``), or assumed with a band
    (``r_lo``, ``r_hi``; the middle is used unless ``r`` is given too).

    References
    ----------
    Cousineau (2020), The Quantitative Methods for Psychology 16, 418-421 (degrees of freedom);
    Bonett (2008), Psychological Methods 13, 99-109, for the variance under equal variances.
    """
    steps, numbers, inputs = "", "", given_only(m1=m1, sd1=sd1, m2=m2, sd2=sd2, n=n, t=t)

    def result(rho: float) -> tuple[float, float]:
        g = hedges_j(_paired_df(n, rho)) * (m1 - m2) / average
        return g, 2 * (1 - rho) / n + g**2 * (1 + rho**2) / (4 * n)

    average = math.sqrt((sd1**2 + sd2**2) / 2)
    assumed: tuple[Assumption, ...] = ()
    if t is not None:
        if r is not None or r_lo is not None:
            raise InvalidInput(
                "t and a correlation are both given; the correlation follows from t, so give one of them"
            )
        r, sd_diff = _correlation_from_t(m1, sd1, m2, sd2, n, t)
        steps = "sd_diff = |m1 − m2| √n / |t|, r = (sd1² + sd2² − sd_diff²) / (2 sd1 sd2); "
        numbers = f"sd_diff = {show(sd_diff)}, r = {show(r)}; "
    else:
        r, assumed = correlation_used(r, r_lo, r_hi, result)
    inputs["r"] = r
    g, v = result(r)
    df = _paired_df(n, r)
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula=f"{steps}g = J(m) (m1 − m2) / s_av, s_av = √((sd1² + sd2²) / 2), {EXACT_J}, "
        "m = 2(n−1)/(1+r²); v = 2(1−r)/n + g²(1+r²)/(4n) (paired, large-sample)",
        substituted=f"{numbers}J({show(df)}) × ({show(m1)} − {term(m2)}) / {show(average)} = {show(hedges_j(df))} × "
        f"{term((m1 - m2) / average)} = {show(g)}; v = 2 × (1 − {term(r)})/{show(n)} + {term(g)}² × "
        f"(1 + {term(r)}²)/(4 × {show(n)}) = {show(v)}",
        reference="Cousineau 2020, Quant. Methods Psychol. 16:418-421 (m); Bonett 2008, Psychol. Methods 13:99-109 (v); "
        f"{HEDGES}",
        inputs=inputs,
        assumptions=assumed,
    )


def paired_t(
    t: float, n: float, r: float | None = None, r_lo: float | None = None, r_hi: float | None = None
) -> EffectSize:
    """Two conditions of the same people from the paired t alone, equal SDs taken; raw-score scale, paired variance.

    The correlation is reported (``r``), or assumed with a band (``r_lo``, ``r_hi``; the middle is used unless ``r`` is
    given too). Positive where condition 1 is higher.

    References
    ----------
    Dunlap et al. (1996), Psychological Methods 1, 170-177, equation 3, for d; variance as of ``crossover``.
    """

    def result(rho: float) -> tuple[float, float]:
        g = hedges_j(_paired_df(n, rho)) * t * math.sqrt(2 * (1 - rho) / n)
        return g, 2 * (1 - rho) / n + g**2 * (1 + rho**2) / (4 * n)

    used, assumed = correlation_used(r, r_lo, r_hi, result)
    g, v = result(used)
    df = _paired_df(n, used)
    equal = Assumption("sd ratio", 1.0, None, None, "the SDs of the two conditions are not printed; taken as equal")
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula=f"d = t √(2(1−r)/n); g = J(m) d, {EXACT_J}, m = 2(n−1)/(1+r²); v = 2(1−r)/n + g²(1+r²)/(4n) (paired, large-sample)",
        substituted=f"J({show(df)}) × {term(t)} × √(2 × (1 − {term(used)})/{show(n)}) = {show(g)}; "
        f"v = 2 × (1 − {term(used)})/{show(n)} + {term(g)}² × (1 + {term(used)}²)/(4 × {show(n)}) = {show(v)}",
        reference="Dunlap et al. 1996, Psychol. Methods 1:170-177, eq. 3 (d); Cousineau 2020, Quant. Methods Psychol. "
        f"16:418-421 (m); Bonett 2008, Psychol. Methods 13:99-109 (v); {HEDGES}",
        inputs={"t": t, "n": n, "r": used},
        assumptions=(*assumed, equal),
    )


def correlation_used(
    r: float | None, r_lo: float | None, r_hi: float | None, result: Callable[[float], tuple[float, float]]
) -> tuple[float, tuple[Assumption, ...]]:
    """The correlation to use; with a band it is assumed, and what both its ends would give is written down."""
    if r_lo is None or r_hi is None:
        if r is None:
            raise InvalidInput("a correlation is needed: give r, or the band r_lo and r_hi that is assumed for it")
        return r, ()
    if not r_lo < r_hi:
        raise InvalidInput(f"r_lo={show(r_lo)} is not below r_hi={show(r_hi)}; turn them round")
    used = Figure((r_lo + r_hi) / 2) if r is None else r
    if not r_lo <= used <= r_hi:
        raise InvalidInput(
            f"r={show(used)} lies outside its band {show(r_lo)} to {show(r_hi)}; widen the band or mend r"
        )
    ends = ", ".join(
        f"r = {show(end)} gives g {show(g)}, v {show(v)}" for end in (r_lo, r_hi) for g, v in [result(end)]
    )
    return used, (Assumption("r", float(used), float(r_lo), float(r_hi), f"{_BAND_REASON}; {ends}"),)


def given_only(**values: float | None) -> dict[str, float]:
    """The inputs that were given."""
    return {key: value for key, value in values.items() if value is not None}


def _paired_df(n: float, r: float) -> float:
    return 2 * (n - 1) / (1 + r**2)


def _correlation_from_t(m1: float, sd1: float, m2: float, sd2: float, n: float, t: float) -> tuple[float, float]:
    if t == 0 or m1 == m2:
        raise InvalidInput(
            f"t={show(t)} with means {show(m1)} and {show(m2)}: no correlation follows from a zero difference; give r"
        )
    if (t > 0) != (m1 > m2):
        raise InvalidInput(
            f"t={show(t)} and m1 − m2 = {show(m1 - m2)} have opposite signs; check which condition is group 1"
        )
    sd_diff = abs(m1 - m2) * math.sqrt(n) / abs(t)
    r = (sd1**2 + sd2**2 - sd_diff**2) / (2 * sd1 * sd2)
    if not -1 < r < 1:
        raise InvalidInput(
            f"t={show(t)} gives r={show(r)}, which no correlation can be; check t, means, SDs and n, or give r"
        )
    return r, sd_diff
