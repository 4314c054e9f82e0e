"""The forest plot: what it shows, and where each mark of it lies.

Never pools and never draws: numbers come in computed, and leave as shares of an axis.
"""

import math
from dataclasses import dataclass

from oxysite.figures.axis import Axis, Interval, Span, make_axis
from oxysite.figures.marks import Sides, Towards
from oxysite.figures.scales import Scale

# Side of the square with the greatest weight, in CSS pixels: fills a row of two lines without touching the next.
LARGEST_SQUARE = 15.0
# Half the height of a diamond, in CSS pixels.
DIAMOND_HALF = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One study (one sample) of the plot."""

    name: str
    context: str  # second line: who and what
    n: str  # "12 / 13", or "17 (crossover)"
    interval: Interval
    weight: float  # per cent
    outcome: str = ""  # empty: the source does not name it, and the square is open
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSummary:
    """One pooled result; the first of a plot is the main one."""

    name: str
    interval: Interval
    prediction: tuple[float, float] | None = None
    detail: str = ""  # second line, such as heterogeneity
    weight: str = ""  # what the weights above add up to, where they are of this summary


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestPlot:
    """A forest plot as data; ``id`` is unique on its page."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    rows: tuple[ForestRow, ...]
    summaries: tuple[ForestSummary, ...] = ()
    heads: tuple[str, str, str] = ("Study", "Outcome", "n OT / control")
    short_n: str = "n"  # the third head, where the heads have no room of their own
    shown_limits: tuple[float, float] | None = None  # printed scale
    shown_ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Square:
    """A row of the plot in place; ``at`` is None where the estimate itself lies beyond the axis."""

    row: ForestRow
    line: Span
    at: float | None
    side: float
    open: bool
    towards: Towards
    words: str


@dataclass(frozen=True, slots=True)
class Diamond:
    """A summary in place; points are (share of the axis, height from −1 to 1), clockwise from the left."""

    summary: ForestSummary
    points: tuple[tuple[float, float], ...]
    line: Span
    prediction: Span | None
    towards: Towards
    words: str


@dataclass(frozen=True, slots=True)
class ForestGeometry:
    """The whole plot in place."""

    axis: Axis
    squares: tuple[Square, ...]
    diamonds: tuple[Diamond, ...]
    description: str
    notes: tuple[str, ...]


def forest_geometry(plot: ForestPlot) -> ForestGeometry:
    """Places every mark. The area of a square is proportional to its weight."""
    axis = make_axis(
        plot.scale, [row.interval for row in plot.rows], _wanted(plot), plot.shown_limits, plot.shown_ticks
    )
    heaviest = max((row.weight for row in plot.rows), default=1.0)
    squares = tuple(_square(plot, row, axis, heaviest) for row in plot.rows)
    diamonds = tuple(_diamond(plot, summary, axis) for summary in plot.summaries)
    return ForestGeometry(axis, squares, diamonds, _description(plot), _notes(plot, squares, diamonds))


def diamond_points(axis: Axis, interval: Interval) -> tuple[tuple[float, float], ...]:
    """Corners of a diamond from limit to limit; an end beyond the axis is cut off straight."""
    at = axis.place(interval.estimate)
    start, end = axis.place(interval.low), axis.place(interval.high)
    left = [(start, 0.0)]
    if start < 0:
        cut = -start / (at - start)
        left = [(0.0, cut), (0.0, -cut)]
    right = [(end, 0.0)]
    if end > 1:
        cut = (end - 1) / (end - at)
        right = [(1.0, -cut), (1.0, cut)]
    return (*left, (at, -1.0), *right, (at, 1.0))


def _wanted(plot: ForestPlot) -> list[Interval]:
    """What the axis should show of the summaries: their intervals, and the prediction interval of the main one."""
    wanted = [summary.interval for summary in plot.summaries]
    for summary in plot.summaries[:1]:
        if summary.prediction is not None:
            low, high = summary.prediction
            estimate = summary.interval.estimate
            wanted.append(Interval(estimate, min(low, estimate), max(high, estimate)))
    return wanted


def _square(plot: ForestPlot, row: ForestRow, axis: Axis, heaviest: float) -> Square:
    interval = row.interval
    towards = plot.sides.towards(interval.estimate, axis.null_value)
    return Square(
        row=row,
        line=axis.span(interval.low, interval.high),
        at=axis.place(interval.estimate) if axis.holds(interval.estimate) else None,
        side=LARGEST_SQUARE * math.sqrt(row.weight / heaviest),
        open=not row.outcome,
        towards=towards,
        words=f"{row.name}: {_in_words(plot, interval, axis)}",
    )


def _diamond(plot: ForestPlot, summary: ForestSummary, axis: Axis) -> Diamond:
    interval, prediction = summary.interval, None
    words = f"{summary.name}: {_in_words(plot, interval, axis)}"
    if summary.prediction is not None:
        low, high = summary.prediction
        prediction = axis.span(low, high)
        words += f"; the next study is expected between {plot.scale.text(low)} and {plot.scale.text(high)}"
    return Diamond(
        summary=summary,
        points=diamond_points(axis, interval),
        line=axis.span(interval.low, interval.high),
        prediction=prediction,
        towards=plot.sides.towards(interval.estimate, axis.null_value),
        words=words,
    )


def _in_words(plot: ForestPlot, interval: Interval, axis: Axis) -> str:
    text = f"{plot.scale.text(interval.estimate)}, 95% interval {plot.scale.text(interval.low)} to "
    text += f"{plot.scale.text(interval.high)}, {plot.sides.words(interval.estimate, axis.null_value)}"
    crosses = interval.low <= axis.null_value <= interval.high
    return text + (", the interval includes no difference" if crosses else "")


def _description(plot: ForestPlot) -> str:
    count = len(plot.rows)
    rows = "One estimate" if count == 1 else f"{count} estimates"
    text = f"{rows} of {plot.scale.name} with 95% intervals; "
    text += f"left {plot.sides.low}, right {plot.sides.high}."
    for summary in plot.summaries:
        text += f" {summary.name}: {plot.scale.text(summary.interval.estimate)} "
        text += f"{plot.scale.interval_text(summary.interval.low, summary.interval.high)}."
    return text


def _notes(plot: ForestPlot, squares: tuple[Square, ...], diamonds: tuple[Diamond, ...]) -> tuple[str, ...]:
    notes = []
    if len(plot.rows) == 1 and not plot.summaries:
        notes.append("One estimate only: it is shown as it is, and nothing is pooled.")
    lines = [square.line for square in squares] + [diamond.line for diamond in diamonds]
    lines += [diamond.prediction for diamond in diamonds if diamond.prediction is not None]
    if any(line.clipped_start or line.clipped_end for line in lines):
        notes.append("An arrowhead: the interval runs on beyond the axis; its limits stand beside it in figures.")
    if any(square.open for square in squares):
        notes.append("An open square: the source gives the number without naming its outcome.")
    return tuple(notes)
