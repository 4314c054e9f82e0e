"""The bars of "What is not in the numbers": how many effects stand in each tier, and what waits.

Never adds bars up: each says what it counts, and all share one scale of counts.
"""

from dataclasses import dataclass
from enum import StrEnum


class BarKind(StrEnum):
    """How a bar is filled: full where there are numbers, lighter as less is known, outlined where nothing is."""

    NUMBERS = "numbers"
    PARTIAL = "partial"
    DIRECTION = "direction"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar."""

    label: str
    count: int
    unit: str  # "effects"
    kind: BarKind
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFigure:
    """All bars, in the order they are shown."""

    id: str
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar with its length as a share of the longest."""

    bar: Bar
    length: float
    words: str


@dataclass(frozen=True, slots=True)
class BarGeometry:
    """The bars in place."""

    bars: tuple[PlacedBar, ...]
    description: str


def bar_geometry(figure: BarFigure) -> BarGeometry:
    """Lengths proportional to counts."""
    longest = max((bar.count for bar in figure.bars), default=0) or 1
    bars = tuple(PlacedBar(bar, bar.count / longest, f"{bar.label}: {bar.count} {bar.unit}") for bar in figure.bars)
    return BarGeometry(bars, "; ".join(bar.words for bar in bars) + ".")
