"""Multilevel meta-analysis: effects in samples in studies, with a variance for each level.

Never decides which effects share people, and never splits a variance that the data cannot split: that part is None, with a
warning in words.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided, t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.dependence.likelihood import Mode
from synthesis.dependence.model import Model, partitioned, prepared
from synthesis.pooling.engine import checked
from synthesis.pooling.likelihood import RIVAL
from synthesis.pooling.pool import Method, Test
from synthesis.regression.columns import is_constant
from synthesis.regression.mixed import Term, wald_test

_TIE = 1e-9  # log-likelihood units: rounding
_FLAT = (
    1e-6  # smallest eigenvalue of the observed information as a correlation matrix: a ridge along which nothing changes
)


class DegreesOfFreedom(StrEnum):
    """Those of t tests: effects less terms, or groups less terms of the level that a term is constant within."""

    RESIDUAL = "residual"
    CONTAINMENT = "containment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multilevel:
    """A multilevel model. None means: not defined for these data; where there is one entry per level, outermost first."""

    k: int
    groups: tuple[int, ...]  # per level
    method: Method
    test: Test  # the test used: z for a single effect, whatever was asked
    level: float
    terms: tuple[Term, ...]
    covariance: tuple[tuple[float, ...], ...]  # (p, p), of the estimates
    sigma2: tuple[float | None, ...]
    pi: tuple[float, float] | None  # of a new effect in a new group of every level; only without moderators
    typical_variance: float | None
    i2: float | None  # percent, of all levels together
    i2_levels: tuple[float | None, ...]
    qe: float | None
    qe_df: int | None
    qe_p: float | None
    qm: float | None  # all terms but the constant at once: chi² under z, else F; of the constant where it is alone
    qm_df: tuple[int, int | None] | None
    qm_p: float | None
    log_likelihood: float | None
    warnings: tuple[str, ...]


def multilevel(
    yi: ArrayLike,
    variance: ArrayLike,
    levels: Sequence[Sequence[Hashable]],
    *,
    x: ArrayLike | None = None,
    terms: Sequence[str] = ("intercept",),
    method: Method = Method.REML,
    test: Test = Test.T,
    df: DegreesOfFreedom = DegreesOfFreedom.CONTAINMENT,
    level: float = 0.95,
) -> Multilevel:
    """Pool or regress effects with a random intercept at each level.

    Parameters
    ----------
    yi : array_like, shape (k,)
        Estimates.
    variance : array_like, shape (k,) or (k, k)
        Their sampling variances, or the covariance of their sampling errors.
    levels : sequence of sequences, each of length k
        Labels, the outermost level first: [study], or [study, effect]. Labels of an inner level count within their group of
        the level before, so that effect 1 of one study is not effect 1 of another.
    x : array_like, shape (k, p), optional
        Moderators with a constant column among them; without it, an intercept alone.
    terms : sequence of str, length p
        What the columns are called.
    method, test, df, level
        REML or ML; z or t; the degrees of freedom of t; coverage of every interval.

    Raises
    ------
    InvalidInput
        For effects, a covariance, labels or columns that do not fit or cannot be computed with, or another method or test.

    References
    ----------
    Konstantopoulos (2011), Research Synthesis Methods 2, 61-76 (the three-level model, REML); Nakagawa and Santos (2012),
    Evolutionary Ecology 26, 1253-1274 (I² of each level); containment degrees of freedom as in metafor's rma.mv: of the
    levels within whose groups a term is constant, the fewest groups, less the number of terms.
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    if method not in (Method.REML, Method.ML):
        raise InvalidInput(f"method is {method}, but a multilevel model is fitted by REML or ML; choose one of them")
    if test not in (Test.Z, Test.T):
        raise InvalidInput(f"test is {test}, but a multilevel model is tested by z or t; choose one of them")
    if np.size(yi) == 1 and x is None:
        return _single(yi, variance, levels, method, level)
    model = prepared(yi, variance, levels, x=x, terms=terms, method=method)
    return summary(model, model.likelihood.modes(model.free), method, test, df, level)


