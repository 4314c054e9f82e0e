"""The engine that follows an instrument: what holds for every domain of every instrument, and what a file may not say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.codebook import BiasAnswer
from corpus.errors import InvalidInput
from corpus.instruments import Domain, Kind, instruments, judge
from corpus.instruments.reading import read_instrument

DOMAINS = [domain for instrument in instruments().values() for domain in instrument.domains.values()]
WITH_RULES = [domain for domain in DOMAINS if domain.parts]
# The guidance of 2016 states one rule of ROBINS-I, for one answer: the rest is the coder's.
TOTAL = [one for key in ("rob2", "rob2_adherence") for one in instruments()[key].domains.values() if one.parts]


def answers(domain: Domain) -> st.SearchStrategy[dict[str, BiasAnswer]]:
    return st.fixed_dictionaries({}, optional={one.key: st.sampled_from(one.answers) for one in domain.questions})


@given(data=st.data())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_later_answer_overturns_a_judgement_that_was_reached(data: st.DataObject) -> None:
    domain = data.draw(st.sampled_from(WITH_RULES))
    first = data.draw(answers(domain))
    found = judge(domain, first)
    more = judge(domain, {**data.draw(answers(domain)), **first})
    if found.level is not None:
        assert more.level is found.level
        assert found.path
        assert {step.question.key: step.answer for step in found.path}.items() <= first.items()
    assert {one.key for one in found.asked} <= {one.key for one in more.asked}


@given(data=st.data())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_answering_what_is_open_ends_and_then_the_algorithm_has_decided(data: st.DataObject) -> None:
    domain = data.draw(st.sampled_from(DOMAINS))
    given_so_far: dict[str, BiasAnswer] = {}
    for _ in range(len(domain.questions) + 1):
        found = judge(domain, given_so_far)
        if not found.open:
            break
        question = found.open[0]
        given_so_far[question.key] = data.draw(st.sampled_from(question.answers))
    assert found.open == ()
    assert [one.key for one in found.asked] == list(given_so_far)
    if domain in TOTAL:
        assert found.level is not None


def test_not_applicable_answers_no_question_that_is_asked_unless_it_takes_it() -> None:
    domain = instruments()["rob2"].domains["missing_data"]
    found = judge(domain, {"q3_1": BiasAnswer.NO, "q3_2": BiasAnswer.NOT_APPLICABLE, "q3_3": BiasAnswer.NOT_APPLICABLE})
    assert [one.number for one in found.open] == ["3.2"]
    assert found.not_asked == ()


def test_every_question_has_our_words_and_its_own_number_and_instruments_name_their_guidance() -> None:
    for instrument in instruments().values():
        assert instrument.guidance
        numbers = [one.number for domain in instrument.domains.values() for one in domain.questions]
        assert len(numbers) == len(set(numbers))
        for domain in instrument.domains.values():
            if domain.questions and not domain.parts:
                assert "coder judges" in domain.note or instrument.key == "robins_i", (instrument.key, domain.key)
    assert [key for key, one in instruments().items() if one.kind is Kind.TRUST] == ["inspect_sr"]


TOLD = {
    "name": "Made up",
    "version": "1",
    "kind": "bias",
    "per": "result",
    "reference": "made up",
    "guidance": "made up",
    "levels": {"low": "low", "high": "high"},
}


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ({"questions": [{"number": "1.1", "asks": "?", "answers": "Y X"}]}, "'X' is no answer"),
        (
            {"questions": [{"number": "1.1", "asks": "?", "answers": "Y N", "when": [{"1.2": "Y"}]}]},
            "q1_2 never has the answers yes at this place",
        ),
        (
            {
                "questions": [{"number": "1.1", "asks": "?", "answers": "Y N"}],
                "rules": [{"level": "low", "when": [{"1.1": "NI"}]}],
            },
            "q1_1 never has the answers no_information",
        ),
        (
            {
                "questions": [{"number": "1.1", "asks": "?", "answers": "Y N"}],
                "rules": [{"level": "critical", "when": [{"1.1": "N"}]}],
            },
            "a rule leads to critical",
        ),
    ],
)
def test_an_instrument_that_contradicts_itself_is_refused(domain: dict[str, object], message: str) -> None:
    told = TOLD | {"domains": [{"key": "one", "name": "One"} | domain]}
    with pytest.raises(InvalidInput, match=message):
        read_instrument("made_up", told, {})
