"""Cluster-robust inference for a mean or a regression of dependent effects, with Satterthwaite degrees of freedom.

Never models the dependence: the working model may be wrong, and only the standard errors are made robust to that.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc

from corpus.effectsizes.distributions import t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.dependence.covariance import checked_covariance
from synthesis.dependence.levels import codes
from synthesis.dependence.sandwich import Correction, Sandwich, Stack, sandwich, stacked
from synthesis.pooling.engine import Vector, checked
from synthesis.regression.columns import checked_columns, is_constant, orthonormal

_VOID = (
    1e-9  # expected share of the variance below which a coefficient rests on one cluster, whose residuals are then 0
)
_ROUNDING = 1e-15  # times the largest effect: what is left of effects that the columns explain exactly
_FEW_DF = 4.0  # Tipton (2015), Psychological Methods 20, 375-393: below, the t approximation is not to be trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """A mean with cluster-robust standard error, on the scale of the effects."""

    estimate: float
    se: float
    df: float
    p: float | None  # None where the standard error is 0
    ci: tuple[float, float]
    clusters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustTerm:
    """One coefficient; None where it rests on a single cluster, and ``p`` also where the standard error is 0."""

    term: str
    estimate: float
    se: float | None
    statistic: float | None
    df: float | None
    p: float | None
    ci: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotellingTest:
    """All coefficients but the constant at once: F with two degrees of freedom."""

    statistic: float
    df: tuple[int, float]
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRobust:
    """Coefficients with cluster-robust tests, on the scale of the effects."""

    k: int
    clusters: int
    correction: Correction
    level: float
    terms: tuple[RobustTerm, ...]
    covariance: tuple[tuple[float, ...], ...]  # (p, p)
    moderators: HotellingTest | None  # None without moderators, or where too few clusters carry them
    warnings: tuple[str, ...]


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
    Tipton (2015), Psychological Methods 20, 375-393 (small-sample adjustment and degrees of freedom).
    """
    effects = checked(yi, vi)
    s = effects.scale
    stacks = stacked(checked_clusters(cluster, effects.k), effects.v + tau2 / s**2)
    size = math.sqrt(effects.k)
    found = sandwich(effects.y, np.full((effects.k, 1), 1 / size), np.array([[1 / size]]), stacks, Correction.CR2)
    estimate, se = float(found.beta[0]) * s, math.sqrt(float(found.covariance[0, 0])) * s
    df = float(found.satterthwaite()[0])
    half = t_quantile_upper((1 - level) / 2, df) * se
    return Robust(
        estimate=estimate,
        se=se,
        df=df,
        p=t_two_sided(estimate / se, df) if se > 0 else None,
        ci=(estimate - half, estimate + half),
        clusters=len(found.parts),
    )


