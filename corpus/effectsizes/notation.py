"""How numbers are written in a formula: as printed where they were printed, else with four digits.

Never rounds a value that is used further: only its text.
"""

import math
from typing import Self

_FIXED_FROM, _FIXED_BELOW = 1e-4, 1e7  # outside this range a power of ten reads better
_DIGITS = 4  # what the study page needs to let a reader follow the steps


class Figure(float):
    """A number that remembers the digits it was typed or printed with, such as ``52.30``."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str | float) -> Self:
        figure = super().__new__(cls, text)
        figure.text = text.strip() if isinstance(text, str) else getattr(text, "text", "")
        return figure


def show(value: float) -> str:
    """The number as text with a true minus sign: its own digits if it has any, else four significant ones."""
    text = getattr(value, "text", "") or _rounded(float(value) + 0.0)  # no minus before zero
    return text.replace("-", "−")


def term(value: float) -> str:
    """As ``show``, in brackets where a sign would run into an operator."""
    text = show(value)
    return f"({text})" if text.startswith("−") else text


def _rounded(value: float) -> str:
    if value == 0 or (value == round(value) and abs(value) < _FIXED_BELOW):
        return f"{value:.0f}"
    if _FIXED_FROM <= abs(value) < _FIXED_BELOW:
        short = f"{value:.{_DIGITS}g}"
        if float(short) == value and "e" not in short:
            return short  # it is exactly this: no zeros that look like precision
        decimals = max(0, _DIGITS - 1 - math.floor(math.log10(abs(value))))
        return f"{value:.{decimals}f}"
    mantissa, exponent = f"{value:.{_DIGITS - 1}e}".split("e")
    return f"{mantissa} × 10^{int(exponent)}"
