"""Answers: honest at k = 0, 1, 2 and beyond, and tiers never mixed."""

import json

import pytest

from corpus.codebook import Direction, Relation
from corpus.domain import Corpus
from corpus.errors import InvalidInput
from synthesis.answers import Answer, Verdict, answer_questions
from synthesis.documents import document
from synthesis.pooling.pool import Method, pool
from tests.builders import corpus, effect, lesser, study


def first(whole: Corpus) -> Answer:
    return answer_questions(whole, ["ot-augmented-symptoms"])[0]


def test_no_estimate_gives_a_worded_result() -> None:
    answer = first(corpus(study("one", lesser("null", Direction.NO_DIFFERENCE))))
    assert answer.verdict is Verdict.NONE
    assert answer.pooled is None
    assert answer.in_numbers == "One trial with no difference, reported without numbers."
    assert answer.headline == answer.question.headline.none


def test_nothing_at_all_gives_a_worded_result() -> None:
    answer = first(corpus())
    assert answer.verdict is Verdict.NONE
    assert answer.in_numbers == "Nothing readable to count yet."


def test_one_estimate_is_shown_and_not_called_pooled() -> None:
    answer = first(corpus(study("one", effect("post"))))
    assert answer.verdict is Verdict.SINGLE
    assert answer.pooled is not None
    assert answer.pooled.pi is None
    assert answer.in_numbers.startswith("One trial: g 0.49")
    assert "expected" not in answer.in_numbers


def test_two_estimates_are_pooled_with_a_wide_interval() -> None:
    answer = first(corpus(study("one", effect("post")), study("two", effect("post", m1="11.0"))))
    assert answer.pooled is not None
    assert (answer.pooled.k, answer.pooled.df) == (2, 1)
    assert answer.verdict is Verdict.UNSETTLED
    assert answer.pooled.pi is not None
    assert "expected" not in answer.in_numbers


def test_the_verdict_follows_the_interval() -> None:
    clear = [study(f"s{i}", effect("post", m1="4.0")) for i in range(5)]
    assert first(corpus(*clear)).verdict is Verdict.BETTER
    turned = [study(f"s{i}", effect("post", m1="20.0", direction=Direction.FAVOURS_COMPARATOR)) for i in range(5)]
    assert first(corpus(*turned)).verdict is Verdict.WORSE


def test_tiers_are_counted_apart() -> None:
    whole = corpus(
        study("a", effect("post"), lesser("sub", Direction.FAVOURS_COMPARATOR, p=".04")),
        study("b", lesser("p", Direction.FAVOURS_OXYTOCIN, p=".001", relation=Relation.LESS)),
        study("c", lesser("up", Direction.FAVOURS_OXYTOCIN)),
        study("d", lesser("down", Direction.FAVOURS_COMPARATOR)),
        study("e", lesser("null", Direction.NO_DIFFERENCE)),
    )
    answer = first(whole)
    assert answer.pooled is not None
    assert answer.pooled.k == 1
    assert [combined.k for combined in answer.combined] == [2, 2]
    assert answer.sign is not None
    assert (answer.sign.n, answer.sign.favouring, answer.sign.p) == (2, 1, 1.0)
    assert len(answer.selection.tier_c) == 3


def test_least_and_most_favourable_enclose_the_pool() -> None:
    whole = corpus(
        study("one", effect("a"), effect("b", m1="16.0", direction=Direction.FAVOURS_COMPARATOR)),
        study("two", effect("a", m1="9.0"), effect("b", m1="11.5")),
        study("three", effect("a", m1="11.0")),
    )
    answer = first(whole)
    assert answer.pooled is not None
    assert answer.least_favourable is not None
    assert answer.most_favourable is not None
    assert answer.robust is not None
    assert answer.least_favourable.estimate < answer.pooled.estimate <= answer.most_favourable.estimate
    assert answer.robust.clusters == 3
    eligible = [c.estimate for c in answer.selection.eligible_a if c.estimate]
    assert len(eligible) == 5
    assert min(e.yi for e in eligible) <= answer.robust.estimate <= max(e.yi for e in eligible)


def test_the_pool_is_the_pool_of_the_selected_estimates() -> None:
    answer = first(corpus(*(study(f"s{i}", effect("post", m1=f"{8 + i}.0")) for i in range(4))))
    estimates = [c.estimate for c in answer.selection.tier_a if c.estimate]
    again = pool([e.yi for e in estimates], [e.vi for e in estimates])
    assert answer.pooled == again
    assert [p.method for p in answer.by_method] == list(Method)


def test_the_document_is_json_without_nan() -> None:
    whole = corpus(study("one", effect("post")), study("two", lesser("up", Direction.FAVOURS_OXYTOCIN)))
    for answer in answer_questions(whole):
        text = json.dumps(document(answer), allow_nan=False)
        assert json.loads(text)["id"] == answer.question.id


def test_an_unknown_question_names_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="ot-augmented-symptoms"):
        answer_questions(corpus(), ["no-such-question"])
