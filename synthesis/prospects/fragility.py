"""The fewest effects whose removal would turn the conclusion, and which ones.

Never advises to remove anything: it says how much the conclusion hangs on few results.
"""

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus.errors import InvalidInput
from synthesis.batch.kernel import fit_batch
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.pool import Method, Test
from synthesis.prospects.conclusion import Conclusion, Flags, conclude

_LEFT = 2  # effects that stay: one alone is a study's own result, not a pooled one
_BLOCK = 20_000  # subsets per pass, so that the search needs no gigabyte

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragility:
    """How few removals change what the interval says of zero; ``fewest`` is None where none found does."""

    k: int
    conclusion: Conclusion  # with all effects
    ci: tuple[float, float]
    fewest: int | None
    exact: bool  # every smaller set was tried; else ``fewest`` is an upper bound
    removed: tuple[
        int, ...
    ]  # positions from 0, rising; of several sets of this size that after which it turns furthest
    ways: int | None  # how many sets of this size turn it; None where not all were tried
    conclusion_after: Conclusion | None
    ci_after: tuple[float, float] | None
    tried_all_up_to: int  # sizes of sets of which every one was tried
    claim: str  # in words


def fragility(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
    most_fits: int = 50_000,
) -> Fragility:
    """The fewest effects whose removal turns the conclusion about zero.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances; other parameters as in `pool`, tau² estimated anew for every set.
    most_fits : int
        Sets are tried one size after another as long as their number stays within this; beyond, one effect after another is
        removed greedily, each time the one after which the interval is closest to turning.

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, or ``most_fits`` below 1.

    References
    ----------
    Atal, Porcher, Boutron and Ravaud (2019), Journal of Clinical Epidemiology 111, 32-40 (fragility of meta-analyses, there by
    events within trials); here whole effects are removed.
    """
    if most_fits < 1:
        raise InvalidInput(f"most_fits is {most_fits}; allow one fit at least")
    effects = checked(yi, vi)
    search = _Search(effects.y * effects.scale, effects.v * effects.scale**2, method, test, level)
    whole = search.whole()
    start = conclude(*whole.ci)
    size, fits = 0, 0
    found, ways = whole, 0
    while not ways and size + 1 <= effects.k - _LEFT and fits + comb(effects.k, size + 1) <= most_fits:
        size += 1
        fits += comb(effects.k, size)
        found, ways = search.all_of_size(size, start)
    exact = bool(ways) or size >= effects.k - _LEFT
    if not exact:
        found, ways = search.greedily(start)
    return Fragility(
        k=effects.k,
        conclusion=start,
        ci=whole.ci,
        fewest=len(found.removed) if ways else None,
        exact=exact,
        removed=found.removed if ways else (),
        ways=ways if exact and ways else None,
        conclusion_after=conclude(*found.ci) if ways else None,
        ci_after=found.ci if ways else None,
        tried_all_up_to=size,
        claim=_claim(effects.k, start, len(found.removed) if ways else None, size, exact=exact),
    )


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left without some effects."""

    removed: tuple[int, ...]
    ci: tuple[float, float]
    progress: float  # how far the interval has moved towards the turn; from 0 on it has turned


@dataclass(frozen=True, slots=True)
class _Search:
    y: Vector
    v: Vector
    method: Method
    test: Test
    level: float

    def whole(self) -> _Rest:
        """Nothing removed."""
        return self._best(np.empty((1, 0), dtype=np.intp), Conclusion.INCLUDES)[0]

    def all_of_size(self, size: int, start: Conclusion) -> tuple[_Rest, int]:
        """The best set of a size, and how many of that size turn the conclusion."""
        every = combinations(range(len(self.y)), size)
        best, ways = None, 0
        while block := list(islice(every, _BLOCK)):
            rest, turned = self._best(np.array(block, dtype=np.intp), start)
            ways += turned
            if best is None or rest.progress > best.progress:
                best = rest
        assert best is not None  # a size within the effects has sets
        return best, ways

    def greedily(self, start: Conclusion) -> tuple[_Rest, int]:
        """One effect after another, until the conclusion turns or too few are left; 1 where it turned, else 0."""
        removed: tuple[int, ...] = ()
        while True:
            others = [row for row in range(len(self.y)) if row not in removed]
            rest, turned = self._best(np.array([sorted((*removed, row)) for row in others], dtype=np.intp), start)
            if turned or len(rest.removed) >= len(self.y) - _LEFT:
                return rest, min(turned, 1)
            removed = rest.removed

    def _best(self, removed: Rows, start: Conclusion) -> tuple[_Rest, int]:
        mask = np.ones((len(removed), len(self.y)), dtype=np.bool_)
        np.put_along_axis(mask, removed, False, axis=1)
        batch = fit_batch(self.y, self.v, mask, method=self.method, test=self.test, level=self.level)
        progress, turned = _progress(batch.ci_low, batch.ci_high, start)
        at = int(np.argmax(progress))
        ci = (float(batch.ci_low[at]), float(batch.ci_high[at]))
        return _Rest(tuple(removed[at].tolist()), ci, float(progress[at])), int(turned.sum())


def _progress(low: Vector, high: Vector, start: Conclusion) -> tuple[Vector, Flags]:
    """How far each interval has moved towards the turn, and whether it turned; an interval that ends at 0 includes it."""
    if start is Conclusion.INCLUDES:
        away = np.maximum(low, -high)
        return away, away > 0
    towards = -low if start is Conclusion.ABOVE else high
    return towards, towards >= 0


def _claim(k: int, start: Conclusion, fewest: int | None, tried: int, *, exact: bool) -> str:
    now = f"The interval {'includes zero' if start is Conclusion.INCLUDES else f'lies {start}'}"
    if k <= _LEFT:
        return f"{now}; it rests on {_effects(k)}, and {_LEFT} must stay: none can be removed."
    if fewest is None:
        how = "removing any of them" if exact else f"removing any {_effects(tried)}, or more one after another,"
        return f"{now}, and {how} does not change that while {_LEFT} stay."
    if exact:
        return f"{now}; removing {_effects(fewest)} changes that, and no fewer do (every set was tried)."
    return (
        f"{now}; removing {_effects(fewest)} changes that, found by removing one after another: at most {fewest} are needed, "
        f"and more than {tried}."
    )


def _effects(number: int) -> str:
    return "1 effect" if number == 1 else f"{number} effects"
