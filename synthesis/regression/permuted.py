"""Many meta-regressions at once: the same effects against the same columns, in many orders of the rows.

Never reports estimates: what comes out are test statistics for `permutation`, good to about ten digits.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from synthesis.pooling.engine import Effects, Vector
from synthesis.pooling.pool import Method, Test
from synthesis.regression.mixed import EXACT_FIT
from synthesis.regression.projection import Matrix

_POINTS = 40  # of the scan for the highest mode; a fifth of a decade apart on all but absurd data
_MAX_STEPS = 200
_STEP_TOLERANCE = 1e-12  # of Newton's steps, which converge quadratically


@dataclass(frozen=True, slots=True)
class Orders:
    """Effects, and the rows of an orthonormal basis in D orders."""

    y: Vector  # (k,)
    v: Vector  # (k,)
    x: Matrix  # (D, k, p)

    @property
    def df(self) -> int:
        return int(self.x.shape[1] - self.x.shape[2])


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Weighted regressions, one for each order."""

    w: Matrix  # (D, k)
    residual: Matrix  # (D, k)
    inverse: Matrix  # (D, p, p)
    beta: Matrix  # (D, p)

    @property
    def q(self) -> Vector:
        return np.asarray((self.w * self.residual**2).sum(axis=1))


def statistics(
    effects: Effects,
    basis: Matrix,
    to_basis: Matrix,
    orders: NDArray[np.intp],
    moderators: list[int],
    method: Method,
    test: Test,
) -> tuple[Matrix, Vector]:
    """Coefficients over standard errors (D, p) and Wald chi² of the moderators (D,), for rows in each of D orders (D, k).

    ``basis`` (k, p) is orthonormal, ``to_basis`` (p, p) leads from the coefficients of the terms to its coefficients.
    Estimators as in `tau2.residual_tau2`.
    """
    many = Orders(effects.y, effects.v, basis[orders])
    fit = _weighted(many, 1 / (many.v + _tau2(many, method)[:, None]))
    rounding = EXACT_FIT * (fit.w * many.y**2).sum(axis=1)
    mean_square = np.where(fit.q > rounding, fit.q, 0.0) / many.df
    factor = {"knha": mean_square, "adhoc": np.maximum(1.0, mean_square)}.get(test.value, np.ones_like(mean_square))
    back = np.linalg.inv(to_basis)
    covariance = factor[:, None, None] * (back @ fit.inverse @ back.T)
    size = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):  # an order the terms fit exactly has standard errors of 0
        z = (fit.beta @ back.T) / size
        correlation = covariance / (size[:, :, None] * size[:, None, :])
    exact = ~(size > 0).all(axis=1)
    z = np.where(exact[:, None], math.inf, z)
    correlation = np.where(exact[:, None, None], np.eye(size.shape[1]), correlation)
    tested, among = z[:, moderators], correlation[:, moderators][:, :, moderators]
    solved = np.where(
        exact[:, None], math.inf, np.linalg.solve(among, np.where(exact[:, None], 0.0, tested)[..., None])[..., 0]
    )
    return z, np.asarray((tested * solved).sum(axis=1))


def _tau2(many: Orders, method: Method) -> Vector:
    count, k, _ = many.x.shape
    zero = np.zeros(count)
    if method is Method.FE:
        return zero
    if method in (Method.ML, Method.REML):
        return _likely(many, restricted=method is Method.REML)
    if method in (Method.PM, Method.EB):
        return _where_q_is(many, many.df)
    if method.value == "PMM":
        return _where_q_is(many, 2 * float(gammaincinv(many.df / 2, 0.5)))
    if method is Method.HE:
        flat = _weighted(many, np.ones((count, k)))
        within = _traces(many, flat, many.v)[0]
        return np.asarray(np.maximum(0.0, (flat.q - within) / many.df))
    if method is Method.SJ:
        crude = float(np.var(many.y))
        if crude == 0:
            return zero
        from_crude: Vector = crude * _weighted(many, np.tile(1 / (many.v + crude), (count, 1))).q / many.df
        return from_crude
    at_0 = _weighted(many, np.tile(1 / many.v, (count, 1)))
    if method is Method.DL:
        return np.asarray(np.maximum(0.0, (at_0.q - many.df) / _traces(many, at_0, np.ones(k))[0]))
    corrected = k / many.df if method.value == "HSk" else 1.0
    return np.asarray(np.maximum(0.0, (at_0.q * corrected - k) / float((1 / many.v).sum())))


def _weighted(many: Orders, w: Matrix) -> _Weighted:
    wx = np.swapaxes(w[:, :, None] * many.x, 1, 2)
    inverse: Matrix = np.asarray(np.linalg.inv(wx @ many.x), dtype=np.float64)
    beta: Matrix = (inverse @ (wx @ many.y)[..., None])[..., 0]
    return _Weighted(w, many.y - (many.x @ beta[..., None])[..., 0], inverse, beta)


