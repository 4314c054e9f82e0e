"""Inference on a pooled mean without its distribution: sign-flip permutation test and bootstrap intervals.

Never draws without a seed that the result repeats, and never reports a sampled p of 0.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from corpus.errors import InvalidInput
from synthesis.batch.kernel import Batch, fit_batch
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.pool import Method, Test

_CELLS = 2_000_000  # drawn at once, so that a million permutations need no gigabyte
_TIE = 1e-9  # a refit this near the observed one has the same studies, and differs by rounding only
_FEW = 10  # below, a bootstrap sees too few distinct samples for its interval to hold its level


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationTest:
    """Two-sided p of the pooled mean under random signs of the effects."""

    k: int
    method: Method
    test: Test
    statistic: float  # estimate over standard error, as fitted; inf where the standard error is 0
    p: float
    exact: bool
    permutations: int  # fits the p rests on: 2^k when exact
    seed: int | None  # None when exact
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapInterval:
    """One quantity over the resamples. None where it is not defined."""

    estimate: float | None
    se: float | None  # standard deviation over the resamples
    percentile: tuple[float, float] | None
    bca: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """Bootstrap of whole studies: the mean and tau², on the scale of the effects and its square."""

    k: int
    method: Method
    level: float
    resamples: int
    seed: int
    mean: BootstrapInterval
    tau2: BootstrapInterval
    warnings: tuple[str, ...]


def permutation_test(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    iterations: int = 5_000,
    seed: int,
) -> PermutationTest:
    """Test of mean 0 by flipping the signs of the effects, with a refit at every flip.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates, whose null value is 0, and their sampling variances.
    method, test
        As in `pool`; the statistic is |estimate / se|.
    iterations : int
        All 2^k flips are made where they are no more than this; else so many are drawn, and p = (b + 1) / (n + 1).
    seed : int
        Of the draw.

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, or fewer than 1 iteration.

    References
    ----------
    Follmann and Proschan (1999), Biometrics 55, 732-737; Higgins and Thompson (2004), Statistics in Medicine 23,
    1663-1682; the + 1: Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9, 39.
    """
    if iterations < 1:
        raise InvalidInput(f"iterations is {iterations}; give at least 1")
    effects = checked(yi, vi)
    observed = _statistic(fit_batch(effects.y, effects.v, method=method, test=test))[0]
    exact = 2.0**effects.k <= iterations
    flips = _all_flips(effects.k) if exact else _random_flips(effects.k, iterations, np.random.default_rng(seed))
    reached = count = 0
    for signs in flips:
        permuted = _statistic(fit_batch(effects.y * signs, effects.v, method=method, test=test))
        reached += int((np.abs(permuted) >= abs(observed) * (1 - _TIE)).sum())
        count += len(signs)
    warnings = []
    if exact and effects.k < 6:
        smallest = 2.0 ** (1 - effects.k)
        warnings.append(f"With {effects.k} effects no permutation p can be below {smallest:g}.")
    return PermutationTest(
        k=effects.k,
        method=method,
        test=test,
        statistic=float(observed),
        # Flipping all signs turns the statistic only in sign: half of the exact flips stand for all.
        p=reached / count if exact else (reached + 1) / (count + 1),
        exact=exact,
        permutations=2 * count if exact else count,
        seed=None if exact else seed,
        warnings=tuple(warnings),
    )


def bootstrap(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = Method.REML,
    resamples: int = 10_000,
    level: float = 0.95,
    seed: int,
) -> Bootstrap:
    """Percentile and bias-corrected accelerated intervals of the mean and of tau², resampling studies with replacement.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    method, resamples, level, seed
        tau² estimator, number of resamples, coverage, and seed of the draw.

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, fewer than 100 resamples, or a level outside 0 to 1.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82, 171-185, eq. 2.3 and 6.6 (BCa); Van den Noortgate
    and Onghena (2005), Behavior Research Methods 37, 11-22 (bootstraps for meta-analysis).
    """
    if resamples < 100:
        raise InvalidInput(f"resamples is {resamples}; give at least 100, better 10000")
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    effects = checked(yi, vi)
    s, s2 = effects.scale, effects.scale**2
    fitted = fit_batch(effects.y, effects.v, method=method)
    if effects.k == 1:
        nothing = BootstrapInterval(estimate=None, se=None, percentile=None, bca=None)
        mean = BootstrapInterval(estimate=float(fitted.estimate[0]) * s, se=None, percentile=None, bca=None)
        words = "One study: there is nothing to resample."
        return _result(effects.k, method, level, resamples, seed, mean, nothing, [words])
    warnings: list[str] = []
    if effects.k < _FEW:
        warnings.append(f"{effects.k} studies: a bootstrap interval of so few is usually too narrow.")
    drawn = _resampled(effects.y, effects.v, method, resamples, np.random.default_rng(seed))
    without = fit_batch(effects.y, effects.v, ~np.eye(effects.k, dtype=np.bool_), method=method)
    mean = _interval("the mean", fitted.estimate[0], drawn[0], without.estimate, level, s, warnings)
    if method == Method.FE:
        tau2 = BootstrapInterval(estimate=None, se=None, percentile=None, bca=None)
    else:
        tau2 = _interval("tau²", fitted.tau2[0], drawn[1], without.tau2, level, s2, warnings)
    return _result(effects.k, method, level, resamples, seed, mean, tau2, warnings)


def _statistic(batch: Batch) -> Vector:
    """Estimate over standard error; infinite where only the latter is 0, and 0 where both are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.nan_to_num(batch.estimate / batch.se, nan=0.0, posinf=np.inf, neginf=-np.inf))


