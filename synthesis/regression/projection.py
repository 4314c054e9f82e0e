"""Residuals of a weighted regression and the traces its likelihood needs, without cancellation.

Never forms a k × k matrix, and never subtracts two large sums: one study may outweigh all others by twelve orders.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.pooling.engine import Effects, Vector

Matrix = NDArray[np.float64]

_DEPENDENT = 1e-20  # of a row's squared length


@dataclass(frozen=True, slots=True)
class Contrasts:
    """A regression rewritten as contrasts against p reference studies.

    With X_R the rows of the references, X_S = A X_R for all others, so that y_S - A y_R is free of the coefficients. The
    references are the heaviest rows that are independent: with them, no entry of the weighted A is large.
    """

    references: NDArray[np.intp]  # (p,) rows
    others: NDArray[np.intp]  # (k - p,) rows
    a: Matrix  # (k - p, p)
    d: Vector  # (k - p,) y_S - A y_R
    rows: Matrix  # (p, p) X_R


@dataclass(frozen=True, slots=True)
class Projection:
    """What a weighted regression leaves over, with P = W - WX(X'WX)⁻¹X'W and W = 1/(v + tau²).

    Every field may have one leading axis: one fit for each tau².
    """

    w: Matrix  # (..., k)
    py: Matrix  # (..., k) weighted residuals P y
    p_diagonal: Matrix  # (..., k)
    q: Vector  # (...,) y'Py, the generalised Q
    trace_p: Vector
    log_determinant: Vector  # (...,) log |X'WX|
    t: Matrix  # (..., k - p, p) W_S^½ A W_R^-½
    shrink: Matrix  # (..., p, p) W_R^½ X_R (X'WX)⁻¹ X_R' W_R^½
    fitted_shift: Matrix  # (..., p) fitted minus observed value of the references


def contrasts(effects: Effects, x: Matrix, tau2: float) -> Contrasts:
    """References and contrasts for weights 1/(v + tau²); ``x`` (k, p) has full column rank, and k > p."""
    references = _heaviest_independent(x / np.sqrt(effects.v + tau2)[:, None])
    others = np.delete(np.arange(len(x)), references)
    a: Matrix = np.asarray(np.linalg.solve(x[references].T, x[others].T).T, dtype=np.float64)
    return Contrasts(references, others, a, effects.y[others] - a @ effects.y[references], x[references])


def project(effects: Effects, against: Contrasts, tau2: float | Vector) -> Projection:
    """The projection at one tau² (scaled), or at each of several.

    References
    ----------
    Harville (1977), Journal of the American Statistical Association 72, 320-338, section 5 (P, and likelihoods by error
    contrasts); Woodbury's identity for the inverse of the contrasts' variance, diagonal plus p references.
    """
    s, r = against.others, against.references
    w = 1 / (effects.v + np.asarray(tau2, dtype=np.float64)[..., None])
    root_s, root_r = np.sqrt(w[..., s]), np.sqrt(w[..., r])
    t = against.a * root_s[..., :, None] / root_r[..., None, :]
    gram = np.swapaxes(t, -1, -2) @ t
    inverse: Matrix = np.asarray(np.linalg.inv(np.eye(gram.shape[-1]) + gram), dtype=np.float64)
    delta = root_s * against.d
    th = t @ inverse
    pulled = (np.swapaxes(th, -1, -2) @ delta[..., None])[..., 0]
    kept = inverse @ gram  # of the references: 1 minus their share in their own fit
    hat_s = np.asarray((th * t).sum(axis=-1))
    left = delta - (t @ pulled[..., None])[..., 0]
    py, p_diagonal = np.empty_like(w), np.empty_like(w)
    py[..., s], py[..., r] = root_s * left, -root_r * pulled
    p_diagonal[..., s] = w[..., s] * (1 - hat_s)
    p_diagonal[..., r] = w[..., r] * np.diagonal(kept, axis1=-2, axis2=-1)
    return Projection(
        w=w,
        py=py,
        p_diagonal=p_diagonal,
        q=_sum(delta * left),
        trace_p=_sum(p_diagonal),
        log_determinant=2 * math.log(abs(np.linalg.det(against.rows)))
        + _sum(np.log(w[..., r]))
        - np.linalg.slogdet(inverse)[1],
        t=t,
        shrink=inverse,
        fitted_shift=pulled / root_r,
    )


def trace_pp(against: Contrasts, projection: Projection) -> float:
    """tr(PP), at one tau²."""
    w_s, w_r, t = projection.w[against.others], projection.w[against.references], projection.t
    th = t @ projection.shrink
    among = th.T @ (w_s[:, None] * t)
    kept = th.T @ t
    own = float((w_s**2 * (1 - 2 * (th * t).sum(axis=1))).sum()) + float((among * among.T).sum())
    return own + 2 * float(w_s @ th**2 @ w_r) + float(w_r @ kept**2 @ w_r)


def y_ppp_y(against: Contrasts, projection: Projection) -> float:
    """y'PPPy, at one tau²."""
    scaled = np.sqrt(projection.w) * projection.py
    t = projection.t
    delta = scaled[against.others] - t @ scaled[against.references]
    pulled = t.T @ delta
    return float(delta @ delta - pulled @ projection.shrink @ pulled)


def coefficients(effects: Effects, against: Contrasts, projection: Projection) -> tuple[Vector, Matrix]:
    """Coefficients (p,) of a projection at one tau², and a root (p, p) whose square root root' is (X'WX)⁻¹."""
    fitted = effects.y[against.references] + projection.fitted_shift
    steep = np.linalg.cholesky(projection.shrink) / np.sqrt(projection.w[against.references])[:, None]
    beta, root = np.linalg.solve(against.rows, fitted), np.linalg.solve(against.rows, steep)
    return np.asarray(beta, dtype=np.float64), np.asarray(root, dtype=np.float64)


def _heaviest_independent(rows: Matrix) -> NDArray[np.intp]:
    """Positions (p,) of the rows that pivoted orthogonalisation takes first: the longest, then the longest of what is left."""
    left = rows.copy()
    lengths = (rows**2).sum(axis=1)
    chosen: list[int] = []
    for _ in range(rows.shape[1]):
        squares = (left**2).sum(axis=1)
        # What is left of a row along the chosen ones is rounding, however heavy the row.
        squares[squares < _DEPENDENT * lengths] = 0.0
        squares[chosen] = -1.0
        pick = int(squares.argmax())
        chosen.append(pick)
        direction = left[pick] / math.sqrt(squares[pick])
        left -= (left @ direction)[:, None] * direction
    return np.array(chosen)


def _sum(values: Any) -> Vector:
    return np.asarray(values.sum(axis=-1), dtype=np.float64)
