"""How a computed number and a p are written in a sentence or on a page: true minus signs, bounds where digits would mislead.

Never rounds a value that is used further, and never writes a value that is not finite: what is absent has words.
"""

import math
from collections.abc import Callable

# How a measure is named and shown: Fisher z is pooled, the correlation is printed.
MEASURES: dict[str, tuple[str, Callable[[float], float]]] = {
    "SMD": ("g", float),
    "ZCOR": ("r", math.tanh),
    "OR": ("OR", math.exp),
}

MINUS = "−"
_SMALLEST_P = 0.001  # below this, printed digits of p say more than a test of this kind can


def number(value: float, decimals: int = 2) -> str:
    """Fixed decimals and a true minus sign; never "−0.00". Raises ValueError for NaN and infinity."""
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be printed as a number; say in words what is missing")
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS)


def effect_text(measure: str, value: float) -> str:
    """A pooled value as a reader knows it: r for Fisher's z, OR for its logarithm; raises as `number`."""
    _, show = MEASURES[measure]
    return number(show(value))


def p_value(p: float) -> str:
    """ "p = 0.030", or "p < 0.001". Raises ValueError for what is no probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"a p-value of {p} is not one")
    return f"p < {_SMALLEST_P}" if p < _SMALLEST_P else f"p = {number(p, 3)}"
