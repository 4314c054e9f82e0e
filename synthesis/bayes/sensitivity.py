"""The same data under a declared set of priors, side by side.

Never picks the prior whose answer is liked best: all are shown, and whether they agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.bayes.posterior import Posterior, posterior
from synthesis.bayes.priors import EffectPrior, HeterogeneityPrior


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorChoice:
    """One declared pair of priors."""

    name: str
    effect: EffectPrior
    heterogeneity: HeterogeneityPrior


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorAnswer:
    """What follows from one choice."""

    name: str
    posterior: Posterior


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorSensitivity:
    """All answers, in the order declared."""

    answers: tuple[PriorAnswer, ...]
    medians: tuple[float, float]  # least and greatest median of the mean effect
    taus: tuple[float, float]  # of the medians of tau
    above_zero: tuple[float, float]  # least and greatest probability that the mean effect is above 0
    agree: bool  # whether every central interval of the mean effect says the same about 0


def prior_sensitivity(
    yi: ArrayLike, vi: ArrayLike, choices: Sequence[PriorChoice], *, smallest: float | None = None, level: float = 0.95
) -> PriorSensitivity:
    """The posterior under every choice of priors; parameters as in `posterior`.

    Raises
    ------
    InvalidInput
        For no choices, two of one name, and what `posterior` refuses.
    """
    names = [choice.name for choice in choices]
    if not names:
        raise InvalidInput("no priors are declared to compare; give one at least")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"the priors named {twice[0]} are declared twice; give each pair a name of its own")
    answers = tuple(
        PriorAnswer(
            name=choice.name,
            posterior=posterior(
                yi, vi, effect=choice.effect, heterogeneity=choice.heterogeneity, smallest=smallest, level=level
            ),
        )
        for choice in choices
    )
    found = [answer.posterior for answer in answers]
    return PriorSensitivity(
        answers=answers,
        medians=_span([one.mu.median for one in found]),
        taus=_span([one.tau.median for one in found]),
        above_zero=_span([one.mu_above_zero for one in found]),
        agree=len({_side(one.mu.central) for one in found}) == 1,
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _side(interval: tuple[float, float]) -> int:
    """1 above 0, −1 below, 0 where the interval holds it."""
    low, high = interval
    return 1 if low > 0 else -1 if high < 0 else 0