def cluster_robust(
    yi: ArrayLike,
    working: ArrayLike,
    cluster: Sequence[Hashable],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> ClusterRobust:
    """Generalised least squares by a working covariance, with tests that hold where that covariance is wrong.

    Parameters
    ----------
    yi : array_like, shape (k,)
        Estimates.
    working : array_like, shape (k,) or (k, k)
        Working variances (sampling variance and heterogeneity together), or their covariance: 0 between clusters.
    cluster : sequence, length k
        What is independent of what.
    x : array_like, shape (k, p), optional
        Columns, a constant among them; without it, an intercept alone.
    terms : sequence of str, length p
        What the columns are called.

    Raises
    ------
    InvalidInput
        For fewer than two clusters, a covariance between clusters, or effects, labels or columns that do not fit.

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36, 672-683 (CR2); Tipton and Pustejovsky
    (2015), Journal of Educational and Behavioral Statistics 40, 604-634 (Hotelling's T² with HTZ degrees of freedom).
    """
    k = np.size(yi)
    diagonal, full = checked_covariance(working, k)
    effects = checked(yi, diagonal)
    group = checked_clusters(cluster, k)
    if full is not None:
        first, second = np.nonzero((full != 0) & (group[:, None] != group))
        if len(first):
            raise InvalidInput(
                f"rows {first[0] + 1} and {second[0] + 1} are in different clusters but have a covariance; "
                "give clusters that hold all that depends on each other"
            )
    columns = checked_columns(np.ones((k, 1)) if x is None else x, terms, k)
    stacks = stacked(group, effects.v if full is None else full / effects.scale**2)
    return robust_fit(effects.y, columns, terms, stacks, correction, level, effects.scale)


def checked_clusters(cluster: Sequence[Hashable], k: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Clusters as codes (k,), at least two of them."""
    group = codes(cluster, k, "cluster")
    if group.max() == 0:
        raise InvalidInput("all effects are in one cluster: cluster-robust inference needs at least 2 clusters")
    return group


def robust_fit(
    y: Vector,
    columns: Vector,
    terms: Sequence[str],
    stacks: Sequence[Stack],
    correction: Correction,
    level: float,
    scale: float,
) -> ClusterRobust:
    """`cluster_robust` of checked effects, divided by ``scale``, and the working covariances of their clusters."""
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    basis, to_basis = orthonormal(columns)
    centre = basis.T @ y
    back = np.asarray(np.linalg.solve(to_basis, np.eye(len(terms))), dtype=np.float64)
    centred = y - basis @ centre
    if float(np.abs(centred).max()) <= _ROUNDING * float(np.abs(y).max()):
        centred = np.zeros_like(centred)
    found = sandwich(centred, basis, back, stacks, correction)
    beta = found.beta + back @ centre
    found = replace(found, beta=beta)
    void = found.expected_share() < _VOID
    dfs, se = found.satterthwaite(), np.sqrt(np.diag(found.covariance))
    covariance = np.where(void[:, None] | void, 0.0, found.covariance) * scale**2
    results = tuple(
        RobustTerm(term=name, estimate=float(b) * scale, se=None, statistic=None, df=None, p=None, ci=None)
        if nothing
        else _term(name, float(b) * scale, float(e) * scale, float(df), level)
        for name, b, e, df, nothing in zip(terms, beta, se, dfs, void, strict=True)
    )
    tested = [place for place in range(len(terms)) if not is_constant(columns[:, place])]
    warnings = list(_warnings(results))
    # CR2 spreads the residuals of such a cluster where its variances differ, and shows the spread as an error.
    warnings += [
        f"{name} rests on a single cluster: its CR2 standard error holds nothing of how clusters vary."
        for name, alone in zip(terms, (found.plain_share < _VOID) & ~void, strict=True)
        if alone
    ]
    moderators = None
    if tested and not void[tested].any() and (se[tested] > 0).all():
        moderators = _hotelling(found, tested)
        if moderators is None:
            warnings.append(
                f"{len(found.parts)} clusters are too few for a test of {len(tested)} coefficients at once."
            )
    return ClusterRobust(
        k=len(y),
        clusters=len(found.parts),
        correction=correction,
        level=level,
        terms=results,
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        moderators=moderators,
        warnings=tuple(warnings),
    )


def _term(name: str, estimate: float, se: float, df: float, level: float) -> RobustTerm:
    half = t_quantile_upper((1 - level) / 2, df) * se
    return RobustTerm(
        term=name,
        estimate=estimate,
        se=se,
        statistic=estimate / se if se > 0 else None,
        df=df,
        p=t_two_sided(estimate / se, df) if se > 0 else None,
        ci=(estimate - half, estimate + half),
    )


def _hotelling(found: Sandwich, tested: Sequence[int]) -> HotellingTest | None:
    if len(tested) > np.linalg.matrix_rank(found.covariance[np.ix_(tested, tested)]):
        return None
    wald, eta = found.hotelling(tested)
    q = len(tested)
    df = eta - q + 1
    if df <= 0:
        return None
    statistic = df / (eta * q) * wald
    return HotellingTest(statistic=statistic, df=(q, df), p=float(fdtrc(q, df, statistic)))


def _warnings(terms: Sequence[RobustTerm]) -> list[str]:
    warnings = []
    for term in terms:
        if term.df is None:
            warnings.append(f"{term.term} rests on a single cluster: it has no cluster-robust standard error.")
        elif term.df < _FEW_DF:
            warnings.append(
                f"{term.term} has {term.df:.1f} degrees of freedom: below {_FEW_DF:g}, its p-value and interval are not "
                "to be trusted."
            )
        if term.se == 0:
            warnings.append(f"The residuals of {term.term} are all 0, and so is its standard error; there is no test.")
    return warnings
