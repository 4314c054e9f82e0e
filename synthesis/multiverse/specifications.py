"""Every specification of a grid, with those that rest on the same numbers and the same model folded into one.

Never fits anything: it says which effects go into which model, and how many cells of the grid come to the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from synthesis.multiverse.columns import Chosen, Column, Shelf
from synthesis.multiverse.grid import AXES, CorrectionOption, DependenceOption, Grid
from synthesis.multiverse.rows import Row
from synthesis.pooling.pool import Method, Test

_SELECTION = AXES[: AXES.index("method")]  # the axes that choose effects; those behind them choose the model
# With fewer, an adjustment for small-study effects cannot tell chance from bias (Sterne et al. 2011, BMJ 343, d4002).
FEWEST_TO_CORRECT = 10


class Undefined(StrEnum):
    """Why a cell of the grid holds no fit."""

    NOTHING = "nothing to pool"
    TOO_FEW = "fewer than 10 samples: no adjustment for small-study effects"
    TWO_MODELS = "no adjustment for small-study effects is defined beside a joint model of dependent effects"
    NO_DEPENDENCE = "no sample has several effects, so there is no dependence to model"


_CODES: tuple[Undefined, ...] = tuple(Undefined)  # a cell holds -1 - index here, or the index of its fit


@dataclass(frozen=True, slots=True)
class Model:
    """How a set of values is pooled; None where the model brings its own."""

    method: Method | None
    test: Test | None
    correction: CorrectionOption = CorrectionOption.NONE


@dataclass(frozen=True, slots=True)
class Fit:
    """One distinct specification: a set of columns under one model."""

    columns: tuple[int, ...]
    joint: DependenceOption | None  # the model in which several columns of one sample stand; None for independent ones
    model: Model
    samples: int


@dataclass(frozen=True, slots=True)
class Specifications:
    """The whole grid: ``cells`` has one dimension per axis and holds the index of a fit, or a code below 0."""

    grid: Grid  # with folded axes cut to their first option
    folded: Mapping[str, str]  # axis to the reason why its options cannot differ
    columns: tuple[Column, ...]
    fits: tuple[Fit, ...]
    cells: NDArray[np.int64]

    def undefined(self) -> dict[Undefined, int]:
        """Cells without a fit, by reason."""
        return {reason: int((self.cells == -1 - code).sum()) for code, reason in enumerate(_CODES)}

    def multiplicity(self) -> NDArray[np.int64]:
        """Cells that come to each fit, shape (fits,)."""
        held = self.cells[self.cells >= 0]
        return np.bincount(held, minlength=len(self.fits))


def specifications(grid: Grid, rows: Sequence[Row]) -> Specifications:
    """All specifications of ``grid`` over the shared candidate list ``rows``, duplicates folded."""
    folded = _folded(grid, rows)
    grid = replace(grid, **{axis: getattr(grid, axis)[:1] for axis in folded})
    shelf = Shelf(rows)
    models = tuple(product(grid.method, grid.test, grid.bias_correction))
    chosen = [shelf.chosen(*options) for options in product(*(getattr(grid, axis) for axis in _SELECTION))]
    fits = _Fits(shelf)
    codes = {one: [fits.code(one, *model) for model in models] for one in dict.fromkeys(chosen)}
    cells = np.array([codes[one] for one in chosen], dtype=np.int64)
    shape = tuple(len(getattr(grid, axis)) for axis in AXES)
    return Specifications(grid, folded, tuple(shelf.columns), tuple(fits.fits), cells.reshape(shape))


def _folded(grid: Grid, rows: Sequence[Row]) -> dict[str, str]:
    reasons = {}
    if len(grid.validity) > 1 and all(row.validity is None for row in rows):
        reasons["validity"] = "no effect of this question rests on a measure of oxytocin: the axis has one option"
    if len(grid.risk_of_bias) > 1 and not any(row.bias for row in rows):
        reasons["risk_of_bias"] = "no risk of bias has been judged yet: the axis has one option"
    return reasons


@dataclass(slots=True)
class _Fits:
    """The fits found so far, each once, however many selections come to the same values."""

    shelf: Shelf
    fits: list[Fit] = field(default_factory=list)
    _known: dict[tuple[object, ...], int] = field(default_factory=dict)

    def code(self, chosen: Chosen, method: Method, test: Test, correction: CorrectionOption) -> int:
        """The index of the fit of these columns under this model, or the code of why there is none."""
        columns = [self.shelf.columns[column] for column in chosen.columns]
        samples = len({column.sample for column in columns})
        reason = _undefined(samples, len(columns), chosen.joint, correction)
        if reason is not None:
            return -1 - _CODES.index(reason)
        model = _model(samples, chosen.joint, method, test, correction)
        key = (tuple((column.sample, column.yi, column.vi) for column in columns), chosen.joint, model)
        if key not in self._known:
            self._known[key] = len(self.fits)
            self.fits.append(Fit(chosen.columns, chosen.joint, model, samples))
        return self._known[key]


def _undefined(
    samples: int, values: int, joint: DependenceOption | None, correction: CorrectionOption
) -> Undefined | None:
    if samples == 0:
        return Undefined.NOTHING
    if joint is not None and values == samples:
        return Undefined.NO_DEPENDENCE
    if correction is CorrectionOption.NONE:
        return None
    if joint is not None:
        return Undefined.TWO_MODELS
    return Undefined.TOO_FEW if samples < FEWEST_TO_CORRECT else None


def _model(
    samples: int, joint: DependenceOption | None, method: Method, test: Test, correction: CorrectionOption
) -> Model:
    """The model as far as it matters: cells that differ only in what it ignores are the same specification."""
    if joint is not None or samples == 1 or correction in (CorrectionOption.PET, CorrectionOption.PEESE):
        return Model(None, None, correction)
    return Model(method, Test.Z if method is Method.FE else test, correction)
