"""What the multiverse would look like if there were nothing to find: the same grid after the signs of samples are turned.

Never tests one specification: the reference is for the median of all, and for how many of them an interval excludes zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InvalidInput
from synthesis.batch.kernel import fit_batch
from synthesis.multiverse.columns import Column
from synthesis.multiverse.fits import independent, method_and_test, packed
from synthesis.multiverse.specifications import Fit
from synthesis.pooling.engine import Vector

# Statistics that differ by rounding alone are ties, and a tie counts against the finding.
_TIE = 1e-9
_SETS = 20_000  # sets in one call of the kernel: memory stays small whatever the number of flips


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One statistic of the multiverse beside its distribution under the null."""

    observed: float
    p: float
    low: float  # 2.5th and 97.5th percentile of the statistic under the null
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationReference:
    """The grid under the null that every sample's effects are as likely to point one way as the other."""

    fits: int  # distinct specifications in it: those of the vectorised pass with two samples or more
    samples: int
    flips: int  # patterns of signs; where exact, each stands for its mirror image too
    exact: bool  # every pattern of signs was used, so that p has no chance in it
    seed: int | None  # None where exact
    median: Reference  # median of the estimates; p counts medians at least as far from 0
    significant: Reference  # share of intervals on one side of 0, the side with more of them


def permutation_reference(
    columns: Sequence[Column], fits: Sequence[Fit], *, flips: int, seed: int
) -> PermutationReference | None:
    """The reference distribution by turning the signs of whole samples, the same flips through all specifications.

    Parameters
    ----------
    columns, fits
        As in `fits.fit_all`; joint and corrected models and single samples are left out, here and in ``observed``.
    flips : int
        Patterns of signs drawn; where there are no more than these in all, each is used once and p is exact.
    seed : int
        Of the generator that draws them.

    Returns
    -------
    PermutationReference, or None where no specification has two samples.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214 (inference for a specification curve); the
    null of symmetry about 0 by flips of signs of clusters; p = (b + 1)/(n + 1) where drawn (Phipson and Smyth 2010,
    Statistical Applications in Genetics and Molecular Biology 9, 39).
    """
    if flips < 1:
        raise InvalidInput(f"flips is {flips}; give at least 1, such as 500")
    used = [fit for fit in fits if fit.samples > 1]
    kept = [used[i] for indices in independent(used).values() for i in indices]
    if not kept:
        return None
    samples = sorted({columns[column].sample for fit in kept for column in fit.columns})
    signs, exact = _signs(len(samples), flips, seed)
    medians, shares = _statistics(columns, kept, samples, signs)
    return PermutationReference(
        fits=len(kept),
        samples=len(samples),
        flips=len(signs) if exact else flips,
        exact=exact,
        seed=None if exact else seed,
        median=_reference(medians, exact, mirrored=True),
        significant=_reference(shares, exact, mirrored=False),
    )


def _signs(samples: int, flips: int, seed: int) -> tuple[NDArray[np.int8], bool]:
    """Patterns of signs (n, samples), the observed one first.

    A pattern and its mirror image give the same two statistics but for the sign of the median, so where all are used the
    first sample keeps its sign.
    """
    if 2 ** (samples - 1) <= flips:
        patterns = [(1, *rest) for rest in product((1, -1), repeat=samples - 1)]
        return np.array(patterns, dtype=np.int8), True
    drawn = np.random.default_rng(seed).choice(np.array([1, -1], dtype=np.int8), size=(flips, samples))
    return np.concatenate((np.ones((1, samples), dtype=np.int8), drawn)), False


def _statistics(
    columns: Sequence[Column], fits: Sequence[Fit], samples: Sequence[str], signs: NDArray[np.int8]
) -> tuple[Vector, Vector]:
    """Median estimate, and share of intervals on the fuller side of 0, under every pattern of signs; shape (n,) each."""
    groups = [
        (method_and_test(model), *packed(columns, [fits[i].columns for i in indices]))
        for model, indices in independent(fits).items()
    ]
    y, v = (np.array([getattr(column, name) for column in columns]) for name in ("yi", "vi"))
    of_column = np.array([samples.index(column.sample) if column.sample in samples else 0 for column in columns])
    medians, shares = np.empty(len(signs)), np.empty(len(signs))
    step = max(1, _SETS // max(len(index) for _, index, _ in groups))
    for start in range(0, len(signs), step):
        some = signs[start : start + step]
        estimates, above, below = [], [], []
        for (method, test), index, mask in groups:
            shape = len(some) * len(index), index.shape[1]
            turned = (y[index] * some[:, of_column[index]]).reshape(shape)
            fitted = fit_batch(
                turned, np.tile(v[index], (len(some), 1)), np.tile(mask, (len(some), 1)), method=method, test=test
            )
            by_pattern = (len(some), len(index))
            estimates.append(fitted.estimate.reshape(by_pattern))
            above.append((fitted.ci_low > 0).reshape(by_pattern))
            below.append((fitted.ci_high < 0).reshape(by_pattern))
        medians[start : start + step] = np.median(np.concatenate(estimates, axis=1), axis=1)
        sides = [np.concatenate(side, axis=1).mean(axis=1) for side in (above, below)]
        shares[start : start + step] = np.maximum(*sides)
    return medians, shares


def _reference(statistic: Vector, exact: bool, *, mirrored: bool) -> Reference:
    """The first value beside the others; ``mirrored`` where a pattern's mirror image gives the statistic's negative."""
    observed = float(statistic[0])
    null = statistic if exact else statistic[1:]
    as_far = int((np.abs(null) >= abs(observed) * (1 - _TIE)).sum())
    low, high = np.quantile(np.concatenate((null, -null)) if mirrored else null, (0.025, 0.975))
    return Reference(
        observed=observed,
        p=as_far / len(null) if exact else (as_far + 1) / (len(null) + 1),
        low=float(low),
        high=float(high),
    )
