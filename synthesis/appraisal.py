"""Certainty of an answer's evidence: what the corpus codes on its effects, handed to the rules of the protocol.

Never judges by itself: thresholds stand in the protocol, overrides in the file of the question, each with a reason.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.appraising import levels_for
from corpus.codebook import BiasLevel, Design, EffectRole
from corpus.domain import Missing
from corpus.protocol import Protocol
from corpus.validity import ValidityGrade, grade
from synthesis.certainty.evidence import Asymmetry, Evidence, starting_design
from synthesis.certainty.rating import Rating, rate
from synthesis.certainty.sentences import Size, size_of, statement
from synthesis.certainty.vocabulary import Certainty, Concern, Domain
from synthesis.models import MainResult
from synthesis.pooling.pool import Pooled
from synthesis.questions import Question
from synthesis.selection import Candidate
from synthesis.small_study.small_study import SmallStudy

_Z95 = 1.959963984540054
_RANDOMISED = (Design.PARALLEL_RCT, Design.CROSSOVER_RCT, Design.CLUSTER_RCT, Design.FACTORIAL_RCT)
# The worst level of any domain stands for the effect, as RoB 2's own algorithm and QUIPS have it.
_WORST_FIRST = (BiasLevel.CRITICAL, BiasLevel.HIGH, BiasLevel.SOME_CONCERNS, BiasLevel.LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """A rating with its sentence."""

    rating: Rating
    statement: str


def appraise(
    question: Question,
    pooled: Pooled | None,
    main: MainResult | None,
    candidates: Sequence[Candidate],
    small_study: SmallStudy | None,
    protocol: Protocol,
) -> Appraisal:
    """Certainty of the evidence of one main result.

    ``candidates`` are the effects of ``pooled``, one per sample, in the order they were pooled: what is counted by weight
    is counted over them, whichever model gives the estimate and its intervals.
    """
    estimates = [candidate.estimate for candidate in candidates if candidate.estimate is not None]
    halves = [_Z95 * math.sqrt(estimate.vi) for estimate in estimates]
    known = [candidate.effect.n for candidate in candidates if isinstance(candidate.effect.n, int)]
    evidence = Evidence(
        start=starting_design([_randomised(candidate) for candidate in candidates]),
        measure=question.measure,
        estimate=main.estimate if main else None,
        ci=main.ci if main else None,
        pi=main.pi if main else None,
        i2=main.i2 if main else None,
        study_cis=tuple((e.yi - half, e.yi + half) for e, half in zip(estimates, halves, strict=True)),
        weights=pooled.weights if pooled else (),
        validity=tuple(_validity(candidate) for candidate in candidates),
        risk_of_bias=tuple(_bias(candidate) for candidate in candidates),
        n=sum(known) if known and len(known) == len(candidates) else None,
        smallest_effect=question.smallest_effect,
        asymmetry=_asymmetry(small_study),
    )
    rating = rate(evidence, protocol.certainty, question.overrides)
    size = None
    if main is not None:
        size = size_of(main.estimate, question.measure, protocol.certainty, question.smallest_effect)
    direction = question.towards if main is None or main.estimate >= 0 else question.away
    # An estimate near zero whose interval holds important benefit and harm is no evidence of little or no difference.
    too_wide = size is Size.TRIVIAL and any(
        rated.domain is Domain.IMPRECISION and rated.concern is Concern.VERY_SERIOUS for rated in rating.domains
    )
    level = Certainty.VERY_LOW if too_wide else rating.level
    return Appraisal(
        rating=rating,
        statement=statement(level, size, at_most=rating.at_most, measure=question.measure, direction=direction),
    )


def _randomised(candidate: Candidate) -> bool:
    """Whether the effect is a randomised comparison: what is related within a trial is not."""
    return candidate.study.design in _RANDOMISED and candidate.effect.role is EffectRole.TREATMENT_EFFECT


def _validity(candidate: Candidate) -> ValidityGrade | None:
    measures = {measure.key: measure for measure in candidate.study.ot_measured}
    measure = measures.get(candidate.effect.ot_measure)
    return grade(measure).grade if measure else None


def _bias(candidate: Candidate) -> BiasLevel | None:
    """The worst level judged for the effect's outcome; None while any domain is without a judgement."""
    judged = levels_for(candidate.study, candidate.outcome.key, candidate.effect.key)
    levels = [level for level in judged if not isinstance(level, Missing)]
    if not levels or len(levels) < len(judged):
        return None
    return next(level for level in _WORST_FIRST if level in levels)


def _asymmetry(small_study: SmallStudy | None) -> Asymmetry:
    if small_study is None:
        return Asymmetry(test="Egger's test", p=None, why_not="nothing is pooled")
    if small_study.egger is None or small_study.egger.slope.p is None:
        reasons = dict(small_study.not_computed)
        return Asymmetry(test="Egger's test", p=None, why_not=reasons.get("egger", "it is not defined for these data"))
    if not small_study.readable:
        return Asymmetry(test="Egger's test", p=None, why_not=" ".join(small_study.cautions))
    return Asymmetry(test="Egger's test", p=small_study.egger.slope.p)
