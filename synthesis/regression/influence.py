"""What one effect does to a meta-regression: deleted residuals, Cook's distance, hat values, DFFITS, DFBETAS.

Never removes anything for good, and draws no line beyond which an effect is called an outlier.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.pooling.pool import Method, Test
from synthesis.regression.columns import checked_columns, orthonormal
from synthesis.regression.mixed import MixedEffects, regress
from synthesis.regression.projection import Matrix, contrasts, project

_LEVEL = 0.95  # of intervals that are not used


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The regression without one effect, against that of all."""

    omitted: int  # position of the effect left out, from 0
    estimates: tuple[float, ...]  # (p,)
    tau2: float
    qe: float
    rstudent: float | None  # None where the others fit exactly
    dffits: float | None
    cook_d: float | None  # None where the standard errors of all effects are 0
    covariance_ratio: float | None
    dfbetas: tuple[float | None, ...]  # (p,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionInfluence:
    """One entry per effect, in the order given; None where the others cannot carry the terms."""

    hat: tuple[float, ...]
    deleted: tuple[Deleted | None, ...]
    warnings: tuple[str, ...]


def regression_influence(
    yi: ArrayLike,
    vi: ArrayLike,
    x: ArrayLike,
    *,
    terms: Sequence[str],
    method: Method = Method.REML,
    test: Test = Test.KNHA,
) -> RegressionInfluence:
    """Deletion diagnostics, tau² estimated anew without each effect. Parameters and refusals as in `meta_regression`.

    Under knha the variances carry its residual mean square, as metafor's do.

    References
    ----------
    Viechtbauer and Cheung (2010), Research Synthesis Methods 1, 112-125: studentised deleted residuals, DFFITS, Cook's
    distance, covariance ratio and DFBETAS for mixed-effects models.
    """
    effects = checked(yi, vi)
    columns = checked_columns(x, terms, effects.k)
    y, v = effects.y * effects.scale, effects.v * effects.scale**2
    full = regress(effects, columns, terms, method, test, _LEVEL, explained=False)
    basis, _ = orthonormal(columns)
    tau2 = full.tau2 / effects.scale**2
    at = project(effects, contrasts(effects, basis, tau2), tau2)
    hat = 1 - at.p_diagonal / at.w
    deleted: list[Deleted | None] = []
    warnings = []
    for row in range(effects.k):
        others = np.arange(effects.k) != row
        try:
            kept = checked_columns(columns[others], terms, effects.k - 1)
        except InvalidInput as error:
            deleted.append(None)
            warnings.append(f"Effect {row + 1} cannot be left out: {error}.")
            continue
        rest = regress(
            Effects(effects.y[others], effects.v[others], effects.scale),
            kept,
            terms,
            method,
            test,
            _LEVEL,
            explained=False,
        )
        deleted.append(_against(full, rest, row, y, v, columns, float(hat[row])))
    return RegressionInfluence(hat=tuple(hat.tolist()), deleted=tuple(deleted), warnings=tuple(warnings))


def _against(
    full: MixedEffects, rest: MixedEffects, row: int, y: Vector, v: Vector, columns: Matrix, hat: float
) -> Deleted:
    beta = np.array([term.estimate for term in full.terms])
    moved = beta - np.array([term.estimate for term in rest.terms])
    here = columns[row]
    own = rest.residual_scale * (float(v[row]) + rest.tau2)
    residual = float(y[row]) - float(here @ (beta - moved))
    predicted = float(((here @ np.array(rest.root)) ** 2).sum())
    root = np.array(full.root)
    cook = ratio = None
    if full.residual_scale > 0:
        standard = np.linalg.solve(root, moved)
        cook = float(standard @ standard)
        ratio = float(np.linalg.det(np.linalg.solve(root, np.array(rest.root)))) ** 2
    return Deleted(
        omitted=row,
        estimates=tuple((beta - moved).tolist()),
        tau2=rest.tau2,
        qe=rest.qe,
        rstudent=residual / math.sqrt(own + predicted) if own > 0 else None,
        dffits=float(here @ moved) / math.sqrt(hat * own) if own > 0 and hat > 0 else None,
        cook_d=cook,
        covariance_ratio=ratio,
        dfbetas=_dfbetas(moved, rest, v, columns),
    )


def _dfbetas(moved: Vector, rest: MixedEffects, v: Vector, columns: Matrix) -> tuple[float | None, ...]:
    """Change of each coefficient in standard errors of all effects at the tau² of the others."""
    if rest.residual_scale == 0:
        return (None,) * len(moved)
    basis, to_basis = orthonormal(columns)
    _, triangle = np.linalg.qr(basis / np.sqrt(v + rest.tau2)[:, None])
    root = np.linalg.inv(triangle @ to_basis)
    size = np.sqrt(rest.residual_scale * (root**2).sum(axis=1))
    return tuple((moved / size).tolist())
