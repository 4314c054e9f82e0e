"""The albatross plot: sample size against p on the side it points to, with lines along which the effect is the same.

Never turns a bound into a value, and never computes a contour: positions come in computed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from oxysite.figures.axis import Axis
from oxysite.figures.marks import MARKS, Mark, Sides, Towards
from oxysite.figures.plane import Plane
from oxysite.figures.scales import Tick
from oxysite.numbers import count

# Distances of the labels from the middle, by how far the plot reaches: enough to read, few enough for a telephone.
_LADDERS: tuple[tuple[float, tuple[tuple[float, str], ...]], ...] = (
    (3.2, ((0.05, "0.05"), (0.01, "0.01"), (0.001, "0.001"))),
    (6.2, ((0.05, "0.05"), (0.001, "0.001"), (1e-5, "10⁻⁵"))),
    (math.inf, ((0.05, "0.05"), (1e-4, "10⁻⁴"), (1e-8, "10⁻⁸"), (1e-12, "10⁻¹²"))),
)
_LEAST_REACH = 3.0  # a p of 0.001 is always on the plot
_ROOM = 1.08  # beyond the furthest point, for its mark
# Labels of the sample sizes within one power of ten, coarse, and fine for a narrow range.
_COARSE, _FINE = (1.0, 2.0, 5.0), (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_FEWEST = 3  # labels
_OUTWARDS = 0.07  # length of the arrow of an open bound, as a share of the width
_NEAR_TOP = 0.02
_APART = 0.07  # of the width: labels on top that are nearer run into each other on a telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbatrossPoint:
    """One result; ``position`` is −log10 of its two-sided p, above 0 on the side of ``Sides.high``.

    It runs from end to end where only a bound is printed, and an end is None where the bound is open.
    """

    name: str
    context: str
    n: int
    position: tuple[float | None, float | None]
    printed: str  # p as the source has it
    href: str = ""

    def __post_init__(self) -> None:
        if self.position == (None, None):
            raise ValueError(f"{self.name}: a p open to both sides has no place on the plot")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbatrossContour:
    """Where results of one effect lie: a position for each n, n rising."""

    label: str  # "0.5"
    n: tuple[float, ...]
    position: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbatrossPlot:
    """All results of one question that have a p with a direction and an n."""

    id: str
    title: str
    points: tuple[AlbatrossPoint, ...]
    contours: tuple[AlbatrossContour, ...] = ()  # from left to right
    effect: str = "standardised difference"  # what is the same along a contour
    sides: Sides = field(default_factory=Sides)
    left_out: tuple[tuple[str, str], ...] = ()  # (name, why it has no place)


@dataclass(frozen=True, slots=True)
class AlbatrossMark:
    """A result in place; hollow, with its line, where only a bound is known."""

    point: AlbatrossPoint
    at: tuple[float, float]
    bound: tuple[float, float, bool, bool] | None  # from, to, open to the left, open to the right
    towards: Towards
    mark: Mark
    words: str
    side: str


@dataclass(frozen=True, slots=True)
class ContourMark:
    """A contour in place, its label where it leaves the plot; empty where there is no room."""

    label: str
    path: str
    at: tuple[float, float]
    anchor: str


@dataclass(frozen=True, slots=True)
class AlbatrossGeometry:
    """The plot in place."""

    plane: Plane
    marks: tuple[AlbatrossMark, ...]
    contours: tuple[ContourMark, ...]
    effects: str  # the labels of the contours, from left to right
    kinds: tuple[tuple[Towards, Mark, str], ...]  # those that occur, for the legend
    description: str

    @property
    def any_bound(self) -> bool:
        """Whether some p is known by its bound only."""
        return any(mark.bound is not None for mark in self.marks)


def albatross_geometry(plot: AlbatrossPlot) -> AlbatrossGeometry:
    """Places every result."""
    plane = Plane(_across(plot), _up(plot))
    marks = tuple(_mark(plot, plane, point) for point in plot.points)
    placed = [_contour(plane, one) for one in plot.contours]
    contours = [one for one in placed if one is not None]
    kinds = {mark.towards: (mark.towards, mark.mark, mark.side) for mark in marks}
    return AlbatrossGeometry(
        plane=plane,
        marks=marks,
        contours=_spaced(contours),
        effects=", ".join(one.label for one in contours),
        kinds=tuple(kinds[towards] for towards in MARKS if towards in kinds),
        description=_description(plot, marks),
    )


def _across(plot: AlbatrossPlot) -> Axis:
    furthest = max([_LEAST_REACH, *(abs(end) for point in plot.points for end in point.position if end is not None)])
    reach = _ROOM * furthest
    ladder = next(labels for limit, labels in _LADDERS if furthest <= limit)
    right = [Tick(-math.log10(p), label) for p, label in ladder if -math.log10(p) <= reach]
    left = [Tick(-tick.value, tick.label) for tick in reversed(right)]
    return Axis(-reach, reach, (*left, Tick(0.0, "1"), *right))


def _up(plot: AlbatrossPlot) -> Axis:
    """The sample size on a log scale, a little further than the results at hand."""
    sizes = [point.n for point in plot.points] or [10, 100]
    low, high = math.log10(min(sizes) / 1.25), math.log10(max(sizes) * 1.25)
    sizes_shown = _round_sizes(low, high, _COARSE)
    if len(sizes_shown) < _FEWEST:
        sizes_shown = _round_sizes(low, high, _FINE)
    return Axis(low, high, tuple(Tick(math.log10(size), count(size)) for size in sizes_shown), low)


def _round_sizes(low: float, high: float, steps: tuple[float, ...]) -> list[int]:
    powers = range(math.floor(low), math.ceil(high) + 1)
    sizes = sorted({round(step * 10**power) for power in powers for step in steps if power > 0 or step == int(step)})
    return [size for size in sizes if size > 0 and low <= math.log10(size) <= high]


def _mark(plot: AlbatrossPlot, plane: Plane, point: AlbatrossPoint) -> AlbatrossMark:
    low, high = point.position
    height = math.log10(point.n)
    bound = None
    if low is None or high is None:
        known = high if low is None else low
        value = known if known is not None else 0.0  # never both None, by the check of the point
        end = plane.across.place(value)
        away = min(max(end + (_OUTWARDS if high is None else -_OUTWARDS), 0.0), 1.0)
        bound = (min(end, away), max(end, away), low is None, high is None)
    else:
        value = (low + high) / 2
        if low < high:
            bound = (plane.across.place(low), plane.across.place(high), False, False)
    towards = plot.sides.towards(value, 0.0)
    mark, side = MARKS[towards], plot.sides.words(value, 0.0)
    words = f"{point.name}: n {count(point.n)}, {point.printed}, {side}"
    return AlbatrossMark(point, plane.place(value, height), bound, towards, mark, words, side)


def _contour(plane: Plane, contour: AlbatrossContour) -> ContourMark | None:
    """None where it does not cross the plot."""
    points = list(zip(contour.position, (math.log10(n) for n in contour.n), strict=True))
    at = _exit([plane.place(x, y) for x, y in points])
    if at is None:
        return None
    right, on_top = at[0] > 0.5, at[1] < _NEAR_TOP
    # On top it stands outside of its line, at the side above it.
    return ContourMark(contour.label, plane.line(points), at, "start" if right == on_top else "end")


def _exit(shares: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Where a line leaves the plot for the last time, or its end where it ends inside."""
    for (x0, y0), (x1, y1) in reversed(list(pairwise(shares))):
        enters, leaves = 0.0, 1.0  # parts of the way between which the line is inside
        for start, change in ((x0, x1 - x0), (y0, y1 - y0)):
            if change == 0:
                leaves = leaves if 0 <= start <= 1 else -1.0
                continue
            first, last = sorted((-start / change, (1 - start) / change))
            enters, leaves = max(enters, first), min(leaves, last)
        if enters <= leaves:
            return x0 + leaves * (x1 - x0), y0 + leaves * (y1 - y0)
    return None


