"""The inverse of a working covariance whose sampling errors are correlated at will, block by block.

Never joins what is independent: rows that share neither a group nor a sampling covariance are in different blocks.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from synthesis.dependence.levels import Partition, Rows
from synthesis.dependence.nested import Applied, Array
from synthesis.pooling.engine import Vector


@dataclass(frozen=True)
class BlockCovariance:
    """M = V + Σ variance of a level × 1 1' over its groups, for a full sampling covariance V (k, k)."""

    sampling: Vector  # (k, k)
    levels: tuple[Partition, ...]  # the outermost first

    @cached_property
    def v(self) -> Vector:
        """Sampling variances, (k,)."""
        return np.diag(self.sampling)

    def apply(self, variances: Array, columns: Vector) -> Applied:
        """M⁻¹ at ``variances`` (..., S), times ``columns`` (m, k)."""
        shape, kind = variances.shape[:-1], variances.dtype
        solved = np.zeros((*shape, *columns.shape), dtype=kind)
        log_determinant, diagonal_sum = np.zeros(shape, dtype=kind), np.zeros(shape, dtype=kind)
        traces = np.zeros((*shape, len(self.levels)), dtype=kind)
        for rows, sampling, same in self._stacks:
            m = sampling + np.tensordot(variances, same, axes=1)
            inverse = np.linalg.inv(m)
            given = np.moveaxis(columns[:, rows], 0, -1)
            solved[..., rows] = np.moveaxis(inverse @ given, -1, -3)
            log_determinant += np.linalg.slogdet(m)[1].sum(axis=-1)
            diagonal_sum += np.trace(inverse, axis1=-2, axis2=-1).sum(axis=-1)
            traces += np.tensordot(inverse, same, axes=((-3, -2, -1), (1, 2, 3)))
        return Applied(solved, log_determinant, traces, diagonal_sum)

    def block(self, variances: Vector, rows: Rows) -> Vector:
        """M of the rows (..., n), shape (..., n, n)."""
        block = self.sampling[rows[..., :, None], rows[..., None, :]].copy()
        for variance, level in zip(variances, self.levels, strict=True):
            group = level.group[rows]
            block += variance * (group[..., :, None] == group[..., None, :])
        return block

    @cached_property
    def _stacks(self) -> list[tuple[Rows, Vector, Vector]]:
        """Blocks of one size together: rows (B, n), sampling covariances (B, n, n), groups shared (S, B, n, n)."""
        links = [np.nonzero(self.sampling)]
        links += [(level.starts[level.group], np.arange(len(self.v))) for level in self.levels]
        one, other = (np.concatenate([link[side] for link in links]) for side in (0, 1))
        graph = coo_array((np.ones(len(one), dtype=np.bool_), (one, other)), shape=self.sampling.shape)
        _, block = connected_components(graph, directed=False)
        order = np.argsort(block, kind="stable")
        sizes = np.bincount(block)
        ends = np.cumsum(sizes)
        stacks = []
        for size in np.unique(sizes):
            rows = np.stack([order[end - size : end] for end in ends[sizes == size]])
            sampling = self.sampling[rows[:, :, None], rows[:, None, :]]
            same = [level.group[rows][:, :, None] == level.group[rows][:, None, :] for level in self.levels]
            stacks.append((rows, sampling, np.stack(same).astype(np.float64)))
        return stacks
