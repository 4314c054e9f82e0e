"""Several outcomes pooled together: their sampling errors correlate as given, and so do their true effects between studies.

Never guesses the covariance of sampling errors (`covariance.impute_covariance` builds one from an assumed correlation), and
never fills in an outcome that a study did not report.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided, t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.dependence.between import Structure, between
from synthesis.dependence.covariance import checked_covariance
from synthesis.dependence.joint import JointLikelihood, JointMode
from synthesis.dependence.levels import Rows, codes
from synthesis.dependence.robust import ClusterRobust, robust_fit
from synthesis.dependence.sandwich import Correction, Stack, stacked
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.likelihood import RIVAL
from synthesis.pooling.pool import Method, Test
from synthesis.regression.columns import checked_columns, is_constant, orthonormal
from synthesis.regression.mixed import Term, wald_test

_STARTS = tuple((share, rho) for share in (1.0, 0.05) for rho in (0.0, 0.7, -0.5))  # of the spread; correlation
_NO_VARIANCE = 1e-10  # of the typical sampling variance: below, a variance is 0 but for rounding
_PERFECT = 1e-6  # 1 less the absolute value of a correlation that is at its boundary
_SINGULAR = 1e-8  # smallest eigenvalue of correlations at their boundary together
_FLAT = 1e-6  # smallest eigenvalue of the observed information as a correlation matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Multivariate:
    """A multivariate model; outcomes are in the order of their first appearance."""

    k: int
    studies: int
    outcomes: tuple[str, ...]
    structure: Structure
    method: Method
    test: Test
    level: float
    terms: tuple[Term, ...]  # the mean of each outcome, unless columns were given
    covariance: tuple[tuple[float, ...], ...]  # (p, p), of the estimates
    tau2: tuple[float, ...]  # between studies, per outcome
    correlation: tuple[tuple[float | None, ...], ...]  # between studies; None beside a variance of 0
    qe: float
    qe_df: int
    qe_p: float
    qm: float  # all terms but a constant at once: chi² under z, else F
    qm_df: tuple[int, int | None]
    qm_p: float
    log_likelihood: float
    robust: ClusterRobust  # clustered by study
    warnings: tuple[str, ...]


def multivariate(
    yi: ArrayLike,
    covariance: ArrayLike,
    study: Sequence[Hashable],
    outcome: Sequence[Hashable],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] | None = None,
    structure: Structure = Structure.UN,
    method: Method = Method.REML,
    test: Test = Test.T,
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> Multivariate:
    """Pool several outcomes at once, each with its own mean.

    Parameters
    ----------
    yi : array_like, shape (k,)
        Estimates, one row for each outcome that a study reports.
    covariance : array_like, shape (k, k) or (k,)
        The known covariance of their sampling errors, 0 between studies; or variances, where errors are independent.
    study, outcome : sequence, length k
        Labels; a study has one row of an outcome, or none.
    x : array_like, shape (k, p), optional
        Columns in place of the outcomes' indicators.
    terms : sequence of str, length p, optional
        What the columns of ``x`` are called.
    structure, method, test, correction, level
        Of the covariance between studies; REML or ML; z, or t with k - p degrees of freedom; of the robust variance;
        coverage of every interval.

    Raises
    ------
    InvalidInput
        For effects, labels, a covariance or columns that do not fit, fewer than two studies, an outcome twice in a study,
        or a structure that asks for more than the studies report.

    References
    ----------
    Jackson, Riley and White (2011), Statistics in Medicine 30, 2481-2498; Berkey et al. (1998), Statistics in Medicine 17,
    2537-2550 (regression of several outcomes).
    """
    _check_choices(method, test, level)
    k = np.size(yi)
    diagonal, full = checked_covariance(covariance, k)
    effects = checked(yi, diagonal)
    group, which = codes(study, k, "study"), codes(outcome, k, "outcome")
    outcomes = tuple(str(label) for label in dict.fromkeys(outcome))
    member = np.eye(len(outcomes))[which]
    _check_reports(group, member, full, outcomes, structure, own_means=x is None)
    if x is not None and terms is None:
        raise InvalidInput("x has columns without names; give terms, one for each column")
    names = outcomes if x is None or terms is None else tuple(terms)
    columns = checked_columns(member if x is None else x, names, k)
    basis, to_basis = orthonormal(columns)
    centre = basis.T @ effects.y
    back = np.asarray(np.linalg.solve(to_basis, np.eye(len(names))), dtype=np.float64)
    residual = effects.y - basis @ centre
    stacks = stacked(group, effects.v if full is None else full / effects.scale**2)
    structured = between(structure, len(outcomes))
    likelihood = JointLikelihood(residual, basis, stacks, member, structured, method is Method.REML)
    spread = np.maximum(member.T @ residual**2, member.T @ effects.v) / member.sum(axis=0)
    modes = likelihood.modes([structured.start(share * spread, rho) for share, rho in _STARTS])
    best, s = modes[0], effects.scale
    at, fixed = likelihood.fit(best.covariance), likelihood.fit(np.zeros_like(best.covariance))
    beta = back @ (at.beta + centre)
    beta_covariance = back @ np.linalg.inv(at.xwx) @ back.T
    p = len(names)
    df = k - p if test is Test.T else None
    tested = [place for place in range(p) if not is_constant(columns[:, place])] or [0]
    qm = wald_test(beta, beta_covariance, tested, df)
    working = [Stack(stack.rows, each) for stack, each in zip(stacks, at.working, strict=True)]
    found = robust_fit(effects.y, columns, names, working, correction, level, s)
    typical = np.array([np.median(effects.v[which == place]) for place in range(len(outcomes))])
    correlation = _correlation(best.covariance, typical)
    n = k - p if method is Method.REML else k
    se = np.sqrt(np.diag(beta_covariance))
    return Multivariate(
        k=k,
        studies=int(group.max()) + 1,
        outcomes=outcomes,
        structure=structure,
        method=method,
        test=test,
        level=level,
        terms=tuple(
            _term(name, float(b) * s, float(e) * s, df, level) for name, b, e in zip(names, beta, se, strict=True)
        ),
        covariance=tuple(tuple(row) for row in (beta_covariance * s**2).tolist()),
        tau2=tuple((np.diag(best.covariance) * s**2).tolist()),
        correlation=correlation,
        qe=max(float(fixed.q), 0.0),
        qe_df=k - p,
        qe_p=float(chdtrc(k - p, max(float(fixed.q), 0.0))),
        qm=qm.statistic,
        qm_df=qm.df,
        qm_p=qm.p,
        log_likelihood=best.log_likelihood - n * (math.log(2 * math.pi) / 2 + math.log(s)),
        robust=found,
        warnings=(*_warnings(modes, outcomes, correlation, structured.lower, structured.upper, s), *found.warnings),
    )


def _check_choices(method: Method, test: Test, level: float) -> None:
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    if method not in (Method.REML, Method.ML):
        raise InvalidInput(f"method is {method}, but a multivariate model is fitted by REML or ML; choose one of them")
    if test not in (Test.Z, Test.T):
        raise InvalidInput(f"test is {test}, but a multivariate model is tested by z or t; choose one of them")


def _check_reports(
    group: Rows, member: Vector, full: Vector | None, outcomes: Sequence[str], structure: Structure, *, own_means: bool
) -> None:
    """Refuse what the structure cannot be estimated from."""
    if group.max() == 0:
        raise InvalidInput("all effects are in one study: a covariance between studies needs at least 2 studies")
    if full is not None:
        first, second = np.nonzero((full != 0) & (group[:, None] != group))
        if len(first):
            raise InvalidInput(
                f"rows {first[0] + 1} and {second[0] + 1} are in different studies but have a sampling covariance; "
                "give both one study label"
            )
    reported = np.zeros((int(group.max()) + 1, len(outcomes)))
    np.add.at(reported, group, member)
    if (reported > 1).any():
        name = outcomes[int(np.argmax((reported > 1).any(axis=0)))]
        raise InvalidInput(
            f"a study has {name} more than once; aggregate its rows, or fit effects in studies with a multilevel model"
        )
    together = reported.T @ reported
    if own_means and structure is not Structure.CS and (np.diag(together) < 2).any():
        name = outcomes[int(np.argmax(np.diag(together) < 2))]
        raise InvalidInput(
            f"{name} is reported by one study: its variance between studies cannot be estimated; leave it out, or use CS"
        )
    if structure is Structure.UN and (together == 0).any():
        one, other = (int(place) for place in np.argwhere(together == 0)[0])
        raise InvalidInput(
            f"no study reports both {outcomes[one]} and {outcomes[other]}, so that their correlation cannot be estimated; "
            "use the structure HCS, CS or DIAG"
        )
    if (
        structure in (Structure.CS, Structure.HCS)
        and len(outcomes) > 1
        and not (together - np.diag(np.diag(together))).any()
    ):
        raise InvalidInput(
            "no study reports two outcomes, so that no correlation can be estimated; use the structure DIAG"
        )


def _correlation(covariance: Vector, typical: Vector) -> tuple[tuple[float | None, ...], ...]:
    variances = np.diag(covariance)
    void = variances <= _NO_VARIANCE * typical
    sd = np.sqrt(np.where(void, 1.0, variances))
    known = np.clip(covariance / sd / sd[:, None], -1.0, 1.0)
    hidden = void[:, None] | void
    return tuple(
        tuple(None if hide else value for value, hide in zip(row, hides, strict=True))
        for row, hides in zip(known.tolist(), hidden.tolist(), strict=True)
    )


def _warnings(
    modes: Sequence[JointMode],
    outcomes: Sequence[str],
    correlation: tuple[tuple[float | None, ...], ...],
    lower: Vector,
    upper: Vector,
    scale: float,
) -> list[str]:
    best = modes[0]
    void = [place for place in range(len(outcomes)) if correlation[place][place] is None]
    warnings = [
        f"The variance of {outcomes[place]} between studies is estimated as 0, at the boundary." for place in void
    ]
    kept = [place for place in range(len(outcomes)) if place not in void]
    for one in kept:
        for other in kept:
            value = correlation[one][other]
            if one < other and value is not None and 1 - abs(value) < _PERFECT:
                warnings.append(
                    f"The correlation of {outcomes[one]} and {outcomes[other]} between studies is estimated as "
                    f"{value:.0f}, at the boundary."
                )
    known = np.array([[correlation[one][other] for other in kept] for one in kept], dtype=np.float64)
    if not warnings and len(kept) > 1 and float(np.linalg.eigvalsh(known)[0]) < _SINGULAR:
        warnings.append(
            "The covariance between studies is singular, at the boundary: one outcome follows from the others."
        )
    for rival in modes[1:]:
        if best.log_likelihood - rival.log_likelihood < RIVAL:
            at = ", ".join(f"{value * scale**2:.4g}" for value in np.diag(rival.covariance))
            warnings.append(f"The likelihood has a second peak, at variances {at}.")
    inside = np.flatnonzero((best.parameters > lower) & (best.parameters < upper))
    if not warnings and len(inside):
        information = best.information[np.ix_(inside, inside)]
        size = np.sqrt(np.abs(np.diag(information)))
        if not size.all() or float(np.linalg.eigvalsh(information / np.outer(size, size))[0]) < _FLAT:
            warnings.append("The likelihood is flat in some direction: choose a simpler structure.")
    return warnings


def _term(name: str, estimate: float, se: float, df: int | None, level: float) -> Term:
    tail = (1 - level) / 2
    half = (-normal_quantile(tail) if df is None else t_quantile_upper(tail, df)) * se
    statistic = estimate / se
    p = normal_two_sided(statistic) if df is None else t_two_sided(statistic, df)
    return Term(
        term=name, estimate=estimate, se=se, statistic=statistic, df=df, p=p, ci=(estimate - half, estimate + half)
    )
