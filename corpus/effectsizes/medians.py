"""Groups described by median, quartiles or range: mean and SD estimated, then the standardised difference.

Never tests for skewness: the estimators assume a roughly normal outcome, and say so as an assumption.
"""

from itertools import pairwise

from corpus.effectsizes.distributions import normal_quantile
from corpus.effectsizes.notation import show
from corpus.effectsizes.result import Assumption, EffectSize
from corpus.effectsizes.two_groups import two_groups
from corpus.errors import InvalidInput

_REFERENCE = (
    "Luo et al. 2018, Stat. Methods Med. Res. 27:1785-1805, eq. 7, 11, 15 (mean); Wan et al. 2014, BMC Med. Res. "
    "Methodol. 14:135, eq. 9, 16 (SD); Shi et al. 2020, Res. Synth. Methods 11:641-654, eq. 10 (SD from all five)"
)


def medians(
    median1: float,
    n1: float,
    median2: float,
    n2: float,
    q11: float | None = None,
    q31: float | None = None,
    min1: float | None = None,
    max1: float | None = None,
    q12: float | None = None,
    q32: float | None = None,
    min2: float | None = None,
    max2: float | None = None,
) -> EffectSize:
    """Hedges g from two five-number summaries, or the parts of them that were printed.

    References
    ----------
    Luo et al. (2018), Wan et al. (2014), Shi et al. (2020).
    """
    mean1, sd1, how1 = mean_and_sd(median1, n1, q11, q31, min1, max1, group="1")
    mean2, sd2, how2 = mean_and_sd(median2, n2, q12, q32, min2, max2, group="2")
    assumed = Assumption(
        "skew",
        0.0,
        None,
        None,
        "means and SDs estimated from quantiles, taking the outcome as roughly normal; v leaves that out, so it is too small",
    )
    g = two_groups(mean1, sd1, n1, mean2, sd2, n2, assumptions=(assumed,))
    given = {"q11": q11, "median1": median1, "q31": q31, "min1": min1, "max1": max1, "n1": n1}
    given |= {"q12": q12, "median2": median2, "q32": q32, "min2": min2, "max2": max2, "n2": n2}
    return EffectSize(
        g.measure,
        g.yi,
        g.vi,
        formula=f"group 1: {how1}; group 2: {how2}; then {g.formula}",
        substituted=f"mean1 = {show(mean1)}, sd1 = {show(sd1)}; mean2 = {show(mean2)}, sd2 = {show(sd2)}; {g.substituted}",
        reference=f"{_REFERENCE}; {g.reference}",
        inputs={key: value for key, value in given.items() if value is not None},
        assumptions=g.assumptions,
    )


def mean_and_sd(
    median: float,
    n: float,
    q1: float | None = None,
    q3: float | None = None,
    low: float | None = None,
    high: float | None = None,
    *,
    group: str = "",
) -> tuple[float, float, str]:
    """Mean, SD and the named estimators from a median with quartiles, with the range, or with both."""
    order = [
        (f"min{group}", low),
        (f"q1{group}", q1),
        (f"median{group}", median),
        (f"q3{group}", q3),
        (f"max{group}", high),
    ]
    _check_order([(name, value) for name, value in order if value is not None])
    for pair in ((f"q1{group}", q1, f"q3{group}", q3), (f"min{group}", low, f"max{group}", high)):
        if (pair[1] is None) != (pair[3] is None):
            raise InvalidInput(f"{pair[0]} and {pair[2]} belong together; give both or neither")
    by_range = 2 * normal_quantile((n - 0.375) / (n + 0.25))
    by_quartiles = 2 * normal_quantile((0.75 * n - 0.125) / (n + 0.25))
    if q1 is not None and q3 is not None and low is not None and high is not None:
        w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
        mean = w1 * (low + high) / 2 + w2 * (q1 + q3) / 2 + (1 - w1 - w2) * median
        w = 1 / (1 + 0.07 * n**0.6)
        sd = w * (high - low) / by_range + (1 - w) * (q3 - q1) / by_quartiles
        how = "mean by Luo 2018 eq. 15, SD by Shi 2020 eq. 10 (min, q1, median, q3, max)"
    elif q1 is not None and q3 is not None:
        w = 0.7 + 0.39 / n
        mean = w * (q1 + q3) / 2 + (1 - w) * median
        sd = (q3 - q1) / by_quartiles
        how = "mean by Luo 2018 eq. 11, SD by Wan 2014 eq. 16 (q1, median, q3)"
    elif low is not None and high is not None:
        w = 4 / (4 + n**0.75)
        mean = w * (low + high) / 2 + (1 - w) * median
        sd = (high - low) / by_range
        how = "mean by Luo 2018 eq. 7, SD by Wan 2014 eq. 9 (min, median, max)"
    else:
        raise InvalidInput(f"median{group} needs q1{group} and q3{group}, or min{group} and max{group}, or all four")
    if not sd > 0:
        raise InvalidInput(f"the quantiles of group {group or '1'} do not spread (SD {show(sd)}); check them")
    return mean, sd, how


def _check_order(figures: list[tuple[str, float]]) -> None:
    for (name, value), (after, next_value) in pairwise(figures):
        if value > next_value:
            raise InvalidInput(f"{name}={show(value)} is above {after}={show(next_value)}; quantiles must not fall")
