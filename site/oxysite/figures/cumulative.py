"""The cumulative plot: the pooled result after each study in the order of its date.

Never pools: the results come in computed, and so do the anytime-valid intervals beside them.
"""

from dataclasses import dataclass

from oxysite.figures.axis import Axis, Interval, Span, make_axis
from oxysite.figures.marks import Sides, Towards
from oxysite.figures.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeRow:
    """The result with this study and every earlier one."""

    name: str  # of the study that was added
    date: str
    studies: int  # in the result
    interval: Interval
    anytime: tuple[float, float] | None = None  # limits that hold however often one looks
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativePlot:
    """All results, earliest first."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    rows: tuple[CumulativeRow, ...]
    anytime: str = ""  # what the anytime-valid intervals rest on, in a sentence


@dataclass(frozen=True, slots=True)
class CumulativeMark:
    """A row in place; ``at`` is None where the estimate lies beyond the axis."""

    row: CumulativeRow
    line: Span
    anytime: Span | None
    at: float | None
    verdict: str
    turns: bool  # whether it says something else about no difference than the row before
    words: str


@dataclass(frozen=True, slots=True)
class CumulativeGeometry:
    """The plot in place."""

    axis: Axis
    marks: tuple[CumulativeMark, ...]
    description: str

    @property
    def any_anytime(self) -> bool:
        """Whether some row has a second interval."""
        return any(mark.anytime is not None for mark in self.marks)

    @property
    def any_turn(self) -> bool:
        """Whether the verdict ever changed."""
        return any(mark.turns for mark in self.marks)

    @property
    def any_clipped(self) -> bool:
        """Whether an interval runs on beyond the axis."""
        lines = [line for mark in self.marks for line in (mark.line, mark.anytime) if line is not None]
        return any(line.clipped_start or line.clipped_end for line in lines)


def cumulative_geometry(plot: CumulativePlot) -> CumulativeGeometry:
    """Places every result; the first ones are wide, and their lines may be clipped."""
    intervals = [row.interval for row in plot.rows]
    axis = make_axis(plot.scale, intervals, _last(plot))
    verdicts = [_verdict(plot, row.interval, axis) for row in plot.rows]
    marks = tuple(
        CumulativeMark(
            row=row,
            line=axis.span(row.interval.low, row.interval.high),
            anytime=axis.span(*row.anytime) if row.anytime is not None else None,
            at=axis.place(row.interval.estimate) if axis.holds(row.interval.estimate) else None,
            verdict=verdict,
            turns=index > 0 and verdict != verdicts[index - 1],
            words=_words(plot, row, verdict),
        )
        for index, (row, verdict) in enumerate(zip(plot.rows, verdicts, strict=True))
    )
    return CumulativeGeometry(axis, marks, _description(plot, marks))


def _last(plot: CumulativePlot) -> list[Interval]:
    """Where the evidence stands now: the axis shows it whole."""
    wanted = []
    for row in plot.rows[-1:]:
        wanted.append(row.interval)
        if row.anytime is not None:
            low, high = row.anytime
            wanted.append(Interval(row.interval.estimate, min(low, row.interval.low), max(high, row.interval.high)))
    return wanted


def _verdict(plot: CumulativePlot, interval: Interval, axis: Axis) -> str:
    if interval.low <= axis.null_value <= interval.high:
        return "includes no difference"
    side = plot.sides.towards(interval.estimate, axis.null_value)
    return f"{plot.sides.words(interval.estimate, axis.null_value)}" if side is not Towards.NONE else "no difference"


def _words(plot: CumulativePlot, row: CumulativeRow, verdict: str) -> str:
    text = plot.scale.text
    words = f"After {row.name}, {row.date}, {_studies(row.studies)}: {text(row.interval.estimate)} "
    words += f"{plot.scale.interval_text(row.interval.low, row.interval.high)}, {verdict}"
    if row.anytime is not None:
        words += f"; anytime-valid {text(row.anytime[0])} to {text(row.anytime[1])}"
    return words


def _description(plot: CumulativePlot, marks: tuple[CumulativeMark, ...]) -> str:
    if not marks:
        return "No result."
    last = marks[-1]
    told = f"The result with every study up to each date, earliest first, {_studies(last.row.studies)} in the last. "
    turned = [mark.row.date for mark in marks if mark.turns]
    if not turned:
        return told + f"The interval never changed sides: at each date it {_said(last.verdict)}."
    times = "once" if len(turned) == 1 else f"{len(turned)} times"
    told += f"What the interval says of no difference changed {times} ({', '.join(turned)}); "
    return told + f"since {turned[-1]} it {_said(last.verdict)}."


def _said(verdict: str) -> str:
    return verdict if verdict.startswith("includes") else f"lies on the side “{verdict}”"


def _studies(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"
