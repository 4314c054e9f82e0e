"""The random-effects model with declared priors: posterior of mean effect, tau, a new study and every study.

Never samples, and never replaces the pooled result: priors are a judgement, and they are named in the answer.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.bayes.integration import TauPosterior, conditional, integrate, prior_density
from synthesis.bayes.mixture import NormalMixture, central, drawn, shortest
from synthesis.bayes.priors import EffectPrior, Flat, HeterogeneityPrior, Normal
from synthesis.pooling.engine import Effects, Vector, checked

_ACCURATE = 1e-9  # beyond this the last refinement still moved the result, and readers are told
_DIVERGES = 1e6  # a density this many times higher at 0 than beside it grows without limit there
_FARTHEST = 1e50  # a prior this many standard errors wide, or this narrow, is a slip of units


@dataclass(frozen=True, slots=True, kw_only=True)
class Marginal:
    """A posterior distribution in figures."""

    mean: float | None  # None: the tail is so heavy that it does not exist
    sd: float | None
    median: float
    central: tuple[float, float]  # equal probability on either side
    shortest: tuple[float, float] | None  # where it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """A density to draw."""

    at: tuple[float, ...]  # rising
    posterior: tuple[float, ...]
    prior: tuple[float, ...] | None  # None under a flat prior, and for a new study


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEffect:
    """The true effect of one study, drawn towards the mean effect by what the others say."""

    mean: float
    sd: float
    central: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is believed after the data, on the scale of the effects (log for ratios)."""

    k: int
    level: float
    effect_prior: str  # in words
    heterogeneity_prior: str
    smallest: float | None  # the smallest effect of interest; its sign says which side is meant
    mu: Marginal
    tau: Marginal
    new_study: Marginal  # the true effect of a new study
    mu_density: Density
    tau_density: Density
    new_study_density: Density
    mu_above_zero: float  # probability
    mu_beyond_smallest: float | None  # further from 0 than ``smallest``, on its side
    new_study_above_zero: float
    new_study_beyond_smallest: float | None
    studies: tuple[StudyEffect, ...]  # in the order given
    log_evidence: float | None  # None under a flat prior, where it is known up to a constant only
    error: float  # relative change of the last refinement of the integral
    warnings: tuple[str, ...]


def posterior(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    effect: EffectPrior,
    heterogeneity: HeterogeneityPrior,
    smallest: float | None = None,
    level: float = 0.95,
    points: int = 201,
    with_shortest: bool = False,
) -> Posterior:
    """Posterior of the normal-normal random-effects model.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances, on the scale they are pooled on (log for ratios); k = 1 is answered too.
    effect, heterogeneity
        Priors of the mean effect and of tau, on the same scale.
    smallest : float, optional
        The smallest effect of interest; its sign says which side is meant (not 0).
    level : float
        Probability of every interval.
    points : int
        Values at which each density is given.
    with_shortest : bool
        Give the shortest intervals too; they take half the time of all the rest.

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, a level outside 0 to 1, a smallest effect of 0, fewer than 2 points, or a
        normal prior more than 50 orders of magnitude off the scale of the data.

    References
    ----------
    Röver (2020), Journal of Statistical Software 93(6), section 2: tau by numerical integration, the mean effect, a new
    study and the studies' own effects as mixtures of normal distributions that are known given tau.
    """
    _check(smallest, level, points)
    effects = checked(yi, vi)
    on_effect, on_tau = scaled_priors(effects, effect, heterogeneity)
    moment = _highest_moment(effects.k, on_effect, on_tau)
    found = integrate(on_tau, lambda tau: conditional(effects, on_effect, tau), moment=moment)
    mu = NormalMixture(found.mass, found.given.mean, found.given.sd)
    new = NormalMixture(found.mass, found.given.mean, np.hypot(found.given.sd, found.tau))
    s = effects.scale
    on_mu = _of_mixture(mu, level, moment if isinstance(on_effect, Flat) else 2, s, with_shortest=with_shortest)
    on_new = _of_mixture(new, level, moment, s, with_shortest=with_shortest)
    on_tau_itself = _of_tau(found, level, moment, s, with_shortest=with_shortest)
    beyond = None if smallest is None else smallest / s
    return Posterior(
        k=effects.k,
        level=level,
        effect_prior=effect.words,
        heterogeneity_prior=heterogeneity.words,
        smallest=smallest,
        mu=on_mu,
        tau=on_tau_itself,
        new_study=on_new,
        mu_density=_mu_density(mu, on_effect, drawn(_times(on_mu.central, 1 / s), points), s),
        tau_density=_tau_density(found, on_tau, drawn(_times(on_tau_itself.central, 1 / s), points, from_zero=True), s),
        new_study_density=_mu_density(new, Flat(), drawn(_times(on_new.central, 1 / s), points), s),
        mu_above_zero=mu.above(0.0),
        mu_beyond_smallest=_beyond(mu, beyond),
        new_study_above_zero=new.above(0.0),
        new_study_beyond_smallest=_beyond(new, beyond),
        studies=tuple(_study(effects, found, row, level) for row in range(effects.k)),
        log_evidence=found.log_evidence - effects.k * math.log(s) if isinstance(effect, Normal) else None,
        error=found.error,
        warnings=tuple(_warnings(effects.k, found.error, moment, flat=isinstance(effect, Flat))),
    )


