"""The strip of results with a direction and a p (tier B): how far each p lies from 1, on the side it points to.

Never turns a bound into a value: "p < .05" is an arrow from 0.05 outwards, "p > .05" a bar up to 0.05.
"""

import math
from dataclasses import dataclass, field
from typing import Literal

from oxysite.figures.axis import Axis, Span
from oxysite.figures.marks import MARKS, Mark, Sides, Towards
from oxysite.figures.scales import Tick

# The strip ends at this power of ten or, where some p is smaller, at the next; beyond stands an arrow.
_NEAR, _FAR = 3.0, 6.0
_TICKS = {
    _NEAR: ((0.001, "0.001"), (0.01, "0.01"), (0.05, "0.05")),
    _FAR: ((1e-6, "10⁻⁶"), (0.001, "0.001"), (0.05, "0.05")),
}
_OUTWARDS = 0.05  # length of the arrow of a bound, as a share of the strip
_ROOM = 1.12  # so much longer is the strip than its last label, for the arrows


@dataclass(frozen=True, slots=True, kw_only=True)
class PValueRow:
    """One printed p with the direction of its result."""

    name: str
    context: str
    towards: Towards
    p: float
    relation: Literal["=", "<", ">"] = "="
    sided: Literal[1, 2] = 2
    printed: str  # as the source has it
    href: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.p <= 1:
            raise ValueError(f"{self.name}: a p of {self.p} cannot be drawn; code 'p = .000' as p < .001")


@dataclass(frozen=True, slots=True, kw_only=True)
class PValueStrip:
    """All of one question; ``combined`` stands below the rows."""

    id: str
    title: str
    rows: tuple[PValueRow, ...]
    sides: Sides = field(default_factory=Sides)
    combined: PValueRow | None = None


@dataclass(frozen=True, slots=True)
class PValueMark:
    """A row in place: marks at ``at``, a line where only a range is known, an arrow where it is open."""

    row: PValueRow
    mark: Mark
    at: tuple[float, ...]
    line: Span | None
    words: str


@dataclass(frozen=True, slots=True)
class PValueGeometry:
    """The strip in place."""

    axis: Axis
    marks: tuple[PValueMark, ...]
    combined: PValueMark | None
    description: str


def pvalue_geometry(strip: PValueStrip) -> PValueGeometry:
    """Places every p by its two-sided size; the side is that of the direction."""
    rows = [*strip.rows, *([strip.combined] if strip.combined else [])]
    furthest = max((_distance(row)[0] for row in rows), default=0.0)
    limit = _NEAR if furthest <= _NEAR else _FAR
    ticks = [Tick(math.log10(p), label) for p, label in _TICKS[limit]]
    ticks += [Tick(0.0, "1"), *(Tick(-tick.value, tick.label) for tick in reversed(ticks))]
    axis = Axis(-limit * _ROOM, limit * _ROOM, tuple(ticks))
    return PValueGeometry(
        axis=axis,
        marks=tuple(_placed(row, axis, strip.sides) for row in strip.rows),
        combined=_placed(strip.combined, axis, strip.sides) if strip.combined else None,
        description=f"{len(strip.rows)} p-values, two-sided, from 1 in the middle to small at both ends; "
        f"left {strip.sides.low}, right {strip.sides.high}.",
    )


def _distance(row: PValueRow) -> tuple[float, bool]:
    """(−log10 of the two-sided p, whether a one-sided p above one half turns the side)."""
    if row.sided == 2:
        return -math.log10(row.p), False
    turned = row.p > 0.5
    return -math.log10(min(1.0, 2 * (1 - row.p if turned else row.p)) or 10.0**-_FAR), turned


def _placed(row: PValueRow, axis: Axis, sides: Sides) -> PValueMark:
    distance, turned = _distance(row)
    signs = _signs(row, sides, turned)
    reached = min(distance, axis.high)
    at = tuple(axis.place(sign * reached) for sign in signs)
    line: Span | None = None
    if row.relation == ">":
        ends = [axis.place(sign * reached) for sign in signs] + [axis.null]
        line, at = Span(min(ends), max(ends)), ()
    elif row.relation == "<" and len(at) == 1:
        sign = signs[0]
        end = min(max(at[0] + sign * _OUTWARDS, 0.0), 1.0)
        line = Span(min(at[0], end), max(at[0], end), clipped_start=sign < 0, clipped_end=sign > 0)
    elif len(at) == 2:
        line = Span(min(at), max(at))
    elif distance > axis.high:
        sign = signs[0]
        line = Span(min(at[0], axis.place(0)), max(at[0], axis.place(0)), sign < 0, sign > 0)
        at = ()
    return PValueMark(row, MARKS[row.towards], at, line, f"{row.name}: {row.printed}, {MARKS[row.towards].words}")


def _signs(row: PValueRow, sides: Sides, turned: bool) -> tuple[int, ...]:
    if row.towards not in (Towards.OXYTOCIN, Towards.COMPARATOR):
        return (-1, 1)  # the side is not known: both are shown
    right = (row.towards is Towards.OXYTOCIN) == sides.oxytocin_is_high
    return (1 if right != turned else -1,)
