"""Subgroups: each pooled by itself, all under one tau², and whether they differ by either.

Never tests a difference by comparing which subgroups are significant.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, Pooled, Test, pool
from synthesis.regression.mixed import MixedEffects, meta_regression
from synthesis.regression.predictions import Prediction, predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Cochran's Q of the subgroups' estimates, chi² with ``df``."""

    q: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTau2:
    """All subgroups under one tau²: the regression on the subgroup, whose QM tests the difference, and their means."""

    regression: MixedEffects
    means: tuple[Prediction, ...]  # in the order of the levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """One result per level, and the tests between levels."""

    levels: tuple[str, ...]  # the first is the reference of the regression
    separate: tuple[Pooled, ...]
    between: Between  # each subgroup with its own tau²
    common: CommonTau2 | None  # None where every level has one effect
    q_total: float
    q_within: float  # the fixed-effect partition: Q of all effects is Q within plus Q between
    q_between: float
    warnings: tuple[str, ...]


def subgroups(
    yi: ArrayLike,
    vi: ArrayLike,
    groups: Sequence[Hashable],
    *,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
) -> Subgroups:
    """Pool by subgroup, with separate and with common tau².

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances; other parameters as in `pool`.
    groups : sequence, length k
        The level of each effect; levels are reported as text, sorted.

    Raises
    ------
    InvalidInput
        For effects that cannot be pooled, a level missing, or fewer than two levels.

    References
    ----------
    Borenstein, Hedges, Higgins and Rothstein (2009), Introduction to Meta-Analysis, ch. 19: separate estimates of tau²
    compared by Q with their Wald standard errors, pooled tau² by the regression, and the partition of Q.
    """
    effects = checked(yi, vi)
    labels = _labels(groups, effects.k)
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise InvalidInput(f"all effects are in the subgroup {names[0]}: give at least 2 levels, or pool them")
    y, v = effects.y * effects.scale, effects.v * effects.scale**2
    belongs = np.array([[label == name for name in names] for label in labels])
    separate = tuple(pool(y[own], v[own], method=method, test=test, level=level) for own in belongs.T)
    # Hartung-Knapp standard errors would need an F test that separate tau² do not have.
    walds = [pool(y[own], v[own], method=method, test=Test.Z) for own in belongs.T]
    apart = pool(
        [wald.estimate for wald in walds], [wald.se**2 for wald in walds], method=Method.FE, test=Test.Z, level=level
    )
    warnings = [
        f"The subgroup {name} has one effect: it is compared, but its heterogeneity is unknown."
        for name, result in zip(names, separate, strict=True)
        if result.k == 1
    ]
    common = None
    if effects.k > len(names):
        x = np.column_stack([np.ones(effects.k), belongs[:, 1:]])
        terms = ["intercept", *names[1:]]
        fit = meta_regression(y, v, x, terms=terms, method=method, test=test, level=level)
        at = np.column_stack([np.ones(len(names)), np.eye(len(names))[:, 1:]])
        common = CommonTau2(regression=fit, means=predictions(fit, at))
    else:
        warnings.append("Every subgroup has one effect: a common tau² cannot be estimated.")
    fixed = [pool(y[own], v[own], method=Method.FE, test=Test.Z) for own in belongs.T]
    between = pool(
        [one.estimate for one in fixed], [one.se**2 for one in fixed], method=Method.FE, test=Test.Z, level=level
    )
    within = math.fsum(one.q or 0.0 for one in fixed)
    return Subgroups(
        levels=names,
        separate=separate,
        between=_between(apart),
        common=common,
        q_total=pool(y, v, method=Method.FE, test=Test.Z).q or 0.0,
        q_within=within,
        q_between=between.q or 0.0,
        warnings=tuple(warnings),
    )


def _labels(groups: Sequence[Hashable], k: int) -> list[str]:
    if len(groups) != k:
        raise InvalidInput(f"{len(groups)} subgroup labels for {k} effects: give each effect its level")
    for row, label in enumerate(groups, start=1):
        if label is None or label == "" or (isinstance(label, float) and math.isnan(label)):
            raise InvalidInput(f"row {row}: the subgroup is missing; name it or leave the row out")
    return [str(label) for label in groups]


def _between(apart: Pooled) -> Between:
    q, df = apart.q or 0.0, apart.k - 1
    return Between(q=q, df=df, p=float(chdtrc(df, q)))
