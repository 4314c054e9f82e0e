"""Graphical display of heterogeneity (GOSH): the result of every subset of the studies, or of many drawn ones.

Never names a study an outlier: it shows what the subsets with and without each study say.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.batch.kernel import fit_batch
from synthesis.batch.sets import Mask
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.pool import Method, Test


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInSubsets:
    """What the subsets with one study say beside those without it: medians. None where there are no such subsets."""

    share: float  # of the subsets that hold the study
    estimate_with: float | None
    estimate_without: float | None
    i2_with: float | None
    i2_without: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gosh:
    """Estimates (on the scale of the effects) and I² (percent) of n subsets of two or more studies."""

    k: int
    method: Method
    exact: bool  # every subset, not a draw
    seed: int | None  # None when exact
    included: Mask  # (n, k)
    estimate: Vector  # (n,)
    i2: Vector  # (n,)
    studies: tuple[StudyInSubsets, ...]  # in the order given


def gosh(yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, subsets: int = 10_000, seed: int) -> Gosh:
    """Pool the subsets of two or more effects.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances, k ≥ 2.
    method : Method
        tau² estimator, the same in every subset.
    subsets : int
        All are pooled where they are no more than this; else so many are drawn, every subset alike probable, with repeats.
    seed : int
        Of the draw.

    Raises
    ------
    InvalidInput
        For fewer than 2 effects or 1 subset, or effects that `pool` would refuse.

    References
    ----------
    Olkin, Dahabreh and Trikalinos (2012), Research Synthesis Methods 3, 214-223.
    """
    effects = checked(yi, vi)
    if effects.k < 2:
        raise InvalidInput("one effect has no subsets to pool; give at least 2 rows of yi and vi")
    if subsets < 1:
        raise InvalidInput(f"subsets is {subsets}; give at least 1")
    exact = 2.0**effects.k - effects.k - 1 <= subsets
    included = _all(effects.k) if exact else _drawn(effects.k, subsets, np.random.default_rng(seed))
    batch = fit_batch(effects.y, effects.v, included, method=method, test=Test.Z)
    estimate = batch.estimate * effects.scale
    return Gosh(
        k=effects.k,
        method=method,
        exact=exact,
        seed=None if exact else seed,
        included=included,
        estimate=estimate,
        i2=batch.i2,
        studies=tuple(_study(included[:, study], estimate, batch.i2) for study in range(effects.k)),
    )


def _all(k: int) -> Mask:
    bits = ((np.arange(2**k)[:, None] >> np.arange(k)) & 1).astype(np.bool_)
    return np.asarray(bits[bits.sum(axis=1) >= 2], dtype=np.bool_)


def _drawn(k: int, subsets: int, rng: np.random.Generator) -> Mask:
    included = rng.integers(0, 2, size=(subsets, k), dtype=np.uint8).astype(np.bool_)
    while (small := included.sum(axis=1) < 2).any():
        included[small] = rng.integers(0, 2, size=(int(small.sum()), k), dtype=np.uint8).astype(np.bool_)
    return included


def _study(holds: Mask, estimate: Vector, i2: Vector) -> StudyInSubsets:
    return StudyInSubsets(
        share=float(holds.mean()),
        estimate_with=_median(estimate[holds]),
        estimate_without=_median(estimate[~holds]),
        i2_with=_median(i2[holds]),
        i2_without=_median(i2[~holds]),
    )


def _median(values: Vector) -> float | None:
    return float(np.median(values)) if len(values) else None
