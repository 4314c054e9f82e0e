"""How far reviewers agree beyond chance: Cohen's κ, Gwet's AC1, Krippendorff's α, each with an interval.

Never one number alone: with few relevant records κ falls while reviewers agree almost always, so the marginals stand beside it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.errors import InvalidInput

LEVEL = 0.95
_Z = 1.959963984540054  # standard normal quantile of 0.975
DRAWS = 2000  # of Krippendorff's bootstrap
SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient with its 95 % interval; None where it is not defined."""

    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two reviewers agree on the records that both decided."""

    first: str
    second: str
    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]  # rows: the first reviewer's categories, columns: the second's
    observed: float  # share of records on which both say the same
    kappa: Coefficient
    ac1: Coefficient
    alpha: Coefficient

    @property
    def n(self) -> int:
        """Number of records that both decided."""
        return sum(map(sum, self.table))

    @property
    def marginals(self) -> tuple[tuple[int, int], ...]:
        """How often each reviewer chose each category."""
        return tuple((sum(self.table[at]), sum(row[at] for row in self.table)) for at in range(len(self.categories)))


def agreement(first: str, second: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement on records that two reviewers decided: (the first's category, the second's) for each.

    κ: Cohen 1960, large-sample variance of Fleiss, Cohen and Everitt 1969. AC1 and its variance: Gwet 2008 (equations 11
    and 15). α for nominal data: Krippendorff 2011, its interval by resampling records. Raises InvalidInput without a
    record.
    """
    if not pairs:
        raise InvalidInput(f"{first} and {second} have no record in common yet")
    categories = tuple(sorted({category for pair in pairs for category in pair}))
    place = {category: at for at, category in enumerate(categories)}
    counts = np.zeros((len(categories), len(categories)))
    for a, b in pairs:
        counts[place[a], place[b]] += 1
    return Agreement(
        first=first,
        second=second,
        categories=categories,
        table=tuple(tuple(int(count) for count in row) for row in counts),
        observed=float(np.trace(counts) / counts.sum()),
        kappa=cohen_kappa(counts),
        ac1=gwet_ac1(counts),
        alpha=krippendorff_alpha(counts),
    )


def cohen_kappa(table: np.ndarray) -> Coefficient:
    """Cohen's κ of a square table of counts."""
    n = table.sum()
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = float(np.trace(p)), float(rows @ columns)
    if math.isclose(chance, 1):
        return Coefficient(estimate=None, low=None, high=None)  # both always said one and the same thing
    kappa = (observed - chance) / (1 - chance)
    diagonal = np.diag(p) * (1 - (rows + columns) * (1 - kappa)) ** 2
    apart = p * (columns[:, None] + rows[None, :]) ** 2
    off = (1 - kappa) ** 2 * (apart.sum() - np.trace(apart))
    variance = (diagonal.sum() + off - (kappa - chance * (1 - kappa)) ** 2) / ((1 - chance) ** 2 * n)
    return _with_interval(kappa, variance)


def gwet_ac1(table: np.ndarray) -> Coefficient:
    """Gwet's AC1 of a square table of counts."""
    n, q = table.sum(), len(table)
    if q == 1:
        return Coefficient(estimate=1.0, low=None, high=None)
    p = table / n
    observed = float(np.trace(p))
    pi = (p.sum(axis=1) + p.sum(axis=0)) / 2
    chance = float((pi * (1 - pi)).sum() / (q - 1))
    ac1 = (observed - chance) / (1 - chance)
    # Variance over records, each with the AC1 it would have alone, corrected for the chance term (Gwet 2008).
    agrees = np.eye(q)
    own = (agrees - chance) / (1 - chance)
    of_chance = (1 - (pi[:, None] + pi[None, :]) / 2) / (q - 1)
    linear = own - 2 * (1 - ac1) * (of_chance - chance) / (1 - chance)
    variance = float((p * (linear - ac1) ** 2).sum()) * n / (n - 1) / n if n > 1 else math.nan
    return _with_interval(ac1, variance)


def krippendorff_alpha(table: np.ndarray) -> Coefficient:
    """Krippendorff's α for nominal data and two reviewers, from a square table of counts."""
    estimate = _alpha(table)
    if estimate is None:
        return Coefficient(estimate=None, low=None, high=None)
    n = int(table.sum())
    draws = np.random.default_rng(SEED).multinomial(n, table.ravel() / n, size=DRAWS)
    drawn = [value for value in (_alpha(draw.reshape(table.shape)) for draw in draws) if value is not None]
    if len(drawn) < DRAWS / 2:
        return Coefficient(estimate=estimate, low=None, high=None)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Coefficient(estimate=estimate, low=float(low), high=float(high))


def _alpha(table: np.ndarray) -> float | None:
    coincidences = table + table.T
    totals = coincidences.sum(axis=1)
    n = totals.sum()
    expected = n * n - float((totals**2).sum())
    if expected == 0:
        return None  # only one category was ever used
    disagreeing = n - float(np.trace(coincidences))
    return float(1 - (n - 1) * disagreeing / expected)


def _with_interval(estimate: float, variance: float) -> Coefficient:
    if not math.isfinite(variance) or variance < 0:
        return Coefficient(estimate=float(estimate), low=None, high=None)
    half = _Z * math.sqrt(variance)
    return Coefficient(estimate=float(estimate), low=max(-1.0, estimate - half), high=min(1.0, estimate + half))


def pairs_of(decided: Mapping[str, Mapping[str, str]], first: str, second: str) -> list[tuple[str, str]]:
    """The categories of two reviewers on the records that both decided, given each record's by reviewer."""
    return [(one[first], one[second]) for one in decided.values() if first in one and second in one]
