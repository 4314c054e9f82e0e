"""Meta-regression: effects explained by moderators, with what heterogeneity they leave over.

Never adds an intercept, drops a row or drops a term by itself, and never decides which moderators are worth a test.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided, t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.pooling.pool import Method, Test
from synthesis.regression.columns import ALIASED, checked_columns, is_constant, orthonormal
from synthesis.regression.projection import Matrix, coefficients, contrasts, project
from synthesis.regression.tau2 import Tau2, log_likelihood, residual_tau2

_RIVAL_MODE = 2.0  # log-likelihood units: a second mode this close is within what the data can tell apart
_EFFECTS_PER_MODERATOR = 10  # Cochrane Handbook for Systematic Reviews of Interventions, section 10.11.4
EXACT_FIT = 1e-28  # share of the weighted sum of squares: what residuals of 1e-14 of the effects, rounding, add up to


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One coefficient, on the scale of the effects (log for ratios) per unit of its column."""

    term: str
    estimate: float
    se: float
    statistic: float | None
    df: int | None  # None under z
    p: float | None
    ci: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedEffects:
    """A meta-regression. None means: not defined for these data."""

    k: int
    method: Method
    test: Test
    level: float
    terms: tuple[Term, ...]
    covariance: tuple[tuple[float, ...], ...]  # (p, p), of the estimates, under the test
    root: tuple[
        tuple[float, ...], ...
    ]  # (p, p), root root' = covariance, with the digits a far-off constant would cost
    residual_scale: float  # factor of the covariance: 1 under z and t, the residual mean square under knha
    tau2: float
    se_tau2: float | None
    typical_variance: float
    i2: float | None  # percent, of the residual heterogeneity
    h2: float | None
    qe: float
    qe_df: int
    qe_p: float
    qm: float | None  # all terms but the constant at once: chi² under z, else F
    qm_df: tuple[int, int | None] | None
    qm_p: float | None
    r2: float | None  # percent of tau² explained, at least 0
    log_likelihood: float  # restricted under REML, else ordinary
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldTest:
    """Several coefficients tested at once: chi² with ``df`` (m, None), or F with (m, k - p)."""

    statistic: float
    df: tuple[int, int | None]
    p: float


