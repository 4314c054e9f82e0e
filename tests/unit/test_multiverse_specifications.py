"""Specifications: what each option keeps, what is folded, and that every cell of the grid is accounted for."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.codebook import BiasLevel, Design, SourceTier
from corpus.validity import ValidityGrade
from synthesis.multiverse.columns import aggregate
from synthesis.multiverse.grid import AXES, CorrectionOption
from synthesis.multiverse.rows import Row
from synthesis.multiverse.specifications import Specifications, Undefined, specifications
from synthesis.pooling.pool import Method, Test
from tests.multiverses import grid, many, row


def effects(specified: Specifications, rows: Sequence[Row], **at: int) -> list[str]:
    """The effects of the cell at the options named by number, the first option elsewhere."""
    code = int(specified.cells[tuple(at.get(axis, 0) for axis in AXES)])
    if code < 0:
        return []
    members = [i for column in specified.fits[code].columns for i in specified.columns[column].members]
    return [f"{rows[i].sample}/{rows[i].effect}" for i in members]


def test_options_of_eligibility_keep_what_their_definition_says() -> None:
    rows = (
        row("a", design=Design.CROSSOVER_RCT, validity=ValidityGrade.ADEQUATE, bias=(BiasLevel.LOW,), judged=True),
        row("b", source=SourceTier.ABSTRACT, validity=ValidityGrade.LIMITED, bias=(BiasLevel.HIGH,), judged=True),
        row("c", source=SourceTier.TABULATED, assumed=True, validity=ValidityGrade.WEAK, bias=(BiasLevel.LOW,)),
        row("d", validity=None, bias=(BiasLevel.SOME_CONCERNS, BiasLevel.LOW), judged=True),
    )
    wide = grid(
        design=["all", "parallel_rct"],
        source=["all", "not_abstract", "full_text_or_registry"],
        validity=["all", "at_least_limited", "adequate"],
        risk_of_bias=["all", "not_high", "low"],
        route=["all", "without_assumptions"],
    )
    found = specifications(wide, rows)

    def kept(**at: int) -> str:
        return "".join(effect[0] for effect in effects(found, rows, **at))

    assert kept() == "abcd"
    assert kept(design=1) == "bcd"
    assert [kept(source=i) for i in (1, 2)] == ["acd", "ad"]
    assert [kept(validity=i) for i in (1, 2)] == ["ab", "a"]
    assert [kept(risk_of_bias=i) for i in (1, 2)] == ["ad", "a"]  # c is not judged in full: not known to be low
    assert kept(route=1) == "abd"
    assert kept(design=1, source=2, route=1) == "d"
    assert kept(design=1, risk_of_bias=2) == ""


def test_an_axis_without_information_folds_and_says_so() -> None:
    found = specifications(grid(validity=["all", "adequate"], risk_of_bias=["all", "low"]), (row("a"), row("b")))
    assert found.cells.size == 1
    assert set(found.folded) == {"validity", "risk_of_bias"}
    assert "no risk of bias has been judged yet" in found.folded["risk_of_bias"]


def test_options_of_outcome_choose_one_effect_per_sample() -> None:
    rows = (
        row("a", "chosen", yi=0.1, rank=((0, 0), "a", "x"), rank_without_choices=((1, 0), "a", "x"), n=10),
        row("a", "first", yi=0.2, rank=((1, 0), "a", "b"), rank_without_choices=((1, 0), "a", "b"), n=11),
        row("a", "tied", yi=0.3, rank=((1, 0), "a", "c"), rank_without_choices=((1, 0), "a", "c"), n=12),
        row(
            "a",
            "lower",
            yi=0.4,
            rank=((1, 1), "a", "a"),
            rank_without_choices=((1, 1), "a", "a"),
            tie=(1, 1),
            primary=True,
            n=13,
        ),
    )
    found = specifications(
        grid(outcome=["rule", "without_choices", "primary_first", "largest_sample", "tied_second", "tied_last"]), rows
    )
    chosen = [effects(found, rows, outcome=i)[0] for i in range(6)]
    assert chosen == ["a/chosen", "a/first", "a/lower", "a/lower", "a/first", "a/tied"]


def test_change_scores_stand_in_for_post_scores_of_the_same_outcome_and_phase_alone() -> None:
    def later(sample: str, effect: str, outcome: str, yi: float) -> Row:
        return row(sample, effect, yi, outcome=outcome, change=True, rank=((1, 1), sample, effect))

    rows = (
        row("a", "post", outcome="scale"),
        later("a", "change", "scale", 0.5),
        row("b", "post", outcome="scale"),
        later("b", "other", "another", 0.6),
        later("c", "only", "scale", 0.7),
    )
    found = specifications(grid(score=["rule", "change"], dependence=["one_per_sample", "aggregate_0.6"]), rows)
    assert effects(found, rows) == ["a/post", "b/post", "c/only"]
    assert effects(found, rows, score=1) == ["a/change", "b/post", "c/only"]
    assert effects(found, rows, dependence=1) == ["a/post", "b/post", "b/other", "c/only"]
    assert effects(found, rows, dependence=1, score=1) == ["a/change", "b/post", "b/other", "c/only"]


def test_follow_up_counts_only_where_the_latest_assessment_is_asked_for() -> None:
    rows = (
        row("a", "early", yi=0.1, phase=3),
        row("a", "end", yi=0.2, phase=4),
        row("a", "late", phase=5, in_question=False),
    )
    found = specifications(
        grid(timepoint=["rule", "latest", "earliest"], dependence=["one_per_sample", "aggregate_0.3"]), rows
    )
    assert effects(found, rows, dependence=1) == ["a/early", "a/end"]
    assert effects(found, rows, timepoint=1, dependence=1) == ["a/late"]
    assert effects(found, rows, timepoint=2, dependence=1) == ["a/early"]


def test_cells_that_differ_only_in_what_the_model_ignores_are_one_specification() -> None:
    rows = many(4)
    found = specifications(
        grid(
            dependence=["one_per_sample", "all_robust"],
            method=["REML", "DL", "FE"],
            test=["knha", "z"],
            design=["all", "parallel_rct"],
        ),
        rows,
    )
    joint = [i for i, fit in enumerate(found.fits) if fit.joint]
    assert len(joint) == 1
    assert found.multiplicity()[joint[0]] == 12  # three methods, two tests, two designs that keep the same
    fixed = [fit for fit in found.fits if fit.model.method is Method.FE]
    assert [fit.model.test for fit in fixed] == [Test.Z]
    assert len(found.fits) == 1 + 1 + 2 * 2
    assert found.multiplicity().sum() == found.cells.size == 24


def test_samples_with_one_effect_each_have_no_dependence_and_need_no_aggregate() -> None:
    found = specifications(
        grid(dependence=["one_per_sample", "aggregate_0.3", "aggregate_0.9", "all_robust"]), many(4, per_sample=1)
    )
    assert len(found.fits) == 1
    assert found.multiplicity().tolist() == [3]
    assert found.undefined()[Undefined.NO_DEPENDENCE] == 1


def test_equal_numbers_are_the_same_specification_whichever_effect_they_came_from() -> None:
    rows = (row("a", "one", yi=0.2), row("a", "two", yi=0.2), row("b"))
    assert len(specifications(grid(outcome=["rule", "tied_last"]), rows).fits) == 1


@pytest.mark.parametrize(("samples", "defined"), [(9, False), (10, True)])
def test_adjustments_are_defined_from_ten_samples_on(samples: int, defined: bool) -> None:
    found = specifications(
        grid(
            bias_correction=["none", "pet", "peese", "trim_and_fill"],
            method=["REML", "DL"],
            dependence=["one_per_sample", "all_robust"],
        ),
        many(samples),
    )
    corrected = [fit.model for fit in found.fits if fit.model.correction is not CorrectionOption.NONE]
    assert len(corrected) == (
        4 if defined else 0
    )  # PET and PEESE bring their own model, trim and fill takes each method
    assert found.undefined()[Undefined.TOO_FEW] == (0 if defined else 6)
    assert found.undefined()[Undefined.TWO_MODELS] == 6


def test_nothing_and_one_sample_are_counted() -> None:
    wide = grid(
        source=["all", "full_text_or_registry"], method=["REML", "DL"], dependence=["one_per_sample", "all_robust"]
    )
    found = specifications(wide, (row("a", "one", source=SourceTier.ABSTRACT), row("a", "two", source=SourceTier.NEWS)))
    assert found.undefined()[Undefined.NOTHING] == 4
    assert [fit.samples for fit in found.fits] == [1, 1]  # one effect, and the aggregate of both
    assert found.multiplicity().tolist() == [2, 2]
    empty = specifications(wide, ())
    assert empty.undefined()[Undefined.NOTHING] == empty.cells.size == 8
    assert empty.fits == ()


@given(
    samples=st.integers(0, 6),
    per_sample=st.integers(1, 3),
    seed=st.integers(0, 99),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_every_cell_is_a_fit_or_has_a_reason_and_the_order_of_rows_does_not_matter(
    samples: int, per_sample: int, seed: int, order: object
) -> None:
    rows = many(samples, per_sample, seed)
    wide = grid(
        outcome=["rule", "tied_second", "tied_last"],
        dependence=["one_per_sample", "aggregate_0.6", "all_robust"],
        method=["REML", "DL"],
        bias_correction=["none", "pet"],
    )
    found = specifications(wide, rows)
    assert found.multiplicity().sum() + sum(found.undefined().values()) == found.cells.size == wide.cells
    assert (found.multiplicity() > 0).all()
    mixed = list(rows)
    order.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    again = specifications(wide, mixed)
    assert len(again.fits) == len(found.fits)

    def values(one: Specifications) -> list[object]:
        return [
            (fit.model, sorted((one.columns[c].sample, round(one.columns[c].yi, 12)) for c in fit.columns))
            for fit in one.fits
        ]

    assert values(again) == values(found)


def test_the_aggregate_of_dependent_effects_by_hand() -> None:
    yi, vi = aggregate([(0.2, 0.04), (0.4, 0.09)], 0.6)
    assert yi == pytest.approx(0.3, rel=1e-15)
    assert vi == pytest.approx((0.04 + 0.09 + 2 * 0.6 * 0.2 * 0.3) / 4, rel=1e-15)
    assert aggregate([(0.2, 0.04)], 0.9) == pytest.approx((0.2, 0.04), rel=1e-15)
    assert aggregate([(1.0, 0.04)] * 5, 1.0)[1] == pytest.approx(0.04, rel=1e-15)
    assert aggregate([(1.0, 0.04)] * 5, 0.0)[1] == pytest.approx(0.008, rel=1e-15)
    np.testing.assert_allclose(aggregate([(2.0, 1.0), (3.0, 4.0)], 0.3)[1], (1 + 4 + 2 * 0.3 * 2) / 4, rtol=1e-15)
