"""Cumulative pooling: the result as it stood after each date, or as ever less precise effects are added.

Never separates what came at once: effects with equal keys are added together, so that their order in the file does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.influence.subsets import Subset, pool_subsets
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, Test

Key = int | float | str | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulated:
    """The result of all effects up to and with one key."""

    key: Key  # a year or date; the sampling variance when ordered by precision
    added: tuple[int, ...]  # positions of the effects that came with it, from 0
    result: Subset  # a single effect is its own estimate under z


def cumulative(
    yi: ArrayLike,
    vi: ArrayLike,
    keys: Sequence[Key],
    *,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
) -> tuple[Cumulated, ...]:
    """Pool anew as each key is reached, in ascending order of the keys.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    keys : sequence, length k
        Year or date of each effect, all of one kind (ISO dates as text sort as dates).
    method, test, level
        As in `pool`.

    Raises
    ------
    InvalidInput
        For effects that cannot be pooled, keys of another number, or a key that has no order (NaN, mixed kinds).

    References
    ----------
    Lau, Antman, Jimenez-Silva, Kupelnick, Mosteller and Chalmers (1992), New England Journal of Medicine 327, 248-254.
    The intervals are not adjusted for looking repeatedly.
    """
    effects = checked(yi, vi)
    if len(keys) != effects.k:
        raise InvalidInput(f"there are {len(keys)} keys and {effects.k} effects: give each effect its date")
    for row, key in enumerate(keys, start=1):
        if key != key:  # noqa: PLR0124 - NaN alone is unequal to itself
            raise InvalidInput(
                f"row {row}: the key is {key}, which has no place in an order; give a date or leave it out"
            )
    try:
        order = sorted(range(effects.k), key=lambda row: keys[row])
    except TypeError as error:
        raise InvalidInput(f"the keys cannot be ordered ({error}); give years or dates of one kind") from None
    steps: list[tuple[Key, list[int]]] = []
    for row in order:
        if not steps or steps[-1][0] != keys[row]:
            steps.append((keys[row], []))
        steps[-1][1].append(row)
    members = np.zeros((len(steps), effects.k), dtype=np.bool_)
    for step, (_, rows) in enumerate(steps):
        members[step:, rows] = True
    results = pool_subsets(effects, members, method, test, level)
    return tuple(
        Cumulated(key=key, added=tuple(rows), result=result) for (key, rows), result in zip(steps, results, strict=True)
    )


def cumulative_by_precision(
    yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, test: Test = Test.KNHA, level: float = 0.95
) -> tuple[Cumulated, ...]:
    """As `cumulative`, from the most precise effect to the least; a drift shows what small studies add."""
    effects = checked(yi, vi)
    variances = (effects.v * effects.scale**2).tolist()
    return cumulative(yi, vi, variances, method=method, test=test, level=level)
