"""The specification curve: the result of every specification in order, and below it the choices that lead to each.

Never pools and never leaves a specification out: where there are more than fit, neighbours share a column, and that is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median, median_high, median_low

from oxysite.figures.axis import Axis, Interval, axis_limits
from oxysite.figures.scales import nice_ticks
from oxysite.figures.specifications import (
    ChoiceAxis,
    ChoiceOption,
    Side,
    SpecificationCurve,
    SpecificationRow,
    Tally,
    check_options,
    share_words,
    side_of,
    tally_of,
)
from oxysite.numbers import count

# More columns than this are narrower than a pixel on a page of usual width.
MOST_COLUMNS = 400
# Up to this many columns have a gap between them, so that single specifications can be told apart.
_SEPARATE = 150
_GAP = 0.3  # of a column
HEIGHT = 1000  # units of the curve
FULL = 10  # units of a row of the matrix: the height of a mark is the share of its column in tenths


@dataclass(frozen=True, slots=True)
class OptionMark:
    """A row of the matrix in place."""

    option: ChoiceOption
    path: str  # a skyline over the columns
    tally: Tally
    main: bool
    words: str


@dataclass(frozen=True, slots=True)
class AxisMark:
    """The rows of one choice."""

    axis: ChoiceAxis
    options: tuple[OptionMark, ...]


@dataclass(frozen=True, slots=True)
class CurveGeometry:
    """The figure in place: paths in ``columns`` by ``HEIGHT`` units, shares from the top."""

    axis: Axis
    columns: int
    fine: bool  # lines must be thin
    intervals: tuple[tuple[Side, str], ...]
    estimates: str
    main: tuple[float, float] | None
    null: float
    smallest: float | None
    choices: tuple[AxisMark, ...]
    idle: tuple[ChoiceAxis, ...]  # every option of theirs leads to the same
    dead: tuple[tuple[ChoiceAxis, ChoiceOption], ...]  # options that lead to no estimate
    tally: Tally
    description: str
    notes: tuple[str, ...]

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Labels of the vertical axis: share from the top, text."""
        return tuple((1 - tick.at, tick.label) for tick in self.axis.ticks)


@dataclass(frozen=True, slots=True)
class _Column:
    rows: tuple[SpecificationRow, ...]
    interval: Interval
    side: Side


def curve_geometry(curve: SpecificationCurve) -> CurveGeometry:
    """Places every specification. Raises ValueError for an option that its axis does not have."""
    for row in curve.specifications:
        check_options(curve, row)
    order = sorted(range(len(curve.specifications)), key=lambda index: curve.specifications[index].interval.estimate)
    columns = _columns([curve.specifications[index] for index in order])
    axis = _vertical(curve, columns)
    tally = tally_of(curve.specifications)
    marks = [_choice(curve, columns, number) for number in range(len(curve.axes))]
    moving = [mark for mark in marks if any(_moves(curve, option) for option in mark.options)]
    return CurveGeometry(
        axis=axis,
        columns=len(columns),
        fine=len(columns) > _SEPARATE,
        intervals=_intervals(axis, columns),
        estimates="".join(
            f"M{index} {_down(axis, column.interval.estimate)}h1" for index, column in enumerate(columns)
        ),
        main=_main(curve, axis, order, len(columns)),
        null=1 - axis.null,
        smallest=None if curve.smallest is None else 1 - axis.place(curve.smallest),
        choices=tuple(AxisMark(one.axis, tuple(mark for mark in one.options if mark.path)) for one in moving),
        idle=tuple(one.axis for one in marks if one not in moving),
        dead=tuple((one.axis, mark.option) for one in marks for mark in one.options if not mark.path),
        tally=tally,
        description=_description(curve, tally),
        notes=tuple(_notes(curve, axis, columns)),
    )


