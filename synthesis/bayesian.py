"""A second, Bayesian view of a question's estimates, and an interval that stays valid however often it is looked at.

Never replaces the main result, and never picks a prior by its answer: all that are declared here are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.domain import Corpus
from synthesis.bayes.anytime import AnytimeValid, anytime_valid
from synthesis.bayes.factors import BayesFactors, bayes_factors
from synthesis.bayes.priors import HalfCauchy, HalfNormal, Normal
from synthesis.bayes.published_priors import RHODES_2015_SMD
from synthesis.bayes.sensitivity import PriorChoice, PriorSensitivity, prior_sensitivity
from synthesis.questions import Question
from synthesis.selection import Candidate

# Declared before any posterior of this corpus was computed, but with its estimates known. The mean effect: normal about 0, as wide as
# leaves one in twenty beyond an SMD of 2, or a Fisher z of 1 (r = .76). The first choice is the answer, the others are
# its sensitivity: wider, narrower, a heavier tail, and for SMD what Cochrane reviews say of tau².
_PRIORS: Mapping[str, tuple[PriorChoice, ...]] = {
    "SMD": (
        PriorChoice(name="declared", effect=Normal(0.0, 1.0), heterogeneity=HalfNormal(0.5)),
        PriorChoice(name="sceptical", effect=Normal(0.0, 0.25), heterogeneity=HalfNormal(0.5)),
        PriorChoice(name="tau of Cochrane reviews", effect=Normal(0.0, 1.0), heterogeneity=RHODES_2015_SMD),
        PriorChoice(name="heavy-tailed tau", effect=Normal(0.0, 1.0), heterogeneity=HalfCauchy(0.5)),
        PriorChoice(name="wide", effect=Normal(0.0, 2.0), heterogeneity=HalfNormal(1.0)),
    ),
    "ZCOR": (
        PriorChoice(name="declared", effect=Normal(0.0, 0.5), heterogeneity=HalfNormal(0.25)),
        PriorChoice(name="sceptical", effect=Normal(0.0, 0.125), heterogeneity=HalfNormal(0.25)),
        PriorChoice(name="heavy-tailed tau", effect=Normal(0.0, 0.5), heterogeneity=HalfCauchy(0.25)),
        PriorChoice(name="wide", effect=Normal(0.0, 1.0), heterogeneity=HalfNormal(0.5)),
    ),
}
# What the anytime-valid interval is tuned to: the size an effect is thought to have if there is one.
_EXPECTED = {"SMD": 0.5, "ZCOR": 0.25}


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesianView:
    """Posteriors under every declared prior, Bayes factors under the first, and the anytime-valid interval by year."""

    sensitivity: PriorSensitivity
    factors: BayesFactors
    anytime: AnytimeValid | None  # None where the year of an effect is not known


def bayesian_view(corpus: Corpus, question: Question, candidates: Sequence[Candidate]) -> BayesianView | None:
    """The view on one question's pooled effects; None where it has none, or no priors are declared for its measure."""
    estimates = [candidate.estimate for candidate in candidates if candidate.estimate is not None]
    choices = _PRIORS.get(question.measure)
    if not estimates or choices is None:
        return None
    yi, vi = [estimate.yi for estimate in estimates], [estimate.vi for estimate in estimates]
    dates = published(corpus, candidates)
    first = choices[0]
    return BayesianView(
        sensitivity=prior_sensitivity(yi, vi, choices, smallest=question.smallest_effect),
        factors=bayes_factors(yi, vi, effect=first.effect, heterogeneity=first.heterogeneity),
        anytime=None if dates is None else anytime_valid(yi, vi, dates, expected=_EXPECTED[question.measure]),
    )


def published(corpus: Corpus, candidates: Sequence[Candidate]) -> list[date] | None:
    """The first of January of the year in which each effect's source appeared; None where one is not known."""
    years = {report.key: report.year for report in corpus.reports}
    found = []
    for candidate in candidates:
        year = years.get(candidate.effect.source.report)
        if not isinstance(year, int):
            known = [y for report in candidate.study.reports if isinstance(y := years.get(report), int)]
            if not known:
                return None
            year = min(known)
        found.append(date(year, 1, 1))
    return found
