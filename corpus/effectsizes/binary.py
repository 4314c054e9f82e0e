"""Events and person-time in two groups: log odds ratio, log risk ratio, risk difference, log rate ratio.

Never adds to a table without an empty cell, and never silently: the ½ is recorded as an assumption.
"""

import math

from corpus.effectsizes.distributions import interval_half_width
from corpus.effectsizes.from_tests import check_inside
from corpus.effectsizes.notation import show, term
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.errors import InvalidInput

_ADDED = 0.5  # Haldane 1956 and Anscombe 1956; metafor's default too


def counts(a: float, b: float, c: float, d: float) -> EffectSize:
    """Log odds ratio of a 2×2 table: a with and b without the event in group 1, c and d in group 2.

    References
    ----------
    Borenstein et al. (2009), Introduction to Meta-Analysis, equations 5.8-5.10; Anscombe (1956), Biometrika 43, 461-464.
    """
    (a_, b_, c_, d_), assumed = _filled(a, b, c, d)
    y = math.log(a_ * d_ / (b_ * c_))
    v = 1 / a_ + 1 / b_ + 1 / c_ + 1 / d_
    return EffectSize(
        Measure.LOR,
        y,
        v,
        formula="log OR = ln(a d / (b c)); v = 1/a + 1/b + 1/c + 1/d" + _added_text(assumed),
        substituted=f"ln({show(a_)} × {show(d_)} / ({show(b_)} × {show(c_)})) = {show(y)}; "
        f"v = 1/{show(a_)} + 1/{show(b_)} + 1/{show(c_)} + 1/{show(d_)} = {show(v)}",
        reference="Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 5.8-5.10",
        inputs={"a": a, "b": b, "c": c, "d": d},
        assumptions=assumed,
    )


def risk_ratio(a: float, b: float, c: float, d: float) -> EffectSize:
    """Log risk ratio of a 2×2 table (cells as in ``counts``).

    References
    ----------
    Borenstein et al. (2009), equations 5.1-5.3.
    """
    (a_, b_, c_, d_), assumed = _filled(a, b, c, d)
    n1, n2 = a_ + b_, c_ + d_
    y = math.log((a_ / n1) / (c_ / n2))
    v = 1 / a_ - 1 / n1 + 1 / c_ - 1 / n2
    return EffectSize(
        Measure.RR,
        y,
        v,
        formula="log RR = ln((a/n1) / (c/n2)), n1 = a+b, n2 = c+d; v = 1/a − 1/n1 + 1/c − 1/n2" + _added_text(assumed),
        substituted=f"ln(({show(a_)}/{show(n1)}) / ({show(c_)}/{show(n2)})) = {show(y)}; "
        f"v = 1/{show(a_)} − 1/{show(n1)} + 1/{show(c_)} − 1/{show(n2)} = {show(v)}",
        reference="Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 5.1-5.3",
        inputs={"a": a, "b": b, "c": c, "d": d},
        assumptions=assumed,
    )


def risk_difference(a: float, b: float, c: float, d: float) -> EffectSize:
    """Risk difference of a 2×2 table (cells as in ``counts``); natural scale.

    References
    ----------
    Borenstein et al. (2009), equations 5.15-5.16.
    """
    (a_, b_, c_, d_), assumed = _filled(a, b, c, d)
    n1, n2 = a_ + b_, c_ + d_
    y = a_ / n1 - c_ / n2
    v = a_ * b_ / n1**3 + c_ * d_ / n2**3
    return EffectSize(
        Measure.RD,
        y,
        v,
        formula="RD = a/n1 − c/n2, n1 = a+b, n2 = c+d; v = a b/n1³ + c d/n2³" + _added_text(assumed),
        substituted=f"{show(a_)}/{show(n1)} − {show(c_)}/{show(n2)} = {show(y)}; "
        f"v = {show(a_)} × {show(b_)}/{show(n1)}³ + {show(c_)} × {show(d_)}/{show(n2)}³ = {show(v)}",
        reference="Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 5.15-5.16",
        inputs={"a": a, "b": b, "c": c, "d": d},
        assumptions=assumed,
    )


