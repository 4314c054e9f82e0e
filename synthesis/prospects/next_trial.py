"""What one more trial would do: the interval after it, and the least size after which the conclusion changes.

Never says what a trial will find: every answer is for a result equal to an assumed true effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.batch.kernel import Batch, fit_batch
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.pool import Method, Test, pool
from synthesis.prospects.conclusion import (
    Conclusion,
    Flags,
    checked_smallest,
    conclude,
    excludes_zero,
    lies_beyond,
    rules_out,
)
from synthesis.prospects.trial import checked_sizes, trial_variance


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterTrial:
    """The pooled result with one more trial of a size and a result."""

    effect: float  # what the trial finds
    n_per_arm: int
    variance: float  # of its estimate
    estimate: float
    ci: tuple[float, float]
    tau2: float | None  # None under FE
    conclusion: Conclusion
    beyond_smallest: bool | None  # the interval holds only effects beyond the smallest of interest
    rules_out_smallest: bool | None  # it holds no effect as large


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTrial:
    """A grid of possible next trials."""

    now: Conclusion
    now_ci: tuple[float, float]
    smallest: float | None
    effects: tuple[float, ...]
    sizes: tuple[int, ...]
    cells: tuple[tuple[AfterTrial, ...], ...]  # cells[i][j] is of effects[i] and sizes[j]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastTrial:
    """The least size per arm after which the interval says something, for one true effect.

    0 where it says so already, without any trial; None where no size up to the largest is enough.
    """

    effect: float
    largest: int
    excludes_zero: int | None
    beyond_smallest: int | None  # None also without a smallest effect of interest
    rules_out_smallest: int | None
    warnings: tuple[str, ...]


def next_trial(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    effects: Sequence[float],
    sizes: Sequence[int],
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
    smallest: float | None = None,
) -> NextTrial:
    """The pooled result after one more two-arm trial, for every combination of effect and size.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Standardised mean differences and their sampling variances.
    effects, sizes
        What the trial finds (standard deviations), and persons analysed per arm.
    method, test, level
        As in `pool`; tau² is estimated anew with the trial.
    smallest : float, optional
        The smallest effect of interest; its sign says which side is meant (not 0).

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, an empty grid, or sizes below 2.

    References
    ----------
    Langan, Higgins, Gregory and Sutton (2012), Journal of Clinical Epidemiology 65, 511-519 (the extended funnel plot, here
    by size of trial instead of standard error). The variance is that of `trial_variance`.
    """
    checked_smallest(smallest)
    found, n = _effects(effects), checked_sizes("sizes", sizes)
    now = pool(yi, vi, method=method, test=test, level=level)
    every_effect, every_size = np.repeat(found, len(n)), np.tile(n, len(found))
    batch, variance = _with_trials(yi, vi, every_effect, every_size, method, test, level)
    flags = _flags(batch, smallest)
    cells = [
        AfterTrial(
            effect=float(every_effect[at]),
            n_per_arm=int(every_size[at]),
            variance=float(variance[at]),
            estimate=float(batch.estimate[at]),
            ci=(float(batch.ci_low[at]), float(batch.ci_high[at])),
            tau2=None if method is Method.FE else float(batch.tau2[at]),
            conclusion=conclude(float(batch.ci_low[at]), float(batch.ci_high[at])),
            beyond_smallest=None if smallest is None else bool(flags[1][at]),
            rules_out_smallest=None if smallest is None else bool(flags[2][at]),
        )
        for at in range(len(every_effect))
    ]
    return NextTrial(
        now=conclude(*now.ci),
        now_ci=now.ci,
        smallest=smallest,
        effects=tuple(found.tolist()),
        sizes=tuple(int(size) for size in n),
        cells=tuple(tuple(cells[row * len(n) : (row + 1) * len(n)]) for row in range(len(found))),
    )


def least_trial(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    effects: Sequence[float],
    largest: int = 1000,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
    smallest: float | None = None,
) -> tuple[LeastTrial, ...]:
    """For each true effect the least next trial that would settle the matter; every size from 2 to ``largest`` is tried.

    Parameters
    ----------
    largest : int
        Persons per arm beyond which no trial is imagined. Other parameters as in `next_trial`.

    Notes
    -----
    Under heterogeneity no size may be enough: the weight of one trial is limited, and one that differs raises tau².
    """
    checked_smallest(smallest)
    found, top = _effects(effects), int(checked_sizes("largest", [largest])[0])
    now = fit_batch(yi, vi, method=method, test=test, level=level)
    already = [bool(flags[0]) for flags in _flags(now, smallest)]
    sizes = np.arange(2.0, top + 1)
    answers = []
    for effect in found:
        batch, _ = _with_trials(yi, vi, np.full(len(sizes), effect), sizes, method, test, level)
        zero, beyond, out = _flags(batch, smallest)
        warnings = [
            f"A trial larger than the least one would leave it open again that the interval {what}."
            for what, flags, said in (
                ("excludes zero", zero, already[0]),
                ("lies beyond the smallest effect", beyond, already[1]),
                ("rules the smallest effect out", out, already[2]),
            )
            if not said and flags.any() and not flags[int(np.argmax(flags)) :].all()
        ]
        answers.append(
            LeastTrial(
                effect=float(effect),
                largest=top,
                excludes_zero=0 if already[0] else _first(sizes, zero),
                beyond_smallest=0 if already[1] else _first(sizes, beyond),
                rules_out_smallest=0 if already[2] else _first(sizes, out),
                warnings=tuple(warnings),
            )
        )
    return tuple(answers)


def _effects(effects: Sequence[float]) -> Vector:
    values = np.asarray(effects, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0 or not np.isfinite(values).all():
        raise InvalidInput("effects holds no list of finite numbers; give what the next trial may find")
    return values


def _with_trials(
    yi: ArrayLike, vi: ArrayLike, effect: Vector, n: Vector, method: Method, test: Test, level: float
) -> tuple[Batch, Vector]:
    """One set per imagined trial: everything known and that trial."""
    known = checked(yi, vi)
    variance = trial_variance(effect, n, n)
    y = np.column_stack((np.tile(known.y * known.scale, (len(effect), 1)), effect))
    v = np.column_stack((np.tile(known.v * known.scale**2, (len(effect), 1)), variance))
    return fit_batch(y, v, method=method, test=test, level=level), variance


def _flags(batch: Batch, smallest: float | None) -> tuple[Flags, Flags, Flags]:
    """Which intervals exclude zero, lie beyond the smallest effect, and rule it out."""
    low, high = batch.ci_low, batch.ci_high
    if smallest is None:
        none = np.zeros(len(low), dtype=np.bool_)
        return excludes_zero(low, high), none, none
    return excludes_zero(low, high), lies_beyond(low, high, smallest), rules_out(low, high, smallest)


def _first(sizes: Vector, flags: Flags) -> int | None:
    return int(sizes[int(np.argmax(flags))]) if flags.any() else None
