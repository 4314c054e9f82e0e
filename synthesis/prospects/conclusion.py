"""What an interval says: on which side of zero it lies, and what it says of the smallest effect of interest.

Never looks at an estimate or a p-value: the interval is the conclusion.
"""

import math
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Vector

Flags = NDArray[np.bool_]


class Conclusion(StrEnum):
    """Where an interval lies."""

    ABOVE = "above zero"
    INCLUDES = "includes zero"
    BELOW = "below zero"


def checked_smallest(smallest: float | None) -> float | None:
    """A smallest effect of interest that can be used: its sign says which side is meant.

    Raises
    ------
    InvalidInput
        For 0 or a value that is not finite.
    """
    if smallest is not None and (not math.isfinite(smallest) or smallest == 0):
        raise InvalidInput(f"the smallest effect of interest is {smallest:g}; give a finite value other than 0")
    return smallest


def conclude(low: float, high: float) -> Conclusion:
    """Where an interval lies; one that ends at 0 includes it."""
    return Conclusion.ABOVE if low > 0 else Conclusion.BELOW if high < 0 else Conclusion.INCLUDES


def excludes_zero(low: Vector, high: Vector) -> Flags:
    """Which intervals lie on one side of 0."""
    return np.asarray((low > 0) | (high < 0))


def lies_beyond(low: Vector, high: Vector, smallest: float) -> Flags:
    """Which intervals hold only effects further from 0 than the smallest, on its side: a relevant effect is shown."""
    return np.asarray(low > smallest if smallest > 0 else high < smallest)


def rules_out(low: Vector, high: Vector, smallest: float) -> Flags:
    """Which intervals hold no effect as large as the smallest on its side: a relevant effect is ruled out."""
    return np.asarray(high < smallest if smallest > 0 else low > smallest)
