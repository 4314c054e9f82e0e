"""The leave-one-out plot: the pooled result without each study in turn, against the result with all.

Never pools: the results come in computed.
"""

from dataclasses import dataclass

from oxysite.figures.axis import Axis, Interval, Span, whole_axis
from oxysite.figures.marks import Sides
from oxysite.figures.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutRow:
    """The result without one study."""

    name: str
    interval: Interval
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOutPlot:
    """All results, and the one with every study."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    rows: tuple[WithoutRow, ...]
    overall: Interval


@dataclass(frozen=True, slots=True)
class WithoutMark:
    """A row in place."""

    row: WithoutRow
    line: Span
    at: float
    turns: bool  # whether the interval says something else about no difference than the one with all
    words: str


@dataclass(frozen=True, slots=True)
class LeaveOneOutGeometry:
    """The plot in place; ``band`` is the interval with every study."""

    axis: Axis
    band: Span
    at: float
    marks: tuple[WithoutMark, ...]
    description: str


def leave_one_out_geometry(plot: LeaveOneOutPlot) -> LeaveOneOutGeometry:
    """Places every result; nothing is clipped, because every row is an answer."""
    intervals = [row.interval for row in plot.rows]
    axis = whole_axis(plot.scale, [plot.overall, *intervals])
    crosses = _crosses(plot.overall, axis.null_value)
    marks = tuple(
        WithoutMark(
            row=row,
            line=axis.span(row.interval.low, row.interval.high),
            at=axis.place(row.interval.estimate),
            turns=_crosses(row.interval, axis.null_value) != crosses,
            words=f"Without {row.name}: {plot.scale.text(row.interval.estimate)} "
            f"{plot.scale.interval_text(row.interval.low, row.interval.high)}",
        )
        for row in plot.rows
    )
    estimates = [row.interval.estimate for row in plot.rows] or [plot.overall.estimate]
    turned = sum(mark.turns for mark in marks)
    conclusion = "no omission changes" if not turned else f"{turned} omission{'s' if turned > 1 else ''} would change"
    return LeaveOneOutGeometry(
        axis=axis,
        band=axis.span(plot.overall.low, plot.overall.high),
        at=axis.place(plot.overall.estimate),
        marks=marks,
        description=f"The estimate lies between {plot.scale.text(min(estimates))} and {plot.scale.text(max(estimates))} "
        f"whichever study is left out; {conclusion} whether the interval includes no difference.",
    )


def _crosses(interval: Interval, null: float) -> bool:
    return interval.low <= null <= interval.high