def summary(
    model: Model, modes: Sequence[Mode], method: Method, test: Test, df: DegreesOfFreedom, level: float
) -> Multilevel:
    """What a fit at the best of its modes says, on the scale of the effects."""
    likelihood, s = model.likelihood, model.effects.scale
    best = modes[0]
    sigma2, partitions = best.variances, likelihood.covariance.levels
    k, p = model.columns.shape
    at = likelihood.solved(sigma2)
    fixed = likelihood.solved(np.zeros(len(sigma2)))
    beta = model.back @ (at.beta + model.centre)
    covariance = model.back @ at.covariance @ model.back.T
    dfs = [_degrees(model, place, df) if test is Test.T else None for place in range(p)]
    se = np.sqrt(np.diag(covariance))
    terms = tuple(
        _term(name, float(b) * s, float(e) * s, freedom, level)
        for name, b, e, freedom in zip(model.terms, beta, se, dfs, strict=True)
    )
    tested = [place for place in range(p) if not is_constant(model.columns[:, place])] or [0]
    tested_df = [freedom for place, freedom in enumerate(dfs) if place in tested and freedom is not None]
    qm = wald_test(beta, covariance, tested, min(tested_df, default=None))
    typical = (k - p) / float(fixed.trace_p)
    total = float(sigma2.sum())
    half = _quantile(level, dfs[0]) * math.sqrt(float(covariance[0, 0]) + total)
    alone = p == 1 and is_constant(model.columns[:, 0])
    new_effect = None
    if alone:
        new_effect = (float(beta[0]) - half) * s, (float(beta[0]) + half) * s
    n = k - p if likelihood.restricted else k
    known = list(zip(sigma2.tolist(), model.free.tolist(), strict=True))
    return Multilevel(
        k=k,
        groups=tuple(partition.count for partition in partitions),
        method=method,
        test=test,
        level=level,
        terms=terms,
        covariance=tuple(tuple(row) for row in (covariance * s**2).tolist()),
        sigma2=tuple(value * s**2 if free else None for value, free in known),
        pi=new_effect,
        typical_variance=typical * s**2,
        i2=100 * total / (total + typical),
        i2_levels=tuple(100 * value / (total + typical) if free else None for value, free in known),
        qe=max(float(fixed.q), 0.0),
        qe_df=k - p,
        qe_p=float(chdtrc(k - p, max(float(fixed.q), 0.0))),
        qm=qm.statistic,
        qm_df=qm.df,
        qm_p=qm.p,
        log_likelihood=best.log_likelihood - n * (math.log(2 * math.pi) / 2 + math.log(s)),
        warnings=(*model.warnings, *_warnings(model, modes)),
    )


def _single(
    yi: ArrayLike, variance: ArrayLike, levels: Sequence[Sequence[Hashable]], method: Method, level: float
) -> Multilevel:
    """k = 1: the effect itself; whatever compares effects is not defined."""
    effects = checked(yi, np.ravel(np.asarray(variance, dtype=np.float64)))
    partitioned(levels, 1)
    estimate, se = float(effects.y[0]) * effects.scale, math.sqrt(float(effects.v[0])) * effects.scale
    none = (None,) * len(levels)
    return Multilevel(
        k=1,
        groups=(1,) * len(levels),
        method=method,
        test=Test.Z,
        level=level,
        terms=(_term("intercept", estimate, se, None, level),),
        covariance=((se**2,),),
        sigma2=none,
        pi=None,
        typical_variance=None,
        i2=None,
        i2_levels=none,
        qe=None,
        qe_df=None,
        qe_p=None,
        qm=None,
        qm_df=None,
        qm_p=None,
        log_likelihood=None,
        warnings=("One effect: this is its own estimate with a normal interval; no variance can be estimated.",),
    )


def _degrees(model: Model, place: int, df: DegreesOfFreedom) -> int:
    k, p = len(model.columns), len(model.terms)
    if df is DegreesOfFreedom.RESIDUAL:
        return k - p
    column = model.columns[:, place]
    contained = [
        partition.count
        for partition in model.likelihood.covariance.levels
        if (column == partition.spread(column[partition.starts])).all()
    ]
    return max(1, min(contained, default=k) - p)


def _warnings(model: Model, modes: Sequence[Mode]) -> list[str]:
    best, s2 = modes[0], model.effects.scale**2
    warnings = [
        f"The variance of level {place + 1} is estimated as 0, at the boundary: the sampling errors and other levels "
        "explain all spread."
        for place in np.flatnonzero(model.free & (best.variances == 0)).tolist()
    ]
    # Modes as high as each other and flat at their tops are ends of one ridge, not peaks.
    ridge = [mode for mode in modes if best.log_likelihood - mode.log_likelihood < _TIE and _flat(mode, model)]
    for rival in modes[1:]:
        if best.log_likelihood - rival.log_likelihood < RIVAL and not any(rival is mode for mode in ridge):
            at = ", ".join(f"{value * s2:.4g}" for value in rival.variances[model.free])
            warnings.append(f"The likelihood has a second peak, at variances {at}; compare them in the profiles.")
    if ridge:
        warnings.append("The likelihood is flat in some direction: the variances cannot be told apart; use their sum.")
    return warnings


def _flat(mode: Mode, model: Model) -> bool:
    inside = np.flatnonzero(model.free & (mode.variances > 0))
    if not len(inside):
        return False
    information = mode.information[np.ix_(inside, inside)]
    size = np.sqrt(np.abs(np.diag(information)))
    return bool(np.linalg.eigvalsh(information / np.outer(size, size))[0] < _FLAT)


def _term(name: str, estimate: float, se: float, df: int | None, level: float) -> Term:
    half = _quantile(level, df) * se
    statistic = estimate / se
    p = normal_two_sided(statistic) if df is None else t_two_sided(statistic, df)
    return Term(
        term=name, estimate=estimate, se=se, statistic=statistic, df=df, p=p, ci=(estimate - half, estimate + half)
    )


def _quantile(level: float, df: int | None) -> float:
    tail = (1 - level) / 2
    return -normal_quantile(tail) if df is None else t_quantile_upper(tail, df)
