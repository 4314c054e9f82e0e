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
        shape = variances.shape[:-1]
        found = [self._apply(one, columns) for one in variances.reshape(-1, variances.shape[-1])]
        return Applied(
            np.stack([one.columns for one in found]).reshape(*shape, *columns.shape),
            np.stack([one.log_determinant for one in found]).reshape(shape),
            np.stack([one.traces for one in found]).reshape(*shape, len(self.levels)),
            np.stack([one.diagonal_sum for one in found]).reshape(shape),
        )

    def block(self, variances: Vector, rows: Rows) -> Vector:
        """M of some rows, shape (n, n)."""
        block = self.sampling[np.ix_(rows, rows)].copy()
        for variance, level in zip(variances, self.levels, strict=True):
            block += variance * (level.group[rows][:, None] == level.group[rows])
        return block

    def _apply(self, variances: Array, columns: Vector) -> Applied:
        solved = np.zeros(columns.shape, dtype=variances.dtype)
        log_determinant, diagonal_sum = variances.dtype.type(0), variances.dtype.type(0)
        traces = np.zeros(len(self.levels), dtype=variances.dtype)
        for rows, sampling, same in self._stacks:
            m = sampling + np.tensordot(variances, same, axes=1)
            inverse = np.linalg.inv(m)
            solved[:, rows] = np.einsum("bij,mbj->mbi", inverse, columns[:, rows])
            log_determinant += np.linalg.slogdet(m)[1].sum()
            diagonal_sum += np.trace(inverse, axis1=1, axis2=2).sum()
            traces += (same * inverse).sum(axis=(1, 2, 3))
        return Applied(solved, log_determinant, traces, diagonal_sum)

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
