"""The columns of a regression: checked, refused where they determine each other, and made orthonormal.

Never drops a column that is too many: it is named, and a person chooses.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Vector
from synthesis.regression.projection import Matrix

# Share of a column's length that earlier terms leave over: below, rounding decides its coefficient.
ALIASED = 1e-9
# A column shorter than this, or longer than its inverse: the square of its coefficient leaves the range of float64.
SHORTEST = 1e-100


def checked_columns(x: ArrayLike, terms: Sequence[str], k: int) -> Matrix:
    """The columns of a model as float64, finite, fewer than the effects, and none determined by earlier ones."""
    try:
        columns = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"x holds something that is not a number ({error}); code factors as columns of 0 and 1"
        ) from None
    if columns.ndim != 2 or columns.shape[0] != k or columns.shape[1] == 0:
        raise InvalidInput(
            f"x has the shape {columns.shape} for {k} effects: give one row per effect and one column per term"
        )
    if len(terms) != columns.shape[1]:
        raise InvalidInput(f"{len(terms)} term names for {columns.shape[1]} columns of x: name each column")
    rows, places = np.nonzero(~np.isfinite(columns))
    if len(rows):
        row, place = int(rows[0]), int(places[0])
        raise InvalidInput(
            f"row {row + 1}: {terms[place]} is {columns[row, place]}, not a finite number; correct it or leave the row out"
        )
    if k <= columns.shape[1]:
        raise InvalidInput(f"{k} effects cannot carry {columns.shape[1]} terms: leave terms out until effects are more")
    _refuse_aliased(columns, terms)
    return columns


def orthonormal(columns: Matrix) -> tuple[Matrix, Matrix]:
    """An orthonormal basis (k, p) of the columns and the matrix (p, p) that leads from their coefficients to its."""
    length = _lengths(columns)
    basis, triangle = np.linalg.qr(columns / length)
    return basis, triangle * length


def is_constant(column: Vector) -> bool:
    """Whether a column takes part in no omnibus test: an intercept, or a multiple of it."""
    return bool((column == column[0]).all())


def _refuse_aliased(columns: Matrix, terms: Sequence[str]) -> None:
    length = _lengths(columns)
    for place in np.flatnonzero((length < SHORTEST) | (length > 1 / SHORTEST)).tolist():
        raise InvalidInput(
            f"the term {terms[place]} has values of the size {length[place]:.0e}; give it in another unit"
        )
    triangle = np.linalg.qr(columns / length, mode="r")
    left = np.abs(np.diag(triangle))
    for place in np.flatnonzero(left < ALIASED).tolist():
        if not columns[:, place].any():
            raise InvalidInput(f"the term {terms[place]} is 0 for every effect; leave it out")
        raise InvalidInput(f"the term {terms[place]} is determined by the terms before it; leave one of them out")


def _lengths(columns: Matrix) -> Vector:
    """Euclidean lengths of the columns, 1 for a column of zeros."""
    largest = np.abs(columns).max(axis=0)
    largest = np.where(largest > 0, largest, 1.0)
    length = np.asarray(largest * np.sqrt(((columns / largest) ** 2).sum(axis=0)))
    return np.where(length > 0, length, 1.0)
