"""Covariances of sampling errors: built from an assumed correlation, or given and checked.

Never mends a covariance that is none: it is refused, with what to do.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.dependence.levels import codes
from synthesis.pooling.engine import Vector, checked

_ASYMMETRY = 1e-10  # relative: what computing the same covariance in two orders leaves


def impute_covariance(vi: ArrayLike, cluster: Sequence[Hashable], rho: float) -> Vector:
    """The covariance of sampling errors that all correlate by ``rho`` within a cluster and not at all between clusters.

    Parameters
    ----------
    vi : array_like, shape (k,)
        Sampling variances.
    cluster : sequence, length k
        Whose people each effect is estimated from.
    rho : float
        The assumed correlation of two estimates of one cluster.

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    InvalidInput
        For variances that are not above 0, labels too few or too many, or a ρ under which the covariance of the largest
        cluster is not positive definite.

    References
    ----------
    Pustejovsky and Tipton (2022), Prevention Science 23, 425-438, eq. 3 (constant sampling correlation).
    """
    effects = checked(np.zeros(np.shape(vi)), vi)
    v = effects.v * effects.scale**2
    group = codes(cluster, len(v), "cluster")
    check_rho(rho, int(np.bincount(group).max()))
    se = np.sqrt(v)
    covariance = rho * (group[:, None] == group) * np.outer(se, se)
    np.fill_diagonal(covariance, v)
    return np.asarray(covariance, dtype=np.float64)


def check_rho(rho: float, largest: int) -> None:
    """Refuse a correlation under which ``largest`` estimates of one cluster have no positive definite covariance."""
    low = -1 / (largest - 1) if largest > 1 else -1.0
    if not low < rho < 1:
        raise InvalidInput(
            f"rho is {rho:g}, but {largest} estimates of one cluster can only correlate between {low:.3g} and 1 "
            "(both excluded); give a correlation there, such as 0.6"
        )


def checked_covariance(variance: ArrayLike, k: int) -> tuple[Vector, Vector | None]:
    """Sampling variances (k,), and the full covariance (k, k) or None where the errors are independent.

    Raises
    ------
    InvalidInput
        For a shape that does not fit, or a matrix that is not finite, symmetric and positive definite.
    """
    try:
        array = np.asarray(variance, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"variance holds something that is not a number ({error}); give numbers only") from None
    if array.ndim == 1:
        return array, None
    if array.shape != (k, k):
        raise InvalidInput(
            f"variance has the shape {array.shape} for {k} effects: give (k,) variances or a (k, k) matrix"
        )
    diagonal = np.diag(array).copy()
    off = array.copy()
    np.fill_diagonal(off, 0.0)
    if not off.any():
        return diagonal, None
    if not np.isfinite(array).all():
        raise InvalidInput("the covariance holds values that are not finite; correct them or leave their rows out")
    if (diagonal <= 0).any():
        row = int(np.argmax(diagonal <= 0))
        raise InvalidInput(
            f"row {row + 1}: the sampling variance is {diagonal[row]:g}, but it is above 0; give se² there"
        )
    se = np.sqrt(diagonal)
    correlation = array / se / se[:, None]
    if float(np.abs(correlation - correlation.T).max()) > _ASYMMETRY:
        first, second = divmod(int(np.abs(correlation - correlation.T).argmax()), k)
        raise InvalidInput(
            f"the covariance is not symmetric at rows {first + 1} and {second + 1}; give each pair one covariance"
        )
    smallest = float(np.linalg.eigvalsh((correlation + correlation.T) / 2)[0])
    if smallest <= k * np.finfo(np.float64).eps:
        raise InvalidInput(
            f"the covariance is not positive definite (smallest eigenvalue of its correlations {smallest:.2g}); "
            "check the correlations, or impute them with one rho"
        )
    return diagonal, (array + array.T) / 2
