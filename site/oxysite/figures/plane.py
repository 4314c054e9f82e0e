"""A plane of two axes: where a point lies on it, and lines over it as paths that stretch with the picture.

Never draws; templates put the paths into a box of ``VIEW`` by ``VIEW`` units that fills the plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oxysite.figures.axis import Axis, PlacedTick

VIEW = 5000  # units of the box on each side: a fifth of a pixel, or rounding shows in curves
# A value this far outside, in lengths of the axis, is cut: what is drawn there is not seen, and digits cost bytes.
_BEYOND = 3.0


@dataclass(frozen=True, slots=True)
class Plane:
    """A horizontal axis and a vertical one, of which the low limit lies at the bottom, or on top where it runs down."""

    across: Axis
    up: Axis
    downwards: bool = False

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Shares from the left and from the top."""
        share = self.up.place(y)
        return self.across.place(x), share if self.downwards else 1 - share

    def line(self, points: Sequence[tuple[float, float]]) -> str:
        """A path through values (x, y)."""
        return line([self.place(x, y) for x, y in points])

    def area(self, points: Sequence[tuple[float, float]]) -> str:
        """As ``line``, closed."""
        return f"{self.line(points)}Z" if points else ""

    @property
    def up_ticks(self) -> tuple[PlacedTick, ...]:
        """Labels of the vertical axis, at their shares from the top."""
        return tuple(
            PlacedTick(tick.at if self.downwards else 1 - tick.at, tick.label)  # as `place`
            for tick in self.up.ticks
        )


def line(shares: Sequence[tuple[float, float]]) -> str:
    """A path through shares (from the left, from the top)."""
    units = [f"{_units(x)} {_units(y)}" for x, y in shares]
    return f"M{'L'.join(units)}" if units else ""


def _units(share: float) -> int:
    return round(VIEW * min(max(share, -_BEYOND), 1 + _BEYOND))
