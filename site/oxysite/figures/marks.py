"""Which way a result points, and the shape and letter that say so without colour.

Never decides a direction of a reported result: those are coded facts.
"""

from dataclasses import dataclass
from enum import StrEnum


class Towards(StrEnum):
    """Where a result points; the value is the class of its colour."""

    OXYTOCIN = "towards"
    COMPARATOR = "away"
    NONE = "none"
    CONDITIONAL = "conditional"
    HIGHER = "higher"
    LOWER = "lower"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a direction is drawn in a box of 24 by 24: a path, a letter in it, and words beside it."""

    path: str
    letter: str
    letter_y: float  # base line of the letter, where the shape has room for it
    words: str
    open: bool = False  # drawn as an outline


_UP = "M12 1.5 23 22H1Z"
_DOWN = "M12 22.5 1 2H23Z"
_CIRCLE = "M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0 -20Z"
_DIAMOND = "M12 0.5 23.5 12 12 23.5 0.5 12Z"

MARKS: dict[Towards, Mark] = {
    Towards.OXYTOCIN: Mark(_UP, "O", 19.0, "favours oxytocin"),
    Towards.COMPARATOR: Mark(_DOWN, "C", 12.5, "favours the comparator"),
    Towards.NONE: Mark(_CIRCLE, "N", 15.8, "no difference reported"),
    Towards.CONDITIONAL: Mark(_DIAMOND, "D", 15.8, "depends on a condition"),
    Towards.HIGHER: Mark(_UP, "H", 19.0, "oxytocin higher", open=True),
    Towards.LOWER: Mark(_DOWN, "L", 12.5, "oxytocin lower", open=True),
    Towards.UNKNOWN: Mark(_CIRCLE, "?", 15.8, "good side not known", open=True),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two sides of an axis mean."""

    low: str = "favours comparator"
    high: str = "favours oxytocin"
    oxytocin_is_high: bool = True

    def towards(self, estimate: float, null: float) -> Towards:
        """The side an estimate lies on."""
        if estimate == null:
            return Towards.NONE
        return Towards.OXYTOCIN if (estimate > null) == self.oxytocin_is_high else Towards.COMPARATOR

    def words(self, estimate: float, null: float) -> str:
        """The side an estimate lies on, in words."""
        return "no difference" if estimate == null else self.high if estimate > null else self.low
