"""What an integrity check says, and the room that the rounding of a printed number leaves.

Never changes data: a finding only tells a reviewer what to look at again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.effectsizes.notation import Figure
from corpus.errors import InvalidInput

Severity = Literal["warning", "note"]

SLACK = 1e-9  # relative; keeps a value that lies exactly on a rounding edge inside
LARGEST = 1e99  # no paper prints more, and squares of it are numbers still


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit: ``warning`` contradicts, ``note`` is unusual."""

    check: str
    severity: Severity
    message: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers that would have been printed as this one."""

    low: float
    high: float

    def overlaps(self, other: "Span") -> bool:
        """Whether any number lies in both."""
        slack = SLACK * max(abs(self.low), abs(self.high), abs(other.low), abs(other.high))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def absolute(self) -> "Span":
        """The span of the absolute value."""
        ends = sorted((abs(self.low), abs(self.high)))
        return Span(0.0 if self.low <= 0 <= self.high else ends[0], ends[1])


def figure(text: str) -> Figure:
    """A printed number.

    Raises
    ------
    InvalidInput
        If the text is no number.
    """
    try:
        number = Figure(text.replace("−", "-"))
    except ValueError:
        raise InvalidInput(f"a printed number expected, for example 52.30; saw {text!r}") from None
    exponent = text.lower().partition("e")[2].lstrip("+-−")
    if not abs(number) <= LARGEST or len(exponent) > 2:
        raise InvalidInput(f"a finite printed number expected; saw {text[:40]!r}")
    return number


def span(text: str) -> Span:
    """Half a unit of the last printed digit to either side, whichever way ties were rounded."""
    value = figure(text)
    mantissa, _, exponent = text.lower().replace("−", "-").partition("e")
    half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return Span(value - half, value + half)
