"""Numbers as they were printed, and values that are not there with the reason.

Never rounds: a printed number keeps its decimals, which the integrity checks need.
"""

import math
import re
from dataclasses import dataclass
from typing import Self

from corpus.codebook import MissingReason
from corpus.errors import InvalidInput

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Printed(str):
    """A number in the very digits of its source, such as ``52.30`` or ``.03``."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            raise InvalidInput(f"a number expected, for example 52.30; saw {text!r}")
        return super().__new__(cls, text)

    @property
    def value(self) -> float:
        """The number."""
        return float(self)

    @property
    def decimals(self) -> int:
        """Digits after the decimal point, as printed."""
        mantissa = re.split("[eE]", self)[0]
        return len(mantissa.partition(".")[2])


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that is not there, and why."""

    missing: MissingReason
    note: str = ""
