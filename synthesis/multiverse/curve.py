"""The specification curve: every distinct specification with its estimate and options, and what they come to together.

Never drops a specification from a count: shares are of those with two samples or more, and the others stand beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from synthesis.multiverse.fits import Fitted
from synthesis.multiverse.grid import AXES
from synthesis.multiverse.specifications import Fit, Specifications, Undefined


class Conclusion(StrEnum):
    """What the interval of a specification says."""

    ABOVE = "interval above zero"
    BELOW = "interval below zero"
    INCLUDES = "interval includes zero"
    ONE_SAMPLE = "one sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One distinct specification that has an estimate, on the scale of the question's measure."""

    estimate: float
    ci: tuple[float, float]
    p: float | None  # None where all its estimates are equal under Hartung-Knapp
    k: int  # values pooled: samples, or effects where several of a sample stand in one model
    samples: int
    tau2: float | None  # None for one sample, and where the model has none
    conclusion: Conclusion
    cells: int  # of the grid that come to this specification
    options: tuple[tuple[str, ...], ...]  # per axis, every option that leads here
    effect_set: int  # number of its set of effects, as in `effect_sets`
    fit: int  # index of the fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something holds."""

    what: str
    cells: int
    specifications: int  # distinct ones
    share: float | None  # of the distinct specifications of two samples or more; None where it is not one of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The estimates of the distinct specifications of two samples or more."""

    specifications: int
    median: float
    quartiles: tuple[float, float]
    range: tuple[float, float]


def effect_sets(specified: Specifications) -> dict[tuple[int, ...], int]:
    """Every set of rows that some fit uses, with its number."""
    return {rows: i for i, rows in enumerate(dict.fromkeys(_rows(specified, fit) for fit in specified.fits))}


def curve(specified: Specifications, fitted: Fitted) -> tuple[Specification, ...]:
    """The specifications that have an estimate, in the order of it; ``fit`` says which fit each is."""
    cells, options = specified.multiplicity(), _options(specified)
    sets = effect_sets(specified)
    order = np.argsort(fitted.estimate, kind="stable")[: int(np.isfinite(fitted.estimate).sum())]
    return tuple(
        Specification(
            fit=int(i),
            estimate=float(fitted.estimate[i]),
            ci=(float(fitted.ci_low[i]), float(fitted.ci_high[i])),
            p=_or_none(fitted.p[i]),
            k=len(specified.fits[i].columns),
            samples=specified.fits[i].samples,
            tau2=_or_none(fitted.tau2[i]),
            conclusion=_conclusion(specified.fits[i], fitted.ci_low[i], fitted.ci_high[i]),
            cells=int(cells[i]),
            options=options[i],
            effect_set=sets[_rows(specified, specified.fits[i])],
        )
        for i in order
    )


def conclusions(specifications: Sequence[Specification]) -> tuple[Count, ...]:
    """How often each conclusion is drawn."""
    pooled = sum(one.conclusion is not Conclusion.ONE_SAMPLE for one in specifications)
    counts = []
    for conclusion in Conclusion:
        drawn = [one for one in specifications if one.conclusion is conclusion]
        share = len(drawn) / pooled if pooled and conclusion is not Conclusion.ONE_SAMPLE else None
        counts.append(Count(what=conclusion, cells=_cells(drawn), specifications=len(drawn), share=share))
    return tuple(counts)


def undefined(specified: Specifications, fitted: Fitted) -> tuple[Count, ...]:
    """Cells without an estimate by reason, those that a model refused last."""
    counts = [
        Count(what=reason, cells=cells, specifications=int(reason is Undefined.NOTHING), share=None)
        for reason, cells in specified.undefined().items()
        if cells
    ]
    multiplicity = specified.multiplicity()
    for reason in dict.fromkeys(fitted.refused.values()):
        fits = [i for i, refusal in fitted.refused.items() if refusal == reason]
        counts.append(Count(what=reason, cells=int(multiplicity[fits].sum()), specifications=len(fits), share=None))
    return tuple(counts)


def against(smallest: float | None, pooled: Sequence[Specification]) -> tuple[Count, ...]:
    """The specifications against the smallest effect of interest, on either side of zero."""
    if smallest is None or not pooled:
        return ()
    kinds = {
        "interval beyond the smallest effect": [one for one in pooled if one.ci[0] > smallest],
        "estimate beyond the smallest effect, interval not": [
            one for one in pooled if one.estimate > smallest >= one.ci[0]
        ],
        "interval short of the smallest effect": [one for one in pooled if one.ci[1] < smallest],
        "interval beyond the same size of harm": [one for one in pooled if one.ci[1] < -smallest],
    }
    return tuple(
        Count(what=what, cells=_cells(some), specifications=len(some), share=len(some) / len(pooled))
        for what, some in kinds.items()
    )


def spread(pooled: Sequence[Specification]) -> Spread | None:
    """Median, quartiles and range of the estimates; None for no specification."""
    if not pooled:
        return None
    low, lower, median, upper, high = (
        float(value) for value in np.quantile([one.estimate for one in pooled], (0, 0.25, 0.5, 0.75, 1))
    )
    return Spread(specifications=len(pooled), median=median, quartiles=(lower, upper), range=(low, high))


def estimates_by_cell(specified: Specifications, fitted: Fitted) -> NDArray[np.float64]:
    """The estimate of every cell of the grid, one dimension per axis; NaN for none, and for a single sample."""
    several = np.array([fit.samples > 1 for fit in specified.fits], dtype=np.bool_)
    values = np.append(np.where(several, fitted.estimate, np.nan), np.nan)  # a code below 0 reads the last
    return np.asarray(values[np.maximum(specified.cells, -1)], dtype=np.float64)


def _rows(specified: Specifications, fit: Fit) -> tuple[int, ...]:
    return tuple(sorted(i for column in fit.columns for i in specified.columns[column].members))


def _options(specified: Specifications) -> list[tuple[tuple[str, ...], ...]]:
    """Per fit and axis, the options that lead to it."""
    held = np.nonzero(specified.cells >= 0)
    fit_of_cell = specified.cells[held]
    by_axis = []
    for axis, places in zip(AXES, held, strict=True):
        words = getattr(specified.grid, axis)
        leads = np.zeros((len(specified.fits), len(words)), dtype=np.bool_)
        leads[fit_of_cell, places] = True
        by_axis.append([tuple(str(words[j]) for j in np.flatnonzero(row)) for row in leads])
    return list(zip(*by_axis, strict=True))


def _conclusion(fit: Fit, low: float, high: float) -> Conclusion:
    if fit.samples == 1:
        return Conclusion.ONE_SAMPLE
    return Conclusion.ABOVE if low > 0 else Conclusion.BELOW if high < 0 else Conclusion.INCLUDES


def _cells(specifications: Sequence[Specification]) -> int:
    return sum(one.cells for one in specifications)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
