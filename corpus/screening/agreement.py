"""How far reviewers agree beyond chance: Cohen's κ, Gwet's AC1, Krippendorff's α, each with an interval.

Never one number alone: with few relevant records κ falls while reviewers agree almost always, so the marginals stand beside it.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from corpus.errors import InvalidInput

LEVEL = 0.95
FEWEST = 10  # records; with fewer an interval says less than it seems to
_Z = 1.959963984540054  # standard normal quantile of 0.975
_ZERO = 1e-12  # a variance that is 0 but for rounding
DRAWS = 2000  # of Krippendorff's bootstrap
SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient with its 95 % interval; None where it is not defined, or would mislead."""

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
    and 15). α for nominal data: Krippendorff 2011, its interval by resampling records. No interval is given for fewer
    than `FEWEST` records, nor where the variance is 0, as it is after full agreement: large-sample formulas know nothing
    there. Raises InvalidInput without a record.
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
        alpha=krippendorff_alpha(pairs),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybody:
    """How far all reviewers of a stage agree on the records that two or more of them decided."""

    reviewers: int
    n: int  # records
    observed: float  # share of pairs of decisions on one record that say the same
    alpha: Coefficient


def everybody(decided: Mapping[str, Mapping[str, str]]) -> Everybody | None:
    """Agreement of all reviewers, given each record's categories by reviewer; None where no record has two decisions."""
    shared = [held for held in decided.values() if len(held) > 1]
    if not shared:
        return None
    units = [sorted(held.values()) for held in shared]
    pairs = [one == other for unit in units for one, other in combinations(unit, 2)]
    return Everybody(
        reviewers=len({who for held in shared for who in held}),
        n=len(shared),
        observed=sum(pairs) / len(pairs),
        alpha=krippendorff_alpha(units),
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
    return _with_interval(kappa, variance, n)


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
    return _with_interval(ac1, variance, n)


def krippendorff_alpha(units: Sequence[Sequence[str]]) -> Coefficient:
    """Krippendorff's α for nominal data: for each record the categories that its reviewers gave, two or more.

    Any number of reviewers, each of whom may have left any record out (Krippendorff 2011, section C).
    """
    categories = {category: at for at, category in enumerate(sorted({one for unit in units for one in unit}))}
    # Records on which the same was said count alike: one matrix of coincidences for each kind of record.
    kinds = Counter(tuple(sorted(categories[one] for one in unit)) for unit in units)
    matrices = np.array([_coincidences(kind, len(categories)) for kind in kinds])
    counts = np.array(list(kinds.values()))
    estimate = float(_alphas(np.tensordot(counts[None, :], matrices, axes=1))[0])
    if math.isnan(estimate):
        return Coefficient(estimate=None, low=None, high=None)  # only one category was ever used
    n = int(counts.sum())
    if n < FEWEST:
        return Coefficient(estimate=estimate, low=None, high=None)
    draws = np.random.default_rng(SEED).multinomial(n, counts / n, size=DRAWS)
    drawn = _alphas(np.tensordot(draws, matrices, axes=1))
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < DRAWS / 2 or np.ptp(drawn) == 0:
        return Coefficient(estimate=estimate, low=None, high=None)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Coefficient(estimate=estimate, low=float(low), high=float(high))


def _coincidences(kind: Sequence[int], categories: int) -> np.ndarray:
    """How often two decisions on one record are of each two categories, each record weighing as much as it has decisions."""
    held = np.bincount(kind, minlength=categories).astype(float)
    return (np.outer(held, held) - np.diag(held)) / (len(kind) - 1)


def _alphas(coincidences: np.ndarray) -> np.ndarray:
    """α of each matrix of coincidences, shape (draws, categories, categories); NaN where only one category was used."""
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    expected = n * n - (totals**2).sum(axis=1)
    disagreeing = n - np.trace(coincidences, axis1=1, axis2=2)
    none = np.isclose(expected, 0)
    return np.where(none, math.nan, 1 - (n - 1) * disagreeing / np.where(none, 1, expected))


def _with_interval(estimate: float, variance: float, n: float) -> Coefficient:
    if n < FEWEST or not math.isfinite(variance) or variance < _ZERO:
        return Coefficient(estimate=float(estimate), low=None, high=None)
    half = _Z * math.sqrt(variance)
    return Coefficient(estimate=float(estimate), low=max(-1.0, estimate - half), high=min(1.0, estimate + half))


def pairs_of(decided: Mapping[str, Mapping[str, str]], first: str, second: str) -> list[tuple[str, str]]:
    """The categories of two reviewers on the records that both decided, given each record's by reviewer."""
    return [(one[first], one[second]) for one in decided.values() if first in one and second in one]
