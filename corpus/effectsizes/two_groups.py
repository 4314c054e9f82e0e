"""Two independent groups with means and SDs: standardised difference, raw difference, log ratio of means.

Never decides what is good: positive means that group 1 has the higher mean.
"""

import math

from corpus.effectsizes.distributions import hedges_j
from corpus.effectsizes.notation import show, term
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.errors import InvalidInput

EXACT_J = "exact J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2))"
LS_VARIANCE = "v = 1/n1 + 1/n2 + g²/(2(n1+n2)) (large-sample, metafor's LS)"
HEDGES = "Hedges 1981, J. Educ. Stat. 6:107-128 (exact J)"
LS_SOURCE = "Hedges 1982, Psychol. Bull. 92:490-499, eq. 8 (v)"


def two_groups(
    m1: float,
    sd1: float,
    n1: float,
    m2: float,
    sd2: float,
    n2: float,
    *,
    assumptions: tuple[Assumption, ...] = (),
) -> EffectSize:
    """Hedges g with the pooled SD; natural scale, positive where group 1 is higher.

    References
    ----------
    Hedges (1981) for J; Hedges (1982), equation 8, for the variance.
    """
    pooled = pooled_sd(sd1, n1, sd2, n2)
    d = (m1 - m2) / pooled
    g, v, j = corrected(d, n1, n2)
    m = n1 + n2 - 2
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula="Hedges g = J(m) (m1 − m2) / s_p, s_p = √(((n1−1) sd1² + (n2−1) sd2²) / (n1+n2−2)), "
        f"{EXACT_J}, m = n1+n2−2; {LS_VARIANCE}",
        substituted=f"J({show(m)}) × ({show(m1)} − {term(m2)}) / {show(pooled)} = {show(j)} × {term(d)} = {show(g)}; "
        + ls_substituted(g, v, n1, n2),
        reference=f"{HEDGES}; {LS_SOURCE}",
        inputs={"m1": m1, "sd1": sd1, "n1": n1, "m2": m2, "sd2": sd2, "n2": n2},
        assumptions=assumptions,
    )


def mean_difference(m1: float, sd1: float, n1: float, m2: float, sd2: float, n2: float) -> EffectSize:
    """Mean difference in the units of the instrument, variances not pooled.

    References
    ----------
    Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis, eq. 4.2 and 4.6.
    """
    y = m1 - m2
    v = sd1**2 / n1 + sd2**2 / n2
    return EffectSize(
        Measure.MD,
        y,
        v,
        formula="MD = m1 − m2; v = sd1²/n1 + sd2²/n2 (SDs not pooled)",
        substituted=f"{show(m1)} − {term(m2)} = {show(y)}; "
        f"v = {show(sd1)}²/{show(n1)} + {show(sd2)}²/{show(n2)} = {show(v)}",
        reference="Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 4.2 and 4.6",
        inputs={"m1": m1, "sd1": sd1, "n1": n1, "m2": m2, "sd2": sd2, "n2": n2},
    )


def ratio_of_means(m1: float, sd1: float, n1: float, m2: float, sd2: float, n2: float) -> EffectSize:
    """Log ratio of two means of the same sign; log scale.

    References
    ----------
    Hedges, Gurevitch & Curtis (1999), Ecology 80, 1150-1156, equation 1.
    """
    if m1 * m2 <= 0:
        raise InvalidInput(
            f"m1={show(m1)} and m2={show(m2)}: a ratio of means needs two means on the same side of zero; "
            "use the kind two-groups or mean-difference"
        )
    y = math.log(m1 / m2)
    v = sd1**2 / (n1 * m1**2) + sd2**2 / (n2 * m2**2)
    return EffectSize(
        Measure.ROM,
        y,
        v,
        formula="log ROM = ln(m1/m2); v = sd1²/(n1 m1²) + sd2²/(n2 m2²)",
        substituted=f"ln({show(m1)}/{show(m2)}) = {show(y)}; v = {show(sd1)}²/({show(n1)} × {show(m1)}²) + "
        f"{show(sd2)}²/({show(n2)} × {show(m2)}²) = {show(v)}",
        reference="Hedges, Gurevitch & Curtis 1999, Ecology 80:1150-1156, eq. 1",
        inputs={"m1": m1, "sd1": sd1, "n1": n1, "m2": m2, "sd2": sd2, "n2": n2},
    )


def pooled_sd(sd1: float, n1: float, sd2: float, n2: float) -> float:
    """SD pooled over two groups by their degrees of freedom."""
    return math.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))


def corrected(d: float, n1: float, n2: float) -> tuple[float, float, float]:
    """Hedges g from Cohen's d of two groups, its large-sample variance, and the factor J that was used."""
    j = hedges_j(n1 + n2 - 2)
    g = j * d
    return g, ls_variance(g, n1, n2), j


def ls_variance(g: float, n1: float, n2: float) -> float:
    """Large-sample variance of a standardised mean difference (metafor's vtype LS)."""
    return 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))


def ls_substituted(g: float, v: float, n1: float, n2: float) -> str:
    """The large-sample variance with its numbers in it."""
    return f"v = 1/{show(n1)} + 1/{show(n2)} + {term(g)}²/(2 × {show(n1 + n2)}) = {show(v)}"
