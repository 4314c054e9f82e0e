"""p-values known only within bounds, combined to an interval of p instead of one guess.

Never yields an effect size, and never narrows a bound: what the report did not exclude stays possible.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln, ndtr, ndtri, xlog1py, xlogy

from corpus.errors import InvalidInput

Vector = NDArray[np.float64]

# The truncation point of Zaykin et al.: p-values above it say only that they are above it.
_TRUNCATION = 0.05


class Combination(StrEnum):
    """Ways to combine independent one-sided p-values."""

    STOUFFER = "Stouffer"
    WEIGHTED_STOUFFER = "Stouffer weighted by √n"
    FISHER = "Fisher"
    TRUNCATED_PRODUCT = "truncated product"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedP:
    """The interval in which a one-sided p of the aligned direction lies; both ends equal where p was printed exactly.

    Small means: points towards (favouring oxytocin). ``n`` are the participants behind it, None where not reported.
    """

    low: float
    high: float
    n: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise InvalidInput(f"a one-sided p lies from {self.low:g} to {self.high:g}; give 0 ≤ low ≤ high ≤ 1")
        if self.low == self.high and self.low in (0, 1):
            raise InvalidInput(f"a one-sided p is exactly {self.low:g}; give the interval it lies in, as for p < .001")
        if self.n is not None and self.n < 1:
            raise InvalidInput(f"n is {self.n}; give the participants behind the p, or None")

    @classmethod
    def from_printed(
        cls, value: float, relation: str, *, sided: int, towards: bool | None, n: int | None = None
    ) -> Self:
        """All one-sided p-values that a printed one allows.

        Parameters
        ----------
        value, relation : float, {"=", "<", ">"}
            The printed p.
        sided : {1, 2}
            Sides of the printed test. Which side a one-sided test hypothesised is read from an exact p (below .5: the
            observed side); a one-sided bound such as ``p > .05`` leaves it open, and the interval says so.
        towards : bool or None
            Whether the observed effect points in the aligned direction; None where the report does not say, which leaves
            both sides possible.

        Raises
        ------
        InvalidInput
            For a p outside 0 to 1, an impossible bound, or a relation or number of sides that does not exist.
        """
        if not 0 < value <= 1 or (value == 1 and relation == ">"):
            raise InvalidInput(f"p {relation} {value:g} is not possible; a printed p lies above 0 and up to 1")
        if sided not in (1, 2):
            raise InvalidInput(f"a test has 1 or 2 sides, not {sided!r}")
        if relation not in ("=", "<", ">"):
            raise InvalidInput(f"a printed p stands with =, < or >, not {relation!r}")
        low, high = _observed_side(value, relation, sided)
        note = "" if relation == "=" else f"p {relation} {value:g} is read as every p it allows"
        if towards is None:
            note = f"{note}; the direction is not reported" if note else "the direction is not reported"
            return cls(low=low, high=1 - low, n=n, note=note)
        if not towards:
            low, high = 1 - high, 1 - low
        return cls(low=low, high=high, n=n, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedBounds:
    """A combined one-sided p as the interval between both extremes; equal where every p is exact."""

    combination: Combination
    low: float  # every p at its smallest
    high: float  # every p at its largest
    k: int
    notes: tuple[str, ...]


def combine_bounds(values: Sequence[BoundedP], *, truncation: float = _TRUNCATION) -> tuple[CombinedBounds, ...]:
    """Each combination at both extremes, in the order of `Combination`; weighted Stouffer only where every n is known.

    Every combination rises with every p, so all p at their lower and all at their upper ends give the two extremes.

    Parameters
    ----------
    values : shape (k,)
        Independent one-sided p-values: one for each sample.
    truncation : float
        p-values above it enter the truncated product only as being above it; 1 makes it Fisher's.

    Raises
    ------
    InvalidInput
        For no values, or a truncation outside 0 to 1.

    References
    ----------
    Stouffer et al. (1949), The American Soldier I; Fisher (1932), Statistical Methods for Research Workers, section 21.1;
    Zaykin (2011), Journal of Evolutionary Biology 24, 1836-1841 (weights √n); Zaykin et al. (2002), Genetic Epidemiology
    22, 170-185 (truncated product, distribution for independent p-values).
    """
    if not values:
        raise InvalidInput("there are no p-values to combine (k = 0)")
    if not 0 < truncation <= 1:
        raise InvalidInput(f"truncation is {truncation:g}; give a p above 0 and up to 1")
    lows = np.array([value.low for value in values], dtype=np.float64)
    highs = np.array([value.high for value in values], dtype=np.float64)
    ones = np.ones(len(values))
    notes = tuple(dict.fromkeys(value.note for value in values if value.note))
    ways: dict[Combination, Callable[[Vector], float]] = {Combination.STOUFFER: lambda p: stouffer(p, ones)}
    sizes = [value.n for value in values if value.n is not None]
    if len(sizes) == len(values):
        weights = np.sqrt(np.array(sizes, dtype=np.float64))
        ways[Combination.WEIGHTED_STOUFFER] = lambda p: stouffer(p, weights)
    else:
        notes += (f"not weighted by sample size: {len(values) - len(sizes)} of {len(values)} report none",)
    ways[Combination.FISHER] = lambda p: truncated_product(p, 1.0)
    ways[Combination.TRUNCATED_PRODUCT] = lambda p: truncated_product(p, truncation)
    return tuple(
        CombinedBounds(combination=name, low=way(lows), high=way(highs), k=len(values), notes=notes)
        for name, way in ways.items()
    )


def stouffer(p: Vector, weights: Vector) -> float:
    """One-sided p of Σ w z / √Σ w². p and weights of shape (k,); the p may include 0 or 1, but not both.

    Raises
    ------
    InvalidInput
        For lengths that differ, a weight not above 0, or a p of 0 beside one of 1, whose sum is not defined.
    """
    if p.shape != weights.shape or not (np.isfinite(weights) & (weights > 0)).all():
        raise InvalidInput(f"{len(p)} p-values with weights {weights.tolist()}; give each a finite weight above 0")
    _refuse(p)
    if (p == 0).any() and (p == 1).any():
        raise InvalidInput("a p of 0 stands beside a p of 1; together they have no z")
    share = weights / weights.max()  # huge weights would overflow when squared
    return float(ndtr((share * ndtri(p)).sum() / math.sqrt(float((share**2).sum()))))


def truncated_product(p: Vector, truncation: float) -> float:
    """P(W ≤ w) for the product w of those of k independent p-values that are at most ``truncation``.

    The number of p-values at most τ is binomial, and given m of them, the product is τ^m times m uniform ones, whose
    logarithm is gamma: Σ_m Bin(m; k, τ) Q(m, m log τ - log w), with Q(m, x) = 1 for x ≤ 0. Only positive terms are added,
    so tiny p keep their digits. Without any p at most τ, w is the empty product and P is 1.
    """
    _refuse(p)
    small = p[p <= truncation]
    if len(small) == 0:
        return 1.0
    if (small == 0).any():
        return 0.0
    k = len(p)
    m = np.arange(1, k + 1)
    log_ways = gammaln(k + 1) - gammaln(m + 1) - gammaln(k - m + 1)
    binomial = np.exp(log_ways + xlogy(m, truncation) + xlog1py(k - m, -truncation))
    beyond = m * math.log(truncation) - float(np.log(small).sum())
    return min(1.0, float((binomial * gammaincc(m, np.maximum(beyond, 0.0))).sum()))


def _observed_side(value: float, relation: str, sided: int) -> tuple[float, float]:
    """The p-values of a one-sided test towards the observed side, which are at most .5."""
    if sided == 2:
        half = value / 2
        return {"=": (half, half), "<": (0.0, half), ">": (half, 0.5)}[relation]
    if relation == "=":
        near = min(value, 1 - value)
        if near == 0:
            raise InvalidInput("a one-sided p of 1 cannot be combined; code it as p > the largest value excluded")
        return near, near
    if relation == "<":
        # Up to .5 the test hypothesised the observed side; above, it may have been either.
        return 0.0, min(value, 0.5)
    return 0.0, min(1 - value, 0.5)


def _refuse(p: Vector) -> None:
    if len(p) == 0 or not ((p >= 0) & (p <= 1)).all():
        raise InvalidInput(f"p-values are {p.tolist()}; give at least one, each from 0 to 1")
