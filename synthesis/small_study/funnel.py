"""What a funnel plot draws: points, pseudo-confidence lines about the mean, and contours of significance about no effect.

Never draws, and never says that a funnel is asymmetric: eyes disagree about that, and the tests are elsewhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, Test, pool
from synthesis.small_study.reading import cautions
from synthesis.small_study.weighted_line import check_level

LEVELS = (0.10, 0.05, 0.01)  # contours of two-sided p (Peters et al. 2008)
_MARGIN = 1.05  # lines run a little below the least precise study


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """One effect: x is the estimate, y the standard error (drawn with 0 on top)."""

    estimate: float
    se: float
    p: float  # two-sided, of no effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Cone:
    """Two straight lines from the apex at standard error 0 to ``se_max``."""

    apex: float
    low: float  # x of the left line at se_max
    high: float
    level: float  # two-sided p on the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Everything a plain or contour-enhanced funnel plot needs, on the scale of the effects."""

    k: int
    points: tuple[FunnelPoint, ...]
    se_max: float
    centre: float  # fixed-effect mean: where points scatter symmetrically when there is no small-study effect
    random_effects: float  # beside it; apart from the centre where small studies differ
    no_effect: float  # centre of the contours
    pseudo_confidence: Cone
    contours: tuple[Cone, ...]  # from the widest p to the narrowest
    outside: int  # points outside the pseudo-confidence lines
    cautions: tuple[str, ...]


def funnel(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = Method.REML,
    no_effect: float = 0.0,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> Funnel:
    """Data of the funnel plot of effect against standard error.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances; k = 1 is allowed.
    method : Method
        tau² estimator of the random-effects mean shown beside the centre.
    no_effect : float
        Value of no effect on the scale of the effects (0 on the log scale of ratios).
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.
    level : float
        Coverage of the pseudo-confidence lines under a fixed effect.

    References
    ----------
    Sterne and Egger (2001), Journal of Clinical Epidemiology 54, 1046-1055 (axes and lines); Peters et al. (2008), Journal
    of Clinical Epidemiology 61, 991-996 (contours).
    """
    check_level(level)
    if not math.isfinite(no_effect):
        raise InvalidInput(f"no_effect is {no_effect}; give the finite value that means no effect")
    effects = checked(yi, vi)
    s = effects.scale
    y, se = effects.y * s, np.sqrt(effects.v) * s
    centre = float(np.average(effects.y, weights=1 / effects.v)) * s
    se_max = float(se.max()) * _MARGIN
    lines = _cone(centre, se_max, 1 - level)
    half = (lines.high - centre) / se_max
    return Funnel(
        k=effects.k,
        points=tuple(
            FunnelPoint(estimate=float(one), se=float(error), p=normal_two_sided(float((one - no_effect) / error)))
            for one, error in zip(y, se, strict=True)
        ),
        se_max=se_max,
        centre=centre,
        random_effects=pool(yi, vi, method=method, test=Test.Z).estimate,
        no_effect=no_effect,
        pseudo_confidence=lines,
        contours=tuple(_cone(no_effect, se_max, p) for p in LEVELS),
        outside=int((np.abs(y - centre) > half * se).sum()),
        cautions=cautions(effects, cluster),
    )


def _cone(apex: float, se_max: float, p: float) -> Cone:
    half = -normal_quantile(p / 2) * se_max
    return Cone(apex=apex, low=apex - half, high=apex + half, level=p)
