"""The door of the batch kernel: many sets of effects, checked, put in order and rescaled each by itself.

Never lets a cell that the mask leaves out count, whatever it holds, and never lets one set change another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Vector

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

_BLOCK = 60_000  # cells of one block: its arrays stay in a core's cache, and 100,000 sets need no gigabyte
# As in `synthesis.pooling.engine`: within these, no sum or power of weights leaves the range of floats.
_FARTHEST = 1e50
_LIGHTEST = 1e-12


@dataclass(frozen=True, slots=True)
class Sets:
    """A block of sets of two or more effects, one column per set, the heaviest effect of each in the first row.

    Sums over effects then run along the second axis of memory, whole rows at a time. Each set is shifted by the estimate of
    its heaviest effect and divided by its own scale, a power of two. An empty cell has y = 0 and an infinite variance: its
    weight is 0 at every tau².
    """

    y: Vector  # (width, n)
    v: Vector  # (width, n)
    k: Vector  # (n,) effects per set
    scale: Vector  # (n,)
    shift: Vector  # (n,) on the scale of the input

    def of(self, columns: Rows | Mask) -> "Sets":
        """Some of the sets, in the order given; a set may come twice."""
        return Sets(self.y[:, columns], self.v[:, columns], self.k[columns], self.scale[columns], self.shift[columns])

    def __len__(self) -> int:
        return len(self.k)


@dataclass(frozen=True, slots=True)
class Table:
    """The arrays of a batch as given, with the cells that count."""

    y: Vector  # (K,) or (D, K)
    v: Vector  # (K,) or (D, K)
    mask: Mask  # (D, K)

    def sizes(self) -> Rows:
        """Effects per set, shape (D,)."""
        return np.asarray(self.mask.sum(axis=1), dtype=np.intp)

    def packed(self, rows: Rows, sizes: Rows) -> tuple[Vector, Vector]:
        """y and v of some sets of the given sizes, shape (largest size, n) each; an empty cell has y = 0 and v = ∞."""
        column, effect = np.nonzero(self.mask[rows])
        place = np.arange(len(column)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        shape = int(sizes.max()), len(rows)
        y, v = np.zeros(shape), np.full(shape, np.inf)
        y[place, column] = self.y[rows[column], effect] if self.y.ndim == 2 else self.y[effect]
        v[place, column] = self.v[rows[column], effect] if self.v.ndim == 2 else self.v[effect]
        return y, v


def table(yi: ArrayLike, vi: ArrayLike, mask: ArrayLike | None) -> Table:
    """Checked arrays of a batch.

    Raises
    ------
    InvalidInput
        For shapes that do not fit, a used value that is not finite, or a used variance that is not above 0; names the
        first set and effect.
    """
    y, v = _floats("yi", yi), _floats("vi", vi)
    shapes = [array.shape for array in (y, v) if array.ndim == 2]
    used = None if mask is None else np.asarray(mask)
    if used is not None:
        if used.dtype != np.bool_ or used.ndim != 2:
            raise InvalidInput(f"mask is {used.dtype} of {used.ndim} dimensions; give true and false, one row per set")
        shapes.append(used.shape)
    width = {y.shape[-1], v.shape[-1], *(shape[1] for shape in shapes)}
    if len(width) > 1 or len({shape[0] for shape in shapes}) > 1:
        raise InvalidInput(
            f"yi {y.shape}, vi {v.shape} and mask {shapes[-1:]} differ in sets or effects; make them agree"
        )
    if used is None:
        used = np.ones(shapes[0] if shapes else (1, len(y)), dtype=np.bool_)
    wrong = used & ~(np.isfinite(y) & np.isfinite(v) & (v > 0))
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        estimate, variance = (float(a[row, column] if a.ndim == 2 else a[column]) for a in (y, v))
        raise InvalidInput(
            f"set {row + 1}, effect {column + 1}: yi is {estimate:g} and vi {variance:g}, but both must be finite and vi "
            "above 0; correct it or mask it"
        )
    return Table(y, v, used)


def blocks(given: Table, rows: Rows) -> Iterator[tuple[Rows, Sets]]:
    """The sets at ``rows``, each of two or more effects, in blocks of similar size of set.

    Raises
    ------
    InvalidInput
        For a set whose values differ by too many orders of magnitude, or in which one effect outweighs all others.
    """
    sizes = given.sizes()
    rows = rows[np.argsort(sizes[rows], kind="stable")]
    start = 0
    while start < len(rows):
        stop = min(len(rows), start + max(1, _BLOCK // int(sizes[rows[start]])))
        block = rows[start:stop]
        yield block, _arranged(given, block, sizes[block])
        start = stop


def _arranged(given: Table, rows: Rows, sizes: Rows) -> Sets:
    y, v = given.packed(rows, sizes)
    heaviest, sets = v.argmin(axis=0), np.arange(len(rows))
    for values in (y, v):
        values[0], values[heaviest, sets] = values[heaviest, sets], values[0].copy()
    used = np.isfinite(v)
    k = sizes.astype(np.float64)
    exponents = np.where(used, np.frexp(v)[1], 0).sum(axis=0)
    scale = np.ldexp(1.0, np.rint(exponents / k / 2).astype(np.intp))
    shift = y[0].copy()
    with np.errstate(over="ignore", invalid="ignore"):
        y = np.where(used, (y - shift) / scale, 0.0)
        v /= scale**2
        usable = (
            (np.where(used, v, 0.0).max(axis=0) < _FARTHEST)
            & (1 / v[0] < _FARTHEST)
            & (np.abs(y).max(axis=0) < _FARTHEST)
            & (np.abs(shift / scale) < _FARTHEST)
        )
        counts = (1 / v[1:]).sum(axis=0) >= _LIGHTEST / v[0]
    if not usable.all():
        row = rows[int(np.argmin(usable))]
        raise InvalidInput(f"set {row + 1}: its values differ by too many orders of magnitude; check their units")
    if not counts.all():
        row = rows[int(np.argmin(counts))]
        raise InvalidInput(
            f"set {row + 1}: its smallest vi is so small that no other effect counts (share below {_LIGHTEST:g}); check its "
            "unit"
        )
    return Sets(y, v, k, scale, shift)


def _floats(name: str, values: ArrayLike) -> Vector:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{name} holds something that is not a number ({error}); give numbers only") from None
    if array.ndim not in (1, 2):
        raise InvalidInput(f"{name} has {array.ndim} dimensions; give one row of effects, or one per set")
    return array
