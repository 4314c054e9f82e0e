"""Nested groups of effects: effects in samples in studies, brought into an order where each group is a run of rows.

Never crosses factors: every level divides the groups of the level before it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InvalidInput

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Partition:
    """Groups of consecutive rows."""

    starts: Rows  # (G,) the first row of each group
    group: Rows  # (k,) the group of each row

    @classmethod
    def of(cls, labels: Rows) -> "Partition":
        """The runs of equal labels."""
        first = np.concatenate(([True], labels[1:] != labels[:-1]))
        return cls(np.flatnonzero(first), np.cumsum(first) - 1)

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def single(self) -> bool:
        """Whether every row is a group of its own."""
        return len(self.starts) == len(self.group)

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sums over each group along the last axis, of length k."""
        return values if self.single else np.add.reduceat(values, self.starts, axis=-1)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """The value of its group for each row, along the last axis."""
        return values if self.single else values[..., self.group]


def codes(labels: Sequence[Hashable], k: int, what: str) -> Rows:
    """Labels as numbers in order of first appearance; ``what`` names them where they are too few or too many."""
    if len(labels) != k:
        raise InvalidInput(f"{len(labels)} {what} labels for {k} effects: give each effect its {what}")
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(label, len(known)) for label in labels], dtype=np.intp)


def nested(levels: Sequence[Rows]) -> tuple[Rows, tuple[Partition, ...]]:
    """The order of rows in which the groups of all levels are runs, and the partition of each level in that order.

    Parameters
    ----------
    levels : sequence of ndarray, each of shape (k,)
        Codes, the outermost level first. A code of an inner level means something only within its outer group: sample 1 of
        one study is not sample 1 of another.
    """
    paths = np.stack(levels)
    order = np.lexsort(paths[::-1])
    sorted_paths = paths[:, order]
    changes = sorted_paths[:, 1:] != sorted_paths[:, :-1]
    # A new outer group starts a new inner one, whatever the inner code.
    runs = np.logical_or.accumulate(changes, axis=0)
    return order, tuple(Partition.of(np.concatenate(([0], np.cumsum(run))).astype(np.intp)) for run in runs)
