"""Weighted sums of many sets at once, each at its own tau²: what every estimator and every result is made of.

Never subtracts sums of weights that nearly cancel, so one study that outweighs the others costs no digits.
"""

from dataclasses import dataclass

import numpy as np

from synthesis.batch.sets import Sets
from synthesis.pooling.engine import Vector


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the effects of each set, at weights w = 1 / (v + tau²); residuals are about the weighted mean."""

    w: Vector  # (width, n)
    weighted: Vector  # (width, n): weight times residual
    total: Vector  # (n,) Σw
    mean: Vector  # (n,) shifted and scaled, as `Sets.y` is


def moments(sets: Sets, tau2: Vector) -> Moments:
    """Weights and residuals at tau² of shape (n,), scaled as the sets are."""
    w = sets.v + tau2
    np.divide(1.0, w, out=w)
    total = w.sum(axis=0)
    mean = dots(w, sets.y) / total
    weighted = sets.y - mean
    weighted *= w
    return Moments(w, weighted, total, mean)


def dots(a: Vector, b: Vector) -> Vector:
    """Σ ab for each set."""
    return np.asarray(np.einsum("kn,kn->n", a, b), dtype=np.float64)


def trace_p(w: Vector, total: Vector) -> Vector:
    """Σw - Σw²/Σw, with the heaviest effect in the first row.

    The heaviest alone can make the difference cancel, so its part is written w₁ (Σw - w₁)/Σw with the sum of the others.
    """
    others = w[1:]
    rest = others.sum(axis=0)
    return np.asarray(rest - dots(others, others) / total + w[0] * rest / total, dtype=np.float64)


def generalised_q(sets: Sets, at: Moments) -> Vector:
    """Weighted sum of squares about the weighted mean; Cochran's Q at tau² = 0."""
    return dots(at.weighted, sets.y - at.mean)