def meta_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    x: ArrayLike,
    *,
    terms: Sequence[str],
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
) -> MixedEffects:
    """Regress effects on moderators under a fixed-effects or mixed-effects model.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    x : array_like, shape (k, p)
        One column per term, a constant column for the intercept among them; k > p.
    terms : sequence of str, length p
        What the columns are called.
    method, test, level
        Estimator of the residual tau², test of the coefficients, and coverage of every interval.

    Raises
    ------
    InvalidInput
        For effects that cannot be pooled, columns that do not fit them or hold values that are not finite, no more effects
        than terms, or a term that earlier ones determine (named).

    References
    ----------
    Knapp and Hartung (2003), Statistics in Medicine 22, 2693-2710 (knha); Raudenbush (2009), in Cooper, Hedges and Valentine
    (eds), The Handbook of Research Synthesis and Meta-Analysis, 2nd ed., ch. 16 (model, QM, QE, R²); Higgins and Thompson
    (2002), Statistics in Medicine 21, 1539-1558 (I², H²).
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    effects = checked(yi, vi)
    columns = checked_columns(x, terms, effects.k)
    return regress(effects, columns, terms, method, test, level)


def regress(
    effects: Effects,
    columns: Matrix,
    terms: Sequence[str],
    method: Method,
    test: Test,
    level: float,
    *,
    explained: bool = True,
) -> MixedEffects:
    """`meta_regression` of checked effects and columns; without ``explained``, R² is left out and is None."""
    k, p = columns.shape
    basis, to_basis = orthonormal(columns)
    heterogeneity = residual_tau2(effects, basis, method)
    tau2 = heterogeneity.tau2
    against = contrasts(effects, basis, tau2)
    at = project(effects, against, tau2)
    scaled_beta, scaled_root = coefficients(effects, against, at)
    back = np.linalg.solve(to_basis, np.eye(p))
    exact = float(at.q) <= EXACT_FIT * float(at.w @ effects.y**2)
    mean_square = 0.0 if exact else float(at.q) / (k - p)
    residual_scale = _residual_scale(mean_square, test)
    beta = back @ scaled_beta
    root = math.sqrt(residual_scale) * back @ scaled_root
    covariance = root @ root.T
    df = None if test is Test.Z else k - p
    fixed = project(effects, contrasts(effects, basis, 0.0), 0.0)
    qe, typical = 0.0 if exact else float(fixed.q), (k - p) / float(fixed.trace_p)
    if method is Method.FE:
        i2, h2 = (100 * max(0.0, (qe - (k - p)) / qe) if qe > 0 else 0.0), qe / (k - p)
    else:
        i2, h2 = 100 * tau2 / (tau2 + typical), 1 + tau2 / typical
    s, s2 = effects.scale, effects.scale**2
    moderators = [column for column in range(p) if not is_constant(columns[:, column])]
    qm = None if not moderators or residual_scale == 0 else wald_test(beta, covariance, moderators, df)
    restricted = method is Method.REML
    likely = k - p if restricted else k  # observations, or error contrasts, the likelihood is of
    return MixedEffects(
        k=k,
        method=method,
        test=test,
        level=level,
        terms=tuple(
            _term(name, float(b) * s, math.sqrt(max(float(c), 0.0)) * s, df, level)
            for name, b, c in zip(terms, beta, np.diag(covariance), strict=True)
        ),
        covariance=tuple(tuple(row) for row in (covariance * s2).tolist()),
        root=tuple(tuple(row) for row in (root * s).tolist()),
        residual_scale=residual_scale,
        tau2=tau2 * s2,
        se_tau2=None if heterogeneity.se is None else heterogeneity.se * s2,
        typical_variance=typical * s2,
        i2=i2,
        h2=h2,
        qe=qe,
        qe_df=k - p,
        qe_p=float(chdtrc(k - p, qe)),
        qm=qm.statistic if qm else None,
        qm_df=qm.df if qm else None,
        qm_p=qm.p if qm else None,
        r2=_r2(effects, basis, method, tau2, qe) if moderators and explained else None,
        log_likelihood=log_likelihood(at, likely, restricted) - likely * math.log(s),
        warnings=tuple(_warnings(heterogeneity, effects, method, residual_scale, df, len(moderators), level)),
    )


def wald_test(beta: Vector, covariance: Matrix, tested: Sequence[int], df: int | None) -> WaldTest:
    """The coefficients at the positions ``tested`` against 0: chi² without ``df``, else F.

    References
    ----------
    Knapp and Hartung (2003), Statistics in Medicine 22, 2693-2710 (the F test).
    """
    place = np.ix_(tested, tested)
    size = np.sqrt(np.diag(covariance)[list(tested)])  # correlations, so that units of the terms do not matter
    z = beta[list(tested)] / size
    chi2 = float(z @ np.linalg.solve(covariance[place] / np.outer(size, size), z))
    m = len(tested)
    if df is None:
        return WaldTest(statistic=chi2, df=(m, None), p=float(chdtrc(m, chi2)))
    return WaldTest(statistic=chi2 / m, df=(m, df), p=float(fdtrc(m, df, chi2 / m)))


def _residual_scale(mean_square: float, test: Test) -> float:
    if test.value == "knha":
        return mean_square
    return max(1.0, mean_square) if test.value == "adhoc" else 1.0


def _warnings(
    heterogeneity: Tau2,
    effects: Effects,
    method: Method,
    residual_scale: float,
    df: int | None,
    moderators: int,
    level: float,
) -> list[str]:
    warnings = [
        f"The {method} likelihood has a second mode at tau² = {rival.tau2 * effects.scale**2:.4g}; "
        "compare the other estimators."
        for rival in heterogeneity.rivals
        if (heterogeneity.log_likelihood or 0.0) - rival.log_likelihood < _RIVAL_MODE
    ]
    if residual_scale == 0:
        warnings.append(
            "The terms fit all estimates exactly, so Hartung-Knapp gives standard errors of 0; use the z test."
        )
    elif df is not None and math.sqrt(residual_scale) * _quantile(level, df) < _quantile(level, None):
        warnings.append(
            "The Hartung-Knapp intervals are narrower than the normal ones here; read them with the z test."
        )
    if df == 1:
        warnings.append("One effect more than terms: the intervals rest on 1 degree of freedom.")
    if moderators and effects.k < _EFFECTS_PER_MODERATOR * moderators:
        warnings.append(
            f"{effects.k} effects for {moderators} moderator columns: below {_EFFECTS_PER_MODERATOR} for each, "
            "a meta-regression explores and does not confirm."
        )
    return warnings


def _term(name: str, estimate: float, se: float, df: int | None, level: float) -> Term:
    half = se * _quantile(level, df)
    statistic = estimate / se if se > 0 else None
    p = None
    if statistic is not None:
        p = normal_two_sided(statistic) if df is None else t_two_sided(statistic, df)
    return Term(
        term=name, estimate=estimate, se=se, statistic=statistic, df=df, p=p, ci=(estimate - half, estimate + half)
    )


def _quantile(level: float, df: int | None) -> float:
    tail = (1 - level) / 2
    return -normal_quantile(tail) if df is None else t_quantile_upper(tail, df)


def _r2(effects: Effects, basis: Matrix, method: Method, tau2: float, qe: float) -> float | None:
    """Percent of tau² that the moderators explain; under FE, of the weighted mean square (adjusted R²).

    None where the model holds no constant, or there is nothing to explain.
    """
    constant = np.full((effects.k, 1), 1 / math.sqrt(effects.k))
    if float(np.linalg.norm(constant - basis @ (basis.T @ constant))) > ALIASED:
        return None
    if method is Method.FE:
        total = float(project(effects, contrasts(effects, constant, 0.0), 0.0).q) / (effects.k - 1)
        return 100 * max(0.0, 1 - qe / (effects.k - basis.shape[1]) / total) if total > 0 else None
    without = residual_tau2(effects, constant, method).tau2
    return 100 * max(0.0, 1 - tau2 / without) if without > 0 else None
