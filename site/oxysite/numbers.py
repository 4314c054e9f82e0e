"""How computed numbers are written on the pages: true minus signs, fixed decimals, bounds where digits would mislead.

Never rounds a value that is used further, and never writes a value that is not finite: what is absent has words.
"""

import math

from synthesis.printing import MINUS, number, p_value

# A narrow no-break space groups digits without being read as a decimal sign in any language.
_GROUP = "\u202f"
_GROUP_FROM = 10_000
_KILO = 1024

__all__ = ["count", "file_size", "interval", "number", "p_value", "percent", "ratio", "signed", "significant", "span"]


def signed(value: float, decimals: int = 2) -> str:
    """As ``number``, with a plus sign before what is above zero."""
    text = number(value, decimals)
    return text if text.startswith(MINUS) or float(text) == 0 else f"+{text}"


def significant(value: float, digits: int = 3) -> str:
    """So many significant digits, in plain notation: for variances, which may be small."""
    if value == 0 or not math.isfinite(value):
        return number(value, 0)
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    return number(rounded, max(0, digits - 1 - math.floor(math.log10(abs(rounded)))))


def ratio(value: float) -> str:
    """A ratio with two decimals, with more where they would be zeros, and none where they would be noise."""
    if value >= 100:
        return number(value, 0)
    return number(value) if value >= 0.01 else significant(value, 1)


def interval(low: float, high: float, decimals: int = 2) -> str:
    """ "[−1.11, 0.47]"."""
    return f"[{number(low, decimals)}, {number(high, decimals)}]"


def span(low: float, high: float, decimals: int = 2) -> str:
    """ "−1.11 to 0.47", for sentences: a dash would be taken for a minus."""
    return f"{number(low, decimals)} to {number(high, decimals)}"


def percent(value: float, decimals: int = 1) -> str:
    """A percentage that is given as one: 12.3 is "12.3%"."""
    return f"{number(value, decimals)}%"


def count(value: int) -> str:
    """A whole number, grouped from five digits on."""
    return f"{value:,}".replace(",", _GROUP if abs(value) >= _GROUP_FROM else "").replace("-", MINUS)


def file_size(size: int) -> str:
    """ "312 bytes", "14.2 KB", "1.3 MB"."""
    if size < _KILO:
        return f"{size} bytes"
    return f"{number(size / _KILO, 1)} KB" if size < _KILO**2 else f"{number(size / _KILO**2, 1)} MB"
