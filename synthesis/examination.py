"""What stands beside a question's main result: every analysis that could speak against it, computed from the same corpus.

Never changes the main result, and never leaves an analysis out for what it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.domain import Corpus
from corpus.protocol import Protocol
from synthesis.appraisal import Appraisal, appraise
from synthesis.bayesian import BayesianView, bayesian_view
from synthesis.correlation_band import CorrelationBand, correlation_band
from synthesis.models import MainModel, MainResult, Models, main_result, models
from synthesis.multiverse.grid import DependenceOption
from synthesis.multiverse.question import Multiverse, multiverse
from synthesis.outlook import Outlook, outlook
from synthesis.pooling.heterogeneity import HeterogeneityInterval, profile_likelihood_interval, q_profile_interval
from synthesis.pooling.pool import Method, Pooled
from synthesis.pooling.prediction import Convention, NewEffect, Prediction, new_effect, predict
from synthesis.questions import Form, Question
from synthesis.reported import WithoutVariance, without_variance
from synthesis.selection import Candidate, Selection
from synthesis.small_study.egger import Egger
from synthesis.small_study.egger_dependent import egger_dependent
from synthesis.small_study.reading import NotDefined
from synthesis.small_study.small_study import SmallStudy, small_study_effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the studies differ, beyond what the main result prints. For two studies or more."""

    intervals: tuple[HeterogeneityInterval, ...]  # Q-profile; profile likelihood under ML and REML
    predictions: tuple[Prediction, ...]  # by each convention
    new_study: NewEffect  # against the question's smallest effect of interest, or where "small" begins in the protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All of it; None where a question has nothing to examine in that way."""

    main: MainResult | None  # what the verdict rests on: the pool, or all effects together where the rule says so
    models: Models | None
    appraisal: Appraisal
    spread: Spread | None
    small_study: SmallStudy | None
    dependent_asymmetry: Egger | str | None  # of all eligible effects, or why not; None where samples give one each
    band: CorrelationBand | None
    multiverse: Multiverse | None
    without_variance: WithoutVariance
    bayes: BayesianView | None
    outlook: Outlook


def examine(
    corpus: Corpus, question: Question, selection: Selection, pooled: Pooled | None, protocol: Protocol
) -> Examination | None:
    """The examination of one question; None for the paths of a mediation, which are never pooled."""
    if question.form is Form.PATHS:
        return None
    smallest = question.smallest_effect or protocol.certainty.sizes_of(question.measure).on_analysis_scale()[0]
    small_study = _small_study(question, selection.tier_a) if pooled is not None else None
    found = models(question, selection.tier_a, selection.eligible_a)
    main = main_result(pooled, found)
    together = main is not None and main.model is MainModel.CORRELATED_HIERARCHICAL
    return Examination(
        main=main,
        models=found,
        appraisal=appraise(question, pooled, main, selection.tier_a, small_study, protocol),
        spread=_spread(question, selection.tier_a, pooled, smallest) if pooled is not None and pooled.k > 1 else None,
        small_study=small_study,
        dependent_asymmetry=_dependent_asymmetry(selection),
        band=correlation_band(question, selection.tier_a, selection.eligible_a),
        multiverse=multiverse(corpus, question, main=DependenceOption.CHE if together else None),
        without_variance=without_variance(question, selection, protocol),
        bayes=bayesian_view(corpus, question, selection.tier_a),
        outlook=outlook(corpus, question, selection.tier_a, pooled),
    )


def _spread(question: Question, candidates: Sequence[Candidate], pooled: Pooled, smallest: float) -> Spread:
    yi, vi = arrays(candidates)
    intervals = [q_profile_interval(pooled)]
    if question.method in (Method.ML, Method.REML):
        intervals.append(profile_likelihood_interval(yi, vi, method=question.method))
    return Spread(
        intervals=tuple(intervals),
        predictions=tuple(predict(pooled, convention=convention) for convention in Convention),
        new_study=new_effect(pooled, smallest),
    )


def _small_study(question: Question, candidates: Sequence[Candidate]) -> SmallStudy:
    yi, vi = arrays(candidates)
    sizes = [candidate.effect.n for candidate in candidates]
    known = [n for n in sizes if isinstance(n, int)]
    return small_study_effects(
        yi, vi, n=known if len(known) == len(sizes) else None, method=question.method, test=question.test
    )


def _dependent_asymmetry(selection: Selection) -> Egger | str | None:
    if len(selection.eligible_a) == len(selection.tier_a):
        return None
    yi, vi = arrays(selection.eligible_a)
    try:
        return egger_dependent(yi, vi, [candidate.cluster for candidate in selection.eligible_a])
    except NotDefined as undefined:
        return str(undefined)


def arrays(candidates: Sequence[Candidate]) -> tuple[list[float], list[float]]:
    """Estimates and variances of the effects that have them, in their order."""
    estimates = [candidate.estimate for candidate in candidates if candidate.estimate is not None]
    return [estimate.yi for estimate in estimates], [estimate.vi for estimate in estimates]
