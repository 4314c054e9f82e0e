"""Specifications as a figure takes them, and how they are counted by what their intervals say.

Never draws and never pools.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from oxysite.figures.axis import Interval
from oxysite.figures.marks import Sides
from oxysite.figures.scales import Scale
from oxysite.numbers import percent


class Side(StrEnum):
    """What the interval of a column says; the value is the class of its line."""

    HIGH = "high"
    LOW = "low"
    BOTH = "both"  # includes no difference
    ONE = "one"  # rests on one sample each: shown, and in no share


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOption:
    """One option; specifications name it by its key."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceAxis:
    """One choice of the analysis; one that changes nothing is named below the figure.

    A choice that was folded beforehand comes with its first option only: the others would be said to lead nowhere.
    """

    label: str
    options: tuple[ChoiceOption, ...]
    note: str = ""  # why an option is missing, or nothing is to choose


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationRow:
    """One specification: its result, and per axis the keys of every option that leads to it."""

    interval: Interval
    options: tuple[tuple[str, ...], ...]
    one_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationCurve:
    """All specifications, in any order; ``main`` is the index of the main analysis."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    axes: tuple[ChoiceAxis, ...]
    specifications: tuple[SpecificationRow, ...]
    main: int | None = None
    smallest: float | None = None  # smallest effect of interest, on the scale of the analysis
    note: str = ""  # what to know beside it, such as the permutation reference


@dataclass(frozen=True, slots=True)
class Tally:
    """Specifications in figures; shares are of those of two samples or more, None where there is none."""

    specifications: int
    one_sample: int
    median: float | None
    high: float | None  # share with the interval wholly above no difference
    low: float | None
    both: float | None


def check_options(curve: SpecificationCurve, row: SpecificationRow) -> None:
    """Raises ValueError for an option that its axis does not have."""
    if len(row.options) != len(curve.axes):
        raise ValueError(f"the curve {curve.id} has {len(curve.axes)} axes, and a specification names {row.options}")
    for axis, keys in zip(curve.axes, row.options, strict=True):
        known = {option.key for option in axis.options}
        if not set(keys) <= known:
            raise ValueError(f"the curve {curve.id}: {axis.label} has {sorted(known)}, a specification names {keys}")


def side_of(interval: Interval) -> Side:
    """What one interval says of no difference."""
    return Side.HIGH if interval.low > 0 else Side.LOW if interval.high < 0 else Side.BOTH


def tally_of(rows: Sequence[SpecificationRow]) -> Tally:
    """Counts specifications; shares and median leave out those on one sample."""
    pooled = [row.interval for row in rows if not row.one_sample]
    if not pooled:
        return Tally(len(rows), len(rows), None, None, None, None)
    sides = [side_of(interval) for interval in pooled]
    high, low, both = (sides.count(side) / len(sides) for side in (Side.HIGH, Side.LOW, Side.BOTH))
    return Tally(len(rows), len(rows) - len(pooled), median(one.estimate for one in pooled), high, low, both)


def share_words(share: float) -> str:
    """A share in whole per cent; what is not nothing or all never rounds to it."""
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else percent(100 * share, 0)
