"""How many relevant records are probably still unseen, with an interval, from the scores of those already decided.

Never says when to stop: it states what the decisions allow to be known, however wide that is.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import betaincinv, pdtr, pdtrik

from corpus.errors import InvalidInput
from corpus.screening.linear import Labels, Scores

ANCHORS = 8  # places along the decided scores where windows begin or end: few, so that few have to hold together
SMALLEST = 10  # decided records in a window


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Relevant records among those that wait. No number is expected before there are enough decisions."""

    waiting: int
    expected: float | None
    lowest: int
    highest: int
    level: float  # the least chance that lowest to highest holds the true number


class Calibration:
    """What share of records is relevant at a score: assumed to grow with the score, nothing else about its shape.

    References
    ----------
    Zadrozny and Elkan (2002), KDD, 694-699: isotonic regression of the outcome on the score, for the expected number.
    Dimitriadis, Dümbgen, Henzi, Puke and Ziegel (2023), Biometrika 110, 663-680: where the share grows with the score,
    an exact binomial limit from the records of any stretch of scores is a limit for all scores below it (upper) or
    above it (lower); the best of them, corrected for their number, holds at all scores together. Ours takes stretches
    on a lattice instead of all, which makes the correction smaller.
    """

    def __init__(self, scores: Scores, relevant: Labels) -> None:
        """Take decided records: scores of shape (n,) from models that did not see them, and the decisions.

        Raises
        ------
        InvalidInput
            For no record, or unequal lengths.
        """
        if len(scores) == 0 or len(scores) != len(relevant):
            raise InvalidInput(
                f"{len(scores)} scores and {len(relevant)} decisions; give one decision for each score, and at least one"
            )
        order = np.argsort(scores, kind="stable")
        self._scores, self._found = scores[order], np.concatenate([[0], np.cumsum(relevant[order])])
        values, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
        shares = np.bincount(which, weights=relevant) / counts
        self._values, self._shares = values, isotonic_regression(shares, weights=counts).x

    def probability(self, scores: Scores) -> Scores:
        """The share of relevant records expected at each score, between 0 and 1."""
        return np.asarray(np.interp(scores, self._values, self._shares), dtype=np.float64)

    def band(self, scores: Scores, level: float) -> tuple[Scores, Scores]:
        """Limits of that share at each score, which hold together with a chance of at least `level`."""
        windows = self._windows()
        tail = (1 - level) / 2 / len(windows)
        low, high = np.zeros(len(scores)), np.ones(len(scores))
        for start, end in windows:
            size, found = end - start, int(self._found[end] - self._found[start])
            if found < size:
                below = scores <= self._scores[start]
                high[below] = np.minimum(high[below], betaincinv(found + 1, size - found, 1 - tail))
            if found > 0:
                above = scores >= self._scores[end - 1]
                low[above] = np.maximum(low[above], betaincinv(found, size - found + 1, tail))
        return low, high

    def _windows(self) -> list[tuple[int, int]]:
        """Stretches of decided records that begin or end at an anchor: the whole, its halves, quarters and so on."""
        count = len(self._scores)
        anchors = {round(count * step / ANCHORS) for step in range(ANCHORS + 1)}
        windows: set[tuple[int, int]] = set()
        size = count
        while size >= min(SMALLEST, count):
            windows |= {(at, at + size) for at in anchors if at + size <= count}
            windows |= {(at - size, at) for at in anchors if size <= at}
            size //= 2
        return sorted(windows)


def unseen(calibration: Calibration, scores: Scores, *, level: float = 0.95) -> Unseen:
    """Relevant records among those that wait, by their scores (shape (n,)).

    The interval spends half of 1 − level on the shares and half on chance: given its share, whether a record is
    relevant is a draw, and the number of hits among independent draws has tails no heavier than Poisson's.

    Raises
    ------
    InvalidInput
        For a level that is not between 0 and 1.

    References
    ----------
    Those of `Calibration`; Hoeffding (1956), Annals of Mathematical Statistics 27, 713-721, and Anderson and Samuels
    (1967), Proceedings of the Fifth Berkeley Symposium 1, 1-12: tails of unequal draws, of equal ones, and of Poisson's.
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    low, high = calibration.band(scores, (1 + level) / 2)
    tail = (1 - level) / 4
    lowest, highest = _poisson_quantile(tail, float(low.sum())), _poisson_quantile(1 - tail, float(high.sum()))
    highest = min(highest, len(scores))
    expected = float(calibration.probability(scores).sum())
    return Unseen(
        waiting=len(scores),
        expected=min(max(expected, lowest), highest),
        lowest=lowest,
        highest=highest,
        level=level,
    )


def unknown(waiting: int, *, level: float = 0.95) -> Unseen:
    """Before there are enough decisions: none to all."""
    return Unseen(waiting=waiting, expected=None, lowest=0, highest=waiting, level=level)


def _poisson_quantile(chance: float, mean: float) -> int:
    """The smallest number that is not exceeded with at least this chance."""
    if pdtr(0, mean) >= chance:  # also for a mean of 0
        return 0
    number = int(np.ceil(pdtrik(chance, mean)))
    return number - 1 if pdtr(number - 1, mean) >= chance else number