def _spaced(contours: Sequence[ContourMark]) -> tuple[ContourMark, ...]:
    """Without the labels on top that would run into one nearer to the middle; the legend names every size."""
    kept: list[float] = []
    shown = {}
    for one in sorted(contours, key=lambda one: abs(one.at[0] - 0.5)):
        crowded = one.at[1] < _NEAR_TOP and any(
            abs(one.at[0] - other) < _APART and (one.at[0] > 0.5) == (other > 0.5) for other in kept
        )
        shown[one.label] = replace(one, label="") if crowded else one
        if not crowded and one.at[1] < _NEAR_TOP:
            kept.append(one.at[0])
    return tuple(shown[one.label] for one in contours)


def _description(plot: AlbatrossPlot, marks: tuple[AlbatrossMark, ...]) -> str:
    number = "One result" if len(marks) == 1 else f"{len(marks)} results"
    reach = [mark.at[0] for mark in marks]
    right, left = sum(at > 0.5 for at in reach), sum(at < 0.5 for at in reach)
    told = f"{number} by sample size, upwards, and two-sided p, from 1 in the middle to small at both ends: "
    told += f"{right} on the right ({plot.sides.high}), {left} on the left ({plot.sides.low})"
    between = len(marks) - right - left
    return told + (f", {between} in the middle." if between else ".")
