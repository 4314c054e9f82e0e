"""Change from before to after, in one arm or as the difference of two arms, on the raw-score scale.

Never standardises by the SD of the change: the result may stand beside a comparison of post scores.
"""

import math
from collections.abc import Callable

from corpus.effectsizes.distributions import hedges_j
from corpus.effectsizes.notation import show, term
from corpus.effectsizes.paired import correlation_used, given_only
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.effectsizes.two_groups import EXACT_J, HEDGES, pooled_sd
from corpus.errors import InvalidInput

_BECKER = "Becker 1988, Br. J. Math. Stat. Psychol. 41:257-278"
_MORRIS = "Morris 2008, Organ. Res. Methods 11:364-386"
_POST_UNUSED = "post SDs are not part of it"


def pre_post(
    m_pre: float,
    sd_pre: float,
    m_post: float,
    n: float,
    sd_post: float | None = None,
    r: float | None = None,
    r_lo: float | None = None,
    r_hi: float | None = None,
) -> EffectSize:
    """Standardised mean change inside one group by its baseline SD (metafor's SMCR); positive where it rises.

    References
    ----------
    Becker (1988).
    """
    r, assumed = correlation_used(r, r_lo, r_hi, lambda rho: _becker(m_post - m_pre, sd_pre, n, rho))
    g, v = _becker(m_post - m_pre, sd_pre, n, r)
    return EffectSize(
        Measure.SMCR,
        g,
        v,
        formula=f"g = J(m) (m_post − m_pre) / sd_pre, {EXACT_J}, m = n−1; v = 2(1−r)/n + g²/(2n); {_POST_UNUSED}",
        substituted=_becker_substituted("", m_pre, sd_pre, m_post, n, r, g, v),
        reference=f"{_BECKER}; {HEDGES}",
        inputs=given_only(m_pre=m_pre, sd_pre=sd_pre, m_post=m_post, sd_post=sd_post, n=n, r=r),
        assumptions=assumed,
    )


def change(
    m_pre1: float,
    sd_pre1: float,
    m_post1: float,
    n1: float,
    m_pre2: float,
    sd_pre2: float,
    m_post2: float,
    n2: float,
    sd_post1: float | None = None,
    sd_post2: float | None = None,
    r: float | None = None,
    r1: float | None = None,
    r2: float | None = None,
    r_lo: float | None = None,
    r_hi: float | None = None,
) -> EffectSize:
    """Difference of two arms' standardised changes, each by its own baseline SD; raw-score scale.

    References
    ----------
    Becker (1988); Morris (2008), d_ppc1.
    """

    def both(rho1: float, rho2: float) -> tuple[float, float]:
        (a, va), (b, vb) = _becker(m_post1 - m_pre1, sd_pre1, n1, rho1), _becker(m_post2 - m_pre2, sd_pre2, n2, rho2)
        return a - b, va + vb

    r1, r2, assumed = _two_correlations(r, r1, r2, r_lo, r_hi, lambda rho: both(rho, rho))
    g, v = both(r1, r2)
    g1, v1 = _becker(m_post1 - m_pre1, sd_pre1, n1, r1)
    g2, v2 = _becker(m_post2 - m_pre2, sd_pre2, n2, r2)
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula="g = g_1 − g_2, g_i = J(m_i) (m_post,i − m_pre,i) / sd_pre,i, "
        f"{EXACT_J}, m_i = n_i−1; v = v_1 + v_2, v_i = 2(1−r_i)/n_i + g_i²/(2 n_i); {_POST_UNUSED}",
        substituted=_becker_substituted("1", m_pre1, sd_pre1, m_post1, n1, r1, g1, v1)
        + "; "
        + _becker_substituted("2", m_pre2, sd_pre2, m_post2, n2, r2, g2, v2)
        + f"; {show(g1)} − {term(g2)} = {show(g)}; v = {show(v1)} + {show(v2)} = {show(v)}",
        reference=f"{_BECKER}; {_MORRIS} (d_ppc1); {HEDGES}",
        inputs=_two_arms(m_pre1, sd_pre1, m_post1, sd_post1, n1, r1, m_pre2, sd_pre2, m_post2, sd_post2, n2, r2),
        assumptions=assumed,
    )


def pre_post_control(
    m_pre1: float,
    sd_pre1: float,
    m_post1: float,
    n1: float,
    m_pre2: float,
    sd_pre2: float,
    m_post2: float,
    n2: float,
    sd_post1: float | None = None,
    sd_post2: float | None = None,
    r: float | None = None,
    r1: float | None = None,
    r2: float | None = None,
    r_lo: float | None = None,
    r_hi: float | None = None,
) -> EffectSize:
    """Difference of two arms' changes by their pooled baseline SD (d_ppc2); raw-score scale.

    The variance is the large-sample one, so that it is of the same family as the variance of g for two groups:
    Morris's exact equation 25 differs from it as metafor's exact variances differ from its default.

    References
    ----------
    Morris (2008), d_ppc2, equations 8-10; Becker (1988) for the variance.
    """
    gain1, gain2 = m_post1 - m_pre1, m_post2 - m_pre2
    pooled = pooled_sd(sd_pre1, n1, sd_pre2, n2)
    j = hedges_j(n1 + n2 - 2)
    d = (gain1 - gain2) / pooled
    g = j * d

    def variance(rho1: float, rho2: float) -> float:
        return _change_variance(g, n1, n2, rho1, rho2)

    r1, r2, assumed = _two_correlations(r, r1, r2, r_lo, r_hi, lambda rho: (g, variance(rho, rho)))
    v = variance(r1, r2)
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula="g = J(m) ((m_post1 − m_pre1) − (m_post2 − m_pre2)) / s_pre, s_pre = √(((n1−1) sd_pre1² + "
        f"(n2−1) sd_pre2²) / (n1+n2−2)), {EXACT_J}, m = n1+n2−2; "
        f"v = 2(1−r1)/n1 + 2(1−r2)/n2 + g²/(2(n1+n2)) (large-sample); {_POST_UNUSED}",
        substituted=f"J({show(n1 + n2 - 2)}) × (({show(m_post1)} − {term(m_pre1)}) − ({show(m_post2)} − {term(m_pre2)})) / "
        f"{show(pooled)} = {show(j)} × {term(d)} = {show(g)}; {_change_variance_text(g, v, n1, n2, r1, r2)}",
        reference=f"{_MORRIS}, eq. 8-10 (d_ppc2); {_BECKER} (v); {HEDGES}",
        inputs=_two_arms(m_pre1, sd_pre1, m_post1, sd_post1, n1, r1, m_pre2, sd_pre2, m_post2, sd_post2, n2, r2),
        assumptions=assumed,
    )


