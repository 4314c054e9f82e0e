"""The multiverse of a question: begins with its main analysis, counts every cell, and stands at k = 0 and 1."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.codebook import (
    Assay,
    BiasLevel,
    Design,
    Extraction,
    Matrix,
    Phase,
    SourceTier,
    Whose,
)
from corpus.domain import AssumedInput, BiasJudgement, Computation, Corpus, Effect, OtMeasure, Printed
from corpus.estimation import estimate_corpus
from corpus.validity import ValidityGrade
from synthesis.answers import answer_questions
from synthesis.documents import plain
from synthesis.multiverse.candidates import rows_of
from synthesis.multiverse.curve import Conclusion
from synthesis.multiverse.question import Multiverse, multiverse
from synthesis.multiverse.rows import Row
from synthesis.questions import Choice, Question, load_questions
from tests.builders import NONE, corpus, effect, outcome, study
from tests.examples import curated
from tests.multiverses import grid


def question(**changes: object) -> Question:
    asked = next(q for q in load_questions() if q.id == "ot-augmented-symptoms")
    return replace(asked, **({"choices": ()} | changes))  # type: ignore[arg-type]


def computed(whole: Corpus, asked: Question | None = None, flips: int = 0) -> Multiverse:
    found = multiverse(whole, asked or question(), flips=flips)
    assert found is not None
    return found


def rows(whole: Corpus, **axes: list[str]) -> dict[str, Row]:
    return {row.effect: row for row in rows_of(whole, question(), grid(**axes))}


def cells(found: Multiverse) -> int:
    return sum(count.cells for count in found.conclusions + found.undefined)


def test_the_main_analysis_of_every_question_is_the_first_cell_of_its_grid(root: Path) -> None:
    whole = estimate_corpus(curated(root))
    for answer in answer_questions(whole):
        found = multiverse(whole, answer.question, flips=0)
        if found is None:
            continue
        assert cells(found) == found.cells, answer.question.id
        if answer.pooled is None:
            assert found.main is None
            continue
        assert found.main is not None
        main = found.specifications[found.main]
        assert main.estimate == pytest.approx(answer.pooled.estimate, abs=1e-12)
        assert main.ci == pytest.approx(answer.pooled.ci, abs=1e-11)
        assert main.k == answer.pooled.k
        assert all(axis.options[0] in options for axis, options in zip(found.axes, main.options, strict=True)), (
            answer.question.id
        )
        chosen = {(c.study.key, c.effect.key) for c in answer.selection.tier_a}
        assert set(found.sets[main.effect_set]) == chosen


def test_the_curve_is_sorted_and_fits_a_json_document(root: Path) -> None:
    found = computed(estimate_corpus(curated(root)), flips=20)
    estimates = [one.estimate for one in found.specifications]
    assert estimates == sorted(estimates)
    text = json.dumps(plain(found), allow_nan=False)
    assert json.loads(text)["question"] == "ot-augmented-symptoms"
    assert all(math.isfinite(value) for one in found.specifications for value in (one.estimate, *one.ci))
    shares = [count.share for count in found.conclusions if count.share is not None]
    assert sum(shares) == pytest.approx(1, abs=1e-12)
    assert found.spread is not None
    assert found.spread.range == (min(estimates), max(estimates))


def test_nothing_to_pool_is_counted_and_said() -> None:
    found = computed(corpus(), flips=10)
    assert (found.specifications, found.main, found.spread, found.variance, found.permutation) == (
        (),
        None,
        None,
        None,
        None,
    )
    (nothing,) = found.undefined
    assert (nothing.what, nothing.cells) == ("nothing to pool", found.cells)
    assert cells(found) == found.cells
    assert found.smallest_effect == ()


def test_one_sample_is_one_specification_per_value_and_never_a_conclusion() -> None:
    found = computed(corpus(study("one", effect("post"))), flips=10)
    assert {one.conclusion for one in found.specifications} == {Conclusion.ONE_SAMPLE}
    assert found.spread is None
    assert found.permutation is None
    assert all(count.share is None for count in found.conclusions)


def test_a_question_without_a_grid_has_no_multiverse() -> None:
    assert multiverse(corpus(), question(multiverse=None)) is None


def test_clear_effects_lie_above_zero_in_every_specification() -> None:
    whole = corpus(*(study(f"s{i}", effect("post", m1=f"{4 + i / 10}")) for i in range(6)))
    found = computed(whole, flips=100)
    assert found.conclusions[0].share == 1
    assert found.smallest_effect[0].share == 1
    assert found.permutation is not None
    assert (found.permutation.exact, found.permutation.median.p) == (True, 1 / 32)


def test_few_patterns_of_signs_are_said() -> None:
    whole = corpus(*(study(f"s{i}", effect("post", m1="4.0")) for i in range(3)))
    said = " ".join(computed(whole, flips=100).warnings)
    assert "With 3 samples there are 4 patterns of signs, so the permutation p cannot be below 0.25" in said


def test_turning_every_result_round_turns_the_curve() -> None:
    def made(sign: int) -> Multiverse:
        return computed(
            corpus(*(study(f"s{i}", effect("post", m1=f"{10 + sign * i}", m2="10.0")) for i in range(4))), flips=50
        )

    one, other = made(1), made(-1)
    assert [a.estimate for a in one.specifications] == pytest.approx(
        [-a.estimate for a in reversed(other.specifications)], abs=1e-12
    )
    assert one.conclusions[0].specifications == other.conclusions[1].specifications
    assert one.permutation is not None
    assert other.permutation is not None
    assert one.permutation.median.p == other.permutation.median.p


def test_rows_hold_what_the_axes_ask_about() -> None:
    measure = OtMeasure(
        key="plasma",
        whose=Whose.PATIENT,
        matrix=Matrix.PLASMA,
        assay=Assay.RIA,
        extraction=Extraction.EXTRACTED,
        **dict.fromkeys(("kit", "detection_limit", "schedule", "anchor", "time_of_day", "n_samples", "units"), NONE),  # type: ignore[arg-type]
    )
    judged = (
        BiasJudgement(instrument="rob2", domain="D1", level=BiasLevel.LOW, support="x"),
        BiasJudgement(instrument="rob2", domain="D2", level=BiasLevel.HIGH, support="x", outcome="b"),
        BiasJudgement(instrument="rob2", domain="D3", level=NONE, support="x", outcome="c"),
    )
    whole = corpus(
        study(
            "one",
            effect("of_a", of="a", ot_measure="plasma", n=17),
            effect("of_b", of="b"),
            effect("of_c", of="c", phase=Phase.DURING_TREATMENT),
            effect("later", of="a", phase=Phase.FOLLOW_UP),
            outcomes=(replace(outcome("a"), primary=True), outcome("b"), outcome("c")),
            ot_measured=(measure,),
            risk_of_bias=judged,
            design=Design.CROSSOVER_RCT,
        )
    )
    found = rows(whole)
    assert set(found) == {"of_a", "of_b", "of_c"}
    assert (found["of_a"].validity, found["of_b"].validity) == (ValidityGrade.ADEQUATE, None)
    assert (found["of_a"].bias, found["of_a"].judged) == ((BiasLevel.LOW,), True)
    assert (found["of_b"].bias, found["of_c"].judged) == ((BiasLevel.LOW, BiasLevel.HIGH), False)
    assert (found["of_a"].primary, found["of_b"].primary, found["of_a"].n) == (True, False, 17)
    assert (found["of_a"].design, found["of_a"].source) == (Design.CROSSOVER_RCT, SourceTier.FULL_TEXT)
    assert found["of_c"].phase < found["of_a"].phase
    widened = rows(whole, timepoint=["rule", "latest"])
    assert {key: row.in_question for key, row in widened.items()} == {
        "of_a": True, "of_b": True, "of_c": True, "later": False,
    }  # fmt: skip


def changed(key: str) -> Effect:
    """A change score whose correlation is assumed."""
    inputs = {"m_pre1": "20", "sd_pre1": "4", "m_post1": "14", "n1": "20"} | {
        "m_pre2": "20", "sd_pre2": "4", "m_post2": "16", "n2": "20",
    }  # fmt: skip
    base = effect(key).computation
    assert base is not None
    computation = Computation(
        kind="pre-post-control",
        inputs={name: Printed(value) for name, value in inputs.items()},
        positive_means=base.positive_means,
        positive_basis=base.positive_basis,
        assumed=(AssumedInput(name="r", value=Printed("0.7"), low=Printed("0.5"), high=Printed("0.9"), reason="x"),),
    )
    return effect(key, computation=computation)


def test_change_scores_with_an_assumed_correlation_are_seen_by_score_and_route() -> None:
    whole = corpus(*(study(f"s{i}", effect("post", m1=f"{9 + i}"), changed("gain")) for i in range(3)))
    found = rows(whole)
    assert (found["gain"].change, found["gain"].assumed) == (True, True)
    assert (found["post"].change, found["post"].assumed) == (False, False)
    by_score = computed(
        whole, question(multiverse=grid(score=["rule", "change"], route=["all", "without_assumptions"]))
    )
    used = {
        tuple(sorted({key for _, key in by_score.sets[one.effect_set]})): one.cells for one in by_score.specifications
    }
    assert used == {("post",): 3, ("gain",): 1}


def test_a_choice_that_ties_can_be_taken_the_other_way() -> None:
    whole = corpus(study("one", effect("x", m1="6.0"), effect("y", m1="12.0")), study("two", effect("post", m1="11.0")))
    asked = question(
        choices=(Choice(study="one", effect="y", reason="r"),),
        multiverse=grid(outcome=["rule", "without_choices", "tied_last"]),
    )
    found = computed(whole, asked)
    assert found.main is not None
    assert ("one", "y") in found.sets[found.specifications[found.main].effect_set]
    assert {dict(found.sets[one.effect_set])["one"]: one.options[6] for one in found.specifications} == {
        "y": ("rule",),
        "x": ("without_choices", "tied_last"),
    }
