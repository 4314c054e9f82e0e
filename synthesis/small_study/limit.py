"""Limit meta-analysis: the mean that remains when every study becomes infinitely precise but keeps its place.

Never more than a model: it takes asymmetry for bias, whatever its cause.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.pooling.pool import Method, Test, pool
from synthesis.small_study.reading import NotDefined, cautions, is_flat, needs
from synthesis.small_study.weighted_line import Coefficient, check_level


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMetaAnalysis:
    """The adjusted mean and what asymmetry does to it, on the scale of the effects."""

    k: int
    adjusted: Coefficient  # beta + tau·alpha, the expectation of an infinitely precise study
    alpha: Coefficient  # small-study effect, in standard deviations of a study; free of scale
    beta: float
    tau2: float  # of the random-effects model without small-study effects
    limits: tuple[float, ...]  # each study's estimate shrunk to infinite precision, in the order given
    g2: float | None  # percent: heterogeneity left when small-study effects are allowed for
    q: float  # Cochran's Q, of which
    q_small: float  # the part that a fixed-effect regression on the standard error explains (1 df)
    q_residual: float  # and the rest (k − 2 df)
    cautions: tuple[str, ...]


def limit_meta_analysis(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = Method.REML,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> LimitMetaAnalysis:
    """Random effects extended by a small-study effect: y = beta + sqrt(v + tau²)(alpha + error), errors standard normal.

    Divided by sqrt(v + tau²) this is a straight line through the generalised radial plot, fitted by least squares with
    error variance 1; as v goes to 0 the expectation is beta + tau·alpha. A study that became infinitely precise and kept
    its error would show beta + sqrt(tau²/(tau² + v))(y − beta): the limit estimates.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    method : Method
        Estimator of tau² (not FE: without heterogeneity the limit is PET).
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.
    level : float
        Coverage of the intervals (normal).

    Raises
    ------
    NotDefined
        For fewer than three effects, or standard errors that do not vary.

    References
    ----------
    Rücker, Schwarzer, Carpenter, Binder and Schumacher (2011), Biostatistics 12, 122-142: the model (section 3), the limit
    (beta + tau·alpha), and G² = 1 − R² of the limit estimates in the radial plot (section 4); standard errors by the least
    squares above.
    """
    check_level(level)
    effects = checked(yi, vi)
    needs(effects, 3, "the limit meta-analysis")
    if is_flat(effects.v):
        raise NotDefined("the limit meta-analysis needs standard errors that differ, but all are equal: not computed")
    tau2 = pool(effects.y, effects.v, method=method, test=Test.Z).tau2 or 0.0
    deviation = np.sqrt(effects.v + tau2)
    design = np.column_stack((1 / deviation, np.ones(effects.k)))  # radial plot: beta is the slope, alpha the intercept
    beta, alpha, covariance = _least_squares(design, effects.y / deviation)
    towards = np.array([1.0, math.sqrt(tau2)])
    adjusted = beta + math.sqrt(tau2) * alpha
    limits = beta + math.sqrt(tau2) / deviation * (effects.y - beta)
    q, q_residual = _q_parts(effects)
    s = effects.scale
    return LimitMetaAnalysis(
        k=effects.k,
        adjusted=_normal(adjusted * s, math.sqrt(float(towards @ covariance @ towards)) * s, level),
        alpha=_normal(alpha, math.sqrt(float(covariance[1, 1])), level),
        beta=beta * s,
        tau2=tau2 * s**2,
        limits=tuple((limits * s).tolist()),
        g2=_g2(effects, limits),
        q=q,
        q_small=max(0.0, q - q_residual),
        q_residual=q_residual,
        cautions=cautions(effects, cluster),
    )


def _least_squares(design: Vector, z: Vector) -> tuple[float, float, Vector]:
    """Coefficients (beta, alpha) and their covariance for errors of variance 1."""
    basis, triangle = np.linalg.qr(design)
    inverse = np.linalg.inv(triangle)
    beta, alpha = inverse @ (basis.T @ z)
    return float(beta), float(alpha), np.asarray(inverse @ inverse.T)


def _q_parts(effects: Effects) -> tuple[float, float]:
    """Cochran's Q, and what a fixed-effect regression on the standard error leaves of it."""
    z, precision = effects.y / np.sqrt(effects.v), 1 / np.sqrt(effects.v)
    slope = float(precision @ z) / float(precision @ precision)
    beta, alpha, _ = _least_squares(np.column_stack((precision, np.ones(effects.k))), z)
    rest = z - beta * precision - alpha
    return float(((z - slope * precision) ** 2).sum()), float(rest @ rest)


def _g2(effects: Effects, limits: Vector) -> float | None:
    """100 (1 − R²) of limit estimate over standard error on 1 over standard error; None where nothing varies."""
    precision = 1 / np.sqrt(effects.v)
    z = limits * precision
    x_away, z_away = precision - precision.mean(), z - z.mean()
    total = float(z_away @ z_away)
    if total <= 0:
        return None
    return 100 * max(0.0, 1 - float(x_away @ z_away) ** 2 / (float(x_away @ x_away) * total))


def _normal(estimate: float, se: float, level: float) -> Coefficient:
    half = -normal_quantile((1 - level) / 2) * se
    return Coefficient(
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        df=None,
        p=normal_two_sided(estimate / se),
        ci=(estimate - half, estimate + half),
    )
