"""What a whole study or sample does to the result: all effects under one label left out together.

Never splits a label, and never removes anything for good.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.influence.subsets import Subset, pool_subsets, unscaled
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, Test, pool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveGroupOut:
    """The result without the effects of one label, against that of all."""

    label: Hashable
    omitted: tuple[int, ...]  # positions of its effects, from 0
    share: float  # of the weight of the mean of all, in percent
    rest: Subset
    change: float  # of the estimate when they are left out: rest less all
    cook_d: float | None  # the change in standard errors of the mean of all, squared; None where that is 0
    covariance_ratio: float | None


def leave_group_out(
    yi: ArrayLike,
    vi: ArrayLike,
    labels: Sequence[Hashable],
    *,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
) -> tuple[LeaveGroupOut, ...]:
    """The pool of the others for each label, in order of first appearance; empty where one label covers everything.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    labels : sequence, length k
        The study, or the sample, of each effect.
    method, test, level
        As in `pool`.

    Raises
    ------
    InvalidInput
        For effects that cannot be pooled, or labels of another number.

    References
    ----------
    Viechtbauer and Cheung (2010), Research Synthesis Methods 1, 112-125, with the group in place of the effect.
    """
    effects = checked(yi, vi)
    if len(labels) != effects.k:
        raise InvalidInput(f"labels has {len(labels)} values and yi {effects.k}: give each effect its study or sample")
    groups: dict[Hashable, list[int]] = {}
    for row, label in enumerate(labels):
        groups.setdefault(label, []).append(row)
    if len(groups) == 1:
        return ()
    others = np.ones((len(groups), effects.k), dtype=np.bool_)
    for line, rows in zip(others, groups.values(), strict=True):
        line[rows] = False
    full = pool(*unscaled(effects), method=method, test=test, level=level)
    rests = pool_subsets(effects, others, method, test, level)
    return tuple(
        LeaveGroupOut(
            label=label,
            omitted=tuple(rows),
            share=sum(full.weights[row] for row in rows),
            rest=rest,
            change=rest.estimate - full.estimate,
            cook_d=((full.estimate - rest.estimate) / full.se) ** 2 if full.se > 0 else None,
            covariance_ratio=(rest.se / full.se) ** 2 if full.se > 0 else None,
        )
        for (label, rows), rest in zip(groups.items(), rests, strict=True)
    )