def rate_ratio(x1: float, t1: float, x2: float, t2: float) -> EffectSize:
    """Log ratio of two incidence rates: ``x`` events in ``t`` units of person-time.

    References
    ----------
    Cochrane Handbook (version 6), section 6.7.1.
    """
    empty = x1 == 0 or x2 == 0
    used1, used2 = (x1 + _ADDED, x2 + _ADDED) if empty else (x1, x2)
    y = math.log((used1 / t1) / (used2 / t2))
    v = 1 / used1 + 1 / used2
    assumed = _assumed("x1 or x2") if empty else ()
    return EffectSize(
        Measure.IRR,
        y,
        v,
        formula="log IRR = ln((x1/t1) / (x2/t2)); v = 1/x1 + 1/x2" + _added_text(assumed),
        substituted=f"ln(({show(used1)}/{show(t1)}) / ({show(used2)}/{show(t2)})) = {show(y)}; "
        f"v = 1/{show(used1)} + 1/{show(used2)} = {show(v)}",
        reference="Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.7.1",
        inputs={"x1": x1, "t1": t1, "x2": x2, "t2": t2},
        assumptions=assumed,
    )


def odds_ratio(
    or_: float,
    ci_lo: float | None = None,
    ci_hi: float | None = None,
    se: float | None = None,
    level: float = 95.0,
) -> EffectSize:
    """Log odds ratio from a printed odds ratio with its interval, or with the standard error of its logarithm.

    References
    ----------
    Cochrane Handbook (version 6), section 6.3.2.
    """
    return _printed_ratio(Measure.LOR, "or", "an odds ratio", or_, ci_lo, ci_hi, se, level)


def printed_risk_ratio(
    rr: float,
    ci_lo: float | None = None,
    ci_hi: float | None = None,
    se: float | None = None,
    level: float = 95.0,
) -> EffectSize:
    """Log risk ratio from a printed risk ratio with its interval, or with the standard error of its logarithm.

    References
    ----------
    Cochrane Handbook (version 6), section 6.3.2.
    """
    return _printed_ratio(Measure.RR, "rr", "a risk ratio", rr, ci_lo, ci_hi, se, level)


def _printed_ratio(
    measure: Measure,
    key: str,
    words: str,
    ratio: float,
    ci_lo: float | None,
    ci_hi: float | None,
    se: float | None,
    level: float,
) -> EffectSize:
    y, name = math.log(ratio), key.upper()
    if ci_lo is None or ci_hi is None:
        if se is None:
            raise InvalidInput(f"{words} needs ci_lo and ci_hi, or se (of its logarithm)")
        return EffectSize(
            measure,
            y,
            se**2,
            formula=f"log {name} = ln({key}); v = se², se on the log scale",
            substituted=f"ln({show(ratio)}) = {show(y)}; v = {show(se)}² = {show(se**2)}",
            reference="Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.3.2",
            inputs={key: ratio, "se": se},
        )
    if se is not None:
        raise InvalidInput("se and ci_lo ci_hi are both given; give the one that was printed")
    check_inside(ratio, ci_lo, ci_hi, key)
    z = interval_half_width(level)
    error = (math.log(ci_hi) - math.log(ci_lo)) / (2 * z)
    return EffectSize(
        measure,
        y,
        error**2,
        formula=f"log {name} = ln({key}); v = ((ln ci_hi − ln ci_lo) / (2 z))², z the normal quantile of the {show(level)} % interval",
        substituted=f"ln({show(ratio)}) = {show(y)}; v = ((ln {show(ci_hi)} − ln {show(ci_lo)}) / (2 × {show(z)}))² = "
        f"{term(error)}² = {show(error**2)}",
        reference="Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.3.2",
        inputs={key: ratio, "ci_lo": ci_lo, "ci_hi": ci_hi, "level": level},
    )


def _filled(a: float, b: float, c: float, d: float) -> tuple[tuple[float, float, float, float], tuple[Assumption, ...]]:
    if min(a, b, c, d) > 0:
        return (a, b, c, d), ()
    if a + b == 0 or c + d == 0:
        raise InvalidInput(f"a+b={show(a + b)}, c+d={show(c + d)}: both groups need somebody in them")
    return (a + _ADDED, b + _ADDED, c + _ADDED, d + _ADDED), _assumed("a, b, c or d")


def _assumed(where: str) -> tuple[Assumption, ...]:
    return (Assumption("added", _ADDED, None, None, f"½ added to every count because {where} is zero"),)


def _added_text(assumed: tuple[Assumption, ...]) -> str:
    return "; an empty cell: ½ added to every count first" if assumed else ""
