"""The scales effects are drawn on: analysed on one, labelled on another (a log risk ratio is labelled as a risk ratio).

Never transforms an estimate that is pooled; only where and how it is shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from oxysite.numbers import number, ratio

# More labels than this run into each other on a telephone.
_MOST_TICKS = 6
_FEWEST_TICKS = 3
# Steps of a linear axis within one power of ten.
_STEPS = (1.0, 2.0, 5.0)
# Ratios that mirror each other around 1, from fine to coarse; each is tried until few enough labels remain.
_LADDERS: tuple[tuple[float, ...], ...] = (
    (0.5, 0.67, 0.8, 1, 1.25, 1.5, 2),
    tuple(2.0**power for power in range(-3, 7)),
    (0.01, 0.05, 0.2, 1, 5, 20, 100),
    tuple(10.0**power for power in range(-6, 7)),
    tuple(1000.0**power for power in range(-6, 7)),
)


class ScaleKind(StrEnum):
    """How the analysed value becomes the printed one."""

    LINEAR = "linear"
    LOG = "log"  # analysed as a logarithm, printed as a ratio
    FISHER = "fisher"  # analysed as Fisher z, printed as a correlation


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on the axis; ``value`` is on the scale of the analysis."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A measure with the way it is drawn; all values elsewhere in the figures are on the scale of the analysis."""

    name: str  # "Hedges g"
    symbol: str  # "g"
    kind: ScaleKind = ScaleKind.LINEAR

    def show(self, value: float) -> float:
        """The printed value of an analysed one."""
        if self.kind is ScaleKind.LOG:
            return math.exp(value)
        return math.tanh(value) if self.kind is ScaleKind.FISHER else value

    def analysed(self, shown: float) -> float:
        """The analysed value of a printed one."""
        if self.kind is ScaleKind.LOG:
            return math.log(shown)
        return math.atanh(shown) if self.kind is ScaleKind.FISHER else shown

    def text(self, value: float) -> str:
        """An analysed value as it is printed."""
        return ratio(self.show(value)) if self.kind is ScaleKind.LOG else number(self.show(value))

    def interval_text(self, low: float, high: float) -> str:
        """ "[0.13, 1.26]"."""
        return f"[{self.text(low)}, {self.text(high)}]"


def ticks_at(scale: Scale, shown: Sequence[float]) -> tuple[Tick, ...]:
    """Ticks at printed values that someone chose."""
    return tuple(Tick(scale.analysed(value), _short(value)) for value in shown)


def nice_ticks(scale: Scale, low: float, high: float) -> tuple[Tick, ...]:
    """Three to six round labels between two limits (scale of the analysis), the null among them if it lies between."""
    if scale.kind is ScaleKind.LOG:
        for ladder in _LADDERS:
            inside = [value for value in ladder if low <= math.log(value) <= high]
            reaches = math.log(ladder[0]) <= low or high <= math.log(ladder[-1])
            if _FEWEST_TICKS <= len(inside) <= _MOST_TICKS and reaches and _fills(scale, inside, low, high):
                return ticks_at(scale, inside)
    return ticks_at(scale, _round_values(scale.show(low), scale.show(high)))


def _fills(scale: Scale, shown: Sequence[float], low: float, high: float) -> bool:
    """Whether the labels cover most of the axis: else the ladder ended before the axis did."""
    return scale.analysed(shown[-1]) - scale.analysed(shown[0]) > 0.5 * (high - low)


def _round_values(low: float, high: float) -> list[float]:
    width = high - low
    power = math.floor(math.log10(width)) - 2
    while True:
        for step in (base * 10.0**power for base in _STEPS):
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            if last - first + 1 <= _MOST_TICKS:
                return [round(index * step, 12) for index in range(first, last + 1)]
        power += 1


def _short(value: float) -> str:
    for decimals in range(7):
        if math.isclose(round(value, decimals), value, rel_tol=1e-9, abs_tol=1e-12):
            return number(value, decimals)
    return number(value, 2)
