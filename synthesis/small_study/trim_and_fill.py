"""Trim and fill: how many effects one side of the funnel lacks, and the pooled estimate with mirror images in their place.

Never a better estimate of the truth: it shows how far one kind of selection could move the result.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.pooling.pool import Method, Pooled, Test, pool
from synthesis.small_study.egger import egger_mixed
from synthesis.small_study.reading import NotDefined, cautions, needs

_MAX_ROUNDS = 100  # the number settles within ten, or it runs in a circle


class MissingCount(StrEnum):
    """Duval and Tweedie's estimators of the number of missing effects."""

    L0 = "L0"  # linear in the rank sum
    R0 = "R0"  # length of the rightmost run of ranks
    Q0 = "Q0"  # quadratic in the rank sum


class Side(StrEnum):
    """The side of the funnel that lacks effects; auto takes the sign of Egger's slope."""

    AUTO = "auto"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """The number of missing effects and the pool with them filled in, on the scale of the effects."""

    k: int
    estimator: MissingCount
    side: Side  # left or right
    missing: int
    se_missing: float | None  # at the estimate before rounding; None where its variance formula is not above 0
    p_missing: float | None  # of no missing effect on this side; only R0 has one
    centre: float  # about which the filled effects mirror the observed
    filled_yi: tuple[float, ...]
    filled_vi: tuple[float, ...]
    pooled: Pooled  # with the filled effects
    cautions: tuple[str, ...]


def trim_and_fill(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    estimator: MissingCount = MissingCount.L0,
    side: Side = Side.AUTO,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> TrimAndFill:
    """Trim the extreme side until the rest is symmetric, count what was trimmed, and fill in its mirror image.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    estimator, side
        How the missing effects are counted, and where they are looked for.
    method, test, level
        As in `pool`, for the trimmed and for the filled effects alike.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.

    Raises
    ------
    NotDefined
        For fewer than three effects, no slope to choose a side by, a count that runs in a circle, or the square root of a
        negative number in Q0.

    References
    ----------
    Duval and Tweedie (2000), Journal of the American Statistical Association 95, 89-98 (estimators R0, L0, Q0 and their
    variances); Duval and Tweedie (2000), Biometrics 56, 455-463 (the iteration); side by Egger's slope under ``method``.
    """
    effects = checked(yi, vi)
    needs(effects, 3, "trim and fill")
    v = effects.v * effects.scale**2
    where = _side(effects, method) if side is Side.AUTO else side
    # The mirror image looks for effects missing on the right with the same code.
    sign = -1.0 if where is Side.RIGHT else 1.0
    order = np.argsort(sign * effects.y, kind="stable")
    y, v = sign * effects.y[order] * effects.scale, v[order]
    count, centre = _iterate(y, v, estimator, method)
    missing = _whole(count)
    kept = effects.k - missing
    filled_y, filled_v = sign * (2 * centre - y[kept:]), v[kept:]
    return TrimAndFill(
        k=effects.k,
        estimator=estimator,
        side=where,
        missing=missing,
        se_missing=_se(effects.k, count, estimator),
        p_missing=0.5 ** (missing + 1) if estimator is MissingCount.R0 else None,
        centre=sign * centre,
        filled_yi=tuple(filled_y.tolist()),
        filled_vi=tuple(filled_v.tolist()),
        pooled=pool(
            np.concatenate((sign * y, filled_y)), np.concatenate((v, filled_v)), method=method, test=test, level=level
        ),
        cautions=cautions(effects, cluster),
    )


def _side(effects: Effects, method: Method) -> Side:
    """A positive slope means that small studies have larger effects: the left side lacks some."""
    fitted = egger_mixed(effects.y, effects.v, method=method, test=Test.Z)
    return Side.RIGHT if fitted.slope.estimate < 0 else Side.LEFT


def _iterate(y: Vector, v: Vector, estimator: MissingCount, method: Method) -> tuple[float, float]:
    """The count before rounding, and the centre of the effects kept at that count; y ascending."""
    k, missing = len(y), 0
    for _ in range(_MAX_ROUNDS):
        kept = k - missing
        centre = pool(y[:kept], v[:kept], method=method, test=Test.Z).estimate
        away = y - centre
        ranks = np.empty(k, dtype=np.int64)
        ranks[np.argsort(np.abs(away), kind="stable")] = np.arange(1, k + 1)
        below = ranks[away < 0]
        count = _count(k, int(ranks[away > 0].sum()), int(below.max()) if len(below) else 0, estimator)
        if _whole(count) == missing:
            return count, centre
        missing = min(_whole(count), k - 1)
    raise NotDefined(f"trim and fill ({estimator.value}) runs in a circle on these effects: not computed")


def _count(k: int, rank_sum: int, lowest: int, estimator: MissingCount) -> float:
    if estimator is MissingCount.R0:
        return float(k - lowest - 1)
    if estimator is MissingCount.L0:
        return (4 * rank_sum - k * (k + 1)) / (2 * k - 1)
    under_root = 2 * k**2 - 4 * rank_sum + 0.25
    if under_root < 0:
        raise NotDefined("trim and fill (Q0) needs the root of a negative number for these effects; use L0 or R0")
    return k - 0.5 - math.sqrt(under_root)


def _whole(count: float) -> int:
    return max(0, round(count))


def _se(k: int, m: float, estimator: MissingCount) -> float | None:
    """Standard error of the number of missing effects at the count ``m`` before rounding."""
    if estimator is MissingCount.R0:
        return math.sqrt(2 * max(0.0, m) + 2)
    rank_sum_variance = (
        k * (k + 1) * (2 * k + 1) + 10 * m**3 + 27 * m**2 + 17 * m - 18 * k * m**2 - 18 * k * m + 6 * k**2 * m
    ) / 24
    slope = (2 * k - 1) / 4 if estimator is MissingCount.L0 else abs(k - 0.5 - m) / 2
    return math.sqrt(rank_sum_variance) / slope if rank_sum_variance > 0 and slope > 0 else None
