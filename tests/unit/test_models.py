"""The rule that chooses a model: by the structure of the data, and never by what they say."""

import pytest

from corpus.domain import Corpus
from synthesis.answers import Answer, Verdict, answer_questions
from synthesis.certainty.vocabulary import Domain
from synthesis.dependence.che import correlated_hierarchical
from synthesis.models import FEWEST_DF, MainModel
from synthesis.printing import number
from tests.builders import corpus, effect, study

OUTCOMES = ("8.0", "9.0", "7.0", "10.0", "8.5", "9.5", "7.5", "6.5", "9.2", "8.2")


def first(whole: Corpus) -> Answer:
    return answer_questions(whole, ["ot-augmented-symptoms"])[0]


def several(studies: int, shift: float = 0.0) -> Corpus:
    """Trials with two effects each."""
    made = []
    for i in range(studies):
        m1 = float(OUTCOMES[i]) + shift
        made.append(study(f"s{i}", effect("one", m1=f"{m1:.1f}"), effect("two", m1=f"{m1 + 0.6:.1f}")))
    return corpus(*made)


def test_one_effect_per_sample_is_pooled_as_it_stands() -> None:
    answer = first(corpus(*(study(f"s{i}", effect("post", m1=m1)) for i, m1 in enumerate(OUTCOMES[:4]))))
    assert answer.examination is not None
    assert answer.examination.models is not None
    assert answer.examination.models.main is MainModel.ONE_PER_SAMPLE
    assert answer.examination.models.correlated == ()
    assert answer.main is not None
    assert answer.pooled is not None
    assert answer.main.ci == answer.pooled.ci


def test_too_few_samples_keep_one_effect_each_and_say_why() -> None:
    answer = first(several(3))
    assert answer.examination is not None
    found = answer.examination.models
    assert found is not None
    assert found.main is MainModel.ONE_PER_SAMPLE
    assert "degrees of freedom, fewer than four" in found.reason
    assert len(found.correlated) == len(found.aggregated) == 3
    assert answer.main is not None
    assert answer.pooled is not None
    assert answer.main.estimate == answer.pooled.estimate


def test_enough_samples_with_several_effects_go_together() -> None:
    answer = first(several(8))
    assert answer.examination is not None
    found = answer.examination.models
    assert found is not None
    assert found.main is MainModel.CORRELATED_HIERARCHICAL
    estimates = [c.estimate for c in answer.selection.eligible_a if c.estimate]
    clusters = [c.cluster for c in answer.selection.eligible_a]
    again = correlated_hierarchical([e.yi for e in estimates], [e.vi for e in estimates], clusters, rho=0.6)
    assert again.robust is not None
    df = again.robust.terms[0].df
    assert df is not None
    assert df >= FEWEST_DF
    assert answer.main is not None
    assert (answer.main.estimate, answer.main.ci) == (again.robust.terms[0].estimate, again.robust.terms[0].ci)
    assert "effects together: g" in answer.in_numbers


@pytest.mark.parametrize(("shift", "verdict"), [(-8.0, Verdict.BETTER), (12.0, Verdict.WORSE)])
def test_the_choice_is_the_same_whatever_the_effects_say(shift: float, verdict: Verdict) -> None:
    answer = first(several(8, shift))
    assert answer.examination is not None
    assert answer.examination.models is not None
    assert answer.examination.models.main is MainModel.CORRELATED_HIERARCHICAL
    assert answer.verdict is verdict


def test_aggregating_uncorrelated_and_correlated_effects_differs() -> None:
    answer = first(several(4))
    assert answer.examination is not None
    assert answer.examination.models is not None
    narrow, _, wide = answer.examination.models.aggregated
    assert (narrow.rho, wide.rho) == (0.3, 0.9)
    assert sum(narrow.pooled.weights) == pytest.approx(100)
    assert narrow.pooled.q is not None
    assert wide.pooled.q is not None
    assert narrow.pooled.q > wide.pooled.q  # the same means with smaller variances


def test_what_stands_beside_the_answer_speaks_of_the_chosen_model() -> None:
    answer = first(several(8))
    assert answer.main is not None
    assert answer.examination is not None
    fit = answer.examination.models.correlated[1] if answer.examination.models else None
    assert fit is not None
    assert (answer.main.pi, answer.main.i2) == (fit.model.pi, fit.model.i2)
    low, high = answer.main.ci
    imprecision = next(d for d in answer.examination.appraisal.rating.domains if d.domain is Domain.IMPRECISION)
    assert f"{number(low)} to {number(high)}" in imprecision.computed.reason
    found = answer.examination.multiverse
    assert found is not None
    assert found.main is not None
    main = found.specifications[found.main]
    assert main.estimate == pytest.approx(answer.main.estimate)
    assert main.ci == pytest.approx(answer.main.ci)


def test_a_robust_test_of_asymmetry_that_is_not_defined_says_why() -> None:
    same = [study(f"s{i}", effect("one", m1=m), effect("two", m1=m)) for i, m in enumerate(OUTCOMES[:2])]
    answer = first(corpus(*same))
    assert answer.examination is not None
    assert isinstance(answer.examination.dependent_asymmetry, str)
    assert "not computed" in answer.examination.dependent_asymmetry
