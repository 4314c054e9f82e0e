"""Cluster-robust inference for a mean of dependent effects: CR2 with Satterthwaite degrees of freedom.

Never models the dependence: the working model is independence, and only the standard error is made robust to it.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.effectsizes.distributions import t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Vector, checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """A mean with cluster-robust standard error, on the scale of the effects."""

    estimate: float
    se: float
    df: float
    p: float | None  # None where the standard error is 0
    ci: tuple[float, float]
    clusters: int


def robust(yi: ArrayLike, vi: ArrayLike, cluster: Sequence[Hashable], *, tau2: float, level: float = 0.95) -> Robust:
    """The inverse-variance mean at a given tau², with CR2 variance and Satterthwaite t.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence, length k
        The sample each effect comes from.
    tau2 : float
        Between-study variance, in the squared unit of ``yi``; with it the working model is var = vi + tau².

    Raises
    ------
    InvalidInput
        For fewer than two clusters, a label too few or too many, or effects that cannot be pooled.

    References
    ----------
    Tipton (2015), Psychological Methods 20, 375-393 (small-sample adjustment and degrees of freedom);
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36, 672-683 (CR2 for a working model).
    """
    effects = checked(yi, vi)
    if len(cluster) != effects.k:
        raise InvalidInput(f"{len(cluster)} cluster labels for {effects.k} effects: give each effect its cluster")
    members = _members(cluster)
    if len(members) < 2:
        raise InvalidInput("all effects are in one cluster: cluster-robust inference needs at least 2 clusters")
    variance = effects.v + tau2 / effects.scale**2
    total = float(np.sum(1 / variance))
    estimate = float(np.sum(effects.y / variance)) / total
    loadings = [_loading(variance[rows], total) for rows in members]
    residuals = effects.y - estimate
    se = math.sqrt(sum(float(a @ residuals[rows]) ** 2 for a, rows in zip(loadings, members, strict=True)))
    df = _satterthwaite(loadings, [variance[rows] for rows in members], total)
    half = t_quantile_upper((1 - level) / 2, df) * se
    return Robust(
        estimate=estimate * effects.scale,
        se=se * effects.scale,
        df=df,
        p=t_two_sided(estimate / se, df) if se > 0 else None,
        ci=((estimate - half) * effects.scale, (estimate + half) * effects.scale),
        clusters=len(members),
    )


def _members(cluster: Sequence[Hashable]) -> list[list[int]]:
    rows: dict[Hashable, list[int]] = {}
    for row, label in enumerate(cluster):
        rows.setdefault(label, []).append(row)
    return list(rows.values())


def _loading(variance: Vector, total: float) -> Vector:
    """How much each residual of one cluster moves the mean, after the CR2 adjustment: A W 1 / Σw, shape (n,).

    With D the root of the working variance Φ, A = D B^(-1/2) D and B = D (Φ - 11'/Σw) D; the inverse root is a
    pseudo-inverse, for a cluster that alone identifies the mean.
    """
    root = np.sqrt(variance)
    b = np.diag(variance**2) - np.outer(root, root) / total
    values, vectors = np.linalg.eigh(b)
    kept = values > 1e-12 * values.max()
    inverse_root = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    adjusted = root * (vectors @ (inverse_root * (vectors.T @ (1 / root))))
    return np.asarray(adjusted / total, dtype=np.float64)


def _satterthwaite(loadings: list[Vector], variances: list[Vector], total: float) -> float:
    """Degrees of freedom (tr P)² / tr(P²), with P = diag(a'Φa) - ss'/Σw and s the sum of each cluster's loading."""
    own = np.array([float(a**2 @ v) for a, v in zip(loadings, variances, strict=True)])
    sums = np.array([float(a.sum()) for a in loadings])
    shared = sums**2 / total
    trace = float((own - shared).sum())
    # ΣΣ P² without building P: the diagonal by itself, the rest as a product of sums.
    squares = float(((own - shared) ** 2).sum()) + float(shared.sum()) ** 2 - float((shared**2).sum())
    return trace**2 / squares