def scaled_priors(
    effects: Effects, effect: EffectPrior, heterogeneity: HeterogeneityPrior
) -> tuple[EffectPrior, HeterogeneityPrior]:
    """Both priors on the scale of the checked effects."""
    scaled = effect.rescaled(1 / effects.scale)
    if isinstance(scaled, Normal) and not (1 / _FARTHEST < scaled.sd < _FARTHEST and abs(scaled.mean) < _FARTHEST):
        raise InvalidInput(f"the prior of the effect ({effect.words}) is far off the scale of the data; check its unit")
    return scaled, heterogeneity.rescaled(1 / effects.scale)


def _check(smallest: float | None, level: float, points: int) -> None:
    if smallest is not None and (not math.isfinite(smallest) or smallest == 0):
        raise InvalidInput(f"the smallest effect of interest is {smallest:g}; give a finite value other than 0")
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a probability between 0 and 1, such as 0.95")
    if points < 2:
        raise InvalidInput(f"points is {points}; a density is drawn from 2 at least")


def _highest_moment(k: int, effect: EffectPrior, heterogeneity: HeterogeneityPrior) -> int:
    """The highest of the first two moments of tau that exists.

    The likelihood of tau falls like tau^−k, under a flat prior of the effect like tau^−(k − 1).
    """
    tail = heterogeneity.tail + k - (1 if isinstance(effect, Flat) else 0)
    return max(moment for moment in (0, 1, 2) if moment == 0 or tail - moment > 1)


def _of_mixture(mixture: NormalMixture, level: float, moment: int, scale: float, *, with_shortest: bool) -> Marginal:
    mean, sd = mixture.moments()
    return Marginal(
        mean=mean * scale if moment > 0 else None,
        sd=sd * scale if moment > 1 else None,
        median=mixture.quantile(0.5) * scale,
        central=_times(central(mixture, level), scale),
        shortest=_times(shortest(mixture, level), scale) if with_shortest else None,
    )


def _of_tau(found: TauPosterior, level: float, moment: int, scale: float, *, with_shortest: bool) -> Marginal:
    mean = float(found.mass @ found.tau) if moment > 0 else None
    sd = math.sqrt(float(found.mass @ (found.tau - mean) ** 2)) if mean is not None and moment > 1 else None
    return Marginal(
        mean=None if mean is None else mean * scale,
        sd=None if sd is None else sd * scale,
        median=found.quantile(0.5) * scale,
        central=_times(central(found, level), scale),
        shortest=_times(shortest(found, level, from_zero=True), scale) if with_shortest else None,
    )


def _mu_density(mixture: NormalMixture, prior: EffectPrior, at: Vector, scale: float) -> Density:
    before = None
    if isinstance(prior, Normal):
        one = NormalMixture(np.ones(1), np.array([prior.mean]), np.array([prior.sd]))
        before = _tuple(one.density(at) / scale)
    return Density(at=_tuple(at * scale), posterior=_tuple(mixture.density(at) / scale), prior=before)


def _tau_density(found: TauPosterior, prior: HeterogeneityPrior, at: Vector, scale: float) -> Density:
    after, before = found.density(at), prior_density(prior, at)
    # Some priors of log tau² have a density of tau without limit at 0: there it cannot be drawn.
    first = 1 if after[0] > _DIVERGES * after[1] or before[0] > _DIVERGES * before[1] else 0
    return Density(
        at=_tuple(at[first:] * scale), posterior=_tuple(after[first:] / scale), prior=_tuple(before[first:] / scale)
    )


def _study(effects: Effects, found: TauPosterior, row: int, level: float) -> StudyEffect:
    y, v = float(effects.y[row]), float(effects.v[row])
    towards_mean = v / (v + found.tau**2)
    mean = y + towards_mean * (found.given.mean - y)
    own = NormalMixture(found.mass, mean, np.sqrt((1 - towards_mean) * v + (towards_mean * found.given.sd) ** 2))
    expected, sd = own.moments()
    return StudyEffect(
        mean=expected * effects.scale, sd=sd * effects.scale, central=_times(central(own, level), effects.scale)
    )


def _beyond(mixture: NormalMixture, smallest: float | None) -> float | None:
    if smallest is None:
        return None
    return mixture.above(smallest) if smallest > 0 else mixture.below(smallest)


def _warnings(k: int, error: float, moment: int, *, flat: bool) -> Iterator[str]:
    if k == 1:
        yield "One study says nothing of heterogeneity: tau is as its prior has it, and so is most of this answer."
    elif k == 2:
        yield "Two studies say little of heterogeneity: compare the answer under other priors of tau."
    if moment < 2:
        which = "mean and standard deviation" if moment == 0 else "standard deviation"
        what = "tau, the mean effect and a new study" if flat else "tau and a new study"
        yield f"The {which} of {what} do not exist under so heavy a tail; read medians and intervals."
    if error > _ACCURATE:
        yield f"The last refinement of the integral still changed results by {error:.0e}; read fewer digits."


def _times(interval: tuple[float, float], scale: float) -> tuple[float, float]:
    return interval[0] * scale, interval[1] * scale


def _tuple(values: Vector) -> tuple[float, ...]:
    return tuple(values.tolist())
