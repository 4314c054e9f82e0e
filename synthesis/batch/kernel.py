"""Pool many sets of effects in one pass: the same model, estimators and intervals as `pool`, thousands of times.

Never loops over sets, and never lets a set's result depend on which others are in the batch.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfc, stdtr, stdtrit

from corpus.effectsizes.distributions import normal_quantile
from corpus.errors import InvalidInput
from synthesis.batch.estimators import batch_tau2
from synthesis.batch.moments import generalised_q, moments, trace_p
from synthesis.batch.sets import Sets, blocks, table
from synthesis.pooling.engine import Vector
from synthesis.pooling.pool import Method, Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One value per set, on the scale of the effects (log for ratios). NaN means: not defined for that set.

    That is: everything for a set without effects; tau2, i2, q, pi and df for a single effect (it is its own estimate, under
    z); df under z; pi under FE; p where all estimates of a set are equal, so that Hartung-Knapp gives a standard error of 0.
    """

    k: NDArray[np.int64]  # (D,)
    estimate: Vector
    se: Vector
    df: Vector
    p: Vector
    ci_low: Vector
    ci_high: Vector
    pi_low: Vector
    pi_high: Vector
    tau2: Vector
    i2: Vector  # percent
    q: Vector


def fit_batch(
    yi: ArrayLike,
    vi: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
) -> Batch:
    """Pool every set of a batch as `pool` would pool it alone.

    Parameters
    ----------
    yi, vi : array_like, shape (K,) or (D, K)
        Estimates and their sampling variances: one row for all sets, or one per set.
    mask : array_like of bool, shape (D, K), optional
        True where an effect belongs to the set; cells outside may hold anything, NaN too. Without it all belong.
    method, test, level
        tau² estimator, test of the mean, and coverage of every interval, the same for all sets.

    Raises
    ------
    InvalidInput
        For shapes that do not fit, or a used value that `pool` would refuse; names the set.

    References
    ----------
    As `synthesis.pooling.pool.pool`. Each set is rescaled, scanned and iterated by itself; results differ from those of `pool`
    by rounding only.
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    given = table(yi, vi, mask)
    sizes = given.sizes()
    columns = {field.name: np.full(len(sizes), np.nan) for field in fields(Batch) if field.name != "k"}
    alone = np.flatnonzero(sizes == 1)
    if len(alone):
        y, v = given.packed(alone, sizes[alone])
        _fill(columns, alone, _single(y[0], v[0], level))
    for rows, sets in blocks(given, np.flatnonzero(sizes > 1)):
        _fill(columns, rows, _pooled(sets, batch_tau2(sets, method), method, test, level))
    return Batch(k=sizes.astype(np.int64), **columns)


def _fill(columns: dict[str, Vector], rows: NDArray[np.intp], values: dict[str, Vector]) -> None:
    for name, value in values.items():
        columns[name][rows] = value


def _single(y: Vector, v: Vector, level: float) -> dict[str, Vector]:
    se = np.sqrt(v)
    half = -normal_quantile((1 - level) / 2) * se
    return {"estimate": y, "se": se, "p": _p(y, se, None), "ci_low": y - half, "ci_high": y + half}


def _pooled(sets: Sets, tau2: Vector, method: Method, test: Test, level: float) -> dict[str, Vector]:
    """Mean, intervals and heterogeneity of a block at its tau²."""
    at, fixed = moments(sets, tau2), moments(sets, np.zeros(len(sets)))
    q, df = generalised_q(sets, fixed), sets.k - 1
    se = np.sqrt(_inflation(sets, generalised_q(sets, at), test) / at.total) * sets.scale
    estimate = at.mean * sets.scale + sets.shift
    under_t = None if test == Test.Z else df
    quantile = _quantile(level, under_t)
    half = quantile * se
    result = {
        "estimate": estimate,
        "se": se,
        "p": _p(estimate, se, under_t),
        "ci_low": estimate - half,
        "ci_high": estimate + half,
        "tau2": tau2 * sets.scale**2,
        "q": q,
    }
    if under_t is not None:
        result["df"] = under_t
    if method == Method.FE:
        result["i2"] = 100 * np.divide(np.maximum(0.0, q - df), q, where=q > 0, out=np.zeros_like(q))
    else:
        half = quantile * np.hypot(se, np.sqrt(tau2) * sets.scale)
        typical = df / trace_p(fixed.w, fixed.total)
        result |= {"i2": 100 * tau2 / (tau2 + typical), "pi_low": estimate - half, "pi_high": estimate + half}
    return result


def _inflation(sets: Sets, q: Vector, test: Test) -> Vector:
    """What the Wald variance is multiplied by: the mean square of Hartung and Knapp, not below 1 under adhoc, or 1."""
    mean_square = np.asarray(q / (sets.k - 1), dtype=np.float64)
    factors: dict[str, Vector] = {"knha": mean_square, "adhoc": np.maximum(1.0, mean_square)}
    return factors.get(test, np.ones_like(mean_square))


def _p(estimate: Vector, se: Vector, df: Vector | None) -> Vector:
    """Two-sided p; NaN where the standard error is 0."""
    ratio = np.divide(np.abs(estimate), se, where=se > 0, out=np.full_like(se, np.nan))
    return np.asarray(erfc(ratio / np.sqrt(2)) if df is None else 2 * stdtr(df, -ratio), dtype=np.float64)


def _quantile(level: float, df: Vector | None) -> Vector | float:
    tail = (1 - level) / 2
    if df is None:
        return -normal_quantile(tail)
    unique, place = np.unique(df, return_inverse=True)
    return np.asarray(-stdtrit(unique, tail)[place], dtype=np.float64)
