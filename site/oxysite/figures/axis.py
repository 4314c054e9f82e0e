"""Where values fall on a horizontal axis, as shares of its length, so that a picture fits any width.

Never draws; templates turn shares into per cent or points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from oxysite.figures.scales import Scale, Tick, nice_ticks, ticks_at

# How far beyond the outermost estimate the axis reaches, in median half-widths of the intervals. Two shows a typical
# interval whole; what is longer gets an arrowhead instead of squashing everybody else.
_REACH = 2.0
# The pooled interval and the prediction interval are the answer: they may ask for this much.
_SUMMARY_REACH = 2 * _REACH
# An estimate further than this from the median one, in robust spreads, is wild: it gets an arrow, not the axis.
_WILD = 5.0
_MARGIN = 0.03  # of the width, so that nothing touches the edge


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its limits, on the scale of the analysis."""

    estimate: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.estimate <= self.high:
            raise ValueError(f"the estimate {self.estimate} lies outside its interval {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class Span:
    """A line on the axis, as shares of its length; a clipped end runs on beyond the axis."""

    start: float
    end: float
    clipped_start: bool = False
    clipped_end: bool = False


@dataclass(frozen=True, slots=True)
class PlacedTick:
    """A tick at its share of the axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Limits, on the scale of the analysis, with the labels between them."""

    low: float
    high: float
    marks: tuple[Tick, ...]
    null_value: float = 0.0

    def place(self, value: float) -> float:
        """Share of the length: 0 at the low limit, 1 at the high one, beyond them outside."""
        return (value - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high

    def span(self, low: float, high: float) -> Span:
        """The part of a line that lies on the axis."""
        start, end = self.place(low), self.place(high)
        return Span(min(max(start, 0.0), 1.0), max(min(end, 1.0), 0.0), start < 0, end > 1)

    @property
    def null(self) -> float:
        """Share at which nothing differs."""
        return self.place(self.null_value)

    @property
    def ticks(self) -> tuple[PlacedTick, ...]:
        """The labels at their places."""
        return tuple(PlacedTick(self.place(tick.value), tick.label) for tick in self.marks)


def make_axis(
    scale: Scale,
    rows: Sequence[Interval],
    summaries: Sequence[Interval] = (),
    shown_limits: tuple[float, float] | None = None,
    shown_ticks: Sequence[float] = (),
) -> Axis:
    """An axis for these intervals; limits and ticks, where given, are on the printed scale and win."""
    if shown_limits is not None:
        low, high = (scale.analysed(limit) for limit in shown_limits)
    else:
        low, high = axis_limits(rows, summaries)
    marks = ticks_at(scale, shown_ticks) if shown_ticks else nice_ticks(scale, low, high)
    return Axis(low, high, tuple(tick for tick in marks if low <= tick.value <= high))


def whole_axis(scale: Scale, rows: Sequence[Interval], null: float = 0.0) -> Axis:
    """An axis on which nothing is clipped."""
    low = min([null, *(row.low for row in rows)])
    high = max([null, *(row.high for row in rows)])
    margin = _MARGIN * ((high - low) or 2.0)
    return Axis(low - margin, high + margin, nice_ticks(scale, low - margin, high + margin))


def mirrored_axis(scale: Scale, rows: Sequence[Interval], null: float = 0.0) -> Axis:
    """An axis with the null in the middle, so that pictures of different results can be compared at a glance."""
    furthest = max((abs(end - null) for row in rows for end in (row.low, row.high)), default=0.0)
    reach = (1 + 2 * _MARGIN) * (furthest or 1.0)
    return Axis(null - reach, null + reach, nice_ticks(scale, null - reach, null + reach))


def axis_limits(rows: Sequence[Interval], summaries: Sequence[Interval] = (), null: float = 0.0) -> tuple[float, float]:
    """Limits that show the null, every summary estimate and every estimate that is not wild; long ends are clipped."""
    everything = [*rows, *summaries]
    if not everything:
        return null - 1.0, null + 1.0
    half = median((row.high - row.low) / 2 for row in (rows or summaries))
    core = [null, *(summary.estimate for summary in summaries), *_tame([row.estimate for row in rows], half)]
    low, high = min(core), max(core)
    reach, further = _REACH * half, _SUMMARY_REACH * half
    low_end = min([low, *(max(row.low, low - reach) for row in rows)])
    high_end = max([high, *(min(row.high, high + reach) for row in rows)])
    low_end = min([low_end, *(max(summary.low, low - further) for summary in summaries)])
    high_end = max([high_end, *(min(summary.high, high + further) for summary in summaries)])
    margin = _MARGIN * ((high_end - low_end) or 2.0)
    return low_end - margin, high_end + margin


def _tame(estimates: Sequence[float], half: float) -> list[float]:
    if len(estimates) < 3:  # with two studies neither is the odd one
        return list(estimates)
    centre = median(estimates)
    spread = max(1.4826 * median(abs(estimate - centre) for estimate in estimates), half)
    return [estimate for estimate in estimates if abs(estimate - centre) <= _WILD * spread]
