"""Profile-likelihood intervals for the variance of each level, with the profiles they are read from.

Never closes an interval that the data leave open: that end is None, and a warning says so.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import chdtri

from corpus.errors import InvalidInput
from synthesis.dependence.likelihood import Likelihood, Mode
from synthesis.dependence.model import Model, prepared
from synthesis.pooling.engine import Vector
from synthesis.pooling.likelihood import RIVAL
from synthesis.pooling.pool import Method

_POINTS = 24  # of a profile, beside 0, its ends and its peak: enough to draw it and to see a second peak
_WIDEST = 1e12  # times the range of the scan: a profile still high there is flat
_DIP = 1e-6  # log-likelihood units: a shallower valley is rounding
_TOLERANCE = 1e-12  # relative, of an end


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceProfile:
    """The variance of one level, with its interval and the curve it is read from."""

    level: int  # from 1, the outermost
    estimate: float | None  # None where the data cannot tell it
    ci: tuple[float, float | None] | None  # an upper end of None: the data set no limit
    curve: tuple[tuple[float, float], ...]  # variance, log-likelihood below its maximum
    warnings: tuple[str, ...]


def variance_profiles(
    yi: ArrayLike,
    variance: ArrayLike,
    levels: Sequence[Sequence[Hashable]],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    method: Method = Method.REML,
    level: float = 0.95,
) -> tuple[VarianceProfile, ...]:
    """The profile (restricted) likelihood of each variance, one per level; parameters as in `multilevel.multilevel`.

    Raises
    ------
    InvalidInput
        As `multilevel.multilevel`; and for a single effect, which has no likelihood of variances.

    References
    ----------
    Hardy and Thompson (1996), Statistics in Medicine 15, 619-629; the interval holds the values whose profile is within
    half a chi² (1) quantile of the maximum, from the least to the greatest of them.
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    if method not in (Method.REML, Method.ML):
        raise InvalidInput(f"method is {method}, but a multilevel model is fitted by REML or ML; choose one of them")
    model = prepared(yi, variance, levels, x=x, terms=terms, method=method)
    best = model.likelihood.modes(model.free)[0]
    return tuple(_profile(model, best, place, level) for place in range(len(model.free)))


def _profile(model: Model, best: Mode, place: int, level: float) -> VarianceProfile:
    if not model.free[place]:
        told = tuple(text for text in model.warnings if f"level {place + 1}" in text)
        return VarianceProfile(level=place + 1, estimate=None, ci=None, curve=(), warnings=told)
    s2, estimate = model.effects.scale**2, float(best.variances[place])
    drop = float(chdtri(1, 1 - level)) / 2
    ridge = _Ridge(model.likelihood, model.free, best, place)
    warnings = [f"The variance of level {place + 1} is estimated as 0, at the boundary."] if estimate == 0 else []
    axis = _axis(model, estimate)
    heights = [ridge.below(float(value)) for value in axis]
    widest = _WIDEST * float(axis[-1])
    while heights[-1] > -drop and axis[-1] < widest:
        # One more decade at a time: the profile falls like a power of the variance, or not at all.
        axis = np.append(axis, 10 * axis[-1])
        heights.append(ridge.below(float(axis[-1])))
    inside = np.flatnonzero(np.array(heights) >= -drop)
    first, last = int(inside[0]), int(inside[-1])
    low = float(axis[0]) if first == 0 else ridge.crossing(float(axis[first - 1]), float(axis[first]), drop)
    high = None if last == len(axis) - 1 else ridge.crossing(float(axis[last]), float(axis[last + 1]), drop)
    if high is None:
        warnings.append(f"The profile of level {place + 1} is flat: the data set no upper limit to its variance.")
    if len(inside) < last - first + 1:
        warnings.append(
            f"The interval of level {place + 1} bridges a gap: values inside it are less likely than both ends."
        )
    for value in _rivals(axis, heights):
        warnings.append(f"The profile of level {place + 1} has a second peak, near {value * s2:.4g}.")
    return VarianceProfile(
        level=place + 1,
        estimate=estimate * s2,
        ci=(low * s2, None if high is None else high * s2),
        curve=tuple(zip((axis * s2).tolist(), heights, strict=True)),
        warnings=tuple(warnings),
    )


class _Ridge:
    """The log-likelihood along one variance, the others at their best; each point starts from its neighbour's others."""

    def __init__(self, likelihood: Likelihood, free: NDArray[np.bool_], best: Mode, place: int) -> None:
        self._likelihood = likelihood
        self._others = free.copy()
        self._others[place] = False
        self._best = best
        self._place = place
        self._last = best.variances

    def below(self, value: float) -> float:
        """How far the profile at ``value`` lies below the maximum, ≤ 0 but for rounding."""
        tops = []
        for start in (self._last, self._best.variances):
            at = start.copy()
            at[self._place] = value
            tops.append(self._likelihood.mode(at, self._others))
        top = max(tops, key=lambda mode: mode.log_likelihood)
        self._last = top.variances
        return top.log_likelihood - self._best.log_likelihood

    def crossing(self, one: float, other: float, drop: float) -> float:
        """Where between two values the profile is ``drop`` below the maximum."""
        self._last = self._best.variances
        found = brentq(lambda value: self.below(value) + drop, one, other, xtol=_TOLERANCE * other, rtol=_TOLERANCE)
        return float(found)


def _axis(model: Model, estimate: float) -> Vector:
    low = 1e-3 * float(np.median(model.likelihood.covariance.v))
    high = max(4 * float(np.ptp(model.likelihood.y)) ** 2, 4 * estimate, 10 * low)
    return np.unique(np.concatenate(([0.0, estimate], np.geomspace(low, high, _POINTS))))


def _rivals(axis: Vector, heights: Sequence[float]) -> list[float]:
    """Peaks beside the highest, close to it and parted from it by a valley."""
    top = int(np.argmax(heights))
    found = []
    for peak in range(len(heights)):
        left = peak == 0 or heights[peak - 1] < heights[peak]
        right = peak == len(heights) - 1 or heights[peak + 1] < heights[peak]
        between = heights[min(peak, top) : max(peak, top) + 1]
        if peak != top and left and right and heights[peak] > -RIVAL and min(between) < heights[peak] - _DIP:
            found.append(float(axis[peak]))
    return found
