"""Mixtures of normal distributions: what a normal quantity becomes when tau is integrated out, and its intervals.

Never knows priors or effects: components and masses in, probabilities, quantiles and intervals out.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from synthesis.pooling.engine import Vector

_TAILS = 401  # lower tails looked at before the shortest interval is refined
_NEAR = 8  # of these to either side, the rough table may be wrong by
_EQUAL = 1e-12  # relative difference of densities that is rounding
_EDGE = 1e-9  # share of the tail that always stays outside either end
_EDGE_OF_TABLE = 1e-3
_TABLE = 400  # values in a rough table


class Distribution(Protocol):
    """Anything whose quantiles and density are known."""

    def quantile(self, probability: float) -> float:
        """The value with this probability below it."""

    def density(self, values: Vector) -> Vector:
        """Density at each value."""

    def table(self, tail: float) -> tuple[Vector, Vector]:
        """Rising values with the probability below each: rough, but for all beyond a small share of ``tail``."""


@dataclass(frozen=True, slots=True)
class NormalMixture:
    """Normal components, (n,) each, with masses that add up to 1."""

    mass: Vector
    mean: Vector
    sd: Vector

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation, which the caller knows to exist."""
        mean = float(self.mass @ self.mean)
        return mean, math.sqrt(float(self.mass @ (self.sd**2 + (self.mean - mean) ** 2)))

    def density(self, values: Vector) -> Vector:
        """Density at each of (m,) values."""
        z = (np.asarray(values)[:, None] - self.mean) / self.sd
        return np.asarray((np.exp(-(z**2) / 2) / self.sd) @ self.mass / math.sqrt(2 * math.pi))

    def below(self, value: float) -> float:
        """Probability of a smaller value."""
        return min(1.0, float(self.mass @ ndtr((value - self.mean) / self.sd)))

    def above(self, value: float) -> float:
        """Probability of a larger value; not 1 − below, which loses small probabilities."""
        return min(1.0, float(self.mass @ ndtr((self.mean - value) / self.sd)))

    def quantile(self, probability: float) -> float:
        """The value with this probability, between 0 and 1, below it."""
        guesses = self.mean + ndtri(probability) * self.sd  # the answer lies between the least and the greatest
        order = np.argsort(guesses)
        typical = order[min(int(np.searchsorted(np.cumsum(self.mass[order]), 0.5)), len(order) - 1)]
        start, step = float(guesses[typical]), float(self.sd[typical])

        def excess(value: float) -> float:
            # From the nearer tail, so that small probabilities keep their digits.
            return self.below(value) - probability if probability <= 0.5 else (1 - probability) - self.above(value)

        low = high = start
        while excess(low) > 0:
            low, step = low - step, 2 * step
        step = float(self.sd[typical])
        while excess(high) < 0:
            high, step = high + step, 2 * step
        return low if low == high else float(brentq(excess, low, high, xtol=1e-300, rtol=1e-15))

    def table(self, tail: float) -> tuple[Vector, Vector]:
        """Rising values with the probability below each."""
        values = np.linspace(self.quantile(_EDGE_OF_TABLE * tail), self.quantile(1 - _EDGE_OF_TABLE * tail), _TABLE)
        return values, ndtr((values[:, None] - self.mean) / self.sd) @ self.mass


def central(distribution: Distribution, level: float) -> tuple[float, float]:
    """The interval with equal probability on either side."""
    tail = (1 - level) / 2
    return distribution.quantile(tail), distribution.quantile(1 - tail)


def shortest(distribution: Distribution, level: float, *, from_zero: bool = False) -> tuple[float, float]:
    """The shortest single interval of a probability.

    Parameters
    ----------
    from_zero : bool
        The distribution begins at 0, where the interval may begin too.

    Notes
    -----
    At the shortest interval both ends have the same density; of several such the shortest is found from a grid of tails.
    """
    tail = 1 - level

    def ends(lower_tail: float) -> tuple[float, float]:
        return distribution.quantile(lower_tail), distribution.quantile(lower_tail + level)

    def rise(lower_tail: float) -> float:
        """Density at the low end minus that at the high end: 0 where the length is least, negative before."""
        low, high = distribution.density(np.array(ends(lower_tail)))
        return float(low - high) / max(float(low), float(high))

    # A rough table finds the neighbourhood, of several the shortest; the equal densities then find the place in it.
    values, cumulative = distribution.table(tail)
    tails = np.linspace(0.0, tail, _TAILS)
    lengths = np.interp(tails + level, cumulative, values) - np.interp(tails, cumulative, values)
    # Flat stretches tie but for rounding: the interval begins at the first.
    best = int(np.flatnonzero(lengths <= lengths.min() * (1 + 1e-9))[0])
    if from_zero and best <= _NEAR and rise(0.0) >= -_EQUAL:
        return ends(0.0)
    smallest = _EDGE * tail
    for reach in (_NEAR, _TAILS):
        before = max(tails[max(best - reach, 0)], smallest)
        after = min(tails[min(best + reach, _TAILS - 1)], tail - smallest)
        if rise(before) < 0 < rise(after):
            return ends(float(brentq(rise, before, after, xtol=1e-16, rtol=1e-15)))
    return ends(min(max(float(tails[best]), smallest), tail - smallest))


def drawn(interval: tuple[float, float], points: int, *, from_zero: bool = False) -> Vector:
    """Evenly spread values, rising, that show an interval and half its width on either side."""
    low, high = interval
    if from_zero:
        return np.linspace(0.0, 1.5 * high, points)
    return np.linspace(low - (high - low) / 2, high + (high - low) / 2, points)
