"""Study effects drawn towards the mean: best linear unbiased predictions with their standard errors and intervals.

Never estimates anything: the mean and tau² are those of a pooled result of the same effects.
"""

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from corpus.effectsizes.distributions import normal_quantile, t_quantile_upper
from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunken:
    """The true effect of one study as the model sees it, on the scale of the effects."""

    estimate: float
    se: float
    interval: tuple[float, float]
    own_share: float  # weight of the study's own estimate, 0 to 1; the rest is the mean's


def shrunken_effects(yi: ArrayLike, vi: ArrayLike, pooled: Pooled) -> tuple[Shrunken, ...]:
    """One value per effect in the order given; empty for a single effect, which has no others to borrow from.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        The estimates and sampling variances ``pooled`` was made from.
    pooled : Pooled
        Its mean, tau², test and level; under a fixed-effect model every study has the mean.

    Raises
    ------
    InvalidInput
        For effects that cannot be pooled, or another number of them than ``pooled`` has.

    References
    ----------
    Robinson (1991), Statistical Science 6, 15-32 (best linear unbiased prediction); Raudenbush and Bryk (1985), Journal of
    Educational Statistics 10, 75-98 (for meta-analysis): with the share s = tau²/(tau² + v), the prediction is
    s y + (1 − s) mean and its variance s v + (1 − s)² var(mean).
    """
    effects = checked(yi, vi)
    if effects.k != pooled.k:
        raise InvalidInput(
            f"yi has {effects.k} effects and the pooled result {pooled.k}; give the effects it was made from"
        )
    if pooled.tau2 is None:
        return ()
    tail = (1 - pooled.level) / 2
    quantile = -normal_quantile(tail) if pooled.df is None else t_quantile_upper(tail, pooled.df)
    found = []
    for y, v in zip((effects.y * effects.scale).tolist(), (effects.v * effects.scale**2).tolist(), strict=True):
        own, mean_share = pooled.tau2 / (pooled.tau2 + v), v / (pooled.tau2 + v)
        estimate = own * y + mean_share * pooled.estimate
        se = math.sqrt(own * v + (mean_share * pooled.se) ** 2)
        half = quantile * se
        found.append(Shrunken(estimate=estimate, se=se, interval=(estimate - half, estimate + half), own_share=own))
    return tuple(found)
