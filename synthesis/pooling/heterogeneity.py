"""How wide the between-study variance can be: Q-profile and profile-likelihood intervals of tau², with tau, I² and H².

Never estimates tau² anew where a pooled result already holds it, and never hides a second peak of the likelihood.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector, checked, tau2_by_pymare, trace_p
from synthesis.pooling.likelihood import log_likelihood, refine
from synthesis.pooling.pool import Method, Pooled

# Points of the scan for where the likelihood crosses the limit, per decade: as fine as the scan for the modes themselves.
_POINTS_PER_DECADE = 12
_WIDEST = 1e60  # times the largest variance or squared range: a likelihood that has not fallen there never will
# Flat: an end beyond this many times the larger of the estimate and the typical sampling variance, where the likelihood
# of ten equally precise studies has fallen by 4.
_FLAT = 10.0

Bounds = tuple[float, float]


class IntervalMethod(StrEnum):
    """What an interval of tau² inverts."""

    Q_PROFILE = "q_profile"
    PROFILE_LIKELIHOOD = "profile_likelihood"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityInterval:
    """One interval of the heterogeneity in four forms. None means: not defined for these data."""

    method: IntervalMethod
    level: float
    tau2: Bounds | None  # squared unit of the effects
    tau: Bounds | None
    i2: Bounds | None  # percent
    h2: Bounds | None
    pieces: tuple[Bounds, ...]  # of tau²: more than one where the likelihood has two peaks above the limit
    warnings: tuple[str, ...]


def q_profile_interval(pooled: Pooled) -> HeterogeneityInterval:
    """The Q-profile interval a pooled result holds, as tau, I² and H² too; nothing is computed twice.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37-52 (section 3: I² and H² follow tau² monotonically).
    """
    if pooled.tau2_ci is None or pooled.typical_variance is None:
        words = "One study has no heterogeneity." if pooled.k == 1 else "A fixed-effect model has no tau² to bound."
        return _undefined(IntervalMethod.Q_PROFILE, pooled.level, words)
    warnings = []
    if pooled.tau2_ci[0] == 0 < pooled.tau2_ci[1]:
        warnings.append("The interval of tau² reaches 0: these data do not show that the studies differ.")
    elif pooled.tau2_ci == (0.0, 0.0):
        warnings.append("The studies agree more than chance allows: the interval of tau² is empty and shown as 0 to 0.")
    return _interval(
        IntervalMethod.Q_PROFILE, pooled.level, (pooled.tau2_ci,), pooled.typical_variance, tuple(warnings)
    )


def profile_likelihood_interval(
    yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, level: float = 0.95
) -> HeterogeneityInterval:
    """All tau² whose profile (restricted) log-likelihood is within half a chi² quantile (df 1) of the highest.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    method : Method
        REML or ML.
    level : float
        Coverage.

    Returns
    -------
    HeterogeneityInterval
        Where two peaks reach the limit, the interval spans both and ``pieces`` holds each.

    Raises
    ------
    InvalidInput
        For effects that cannot be pooled, another method, or a level that is not between 0 and 1.

    References
    ----------
    Hardy and Thompson (1996), Statistics in Medicine 15, 619-629; Viechtbauer (2007), Statistics in Medicine 26, 37-52, for
    the restricted likelihood.
    """
    if method not in (Method.ML, Method.REML):
        raise InvalidInput(f"a profile likelihood belongs to ML or REML, not to {method}; choose one of these two")
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    effects = checked(yi, vi)
    if effects.k == 1:
        return _undefined(IntervalMethod.PROFILE_LIKELIHOOD, level, "One study has no heterogeneity.")
    restricted = method is Method.REML
    modes = refine(effects, tau2_by_pymare(effects, method), restricted)
    fall = float(chdtri(1, 1 - level)) / 2
    top = log_likelihood(effects, modes[0].tau2, restricted=restricted)

    def above(tau2: float) -> float:
        return log_likelihood(effects, tau2, restricted=restricted) - top + fall

    grid = _grid(effects, [mode.tau2 for mode in modes], above)
    height = np.array([above(tau2) for tau2 in grid])
    pieces = _pieces(grid, height, above)
    s2 = effects.scale**2
    typical = (effects.k - 1) / float(trace_p(np.sort(1 / effects.v)))
    return _interval(
        IntervalMethod.PROFILE_LIKELIHOOD,
        level,
        tuple((low * s2, high * s2) for low, high in pieces),
        typical * s2,
        tuple(_warnings(modes[0].tau2, [mode.tau2 for mode in modes[1:]], pieces, above, typical, s2)),
    )


def _grid(effects: Effects, modes: list[float], above: Callable[[float], float]) -> Vector:
    """0, the modes, and geometric steps from where tau² cannot matter to where the likelihood is below the limit."""
    low = 1e-6 * float(effects.v.min())
    largest = max(float(np.ptp(effects.y)) ** 2, float(effects.v.max()))
    high = 10 * largest
    while above(high) > 0:
        high *= 10
        if high > _WIDEST * largest:
            raise InvalidInput("the likelihood of tau² does not fall within reach at this level; choose a lower level")
    points = math.ceil(_POINTS_PER_DECADE * math.log10(high / low))
    return np.unique(np.concatenate(([0.0], modes, np.geomspace(low, high, points))))


def _pieces(grid: Vector, height: Vector, above: Callable[[float], float]) -> tuple[Bounds, ...]:
    """The stretches on which the likelihood is above the limit; the last point of the grid is below it."""
    from scipy.optimize import brentq  # costs more to import than a pooled result

    inside = height >= 0
    ends = [] if not inside[0] else [0.0]
    for left in np.flatnonzero(inside[:-1] != inside[1:]):
        ends.append(float(brentq(above, grid[left], grid[left + 1], xtol=1e-300, rtol=1e-14, maxiter=500)))
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def _warnings(
    best: float,
    rivals: list[float],
    pieces: tuple[Bounds, ...],
    above: Callable[[float], float],
    typical: float,
    s2: float,
) -> list[str]:
    warnings = []
    low, high = pieces[0][0], pieces[-1][1]
    if best == 0:
        warnings.append("The likelihood is highest at tau² = 0, the boundary: the interval is one-sided there.")
    elif low == 0:
        warnings.append("The interval of tau² reaches 0: these data do not show that the studies differ.")
    reached = [rival for rival in rivals if above(rival) >= 0]
    if reached:
        where = " and ".join(f"{tau2 * s2:.4g}" for tau2 in sorted([best, *reached]))
        apart = "; the interval spans values between them that the data speak against" if len(pieces) > 1 else ""
        warnings.append(f"The likelihood of tau² has peaks at {where}, all within the limit{apart}.")
    if high > _FLAT * max(best, typical):
        warnings.append(
            f"The likelihood is flat: it does not rule out a tau² {_FLAT:.0f} times its estimate and the typical sampling variance."
        )
    return warnings


def _interval(
    method: IntervalMethod, level: float, pieces: tuple[Bounds, ...], typical: float, warnings: tuple[str, ...]
) -> HeterogeneityInterval:
    low, high = pieces[0][0], pieces[-1][1]
    return HeterogeneityInterval(
        method=method,
        level=level,
        tau2=(low, high),
        tau=(math.sqrt(low), math.sqrt(high)),
        i2=(100 * low / (low + typical), 100 * high / (high + typical)),
        h2=(1 + low / typical, 1 + high / typical),
        pieces=pieces,
        warnings=warnings,
    )


def _undefined(method: IntervalMethod, level: float, words: str) -> HeterogeneityInterval:
    return HeterogeneityInterval(
        method=method, level=level, tau2=None, tau=None, i2=None, h2=None, pieces=(), warnings=(words,)
    )