def change_scores(
    m_change1: float,
    sd_change1: float,
    n1: float,
    m_change2: float,
    sd_change2: float,
    n2: float,
    r: float | None = None,
    r1: float | None = None,
    r2: float | None = None,
    r_lo: float | None = None,
    r_hi: float | None = None,
) -> EffectSize:
    """Difference of mean changes where only change scores are printed; their SDs are taken back to raw scores.

    References
    ----------
    Borenstein et al. (2009), Introduction to Meta-Analysis, equation 4.27; Becker (1988) for the variance.
    """

    def result(rho1: float, rho2: float) -> tuple[float, float, float, float]:
        pooled = pooled_sd(sd_change1 / math.sqrt(2 * (1 - rho1)), n1, sd_change2 / math.sqrt(2 * (1 - rho2)), n2)
        d = (m_change1 - m_change2) / pooled
        g = hedges_j(n1 + n2 - 2) * d
        return g, _change_variance(g, n1, n2, rho1, rho2), d, pooled

    r1, r2, assumed = _two_correlations(r, r1, r2, r_lo, r_hi, lambda rho: result(rho, rho)[:2])
    g, v, d, pooled = result(r1, r2)
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula="g = J(m) (m_change1 − m_change2) / s, s pooled from sd_change,i / √(2(1−r_i)), "
        f"{EXACT_J}, m = n1+n2−2; v = 2(1−r1)/n1 + 2(1−r2)/n2 + g²/(2(n1+n2)) (large-sample)",
        substituted=f"J({show(n1 + n2 - 2)}) × ({show(m_change1)} − {term(m_change2)}) / {show(pooled)} = "
        f"{show(hedges_j(n1 + n2 - 2))} × {term(d)} = {show(g)}; {_change_variance_text(g, v, n1, n2, r1, r2)}",
        reference=f"Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 4.27; {_BECKER} (v); {HEDGES}",
        inputs={"m_change1": m_change1, "sd_change1": sd_change1, "n1": n1, "r1": r1}
        | {"m_change2": m_change2, "sd_change2": sd_change2, "n2": n2, "r2": r2},
        assumptions=assumed,
    )


def _becker(gain: float, sd_pre: float, n: float, r: float) -> tuple[float, float]:
    g = hedges_j(n - 1) * gain / sd_pre
    return g, 2 * (1 - r) / n + g**2 / (2 * n)


def _becker_substituted(
    arm: str, m_pre: float, sd_pre: float, m_post: float, n: float, r: float, g: float, v: float
) -> str:
    left_g, left_v = (f"g_{arm} = ", f"v_{arm} = ") if arm else ("", "v = ")
    return (
        f"{left_g}J({show(n - 1)}) × ({show(m_post)} − {term(m_pre)}) / {show(sd_pre)} = {show(hedges_j(n - 1))} × "
        f"{term((m_post - m_pre) / sd_pre)} = {show(g)}; "
        f"{left_v}2 × (1 − {term(r)})/{show(n)} + {term(g)}²/(2 × {show(n)}) = {show(v)}"
    )


def _change_variance(g: float, n1: float, n2: float, r1: float, r2: float) -> float:
    return 2 * (1 - r1) / n1 + 2 * (1 - r2) / n2 + g**2 / (2 * (n1 + n2))


def _change_variance_text(g: float, v: float, n1: float, n2: float, r1: float, r2: float) -> str:
    return f"v = 2 × (1 − {term(r1)})/{show(n1)} + 2 × (1 − {term(r2)})/{show(n2)} + {term(g)}²/(2 × {show(n1 + n2)}) = {show(v)}"


def _two_correlations(
    r: float | None,
    r1: float | None,
    r2: float | None,
    r_lo: float | None,
    r_hi: float | None,
    result: Callable[[float], tuple[float, float]],
) -> tuple[float, float, tuple[Assumption, ...]]:
    if r1 is not None and r2 is not None:
        if r is not None or r_lo is not None:
            raise InvalidInput("r1 r2 and a common correlation are both given; give one or the other")
        return r1, r2, ()
    common, assumed = correlation_used(r, r_lo, r_hi, result)
    return common, common, assumed


def _two_arms(
    m_pre1: float, sd_pre1: float, m_post1: float, sd_post1: float | None, n1: float, r1: float,
    m_pre2: float, sd_pre2: float, m_post2: float, sd_post2: float | None, n2: float, r2: float,
) -> dict[str, float]:  # fmt: skip
    first = given_only(m_pre1=m_pre1, sd_pre1=sd_pre1, m_post1=m_post1, sd_post1=sd_post1, n1=n1, r1=r1)
    return first | given_only(m_pre2=m_pre2, sd_pre2=sd_pre2, m_post2=m_post2, sd_post2=sd_post2, n2=n2, r2=r2)
