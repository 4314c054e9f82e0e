"""Densities of an effect: what was believed before and after the data, as curves with the 95% interval shaded.

Never integrates: densities, intervals and chances come in computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oxysite.figures.axis import Axis, Interval, Span, whole_axis
from oxysite.figures.marks import Sides
from oxysite.figures.plane import Plane
from oxysite.figures.scales import Scale

# Strokes of the first, second and third line: told apart without colour.
STROKES = ("solid", "dashed", "dotted")
_MOST_POINTS = 240  # of a curve: more do not show
_FADES = 0.004  # of the peak: below this a curve cannot be told from the axis
_HEADROOM = 1.06


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityCurve:
    """One density on rising values of the effect, on the scale of the analysis."""

    name: str  # "Posterior"
    x: tuple[float, ...]
    density: tuple[float, ...]
    interval: Interval | None = None  # median and central 95%
    above_zero: float | None = None  # chance
    above_smallest: float | None = None
    detail: str = ""  # "normal, mean 0, standard deviation 1"

    def __post_init__(self) -> None:
        if len(self.x) != len(self.density) or len(self.x) < 2 or max(self.density) <= 0:
            raise ValueError(f"{self.name}: a density needs as many heights as values, two at least, and one above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityPlot:
    """Up to three curves; the first is the answer: it sets the limits, and its interval is shaded."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    curves: tuple[DensityCurve, ...]
    smallest: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.curves) <= len(STROKES):
            raise ValueError(f"the densities {self.id}: {len(self.curves)} curves; give one to {len(STROKES)}")


@dataclass(frozen=True, slots=True)
class DensityMark:
    """A curve in place."""

    curve: DensityCurve
    stroke: str
    path: str
    clipped: bool
    words: str


@dataclass(frozen=True, slots=True)
class DensityGeometry:
    """The plot in place."""

    plane: Plane
    marks: tuple[DensityMark, ...]
    shaded: str  # the area of the interval under the first curve
    interval: Span | None
    null: float
    smallest: float | None
    description: str

    @property
    def clipped(self) -> bool:
        """Whether a curve runs on beyond the plot."""
        return any(mark.clipped for mark in self.marks)


def density_geometry(plot: DensityPlot) -> DensityGeometry:
    """Places every curve on one scale of heights, so that areas can be compared."""
    axis = _across(plot)
    inside = [
        density for curve in plot.curves for x, density in zip(curve.x, curve.density, strict=True) if axis.holds(x)
    ]
    plane = Plane(axis, Axis(0.0, _HEADROOM * max(inside), ()))
    marks = tuple(_mark(plot, plane, curve, stroke) for curve, stroke in zip(plot.curves, STROKES, strict=False))
    main = plot.curves[0]
    return DensityGeometry(
        plane=plane,
        marks=marks,
        shaded=_shaded(plane, main),
        interval=axis.span(main.interval.low, main.interval.high) if main.interval else None,
        null=axis.null,
        smallest=None if plot.smallest is None else axis.place(plot.smallest),
        description=_description(plot, marks),
    )


def height_at(curve: DensityCurve, value: float) -> float:
    """The density at a value, on the straight line between its neighbours; 0 outside."""
    if not curve.x[0] <= value <= curve.x[-1]:
        return 0.0
    for index in range(1, len(curve.x)):
        if value <= curve.x[index]:
            start, end = curve.x[index - 1], curve.x[index]
            share = (value - start) / (end - start)
            return curve.density[index - 1] * (1 - share) + curve.density[index] * share
    return curve.density[-1]


def _across(plot: DensityPlot) -> Axis:
    """From where the first curve rises to where it has faded and half as far again, with zero and the smallest effect."""
    main = plot.curves[0]
    peak = max(main.density)
    seen = [x for x, density in zip(main.x, main.density, strict=True) if density >= _FADES * peak]
    low, high = seen[0], seen[-1]
    further = (high - low) / 4
    marked = [value for value in (plot.smallest,) if value is not None]
    low, high = min([low - further, *marked]), max([high + further, *marked])
    return whole_axis(plot.scale, [Interval((low + high) / 2, low, high)])


def _mark(plot: DensityPlot, plane: Plane, curve: DensityCurve, stroke: str) -> DensityMark:
    axis = plane.across
    points = [(x, density) for x, density in zip(curve.x, curve.density, strict=True) if axis.holds(x)]
    ends = [end for end in (axis.low, axis.high) if curve.x[0] < end < curve.x[-1]]
    points = sorted(points + [(end, height_at(curve, end)) for end in ends])
    peak = max(curve.density)
    clipped = any(height_at(curve, end) > _FADES * peak for end in ends)
    words = curve.name
    if curve.interval is not None:
        words += f": median {plot.scale.text(curve.interval.estimate)}, 95% between "
        words += f"{plot.scale.text(curve.interval.low)} and {plot.scale.text(curve.interval.high)}"
    return DensityMark(curve, stroke, plane.line(_thinned(points)), clipped, words)


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most ``_MOST_POINTS``, the ends and the peak among them."""
    step = max(1, -(-len(points) // _MOST_POINTS))
    kept = {*range(0, len(points), step), len(points) - 1, max(range(len(points)), key=lambda index: points[index][1])}
    return [points[index] for index in sorted(kept)]


def _shaded(plane: Plane, curve: DensityCurve) -> str:
    if curve.interval is None:
        return ""
    low, high = curve.interval.low, curve.interval.high
    inside = _thinned(
        [
            (low, height_at(curve, low)),
            *((x, density) for x, density in zip(curve.x, curve.density, strict=True) if low < x < high),
            (high, height_at(curve, high)),
        ]
    )
    return plane.area([(low, 0.0), *inside, (high, 0.0)])


def _description(plot: DensityPlot, marks: tuple[DensityMark, ...]) -> str:
    told = "; ".join(mark.words for mark in marks)
    return f"{told}. Left {plot.sides.low}, right {plot.sides.high}."
