"""Bayes factors: how much better the data are predicted with a mean effect than without, and with heterogeneity than without.

Never answers under a flat prior: an effect spread over the whole line predicts nothing, and the factor would be arbitrary.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.bayes.integration import Conditional, conditional, integrate
from synthesis.bayes.posterior import scaled_priors
from synthesis.bayes.priors import EffectPrior, HeterogeneityPrior, Normal
from synthesis.pooling.engine import Effects, Vector, checked

_LARGEST_LOG = 700.0  # its exponential is still finite


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesFactor:
    """The evidence for one model against the same model with one parameter at 0."""

    log: float  # natural logarithm of the factor
    factor: float | None  # above 1 where the data speak against 0; None beyond what a number can hold
    probability_of_zero: float  # after the data, where both were equally likely before


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesFactors:
    """Each against a value of 0, everything else as declared."""

    k: int
    effect_prior: str  # in words
    heterogeneity_prior: str
    mean_effect: BayesFactor  # tau under its prior in both
    heterogeneity: BayesFactor  # the mean effect under its prior in both
    warnings: tuple[str, ...]


def bayes_factors(
    yi: ArrayLike, vi: ArrayLike, *, effect: EffectPrior, heterogeneity: HeterogeneityPrior
) -> BayesFactors:
    """Bayes factors of a mean effect and of heterogeneity.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances, on the scale they are pooled on (log for ratios).
    effect, heterogeneity
        Proper priors of the mean effect and of tau, on the same scale. A factor depends on them more than an interval does.

    Raises
    ------
    InvalidInput
        For a flat prior of the effect, and what `posterior` refuses.

    References
    ----------
    Kass and Raftery (1995), Journal of the American Statistical Association 90, 773-795; Röver (2020), Journal of
    Statistical Software 93(6), section 2 (marginal likelihoods).
    """
    if not isinstance(effect, Normal):
        raise InvalidInput(
            f"a Bayes factor is not defined under a {effect.words} prior of the effect; declare a normal one"
        )
    effects = checked(yi, vi)
    on_effect, on_tau = scaled_priors(effects, effect, heterogeneity)
    both = integrate(on_tau, lambda tau: conditional(effects, on_effect, tau)).log_evidence
    no_effect = integrate(on_tau, lambda tau: _without_effect(effects, tau)).log_evidence
    no_tau = float(conditional(effects, on_effect, np.zeros(1)).log_likelihood[0])
    alone = ("One study: the factor of heterogeneity compares nothing but the priors.",) if effects.k == 1 else ()
    return BayesFactors(
        k=effects.k,
        effect_prior=effect.words,
        heterogeneity_prior=heterogeneity.words,
        mean_effect=_factor(both - no_effect),
        heterogeneity=_factor(both - no_tau),
        warnings=alone,
    )


def _without_effect(effects: Effects, tau: Vector) -> Conditional:
    """The likelihood of tau where the mean effect is known to be 0."""
    w = 1 / (effects.v + (tau**2)[:, None])
    log_likelihood = (np.log(w / (2 * math.pi)) - w * effects.y**2).sum(axis=1) / 2
    return Conditional(np.zeros_like(tau), np.zeros_like(tau), log_likelihood)


def _factor(log: float) -> BayesFactor:
    return BayesFactor(
        log=log,
        factor=math.exp(log) if abs(log) < _LARGEST_LOG else None,
        probability_of_zero=1 / (1 + math.exp(min(log, _LARGEST_LOG))),
    )
