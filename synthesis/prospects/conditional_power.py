"""What trials under way may bring: the chance that the conclusion changes once they are in, and the interval to expect.

Never draws without a stated seed, and never counts the uncertainty of tau², which its warnings say.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.batch.kernel import fit_batch
from synthesis.pooling.engine import Vector, checked
from synthesis.pooling.pool import Method, Pooled, Test, pool
from synthesis.prospects.conclusion import Conclusion, checked_smallest, conclude, lies_beyond, rules_out
from synthesis.prospects.trial import checked_sizes, trial_variance


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """Probabilities of what the interval will say with the trials in, under one assumption about the truth."""

    assumption: str  # in words
    above_zero: float
    below_zero: float
    excludes_zero: float
    beyond_smallest: float | None  # None without a smallest effect of interest
    rules_out_smallest: float | None
    simulation_se: float  # standard error of any of these probabilities, at most, from the number of simulations
    expected_ci: tuple[float, float]  # medians of the limits: means need not exist with few studies
    expected_width: float  # median


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalPower:
    """Trials under way, added to what is known."""

    trials: int
    now: Conclusion
    now_ci: tuple[float, float]
    smallest: float | None
    by_current: Chances  # the truth is as estimated now, with its uncertainty
    by_smallest: Chances | None  # the truth is the smallest effect of interest
    simulations: int
    seed: int
    warnings: tuple[str, ...]


def conditional_power(
    yi: ArrayLike,
    vi: ArrayLike,
    planned_n1: Sequence[int],
    planned_n2: Sequence[int],
    *,
    seed: int,
    simulations: int = 5000,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    level: float = 0.95,
    smallest: float | None = None,
) -> ConditionalPower:
    """Probabilities of the conclusions after pending two-arm trials, all of them added at once.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Standardised mean differences and their sampling variances.
    planned_n1, planned_n2 : sequences of int, length of trials
        Persons planned per arm; pass one trial to see what it does alone.
    seed, simulations : int
        Seed of the generator, and the number of simulated futures (even: each comes with its mirror image).
    method, test, level
        As in `pool`; tau² is estimated anew with the trials.
    smallest : float, optional
        The smallest effect of interest; its sign says which side is meant (not 0).

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, sizes below 2, lists of unequal length, or a number of simulations that is odd or
        below 2.

    Notes
    -----
    A future: the mean effect μ is drawn from the estimate's own distribution (normal under z, else t with its degrees of
    freedom) or set to the smallest effect; each trial's true effect from normal(μ, τ²) with τ² as estimated now; its result
    from normal(true effect, `trial_variance` at it); then everything is pooled. Mirror images change the sign of every draw.

    References
    ----------
    Roloff, Higgins and Sutton (2013), Statistics in Medicine 32, 11-24 (conditional power of a random-effects update).
    """
    checked_smallest(smallest)
    n1, n2 = checked_sizes("planned_n1", planned_n1), checked_sizes("planned_n2", planned_n2)
    if len(n1) != len(n2):
        raise InvalidInput(f"planned_n1 has {len(n1)} trials and planned_n2 {len(n2)}: give both arms of each trial")
    if simulations < 2 or simulations % 2:
        raise InvalidInput(f"simulations is {simulations}; give an even number, such as 5000")
    now = pool(yi, vi, method=method, test=test, level=level)
    draws = _Draws.made(seed, simulations, len(n1), now.df)
    tau = math.sqrt(now.tau2 or 0.0)

    def chances(assumption: str, mean: Vector) -> Chances:
        true = mean[:, None] + tau * draws.between
        result = true + np.sqrt(trial_variance(true, n1, n2)) * draws.within
        low, high = _intervals(yi, vi, result, trial_variance(result, n1, n2), method, test, level)
        return _chances(assumption, low, high, smallest)

    return ConditionalPower(
        trials=len(n1),
        now=conclude(*now.ci),
        now_ci=now.ci,
        smallest=smallest,
        by_current=chances(
            "the true mean is as estimated now, within its uncertainty", now.estimate + now.se * draws.mean
        ),
        by_smallest=None
        if smallest is None
        else chances("the true mean is the smallest effect of interest", np.full(simulations, smallest)),
        simulations=simulations,
        seed=seed,
        warnings=_warnings(now, method),
    )


@dataclass(frozen=True, slots=True)
class _Draws:
    """Standard variables of every simulated future, shared by both assumptions so that they can be compared."""

    mean: Vector  # (simulations,)
    between: Vector  # (simulations, trials)
    within: Vector  # (simulations, trials)

    @classmethod
    def made(cls, seed: int, simulations: int, trials: int, df: int | None) -> "_Draws":
        generator = np.random.default_rng(seed)
        half = simulations // 2
        mean = generator.standard_normal(half) if df is None else generator.standard_t(df, half)
        between, within = generator.standard_normal((half, trials)), generator.standard_normal((half, trials))
        return cls(*(np.concatenate((values, -values)) for values in (mean, between, within)))


def _intervals(
    yi: ArrayLike, vi: ArrayLike, result: Vector, variance: Vector, method: Method, test: Test, level: float
) -> tuple[Vector, Vector]:
    known = checked(yi, vi)
    y = np.column_stack((np.tile(known.y * known.scale, (len(result), 1)), result))
    v = np.column_stack((np.tile(known.v * known.scale**2, (len(result), 1)), variance))
    batch = fit_batch(y, v, method=method, test=test, level=level)
    return batch.ci_low, batch.ci_high


def _chances(assumption: str, low: Vector, high: Vector, smallest: float | None) -> Chances:
    above, below = float((low > 0).mean()), float((high < 0).mean())
    beyond = None if smallest is None else float(lies_beyond(low, high, smallest).mean())
    out = None if smallest is None else float(rules_out(low, high, smallest).mean())
    shares = [share for share in (above, below, above + below, beyond, out) if share is not None]
    return Chances(
        assumption=assumption,
        above_zero=above,
        below_zero=below,
        excludes_zero=above + below,
        beyond_smallest=beyond,
        rules_out_smallest=out,
        simulation_se=max(_simulation_se(share, len(low)) for share in shares),
        expected_ci=(float(np.median(low)), float(np.median(high))),
        expected_width=float(np.median(high - low)),
    )


def _simulation_se(share: float, simulations: int) -> float:
    """Standard error at most: a future and its mirror image may both say the same, and a share of 0 is not certain either."""
    pairs = simulations / 2
    cautious = (share * pairs + 1) / (pairs + 2)
    return math.sqrt(cautious * (1 - cautious) / pairs)


def _warnings(now: Pooled, method: Method) -> tuple[str, ...]:
    warnings = []
    if now.k == 1:
        warnings.append("One study: heterogeneity is unknown and taken as none, so that these chances are too sure.")
    elif method is not Method.FE:
        warnings.append("Heterogeneity is taken as estimated now; its own uncertainty is not in these chances.")
    if now.df is not None and now.df < 3:
        warnings.append(
            "So few studies leave the true mean nearly open: the chances under the current estimate say little."
        )
    return tuple(warnings)
