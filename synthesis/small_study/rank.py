"""Begg and Mazumdar's rank test of funnel asymmetry: Kendall's correlation of effect and variance.

Never strong: with the numbers of studies usual in a synthesis it misses most asymmetry there is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.effectsizes.distributions import normal_two_sided
from synthesis.pooling.engine import Vector, checked
from synthesis.small_study.reading import NotDefined, cautions, is_flat, needs

_DIGITS = 12  # decimals of the standardised effects, relative to the largest: beyond, rounding would break ties
_BLOCK = 500  # rows of one block of pairs, so that thousands of studies need no gigabyte
_EXACT_UP_TO = 500  # studies; beyond, the normal approximation is right to more digits than the test is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """Kendall's tau-b between standardised effects and variances; free of scale."""

    k: int
    tau: float
    p: float
    exact: bool  # by counting permutations; with ties by the normal approximation
    cautions: tuple[str, ...]


def rank_test(yi: ArrayLike, vi: ArrayLike, *, cluster: Sequence[object] | None = None) -> RankTest:
    """Rank correlation of the standardised deviations from the fixed-effect mean with the sampling variances.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.

    Raises
    ------
    NotDefined
        For fewer than three effects, or where all variances or all deviations are tied.

    References
    ----------
    Begg and Mazumdar (1994), Biometrics 50, 1088-1101, section 2; Kendall (1970), Rank Correlation Methods, ch. 3 and 5
    (tau-b, variance with ties, exact distribution by the recursion over the number of inversions).
    """
    effects = checked(yi, vi)
    needs(effects, 3, "the rank test")
    if is_flat(effects.v):
        raise NotDefined("the rank test needs variances that differ, but all are equal: not computed")
    w = 1 / effects.v
    mean = float(w @ effects.y) / float(w.sum())
    deviation = (effects.y - mean) / np.sqrt(effects.v - 1 / w.sum())
    size = float(np.max(np.abs(deviation)))
    deviation = np.round(deviation / size, _DIGITS) if size > 0 else deviation
    score = _score(deviation, effects.v)
    ties_y, ties_v = _tie_sizes(deviation), _tie_sizes(effects.v)
    pairs = effects.k * (effects.k - 1) / 2
    free_y, free_v = (pairs - float((t * (t - 1)).sum()) / 2 for t in (ties_y, ties_v))
    if free_y <= 0:
        raise NotDefined("the rank test needs estimates that differ, but all are equal: not computed")
    tied = bool((ties_y > 1).any() or (ties_v > 1).any())
    exact = not tied and effects.k <= _EXACT_UP_TO
    return RankTest(
        k=effects.k,
        tau=score / math.sqrt(free_y * free_v),
        p=_exact_p(score, effects.k) if exact else normal_two_sided(score / math.sqrt(_variance(ties_y, ties_v))),
        exact=exact,
        cautions=cautions(effects, cluster),
    )


def _score(x: Vector, y: Vector) -> int:
    """Concordant pairs minus discordant pairs."""
    total = 0
    for start in range(0, len(x), _BLOCK):
        block = slice(start, start + _BLOCK)
        total += int((np.sign(x[block, None] - x) * np.sign(y[block, None] - y)).sum())
    return total // 2


def _tie_sizes(values: Vector) -> Vector:
    return np.unique(values, return_counts=True)[1].astype(np.float64)


def _variance(ties_x: Vector, ties_y: Vector) -> float:
    """Variance of the score under independence, with ties in both rankings (Kendall 1970, eq. 5.2)."""
    k = float(ties_x.sum())
    plain = k * (k - 1) * (2 * k + 5)
    by_x, by_y = (float((t * (t - 1) * (2 * t + 5)).sum()) for t in (ties_x, ties_y))
    pairs_x, pairs_y = (float((t * (t - 1)).sum()) for t in (ties_x, ties_y))
    triples_x, triples_y = (float((t * (t - 1) * (t - 2)).sum()) for t in (ties_x, ties_y))
    return (
        (plain - by_x - by_y) / 18
        + triples_x * triples_y / (9 * k * (k - 1) * (k - 2))
        + pairs_x * pairs_y / (2 * k * (k - 1))
    )


def _exact_p(score: int, k: int) -> float:
    """Two-sided p of the score by the distribution of the number of inversions of a random permutation."""
    probability = np.ones(1)
    for size in range(2, k + 1):  # the new element makes 0 … size − 1 inversions, each as likely
        running = np.cumsum(np.concatenate((probability, np.zeros(size - 1))))
        running[size:] = running[size:] - running[:-size]
        probability = running / size
    pairs = k * (k - 1) // 2
    discordant_or_fewer = (pairs - abs(score)) // 2
    return min(1.0, 2 * float(probability[: discordant_or_fewer + 1].sum()))
