"""The funnel plot: estimates against their standard errors, with the region where they would scatter by chance alone.

Never tests for asymmetry and never computes a line: cones and means come in computed.
"""

from dataclasses import dataclass

from oxysite.figures.axis import Axis, Interval, whole_axis
from oxysite.figures.marks import Sides
from oxysite.figures.plane import Plane
from oxysite.figures.scales import Scale, ScaleKind, nice_ticks

_STANDARD_ERROR = Scale("Standard error", "SE", ScaleKind.LINEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelDot:
    """One estimate with its standard error, on the scale of the analysis."""

    name: str
    estimate: float
    se: float
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelCone:
    """Two lines from no width at a standard error of 0 to these limits at the largest one of the plot."""

    low: float
    high: float
    p: float  # two-sided, on the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPlot:
    """A funnel plot as data; contours go from the widest p to the narrowest."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    dots: tuple[FunnelDot, ...]
    se_max: float
    centre: float  # the mean the region stands about
    region: FunnelCone
    contours: tuple[FunnelCone, ...] = ()
    filled: tuple[FunnelDot, ...] = ()  # mirror images that trim and fill adds; they have no study
    adjusted: float | None = None  # the mean with them
    random_effects: float | None = None
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunnelMark:
    """An estimate in place."""

    dot: FunnelDot
    at: tuple[float, float]
    outside: bool
    words: str


@dataclass(frozen=True, slots=True)
class FunnelBand:
    """What lies between two contours, on both sides."""

    number: int  # 1 is next to the middle
    path: str
    words: str


@dataclass(frozen=True, slots=True)
class FunnelGeometry:
    """The plot in place."""

    plane: Plane
    centre: str
    random_effects: str
    adjusted: str
    region: str
    bands: tuple[FunnelBand, ...]
    contours: tuple[str, ...]
    marks: tuple[FunnelMark, ...]
    filled: tuple[FunnelMark, ...]
    description: str


def funnel_geometry(plot: FunnelPlot) -> FunnelGeometry:
    """Places every estimate; none is clipped, contours may be."""
    dots = [*plot.dots, *plot.filled]
    shown = [Interval(dot.estimate, dot.estimate, dot.estimate) for dot in dots]
    across = whole_axis(plot.scale, [*shown, Interval(plot.centre, plot.region.low, plot.region.high)])
    plane = Plane(across, Axis(0.0, plot.se_max, nice_ticks(_STANDARD_ERROR, 0.0, plot.se_max)), downwards=True)
    null = across.null_value
    marks = tuple(_mark(plot, plane, dot) for dot in plot.dots)
    return FunnelGeometry(
        plane=plane,
        centre=_upright(plane, plot.centre),
        random_effects=_upright(plane, plot.random_effects),
        adjusted=_upright(plane, plot.adjusted),
        region=plane.line([(plot.region.low, plot.se_max), (plot.centre, 0.0), (plot.region.high, plot.se_max)]),
        bands=_bands(plot, plane, null),
        contours=tuple(
            plane.line([(one.low, plot.se_max), (null, 0.0), (one.high, plot.se_max)]) for one in plot.contours
        ),
        marks=marks,
        filled=tuple(_mark(plot, plane, dot) for dot in plot.filled),
        description=_description(plot, marks),
    )


def _upright(plane: Plane, value: float | None) -> str:
    return "" if value is None else plane.line([(value, plane.up.low), (value, plane.up.high)])


def _bands(plot: FunnelPlot, plane: Plane, null: float) -> tuple[FunnelBand, ...]:
    bands = []
    for number, (inner, outer) in enumerate(zip(plot.contours, plot.contours[1:], strict=False), start=1):
        path = "".join(
            plane.area([(null, 0.0), (near, plot.se_max), (far, plot.se_max)])
            for near, far in ((inner.low, outer.low), (inner.high, outer.high))
        )
        bands.append(FunnelBand(number, path, f"p {outer.p:.2f} to {inner.p:.2f}"))
    return tuple(bands)


def _mark(plot: FunnelPlot, plane: Plane, dot: FunnelDot) -> FunnelMark:
    side = plot.region.low if dot.estimate < plot.centre else plot.region.high
    outside = abs(dot.estimate - plot.centre) > abs(side - plot.centre) * dot.se / plot.se_max
    words = f"{dot.name}: {plot.scale.text(dot.estimate)}, standard error {_STANDARD_ERROR.text(dot.se)}"
    return FunnelMark(
        dot, plane.place(dot.estimate, dot.se), outside, words + (", outside the region" if outside else "")
    )


def _description(plot: FunnelPlot, marks: tuple[FunnelMark, ...]) -> str:
    number, outside = len(marks), sum(mark.outside for mark in marks)
    text = "One estimate" if number == 1 else f"{number} estimates"
    text += f" by standard error, the most precise on top; {outside or 'none'} outside the region that holds "
    text += f"{100 * (1 - plot.region.p):.0f}% of them where all studies share one effect of {plot.scale.text(plot.centre)}."
    if plot.filled:
        added = len(plot.filled)
        text += f" Trim and fill adds {added} mirror image{'s' if added > 1 else ''} (hollow)"
        text += f", which moves the mean to {plot.scale.text(plot.adjusted)}." if plot.adjusted is not None else "."
    return text