def _traces(many: Orders, fit: _Weighted, by: Vector) -> tuple[Vector, Vector]:
    """tr(PB) and tr(PBPB) for B the diagonal matrix of ``by`` (k,)."""
    wb = fit.w * by
    once = fit.inverse @ (np.swapaxes((fit.w * wb)[:, :, None] * many.x, 1, 2) @ many.x)
    twice = fit.inverse @ (np.swapaxes((fit.w * wb**2)[:, :, None] * many.x, 1, 2) @ many.x)
    single = wb.sum(axis=1) - _trace(once)
    return single, (wb**2).sum(axis=1) - 2 * _trace(twice) + (once * once.swapaxes(1, 2)).sum(axis=(1, 2))


def _where_q_is(many: Orders, target: float) -> Vector:
    """Newton's steps from 0, which climb to the root of a convex and decreasing Q; 0 where Q is below it at once."""
    tau2 = np.zeros(len(many.x))
    for _ in range(_MAX_STEPS):
        fit = _weighted(many, 1 / (many.v + tau2[:, None]))
        slope = ((fit.w * fit.residual) ** 2).sum(axis=1)
        step = np.where(slope > 0, (fit.q - target) / np.where(slope > 0, slope, 1.0), 0.0)
        new = np.maximum(tau2, tau2 + step)
        if (new - tau2 <= _STEP_TOLERANCE * new).all():
            return new
        tau2 = new
    return tau2


def _likely(many: Orders, restricted: bool) -> Vector:
    """The highest mode of each profile likelihood: scanned, then refined by the observed information."""
    grid = _grid(many)
    best = _scan(many, grid, restricted)
    low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
    tau2 = grid[best]
    for _ in range(_MAX_STEPS):
        fit = _weighted(many, 1 / (many.v + tau2[:, None]))
        u = fit.w * fit.residual
        pulled = (np.swapaxes(many.x, 1, 2) @ (fit.w * u)[..., None])[..., 0]
        cubic = (fit.w * u**2).sum(axis=1) - np.einsum("di,dij,dj->d", pulled, fit.inverse, pulled)
        trace, squares = _traces(many, fit, np.ones(len(many.v))) if restricted else (fit.w.sum(1), (fit.w**2).sum(1))
        score, information = (u**2).sum(axis=1) - trace, 2 * cubic - squares
        low, high = np.where(score > 0, tau2, low), np.where(score > 0, high, tau2)
        step = tau2 + score / np.where(information > 0, information, 1.0)
        inside = (information > 0) & (step >= low) & (step <= high)
        new = np.where(inside, step, (low + high) / 2)
        new = np.where((low == 0) & (high == 0), 0.0, new)  # the likelihood falls from 0 on
        if (np.abs(new - tau2) <= _STEP_TOLERANCE * new).all():
            return new
        tau2 = new
    return tau2


def _grid(many: Orders) -> Vector:
    """0, and a geometric grid from where tau² hardly matters to where the score is surely negative, in any order."""
    spread = float(many.y @ many.y - many.y.mean() ** 2 * len(many.y)) / many.df
    low = 1e-4 * float(many.v.min())
    high = max(2 * spread, 2 * math.sqrt(max(spread, 0.0) * float(many.v.max())), 10 * low)
    return np.concatenate(([0.0], np.geomspace(low, high, _POINTS)))


def _scan(many: Orders, grid: Vector, restricted: bool) -> NDArray[np.intp]:
    """Position of the highest log-likelihood on the grid, for each order."""
    w = 1 / (many.v + grid[:, None])
    y = many.y - many.y.mean() if _spans_constant(many.x[0]) else many.y
    count, k, p = many.x.shape
    pairs = (many.x[:, :, :, None] * many.x[:, :, None, :]).reshape(count, k, p * p)
    information = (w @ pairs).reshape(count, len(grid), p, p)
    right = w @ (many.x * y[:, None])
    fitted = (right * np.linalg.solve(information, right[..., None])[..., 0]).sum(axis=-1)
    value = np.log(w).sum(axis=1) - (w @ y**2 - fitted)
    if restricted:
        value = value - np.linalg.slogdet(information)[1]
    return np.asarray(value.argmax(axis=1))


def _spans_constant(x: Matrix) -> bool:
    return bool(np.allclose(x @ x.sum(axis=0), 1.0, rtol=0, atol=1e-9))


def _trace(matrices: Any) -> Vector:
    return np.asarray(np.trace(matrices, axis1=-2, axis2=-1))
