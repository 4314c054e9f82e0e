"""The weighted straight line with multiplicative dispersion that Egger's test, PET and PEESE share.

Never adds a between-study variance: what the sampling variances do not explain scales them by one factor.
"""

import math
from dataclasses import dataclass

import numpy as np

from corpus.effectsizes.distributions import t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector
from synthesis.small_study.reading import NotDefined, is_flat, needs

_ROUNDING = 1e-14  # residuals this small against the effects themselves are those of a line through all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient with its test; statistic and p are None where the line fits all effects exactly."""

    estimate: float
    se: float
    statistic: float | None
    df: float | None  # None under the normal distribution
    p: float | None
    ci: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """y = intercept + slope·x, weighted by 1/v; scales as the effects given (see `weighted_line`)."""

    intercept: Coefficient
    slope: Coefficient
    dispersion: float  # residual variance over that of the sampling variances alone


def weighted_line(effects: Effects, x: Vector, level: float, what: str) -> Line:
    """Weighted least squares of y on one predictor, weights 1/v, on the natural scale of the effects.

    Parameters
    ----------
    effects : Effects
        Three or more effects.
    x : ndarray, shape (k,)
        Predictor in its own unit; it must vary.
    level, what
        Coverage of the intervals; name of the analysis for the message where it cannot be computed.

    Raises
    ------
    NotDefined
        For fewer than three effects, or a predictor that does not vary.

    References
    ----------
    Egger et al. (1997), BMJ 315, 629-634; Sterne and Egger (2005), in Publication Bias in Meta-Analysis, eq. 6.1
    (the same line, effect on standard error).
    """
    check_level(level)
    needs(effects, 3, what)
    if is_flat(x):
        raise NotDefined(f"{what} needs a predictor that varies, but it is the same for every effect: not computed")
    w = 1 / effects.v
    total = float(w.sum())
    centre = float(w @ x) / total
    away = x - centre
    square = float(w @ away**2)
    mean = float(w @ effects.y) / total
    slope = float((w * away) @ (effects.y - mean)) / square
    residual = effects.y - mean - slope * away
    df = effects.k - 2
    dispersion = _dispersion(w, residual, effects.y, df)
    intercept_se = math.sqrt(dispersion * (1 / total + centre**2 / square))
    s = effects.scale
    return Line(
        intercept=coefficient((mean - slope * centre) * s, intercept_se * s, df, level),
        slope=coefficient(slope * s, math.sqrt(dispersion / square) * s, df, level),
        dispersion=dispersion,
    )


def weighted_mean_line(effects: Effects, level: float) -> Coefficient:
    """What is left of the line where the predictor is the same for all: the mean, with multiplicative dispersion."""
    check_level(level)
    needs(effects, 2, "a mean with dispersion")
    w = 1 / effects.v
    total = float(w.sum())
    mean = float(w @ effects.y) / total
    df = effects.k - 1
    dispersion = _dispersion(w, effects.y - mean, effects.y, df)
    return coefficient(mean * effects.scale, math.sqrt(dispersion / total) * effects.scale, df, level)


def coefficient(estimate: float, se: float, df: int, level: float) -> Coefficient:
    """A coefficient with its t test and interval."""
    half = t_quantile_upper((1 - level) / 2, df) * se
    statistic = estimate / se if se > 0 else None
    return Coefficient(
        estimate=estimate,
        se=se,
        statistic=statistic,
        df=df,
        p=None if statistic is None else t_two_sided(statistic, df),
        ci=(estimate - half, estimate + half),
    )


def check_level(level: float) -> None:
    """Refuse a coverage that is not between 0 and 1."""
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")


def standard_errors(effects: Effects) -> Vector:
    """Standard errors on the natural scale, shape (k,)."""
    return np.sqrt(effects.v) * effects.scale


def _dispersion(w: Vector, residual: Vector, y: Vector, df: int) -> float:
    """Weighted residual mean square; 0 where the residuals are the rounding of an exact fit."""
    square = float(w @ residual**2)
    return 0.0 if square <= _ROUNDING**2 * float(w @ y**2) else square / df
