"""ML and REML tau² of many sets at once: scan, bracket, Newton; every mode found is compared, as in `pooling.likelihood`.

Never lets one set's convergence decide another's: each stops by its own step.
"""

import numpy as np

from synthesis.batch.moments import dots, moments, trace_p
from synthesis.batch.sets import Mask, Rows, Sets
from synthesis.pooling.engine import Vector

_POINTS_PER_DECADE = 4  # enough to see each turn of the score; a turn that stays on one side of 0 is looked at again
_FEWEST = 8  # points of a scan; sets that need more are scanned with the next multiple
_CLOSER = 16  # points for a second look between the neighbours of a turn
# Below this share of the smallest variance all weights are constant within 3 %: the score has no room to turn twice.
_NEGLIGIBLE = 0.03
_STEP_TOLERANCE = 1e-12  # Newton converges quadratically: a step this small leaves nothing but rounding
_MAX_STEPS = 200  # Newton takes 4 to 6; bisection alone would need about 110 from the widest bracket


def likelihood_tau2(sets: Sets, restricted: bool) -> Vector:
    """tau² (scaled, shape (n,)) at the global maximum of the profile (restricted) log-likelihood; the smaller of two equal.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293 (both likelihoods); Newton steps
    with the observed information, kept inside a bracket where the score changes its sign.
    """
    at_zero = _score(sets, np.zeros(len(sets)), restricted)
    owner, low, high = _brackets(sets, at_zero, restricted)
    root = _newton(sets.of(owner), low, high, restricted)
    falls = np.flatnonzero(at_zero <= 0)  # 0 itself is a mode
    owner, root = np.concatenate((falls, owner)), np.concatenate((np.zeros(len(falls)), root))
    tau2 = np.zeros(len(sets))
    tau2[owner] = root
    rivals = np.flatnonzero(np.bincount(owner, minlength=len(sets))[owner] > 1)
    if len(rivals):
        height = _log_likelihood(sets.of(owner[rivals]), root[rivals], restricted)
        # Written from the lowest to the highest, and of equals from the largest tau² to the smallest, so the last one stays.
        ascending = rivals[np.lexsort((-root[rivals], height))]
        for one in ascending:
            tau2[owner[one]] = root[one]
    return tau2


def _brackets(sets: Sets, at_zero: Vector, restricted: bool) -> tuple[Rows, Vector, Vector]:
    """Intervals where the score turns from positive to not positive: their sets, lower and upper ends."""
    low = _NEGLIGIBLE * sets.v[0]
    # From four squared ranges of y on, w r² ≤ 1/4 for every study, and both scores are negative.
    high = np.maximum(4 * np.ptp(sets.y, axis=0) ** 2, 10 * low)
    needed = _POINTS_PER_DECADE * np.log10(high / low)
    points = (_FEWEST * np.maximum(1, np.ceil(needed / _FEWEST))).astype(np.intp)
    found: list[tuple[Rows, Vector, Vector]] = []
    for count in np.unique(points):
        rows = np.flatnonzero(points == count)
        some = sets if len(rows) == len(sets) else sets.of(rows)
        grid = np.vstack((np.zeros(len(rows)), np.geomspace(low[rows], high[rows], count)))
        score = np.vstack((at_zero[rows], _scan(some, grid[1:], restricted)))
        found.append(_turns(rows, grid, score))
        point, column = np.nonzero(_dips(score))
        if len(column):
            left, right = grid[point, column], grid[point + 2, column]
            closer = left + (right - left) * np.linspace(0, 1, _CLOSER)[:, None] ** 2
            found.append(_turns(rows[column], closer, _scan(some.of(column), closer, restricted)))
    owner, lows, highs = (np.concatenate(part) for part in zip(*found, strict=True))
    return owner, lows, highs


def _turns(rows: Rows, grid: Vector, score: Vector) -> tuple[Rows, Vector, Vector]:
    point, column = np.nonzero((score[:-1] > 0) & (score[1:] <= 0))
    return rows[column], grid[point, column], grid[point + 1, column]


def _dips(score: Vector) -> Mask:
    """Inner points nearer to 0 than both neighbours, on the same side: between them the score may cross 0 twice."""
    left, middle, right = score[:-2], score[1:-1], score[2:]
    same_side = (np.sign(left) == np.sign(middle)) & (np.sign(middle) == np.sign(right))
    nearer = (np.abs(middle) < np.abs(left)) & (np.abs(middle) < np.abs(right))
    return np.asarray(same_side & nearer, dtype=np.bool_)


def _scan(sets: Sets, grid: Vector, restricted: bool) -> Vector:
    return np.stack([_score(sets, tau2, restricted) for tau2 in grid])


def _score(sets: Sets, tau2: Vector, restricted: bool) -> Vector:
    """The derivative of the log-likelihood at tau², relative to the part that does not depend on the estimates."""
    at = moments(sets, tau2)
    free = trace_p(at.w, at.total) if restricted else at.total
    return dots(at.weighted, at.weighted) / free - 1


def _newton(sets: Sets, low: Vector, high: Vector, restricted: bool) -> Vector:
    """The roots of the score between points where it is positive and not positive."""
    root = np.empty(len(sets))
    left = np.arange(len(sets))
    tau2 = high.copy()
    for _ in range(_MAX_STEPS):
        score, information = _score_and_information(sets, tau2, restricted)
        low, high = np.where(score > 0, tau2, low), np.where(score > 0, high, tau2)
        # Outside the bracket Newton has left the mode: halve instead, on the log scale where both ends are positive.
        step = np.where(information > 0, tau2 + score / np.where(information > 0, information, 1.0), -1.0)
        halved = np.where(low > 0, np.sqrt(low * high), high / 2)
        new = np.where((low <= step) & (step <= high), step, halved)
        moving = np.abs(new - tau2) > _STEP_TOLERANCE * new
        root[left] = tau2 = new
        if not moving.all():
            left, sets, tau2, low, high = left[moving], sets.of(moving), tau2[moving], low[moving], high[moving]
            if len(left) == 0:
                break
    return root


def _score_and_information(sets: Sets, tau2: Vector, restricted: bool) -> tuple[Vector, Vector]:
    """Score and observed information of the profile (restricted) log-likelihood."""
    at = moments(sets, tau2)
    square, bent = at.w * at.w, at.w * at.weighted
    w2 = square.sum(axis=0)
    score = dots(at.weighted, at.weighted) - (trace_p(at.w, at.total) if restricted else at.total)
    information = 2 * dots(bent, at.weighted) - w2 - 2 * bent.sum(axis=0) ** 2 / at.total
    if restricted:
        information += 2 * dots(square, at.w) / at.total - (w2 / at.total) ** 2
    return score / 2, information / 2


def _log_likelihood(sets: Sets, tau2: Vector, restricted: bool) -> Vector:
    at = moments(sets, tau2)
    logs = np.log(at.w, where=at.w > 0, out=np.zeros_like(at.w)).sum(axis=0)
    value = logs - dots(at.weighted, sets.y - at.mean)
    return np.asarray((value - np.log(at.total) if restricted else value) / 2, dtype=np.float64)
