"""Groups described by a mean with its standard error or its confidence interval: the SD is recovered, then the standardised difference.

Never takes the interval of a difference for that of a mean: each group has its own.
"""

import math
from dataclasses import replace

from corpus.effectsizes.distributions import t_quantile_upper
from corpus.effectsizes.notation import show
from corpus.effectsizes.result import EffectSize
from corpus.effectsizes.two_groups import two_groups
from corpus.errors import InvalidInput

_REFERENCE = "Cochrane Handbook 6.5.2.2 (SD from a standard error or an interval)"


def from_standard_errors(m1: float, se1: float, n1: float, m2: float, se2: float, n2: float) -> EffectSize:
    """Hedges g from two means with their standard errors.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.2.
    """
    sd1, sd2 = se1 * math.sqrt(n1), se2 * math.sqrt(n2)
    return _behind(
        two_groups(m1, sd1, n1, m2, sd2, n2),
        steps="sd = se √n in each group",
        numbers=f"sd1 = {show(se1)} × √{show(n1)} = {show(sd1)}, sd2 = {show(se2)} × √{show(n2)} = {show(sd2)}",
        inputs={"m1": m1, "se1": se1, "n1": n1, "m2": m2, "se2": se2, "n2": n2},
    )


def from_mean_intervals(
    m1: float,
    ci_lo1: float,
    ci_hi1: float,
    n1: float,
    m2: float,
    ci_lo2: float,
    ci_hi2: float,
    n2: float,
    level: float = 95.0,
) -> EffectSize:
    """Hedges g from two means, each with the confidence interval of that mean.

    Raises InvalidInput where a mean lies outside its interval.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.2, with the t quantile of each group.
    """
    sd1, how1 = _sd(m1, ci_lo1, ci_hi1, n1, level, "1")
    sd2, how2 = _sd(m2, ci_lo2, ci_hi2, n2, level, "2")
    return _behind(
        two_groups(m1, sd1, n1, m2, sd2, n2),
        steps="sd = √n (ci_hi − ci_lo) / (2 t_q) in each group, t_q the t quantile of the level with df = n−1",
        numbers=f"{how1}, {how2}",
        inputs={
            "m1": m1,
            "ci_lo1": ci_lo1,
            "ci_hi1": ci_hi1,
            "n1": n1,
            "m2": m2,
            "ci_lo2": ci_lo2,
            "ci_hi2": ci_hi2,
            "n2": n2,
            "level": level,
        },
    )


def _sd(m: float, low: float, high: float, n: float, level: float, group: str) -> tuple[float, str]:
    if not low < high:
        raise InvalidInput(f"ci_lo{group}={show(low)} is not below ci_hi{group}={show(high)}")
    if not low <= m <= high:
        raise InvalidInput(
            f"m{group}={show(m)} lies outside its interval {show(low)} to {show(high)}; an interval of a difference belongs to "
            "the kind difference"
        )
    quantile = t_quantile_upper((1 - level / 100) / 2, n - 1)
    sd = math.sqrt(n) * (high - low) / (2 * quantile)
    return sd, f"sd{group} = √{show(n)} × ({show(high)} − {show(low)}) / (2 × {show(quantile)}) = {show(sd)}"


def _behind(g: EffectSize, *, steps: str, numbers: str, inputs: dict[str, float]) -> EffectSize:
    """The standardised difference with the steps that led to its SDs."""
    return replace(
        g,
        formula=f"{steps}; then {g.formula}",
        substituted=f"{numbers}; {g.substituted}",
        reference=f"{_REFERENCE}; {g.reference}",
        inputs=inputs,
    )
