"""Correlated and hierarchical effects (CHE): one working model for effects that share people and for those that do not.

Never knows the correlation of the sampling errors: it is assumed, its band is a function of its own, and the inference is
robust to it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.dependence.covariance import check_rho
from synthesis.dependence.levels import codes, nested
from synthesis.dependence.model import Model, modelled, prepared
from synthesis.dependence.multilevel import DegreesOfFreedom, Multilevel, summary
from synthesis.dependence.nested import NestedCovariance, Shared
from synthesis.dependence.robust import ClusterRobust, robust_fit
from synthesis.dependence.sandwich import Correction, Stack, same_size
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.pool import Method, Test

RHO = 0.6  # within the range that repeated outcomes of trials show; Pustejovsky and Tipton (2022) use it as well
BAND = (0.0, 0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustMultilevel:
    """A multilevel working model, and inference that is robust to it: None with a single cluster."""

    model: Multilevel
    robust: ClusterRobust | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelatedHierarchical:
    """CHE at one assumed correlation."""

    rho: float
    model: Multilevel
    robust: ClusterRobust | None
    warnings: tuple[str, ...]


def robust_multilevel(
    yi: ArrayLike,
    variance: ArrayLike,
    levels: Sequence[Sequence[Hashable]],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    method: Method = Method.REML,
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> RobustMultilevel:
    """A multilevel model with inference robust to it, clustered by its outermost level; parameters as in `multilevel`.

    Raises
    ------
    InvalidInput
        As `multilevel`; and where sampling errors correlate across groups of the outermost level.
    """
    model = prepared(yi, variance, levels, x=x, terms=terms, method=method)
    return _fitted(model, method, correction, level)


def correlated_hierarchical(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Hashable],
    *,
    rho: float = RHO,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    method: Method = Method.REML,
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> CorrelatedHierarchical:
    """Effects in clusters, with sampling errors that correlate by ``rho`` within a cluster, REML and CR2.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence, length k
        The sample each effect comes from; it gets a random intercept, and so does each effect.
    rho : float
        Assumed correlation of two sampling errors of one cluster.
    x, terms, method, correction, level
        As in `multilevel` and `robust.cluster_robust`.

    Raises
    ------
    InvalidInput
        For effects, labels or columns that do not fit, or a ρ under which a cluster has no covariance.

    References
    ----------
    Pustejovsky and Tipton (2022), Prevention Science 23, 425-438 (the CHE working model with robust inference).
    """
    effects = checked(yi, vi)
    group = codes(cluster, effects.k, "cluster")
    check_rho(rho, int(np.bincount(group).max()))
    order, partitions = nested([group, np.arange(effects.k)])
    v = effects.v[order]
    # A cluster of one has nothing to share: its variance stays whole.
    alone = np.bincount(group)[group[order]] == 1
    covariance = NestedCovariance(
        np.where(alone, v, (1 - rho) * v),
        partitions,
        Shared(partitions[0], np.where(alone, 0.0, np.sqrt(v)), rho) if rho else None,
    )
    model = modelled(effects, covariance, order, x=x, terms=terms, method=method)
    fit = _fitted(model, method, correction, level)
    return CorrelatedHierarchical(rho=rho, model=fit.model, robust=fit.robust, warnings=fit.warnings)


def rho_band(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Hashable],
    *,
    rhos: Sequence[float] = BAND,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    level: float = 0.95,
) -> tuple[CorrelatedHierarchical, ...]:
    """CHE at each assumed correlation, so that a reader sees what hangs on it."""
    return tuple(correlated_hierarchical(yi, vi, cluster, rho=rho, x=x, terms=terms, level=level) for rho in rhos)


def _fitted(model: Model, method: Method, correction: Correction, level: float) -> RobustMultilevel:
    modes = model.likelihood.modes(model.free)
    fit = summary(model, modes, method, Test.T, DegreesOfFreedom.CONTAINMENT, level)
    if fit.groups[0] < 2:
        one = "All effects are in one cluster: the intervals rest on the model alone."
        return RobustMultilevel(model=fit, robust=None, warnings=(*fit.warnings, one))
    stacks = _working(model, modes[0].variances)
    y = model.effects.y[model.order]
    found = robust_fit(y, model.columns, model.terms, stacks, correction, level, model.effects.scale)
    return RobustMultilevel(model=fit, robust=found, warnings=(*fit.warnings, *found.warnings))


def _working(model: Model, variances: Vector) -> list[Stack]:
    covariance = model.likelihood.covariance
    return [Stack(rows, covariance.block(variances, rows)) for rows in same_size(covariance.levels[0].group)]