def _all_flips(k: int) -> Iterator[Vector]:
    """Every combination of signs whose first is positive."""
    rows = max(1, _CELLS // k)
    for start in range(0, 2 ** (k - 1), rows):
        numbers = np.arange(start, min(start + rows, 2 ** (k - 1)))
        yield np.where((numbers[:, None] >> np.arange(k)[::-1]) & 1, -1.0, 1.0)


def _random_flips(k: int, iterations: int, rng: np.random.Generator) -> Iterator[Vector]:
    rows = max(1, _CELLS // k)
    for start in range(0, iterations, rows):
        yield np.where(rng.integers(0, 2, size=(min(rows, iterations - start), k)), -1.0, 1.0)


def _resampled(y: Vector, v: Vector, method: Method, resamples: int, rng: np.random.Generator) -> tuple[Vector, Vector]:
    estimates, tau2s = [], []
    rows = max(1, _CELLS // len(y))
    for start in range(0, resamples, rows):
        drawn = rng.integers(0, len(y), size=(min(rows, resamples - start), len(y)))
        batch = fit_batch(y[drawn], v[drawn], method=method)
        estimates.append(batch.estimate)
        tau2s.append(batch.tau2)
    return np.concatenate(estimates), np.concatenate(tau2s)


def _interval(
    what: str, estimate: float, drawn: Vector, without: Vector, level: float, unit: float, warnings: list[str]
) -> BootstrapInterval:
    tail = (1 - level) / 2
    low, high = (float(q) for q in np.quantile(drawn, (tail, 1 - tail)))
    tails = _bca_tails(estimate, drawn, without, tail)
    if tails is None:
        warnings.append(
            f"No BCa interval of {what}: its resamples or leave-one-out values do not vary about the estimate."
        )
    bca = None if tails is None else tuple(float(q) * unit for q in np.quantile(drawn, tails))
    return BootstrapInterval(
        estimate=float(estimate) * unit,
        se=float(drawn.std(ddof=1)) * unit,
        percentile=(low * unit, high * unit),
        bca=None if bca is None else (bca[0], bca[1]),
    )


def _bca_tails(estimate: float, drawn: Vector, without: Vector, tail: float) -> tuple[float, float] | None:
    """Which quantiles of the resamples bound the interval, after bias correction and acceleration."""
    # Resamples equal to the estimate (the same studies in another order; tau² = 0 in both) count half on either side.
    tie = np.abs(drawn - estimate) <= _TIE * drawn.std()
    below = float(((drawn < estimate) & ~tie).mean() + tie.mean() / 2)
    if not 0 < below < 1 or not np.isfinite(without).all():
        return None
    deviations = without.mean() - without
    squares = float((deviations**2).sum())
    if squares == 0:
        return None
    acceleration = float((deviations**3).sum()) / (6 * squares**1.5)
    bias = float(ndtri(below))
    tails = []
    for quantile in (float(ndtri(tail)), -float(ndtri(tail))):
        shrunk = 1 - acceleration * (bias + quantile)
        if shrunk <= 0:
            return None
        tails.append(float(ndtr(bias + (bias + quantile) / shrunk)))
    return (tails[0], tails[1]) if all(map(math.isfinite, tails)) else None


def _result(
    k: int,
    method: Method,
    level: float,
    resamples: int,
    seed: int,
    mean: BootstrapInterval,
    tau2: BootstrapInterval,
    warnings: list[str],
) -> Bootstrap:
    return Bootstrap(
        k=k, method=method, level=level, resamples=resamples, seed=seed, mean=mean, tau2=tau2, warnings=tuple(warnings)
    )
