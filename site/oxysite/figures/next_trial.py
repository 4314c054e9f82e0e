"""What the next trial could change: conclusions by its size and true effect, and what pending trials may bring.

Never simulates and never pools: every cell and chance comes in computed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from oxysite.figures.axis import Interval
from oxysite.figures.marks import Sides
from oxysite.figures.scales import Scale
from oxysite.numbers import count


class Outlook(StrEnum):
    """What the pooled interval would say; the value is the class of the cell."""

    BEYOND = "beyond"  # on the high side of the smallest effect
    HIGH = "high"  # on the high side of no difference
    INCLUDES = "includes"
    LOW = "low"  # on the low side of no difference


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCell:
    """The pooled result after one more trial of a size and a true effect."""

    outlook: Outlook
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """A registered trial without results; chances are of an interval that excludes no difference once it is in."""

    name: str
    n: str  # "60 / 60 planned"
    due: str = ""
    by_current: float | None = None  # chance where the truth is as estimated now
    by_smallest: float | None = None  # chance where the truth is the smallest effect of interest
    expected: tuple[float, float] | None = None  # limits of the pooled interval expected with it
    note: str = ""  # what was assumed of its arms, or why it is not counted
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTrialTable:
    """``cells[i][j]`` is of ``effects[i]`` and ``sizes[j]``; effects are on the scale of the analysis."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    now: Interval  # the pooled result as it stands
    sizes: tuple[int, ...]  # per arm
    effects: tuple[float, ...]
    cells: tuple[tuple[NextCell, ...], ...]
    smallest: float | None = None
    pending: tuple[PendingRow, ...] = ()
    note: str = ""  # how the variance of the trial was assumed

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.effects) or any(len(row) != len(self.sizes) for row in self.cells):
            raise ValueError(f"the table {self.id} needs {len(self.effects)} rows of {len(self.sizes)} cells")


@dataclass(frozen=True, slots=True)
class OutlookKey:
    """How one outlook is told: a shape and words."""

    outlook: Outlook
    shape: str
    words: str  # in a cell
    meaning: str  # in the legend


@dataclass(frozen=True, slots=True)
class NextTrialGeometry:
    """The table as it is printed."""

    rows: tuple[tuple[str, tuple[tuple[NextCell, OutlookKey], ...]], ...]  # effect in figures, cells
    keys: tuple[OutlookKey, ...]  # those that occur
    description: str


def next_trial_geometry(table: NextTrialTable) -> NextTrialGeometry:
    """Puts words and shapes to every cell."""
    keys = {key.outlook: key for key in _keys(table)}
    occurring = Counter(cell.outlook for row in table.cells for cell in row)
    return NextTrialGeometry(
        rows=tuple(
            (table.scale.text(effect), tuple((cell, keys[cell.outlook]) for cell in row))
            for effect, row in zip(table.effects, table.cells, strict=True)
        ),
        keys=tuple(key for key in keys.values() if occurring[key.outlook]),
        description=_description(table),
    )


def _keys(table: NextTrialTable) -> Sequence[OutlookKey]:
    high, low = table.sides.high, table.sides.low
    than = "" if table.smallest is None else f" of {table.scale.text(table.smallest)}"
    return (
        OutlookKey(
            Outlook.BEYOND, "▲▲", "beyond smallest", f"the interval lies beyond the smallest effect of interest{than}"
        ),
        OutlookKey(Outlook.HIGH, "▲", "clear", f"the interval {high}, clear of no difference"),
        OutlookKey(Outlook.INCLUDES, "●", "still open", "the interval includes no difference"),
        OutlookKey(Outlook.LOW, "▼", "clear, other side", f"the interval {low}, clear of no difference"),
    )


def _description(table: NextTrialTable) -> str:
    """The least trial that would settle it, for each true effect."""
    text = table.scale.text
    now = f"Now {text(table.now.estimate)} {table.scale.interval_text(table.now.low, table.now.high)}."
    told = []
    for effect, row in zip(table.effects, table.cells, strict=True):
        enough = [size for size, cell in zip(table.sizes, row, strict=True) if cell.outlook is not Outlook.INCLUDES]
        least = f"{count(enough[0])} per arm" if enough else f"more than {count(table.sizes[-1])} per arm"
        told.append(f"{least} with an effect of {text(effect)}")
    if not told:
        return now
    return f"{now} One more trial that leaves the interval clear of no difference: {'; '.join(told)}."
