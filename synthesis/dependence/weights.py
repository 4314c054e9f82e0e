"""Robust variance estimation by approximate weights: correlated effects and hierarchical effects, heterogeneity by moments.

Never the first choice where a likelihood can be had (`che`): it is what older syntheses of dependent effects report.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.dependence.levels import Rows
from synthesis.dependence.robust import ClusterRobust, checked_clusters, robust_fit
from synthesis.dependence.sandwich import Correction, stacked
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.regression.columns import checked_columns, orthonormal

RHO = 0.8  # the customary assumption; Hedges, Tipton and Johnson (2010) found that results hardly depend on it


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustWeights:
    """Heterogeneity by moments and the robust fit under the weights that follow from it."""

    tau2: float  # between clusters
    omega2: (
        float | None
    )  # between effects of one cluster; None for correlated effects, or where all clusters are single
    i2: float | None  # percent, at least 0; None for hierarchical effects
    robust: ClusterRobust
    warnings: tuple[str, ...]


def correlated_effects(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Hashable],
    *,
    rho: float = RHO,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> RobustWeights:
    """Weights for several outcomes of the same people: 1/(n (v̄ + tau²)) for each of n effects of a cluster.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence, length k
        The sample each effect comes from.
    rho : float
        Assumed correlation of sampling errors within a cluster, from 0 to 1; it enters tau² alone.
    x, terms, correction, level
        As in `robust.cluster_robust`.

    Raises
    ------
    InvalidInput
        For a ρ that is no such correlation, or as `robust.cluster_robust`.

    References
    ----------
    Hedges, Tipton and Johnson (2010), Research Synthesis Methods 1, 39-65, eq. 14-16 (tau² and weights); I² as the share
    of Q that exceeds its expectation without heterogeneity.
    """
    if not 0 <= rho <= 1:
        raise InvalidInput(f"rho is {rho:g}; give a correlation between 0 and 1, such as {RHO:g}")
    effects, group, columns = _checked(yi, vi, cluster, x, terms)
    size = np.bincount(group)
    mean_v = np.bincount(group, effects.v) / size
    w = (1 / (size * mean_v))[group]
    basis, _ = orthonormal(columns)
    inverse, q = _fit(effects.y, basis, w)
    per_row = np.einsum("ij,ki,kj->k", inverse, basis, basis)
    sums = _sums(basis, group)
    per_cluster = np.einsum("ij,mi,mj->m", inverse, sums, sums)
    each = 1 / (size**2 * mean_v)
    expected = len(size) - (1 - rho) * float(each[group] @ per_row) - rho * float(each @ per_cluster)
    per_tau2 = float((1 / mean_v).sum()) - float((1 / (size * mean_v) ** 2) @ per_cluster)
    tau2 = max(0.0, (q - expected) / per_tau2)
    working = (size * (mean_v + tau2))[group]
    fit = robust_fit(effects.y, columns, terms, stacked(group, working), correction, level, effects.scale)
    i2 = 100 * max(0.0, 1 - expected / q) if q > 0 else 0.0
    return RobustWeights(tau2=tau2 * effects.scale**2, omega2=None, i2=i2, robust=fit, warnings=fit.warnings)


def hierarchical_effects(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Hashable],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> RobustWeights:
    """Weights for independent samples of one laboratory: 1/(v + tau² + omega²). Parameters as in `correlated_effects`.

    Raises
    ------
    InvalidInput
        As `robust.cluster_robust`.

    References
    ----------
    Hedges, Tipton and Johnson (2010), Research Synthesis Methods 1, 39-65, section 3.2: two sums of squared residuals, the
    weighted one and that of the clusters' sums, are equated to their expectations. An omega² below 0 becomes 0, and tau²
    then follows from the weighted sum alone.
    """
    effects, group, columns = _checked(yi, vi, cluster, x, terms)
    v, w = effects.v, 1 / effects.v
    basis, _ = orthonormal(columns)
    inverse, q = _fit(effects.y, basis, w)
    weighted = basis * w[:, None]
    sums = _sums(weighted, group)
    per_tau2 = float(w.sum()) - float(np.einsum("ij,mi,mj->", inverse, sums, sums))
    per_omega2 = float(w.sum()) - float((inverse * (weighted.T @ weighted)).sum())
    within = len(v) - basis.shape[1]
    # Residuals of a cluster's sum, as combinations of the errors of all effects: (m, k).
    clusters = np.arange(len(sums))
    combined = (group == clusters[:, None]) - _sums(basis, group) @ inverse @ weighted.T
    residual_sums = combined @ effects.y
    between = np.zeros((len(clusters), len(clusters)))
    np.add.at(between.T, group, combined.T)
    moments = np.array([[per_tau2, per_omega2], [(between**2).sum(), (combined**2).sum()]])
    excess = np.array([q - within, residual_sums @ residual_sums - float((combined**2).sum(axis=0) @ v)])
    warnings: tuple[str, ...] = ()
    # Without a cluster of two effects the two equations are one.
    apart = np.bincount(group).max() > 1
    tau2, omega2 = (float(value) for value in np.linalg.solve(moments, excess)) if apart else (0.0, -1.0)
    if not apart:
        warnings = ("Every cluster is one effect: one variance stands for clusters and effects, shown for clusters.",)
    if omega2 < 0:
        tau2, omega2 = float(excess[0] / per_tau2), 0.0
    tau2 = max(0.0, tau2)
    fit = robust_fit(effects.y, columns, terms, stacked(group, v + tau2 + omega2), correction, level, effects.scale)
    s2 = effects.scale**2
    return RobustWeights(
        tau2=tau2 * s2, omega2=omega2 * s2 if apart else None, i2=None, robust=fit, warnings=(*warnings, *fit.warnings)
    )


def _checked(
    yi: ArrayLike, vi: ArrayLike, cluster: Sequence[Hashable], x: ArrayLike | None, terms: Sequence[str]
) -> tuple[Effects, Rows, Vector]:
    effects = checked(yi, vi)
    group = checked_clusters(cluster, effects.k)
    return effects, group, checked_columns(np.ones((effects.k, 1)) if x is None else x, terms, effects.k)


def _fit(y: Vector, basis: Vector, w: Vector) -> tuple[Vector, float]:
    """(X'WX)⁻¹ and the weighted sum of squared residuals."""
    inverse = np.linalg.inv(basis.T @ (basis * w[:, None]))
    residual = y - basis @ (inverse @ (basis.T @ (w * y)))
    return np.asarray(inverse, dtype=np.float64), float(w @ residual**2)


def _sums(columns: Vector, group: Rows) -> Vector:
    """Sums of each column over each cluster, (m, p)."""
    sums = np.zeros((int(group.max()) + 1, columns.shape[1]))
    np.add.at(sums, group, columns)
    return sums
