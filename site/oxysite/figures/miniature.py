"""The small picture of an answer card: diamond, prediction interval and null line.

Never carries a number of its own: the card prints them.
"""

from dataclasses import dataclass

from oxysite.figures.axis import Axis, Interval, Span, make_axis, mirrored_axis
from oxysite.figures.forest import diamond_points
from oxysite.figures.marks import Sides, Towards
from oxysite.figures.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Miniature:
    """One pooled result, or (``pooled`` false) the single estimate there is."""

    id: str
    title: str
    scale: Scale
    sides: Sides
    interval: Interval
    prediction: tuple[float, float] | None = None
    pooled: bool = True
    shown_limits: tuple[float, float] | None = None  # printed scale; the same on all cards of a page, to compare


@dataclass(frozen=True, slots=True)
class MiniatureGeometry:
    """The picture in place."""

    axis: Axis
    points: tuple[tuple[float, float], ...]
    line: Span
    at: float
    prediction: Span | None
    towards: Towards
    description: str


def miniature_geometry(mini: Miniature) -> MiniatureGeometry:
    """Places diamond and lines."""
    shown = [mini.interval]
    if mini.prediction is not None:
        low, high = mini.prediction
        shown.append(Interval(mini.interval.estimate, low, high))
    limits = mini.shown_limits
    axis = mirrored_axis(mini.scale, shown) if limits is None else make_axis(mini.scale, [], shown, limits)
    text = f"{mini.scale.symbol} {mini.scale.text(mini.interval.estimate)}, "
    text += f"95% interval {mini.scale.text(mini.interval.low)} to {mini.scale.text(mini.interval.high)}"
    if mini.prediction is not None:
        text += f"; next study {mini.scale.text(mini.prediction[0])} to {mini.scale.text(mini.prediction[1])}"
    return MiniatureGeometry(
        axis=axis,
        points=diamond_points(axis, mini.interval),
        line=axis.span(mini.interval.low, mini.interval.high),
        at=axis.place(mini.interval.estimate),
        prediction=None if mini.prediction is None else axis.span(*mini.prediction),
        towards=mini.sides.towards(mini.interval.estimate, axis.null_value),
        description=text + ".",
    )
