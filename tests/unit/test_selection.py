"""Selection: filters, one effect per sample, and a reason for every effect left out."""

from dataclasses import replace

import pytest

from corpus.codebook import (
    Direction,
    HoldReason,
    Level,
    OutcomeDomain,
    OverlapCertainty,
    Phase,
    PositiveMeans,
    Relation,
    Scope,
)
from corpus.domain import Corpus, Hold, Sample, SampleOverlap
from corpus.errors import InvalidInput
from synthesis.answers import refusals
from synthesis.questions import Choice, Question, load_questions, read_question
from synthesis.selection import Selection, select
from tests.builders import NONE, corpus, effect, lesser, outcome, study


def question(id_: str = "ot-augmented-symptoms") -> Question:
    return next(q for q in load_questions() if q.id == id_)


def selected(whole: Corpus, asked: Question | None = None) -> Selection:
    return select(whole, asked or question(), refusals(whole))


def names(selection: Selection) -> list[str]:
    return [f"{c.study.key}/{c.effect.key}" for c in selection.tier_a]


def reason(selection: Selection, key: str) -> str:
    return next(left.reason for left in selection.left_out if left.effect.key == key)


def test_every_effect_is_either_selected_or_left_out_with_a_reason() -> None:
    whole = corpus(
        study("one", effect("post"), effect("later", phase=Phase.FOLLOW_UP), lesser("null", Direction.NO_DIFFERENCE)),
        study("two", effect("post"), scope=Scope.ADJACENT),
        study("three", lesser("p", Direction.FAVOURS_OXYTOCIN, p=".03")),
    )
    found = selected(whole)
    counted = len(found.tier_a) + len(found.tier_b) + len(found.tier_c)
    assert counted + len(found.left_out) == 5
    assert all(left.reason for left in found.left_out)
    assert reason(found, "later") == "phase is follow up"


def test_the_sign_is_turned_by_the_coded_sense_of_the_outcome() -> None:
    whole = corpus(
        study("lower", effect("post", m1="10.0", m2="12.0")),
        study("higher", effect("post", m1="10.0", m2="12.0"), outcomes=(outcome(higher=True),)),
    )
    estimates = {c.study.key: c.estimate.yi for c in selected(whole).tier_a if c.estimate}
    assert estimates["lower"] > 0 > estimates["higher"]
    assert estimates["lower"] == -estimates["higher"]


def test_an_outcome_without_a_coded_direction_is_never_pooled() -> None:
    whole = corpus(study("one", effect("post"), outcomes=(outcome(higher=NONE),)))
    found = selected(whole)
    assert not found.tier_a
    assert "direction" in reason(found, "post")


def test_a_number_whose_sign_convention_is_unclear_is_never_pooled() -> None:
    made = effect("post")
    assert made.computation is not None
    unclear = replace(made, computation=replace(made.computation, positive_means=PositiveMeans.UNCLEAR))
    found = selected(corpus(study("one", unclear)))
    assert not found.tier_a
    assert reason(found, "post")


def test_a_held_effect_says_why() -> None:
    hold = Hold(reason=HoldReason.DERIVED_COPY, note="computed from another")
    found = selected(corpus(study("one", effect("post"), effect("copy", hold=hold))))
    assert names(found) == ["one/post"]
    assert reason(found, "copy") == "derived copy: computed from another"


def test_one_effect_per_sample_even_across_studies_that_may_overlap() -> None:
    overlap = SampleOverlap(sample="b_people", certainty=OverlapCertainty.POSSIBLE, basis="same site")
    samples = (
        Sample(key="a_people", description="", n=40, overlaps=(overlap,)),
        Sample(key="b_people", description="", n=40),
    )
    whole = corpus(study("a", effect("post")), study("b", effect("post")), samples=samples)
    found = selected(whole)
    assert names(found) == ["a/post"]
    assert "one effect per sample" in found.left_out[0].reason


def test_the_rule_never_looks_at_the_result() -> None:
    """Turning every number round changes no choice."""

    def made(m1: str, m2: str) -> Corpus:
        outcomes = (outcome("a"), outcome("b", domain=OutcomeDomain.SUBSTANCE_USE))
        return corpus(
            study("one", effect("of_b", of="b", m1=m1, m2=m2), effect("of_a", of="a", m1=m2, m2=m1), outcomes=outcomes)
        )

    assert names(selected(made("10.0", "30.0"))) == names(selected(made("30.0", "10.0"))) == ["one/of_a"]


def test_a_reviewers_choice_comes_first_and_is_printed() -> None:
    whole = corpus(study("one", effect("a"), effect("b")))
    choice = Choice(study="one", effect="b", reason="the scale of the disorder")
    found = selected(whole, replace(question(), choices=(choice,)))
    assert names(found) == ["one/b"]
    assert "the scale of the disorder" in reason(found, "a")


def test_a_choice_that_names_nothing_is_an_error() -> None:
    whole = corpus(study("one", effect("a")))
    with pytest.raises(InvalidInput, match="no_such"):
        selected(whole, replace(question(), choices=(Choice(study="one", effect="no_such", reason="x"),)))


def test_levels_are_never_pooled_together() -> None:
    asked = replace(question(), select=replace(question().select, role=()))
    whole = corpus(study("one", effect("a")), study("two", effect("b", level=Level.WITHIN_PERSON)))
    found = selected(whole, asked)
    assert names(found) == ["one/a"]
    assert "never pooled together" in reason(found, "b")


def test_a_p_without_direction_is_not_combined() -> None:
    found = selected(corpus(study("one", lesser("p", Direction.CONDITIONAL, p=".03", relation=Relation.LESS))))
    assert not found.tier_b
    assert "no direction" in reason(found, "p")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id = [", "not valid TOML"),
        ('id = "x"\nnonsense = 1', "unknown field 'nonsense'"),
        ('id = "x"\n[select]\ndesign = ["rct"]', "parallel_rct"),
        ('id = "x"\nmethod = "REMM"', "'REMM' is not one of"),
        ('id = "x"\nmethod = "DL"\ntest = "z"\n[headline]\nbetter = "b"', "worse, unsettled, single, none missing"),
    ],
)
def test_a_broken_question_file_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=r"^x\.toml: ") as caught:
        read_question("x.toml", text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
