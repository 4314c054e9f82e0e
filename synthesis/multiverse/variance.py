"""Which choices matter: the share of the variance of the estimates over the grid that each axis accounts for.

Never says that a choice is right or wrong, and never hides what no single axis explains: that is reported as interaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from synthesis.pooling.engine import Vector

# Relative to the largest variance of an indicator: below it a direction is a copy of others, not information.
_ALIASED = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisShare:
    """What one axis accounts for."""

    axis: str
    share: float  # of the variance of the estimates over the cells; the shares of all axes sum to 1 - interactions


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceShares:
    """Shapley shares of the axes' main effects, and what is left to their interactions."""

    cells: int  # that hold an estimate
    sd: float  # of the estimates over these cells
    axes: tuple[AxisShare, ...]
    interactions: float  # share that no sum of main effects explains


def variance_shares(estimates: NDArray[np.float64], axes: Sequence[str]) -> VarianceShares | None:
    """The explained variance of a main-effects model, divided among the axes by their average marginal contribution.

    Every cell of the grid counts once, so that each option weighs as it was declared. Where all cells hold an estimate the
    design is balanced and the shares are those of an analysis of variance; where some are not defined they are the average over
    all orders in which the axes can enter.

    Parameters
    ----------
    estimates : array, one dimension per axis
        The estimate of every cell; NaN where there is none.
    axes : sequence of str
        The name of each dimension.

    Returns
    -------
    VarianceShares, or None where fewer than two cells hold an estimate or all estimates are equal.

    References
    ----------
    Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate Analysis, p. 119 (averaging over orders);
    Grömping (2007), The American Statistician 61, 139-147; Shapley (1953), Contributions to the Theory of Games 2, 307-317.
    """
    held = np.isfinite(estimates)
    cells = int(held.sum())
    if cells < 2:
        return None
    values = estimates[held]
    centre = values - values.mean()
    largest = float(np.abs(values).max())
    if float(np.abs(centre).max()) <= 1e-12 * largest:
        return None
    centre = centre / np.abs(centre).max()  # shares have no unit, and squares stay within range
    total = float(centre @ centre)
    active = [i for i in range(estimates.ndim) if _matters(estimates, i)]
    indicators, owner = _indicators(held, active)
    cross, with_y = indicators.T @ indicators, indicators.T @ centre
    explained = {
        chosen: _explained(cross, with_y, owner, chosen) / total
        for size in range(len(active) + 1)
        for chosen in combinations(active, size)
    }
    shares = {axis: _shapley(explained, active, axis) for axis in active}
    return VarianceShares(
        cells=cells,
        sd=float(values.std()),
        axes=tuple(AxisShare(axis=name, share=max(0.0, shares.get(i, 0.0))) for i, name in enumerate(axes)),
        interactions=max(0.0, 1 - explained[tuple(active)]),
    )


def _matters(estimates: NDArray[np.float64], axis: int) -> bool:
    """Whether any cell changes along this axis; an axis along which none does has share 0 and need not be weighed."""
    first = np.take(estimates, [0], axis=axis)
    return not np.array_equal(estimates, np.broadcast_to(first, estimates.shape), equal_nan=True)


def _indicators(held: NDArray[np.bool_], active: Sequence[int]) -> tuple[Vector, NDArray[np.int64]]:
    """Centred indicators (cells, options) of every option of the active axes, and the axis each belongs to."""
    places = np.nonzero(held)
    blocks, owner = [], []
    for axis in active:
        block = (places[axis][:, None] == np.arange(held.shape[axis])).astype(np.float64)
        blocks.append(block - block.mean(axis=0))
        owner += [axis] * held.shape[axis]
    return np.concatenate(blocks, axis=1), np.array(owner, dtype=np.int64)


def _explained(cross: Vector, with_y: Vector, owner: NDArray[np.int64], chosen: tuple[int, ...]) -> float:
    """The sum of squares that the options of the chosen axes explain together."""
    columns = np.flatnonzero(np.isin(owner, chosen))
    if len(columns) == 0:
        return 0.0
    inverse = np.linalg.pinv(cross[np.ix_(columns, columns)], rcond=_ALIASED, hermitian=True)
    return float(with_y[columns] @ inverse @ with_y[columns])


def _shapley(explained: dict[tuple[int, ...], float], active: Sequence[int], axis: int) -> float:
    others = [other for other in active if other != axis]
    n, share = len(active), 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for chosen in combinations(others, size):
            with_axis = tuple(sorted((*chosen, axis)))
            share += weight * (explained[with_axis] - explained[chosen])
    return share