def _columns(rows: Sequence[SpecificationRow]) -> list[_Column]:
    """One column each, or runs of neighbours of nearly equal number.

    A shared column shows the middle estimate and the middle limits. Where two are in the middle, the limit is the one
    nearer to no difference, so a line is clear of it only where most intervals are.
    """
    number = min(len(rows), MOST_COLUMNS)
    columns = []
    for index in range(number):
        some = tuple(rows[index * len(rows) // number : (index + 1) * len(rows) // number])
        intervals = [row.interval for row in some]
        estimate = median(one.estimate for one in intervals)
        low, high = median_low(one.low for one in intervals), median_high(one.high for one in intervals)
        drawn = Interval(estimate, min(low, estimate), max(high, estimate))
        columns.append(_Column(some, drawn, Side.ONE if all(row.one_sample for row in some) else side_of(drawn)))
    return columns


def _vertical(curve: SpecificationCurve, columns: Sequence[_Column]) -> Axis:
    """Every estimate that is not wild, no difference, both lines and the main analysis; long intervals are cut."""
    intervals = [column.interval for column in columns]
    kept = [curve.specifications[curve.main].interval] if curve.main is not None else []
    low, high = axis_limits(intervals, kept)
    if curve.smallest is not None:
        low, high = min(low, curve.smallest), max(high, curve.smallest)
    return Axis(low, high, nice_ticks(curve.scale, low, high))


def _down(axis: Axis, value: float) -> int:
    """Units from the top; what lies beyond ends a little outside, where it is not seen."""
    return round(HEIGHT * (1 - min(max(axis.place(value), -0.01), 1.01)))


def _intervals(axis: Axis, columns: Sequence[_Column]) -> tuple[tuple[Side, str], ...]:
    paths: dict[Side, list[str]] = {side: [] for side in Side}
    for index, column in enumerate(columns):
        low, high = _down(axis, column.interval.low), _down(axis, column.interval.high)
        paths[column.side].append(f"M{index}.5 {high}V{low}")
    return tuple((side, "".join(parts)) for side, parts in paths.items() if parts)


def _main(curve: SpecificationCurve, axis: Axis, order: Sequence[int], columns: int) -> tuple[float, float] | None:
    """The middle of its column, and its own estimate."""
    if curve.main is None:
        return None
    # The column whose run of neighbours holds it: the inverse of the cuts in `_columns`.
    column = (columns * (order.index(curve.main) + 1) - 1) // len(order)
    down = 1 - axis.place(curve.specifications[curve.main].interval.estimate)
    return (column + 0.5) / columns, min(max(down, 0.0), 1.0)


def _choice(curve: SpecificationCurve, columns: Sequence[_Column], number: int) -> AxisMark:
    axis = curve.axes[number]
    return AxisMark(axis, tuple(_option(curve, columns, number, option) for option in axis.options))


def _moves(curve: SpecificationCurve, mark: OptionMark) -> bool:
    """Whether an option leads to some specifications and not to others."""
    return 0 < mark.tally.specifications < len(curve.specifications)


def _option(curve: SpecificationCurve, columns: Sequence[_Column], number: int, option: ChoiceOption) -> OptionMark:
    heights = [
        round(FULL * sum(option.key in row.options[number] for row in column.rows) / len(column.rows))
        or int(any(option.key in row.options[number] for row in column.rows))  # never rounded away
        for column in columns
    ]
    led = [row for row in curve.specifications if option.key in row.options[number]]
    main = curve.main is not None and option.key in curve.specifications[curve.main].options[number]
    tally = tally_of(led)
    words = f"{curve.axes[number].label}, {option.label}: {_specifications(tally.specifications)}"
    if tally.median is not None and tally.both is not None:
        words += f", median {curve.scale.text(tally.median)}, {share_words(1 - tally.both)} of intervals exclude no difference"
    return OptionMark(
        option, _skyline(heights), tally, main, words + (", the main analysis among them" if main else "")
    )


def _skyline(heights: Sequence[int]) -> str:
    """The outline of columns that stand on the bottom of a row of ``FULL`` units."""
    if len(heights) <= _SEPARATE:
        width = f"{1 - _GAP:g}"
        return "".join(
            f"M{index + _GAP / 2:g} {FULL}v{-height}h{width}V{FULL}Z" for index, height in enumerate(heights) if height
        )
    parts = [f"M0 {FULL}"]
    for height, run in groupby(heights):
        parts.append(f"V{FULL - height}h{len(list(run))}")
    return "".join(parts) + f"V{FULL}Z" if any(heights) else ""


def _description(curve: SpecificationCurve, tally: Tally) -> str:
    if tally.median is None or tally.high is None or tally.low is None or tally.both is None:
        return f"{_specifications(tally.specifications)}, of which none rests on two samples or more."
    text, pooled = curve.scale.text, [row.interval for row in curve.specifications if not row.one_sample]
    estimates = [interval.estimate for interval in pooled]
    told = f"{_specifications(len(pooled))} with estimates from {text(min(estimates))} to {text(max(estimates))}, "
    told += f"median {text(tally.median)}. The interval lies wholly on the side “{curve.sides.high}” in "
    told += f"{share_words(tally.high)} and on the side “{curve.sides.low}” in {share_words(tally.low)}; "
    told += f"in {share_words(tally.both)} it includes no difference."
    if curve.main is not None:
        main = curve.specifications[curve.main].interval
        below = sum(estimate < main.estimate for estimate in estimates) / len(estimates)
        told += f" The main analysis gives {text(main.estimate)} {curve.scale.interval_text(main.low, main.high)}; "
        told += f"{share_words(below)} of the estimates are lower."
    return told


def _notes(curve: SpecificationCurve, axis: Axis, columns: Sequence[_Column]) -> list[str]:
    notes = []
    most = max((len(column.rows) for column in columns), default=0)
    if most > 1:
        notes.append(
            f"Up to {most} neighbouring specifications share a column: it shows the middle one of their estimates and of "
            "their limits, and the height of a mark below is the share of them that an option leads to."
        )
    alone = sum(row.one_sample for row in curve.specifications)
    if alone:
        notes.append(
            f"{_specifications(alone)} on one sample alone (dotted): shown, but counted in no share and no median."
        )
    if any(not (axis.holds(one.interval.low) and axis.holds(one.interval.high)) for one in columns):
        notes.append("Intervals that reach beyond the picture are cut at its edge.")
    return notes


def _specifications(number: int) -> str:
    return "1 specification" if number == 1 else f"{count(number)} specifications"
