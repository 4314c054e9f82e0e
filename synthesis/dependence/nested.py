"""The inverse of a working covariance made of a diagonal and nested rank-one blocks, applied in time proportional to k.

Never forms a k × k matrix, and never takes a conjugate: complex variances go through it, which is how derivatives are
taken.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.dependence.levels import Partition, Rows
from synthesis.pooling.engine import Vector

Array = NDArray[Any]  # float64, or complex128 while a derivative is taken


@dataclass(frozen=True, slots=True)
class Applied:
    """What an inverse M⁻¹ has to say at one or more sets of variances (...)."""

    columns: Array  # (..., m, k) M⁻¹ times each column given
    log_determinant: Array  # (...) of M
    traces: Array  # (..., S) tr(M⁻¹ Z_s Z_s'), one per level
    diagonal_sum: Array  # (...) tr M⁻¹


@dataclass(frozen=True, slots=True)
class Shared:
    """A part of the sampling errors that the rows of a group have in common: variance × loading loading'."""

    partition: Partition
    loading: Vector  # (k,)
    variance: float


@dataclass(frozen=True, slots=True)
class NestedCovariance:
    """M = diag(v) + shared sampling errors + Σ variance of a level × 1 1' over its groups.

    Rows are in the order of `levels.nested`; ``shared`` errors belong to groups of the outermost level.
    """

    v: Vector  # (k,)
    levels: tuple[Partition, ...]  # the outermost first
    shared: Shared | None = None

    def apply(self, variances: Array, columns: Vector) -> Applied:
        """M⁻¹ at ``variances`` (..., S), times ``columns`` (m, k).

        One group structure after the other, the innermost first, by the formula of Sherman and Morrison (1950), Annals of
        Mathematical Statistics 21, 124-127: with a = M⁻¹ z for the loading z of a group, adding τ z z' subtracts
        c a a' from M⁻¹, c = τ / (1 + τ z'a), and multiplies the determinant by 1 + τ z'a.
        """
        plain = [place for place, level in enumerate(self.levels) if level.single]
        steps: list[tuple[int | None, Partition, Vector | None]] = [
            (place, level, None) for place, level in reversed(list(enumerate(self.levels))) if not level.single
        ]
        if self.shared:
            steps.append((None, self.shared.partition, self.shared.loading))
        loadings = [np.ones(len(self.v)) if loading is None else loading for _, _, loading in steps]
        diagonal = 1 / (self.v + variances[..., plain].sum(axis=-1)[..., None])
        solved = np.concatenate([np.array(loadings).reshape(len(steps), len(self.v)), columns]) * diagonal[..., None, :]
        log_determinant = -np.log(diagonal).sum(axis=-1)
        single_trace = diagonal.copy()
        traces: dict[int, tuple[Partition, Array]] = {}
        for step, (place, partition, loading) in enumerate(steps):
            a = solved[..., step, :].copy()
            rest = solved[..., step:, :]
            sums = partition.sums(rest if loading is None else rest * loading)
            own = sums[..., 0, :]
            tau = variances[..., place, None] if place is not None else self.shared.variance if self.shared else 0.0
            grown = 1 + tau * own
            c = tau / grown
            single_trace -= partition.spread(c) * a**2
            for inner, trace in traces.values():
                trace -= c[..., partition.group[inner.starts]] * inner.sums(a) ** 2
            if place is not None:
                traces[place] = partition, own / grown
            rest -= partition.spread(c[..., None, :] * sums) * a[..., None, :]
            log_determinant = log_determinant + np.log(grown).sum(axis=-1)
        diagonal_sum = single_trace.sum(axis=-1)
        per_level = [
            traces[place][1].sum(axis=-1) if place in traces else diagonal_sum for place in range(len(self.levels))
        ]
        return Applied(solved[..., len(steps) :, :], log_determinant, np.stack(per_level, axis=-1), diagonal_sum)

    def block(self, variances: Vector, rows: Rows) -> Vector:
        """M of the rows (..., n), shape (..., n, n)."""

        def together(level: Partition) -> NDArray[np.bool_]:
            group = level.group[rows]
            return np.asarray(group[..., :, None] == group[..., None, :])

        block: Vector = self.v[rows][..., None] * np.eye(rows.shape[-1])
        for variance, level in zip(variances, self.levels, strict=True):
            block += variance * together(level)
        if self.shared:
            loading = self.shared.loading[rows]
            outer = loading[..., :, None] * loading[..., None, :]
            block += self.shared.variance * together(self.shared.partition) * outer
        return block
