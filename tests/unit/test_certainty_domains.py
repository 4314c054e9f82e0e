"""Each domain of certainty on cases small enough to judge by eye, and at k = 0, 1 and 2."""

import math
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.codebook.bias import BiasLevel
from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.validity import ValidityGrade
from synthesis.certainty.domains import inconsistency, indirectness, risk_of_bias, small_study_effects
from synthesis.certainty.evidence import Asymmetry, Evidence, crosses, starting_design
from synthesis.certainty.precision import imprecision, information_size
from synthesis.certainty.vocabulary import Concern, Start

T = read_protocol().certainty
NOT, SERIOUS, VERY, OPEN = Concern.NOT_SERIOUS, Concern.SERIOUS, Concern.VERY_SERIOUS, Concern.NOT_ASSESSABLE
LOW, SOME, HIGH = BiasLevel.LOW, BiasLevel.SOME_CONCERNS, BiasLevel.HIGH
ADEQUATE, WEAK, UNKNOWN = ValidityGrade.ADEQUATE, ValidityGrade.WEAK, ValidityGrade.NOT_ASSESSABLE

EMPTY = Evidence(start=Start.RANDOMISED, measure="SMD", estimate=None, ci=None)


def evidence(k: int = 4, **changes: object) -> Evidence:
    """k equal effects of 0.5 with narrow intervals, nothing judged on them."""
    whole = Evidence(
        start=Start.RANDOMISED,
        measure="SMD",
        estimate=0.5,
        ci=(0.3, 0.7),
        pi=(0.25, 0.75),
        i2=0.0,
        study_cis=((0.2, 0.8),) * k,
        weights=(1.0,) * k,
        validity=(None,) * k,
        risk_of_bias=(None,) * k,
        n=1000,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # each test changes fields it knows


@pytest.mark.parametrize("domain", [risk_of_bias, inconsistency, indirectness, imprecision, small_study_effects])
def test_no_evidence_is_not_judged(domain: object) -> None:
    got = domain(EMPTY, T)  # type: ignore[operator]  # the five functions share their shape
    assert got.concern is OPEN
    assert got.reason.endswith(".")


@pytest.mark.parametrize(
    ("ci", "n", "expected", "words"),
    [
        ((-0.3, 0.3), 5000, VERY, "both directions"),
        ((-0.1, 0.3), 5000, SERIOUS, "both zero and effects beyond"),
        ((-0.3, 0.1), 5000, SERIOUS, "both zero and effects beyond"),
        ((0.1, 0.3), 5000, SERIOUS, "excludes zero, but not effects smaller"),
        ((0.3, 0.7), 786, NOT, "786 participants stand behind it, 786 would be optimal"),
        ((0.3, 0.7), 785, SERIOUS, "785 participants stand behind it, 786 would be optimal"),
        ((-0.7, -0.3), 786, NOT, "excludes zero and effects smaller"),
        ((-0.1, 0.1), 5000, NOT, "within the beginning of a small effect"),
        ((-0.1, 0.1), 50, SERIOUS, "50 participants"),
        ((0.3, 0.7), None, NOT, "is not known"),
    ],
)
def test_imprecision(ci: tuple[float, float], n: int | None, expected: Concern, words: str) -> None:
    got = imprecision(evidence(ci=ci, n=n), T)
    assert got.concern is expected
    assert words in got.reason


def test_the_question_s_smallest_effect_replaces_the_protocol_s() -> None:
    got = imprecision(evidence(ci=(0.3, 0.7), smallest_effect=0.4), T)
    assert got.concern is SERIOUS
    assert "the smallest effect of interest, 0.40" in got.reason


def test_an_odds_ratio_has_no_optimal_size_without_a_risk() -> None:
    got = imprecision(evidence(measure="OR", ci=(0.5, 0.9), n=10), T)
    assert got.concern is NOT
    assert "no optimal information size" in got.reason


def test_information_size_by_hand() -> None:
    # (1.959964 + 0.841621)² = 7.848880; 4 of it over 0.04 is 784.9, in two equal arms 786; over atanh(.3)² it is 81.9.
    assert information_size("SMD", 0.2, alpha=0.05, power=0.8) == 786
    assert information_size("ZCOR", math.atanh(0.3), alpha=0.05, power=0.8) == 85
    assert information_size("OR", 0.5, alpha=0.05, power=0.8) is None


@pytest.mark.parametrize(
    ("effect", "alpha", "power"), [(0.0, 0.05, 0.8), (-1.0, 0.05, 0.8), (0.2, 0.0, 0.8), (0.2, 0.05, 1.0)]
)
def test_an_information_size_needs_an_effect_and_rates(effect: float, alpha: float, power: float) -> None:
    with pytest.raises(InvalidInput):
        information_size("SMD", effect, alpha=alpha, power=power)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((LOW, LOW, LOW, SOME), NOT),
        ((LOW, LOW, SOME, SOME), SERIOUS),  # half is not most
        ((LOW, LOW, LOW, HIGH), NOT),  # a quarter at high risk is not above a quarter
        ((HIGH, LOW, LOW), SERIOUS),
        ((HIGH, BiasLevel.CRITICAL, LOW, LOW), VERY),
        ((None, None, LOW, LOW), OPEN),
        ((None, None, None, None), OPEN),
        ((HIGH, HIGH, None, None), VERY),  # what is known to be bad stays bad
        ((LOW,), NOT),
    ],
)
def test_risk_of_bias(levels: tuple[BiasLevel | None, ...], expected: Concern) -> None:
    assert risk_of_bias(evidence(len(levels), risk_of_bias=levels), T).concern is expected


def test_weights_decide_not_counts() -> None:
    heavy = evidence(2, risk_of_bias=(HIGH, LOW), weights=(90.0, 10.0))
    light = evidence(2, risk_of_bias=(HIGH, LOW), weights=(10.0, 90.0))
    assert (risk_of_bias(heavy, T).concern, risk_of_bias(light, T).concern) == (VERY, NOT)
    assert risk_of_bias(heavy, T).reason.startswith("90% of the weight is at high risk, 10% at low risk")


APART = ((-1.0, -0.5), (0.0, 0.5), (1.0, 1.5), (2.0, 2.5))


@pytest.mark.parametrize(
    ("i2", "cis", "pi", "expected"),
    [
        (0.0, APART[:1] * 4, (0.25, 0.75), NOT),
        (60.0, APART[:1] * 4, (0.25, 0.75), NOT),  # large I² and nothing turns on it
        (60.0, APART, (0.25, 0.75), SERIOUS),
        (60.0, APART[:1] * 4, (-0.5, 1.5), SERIOUS),
        (60.0, APART, (-0.5, 1.5), SERIOUS),
        (80.0, APART, (-0.5, 1.5), VERY),
        (80.0, APART, (0.25, 0.75), SERIOUS),
        (40.0, APART, (-0.5, 1.5), NOT),
        (80.0, APART, None, SERIOUS),
    ],
)
def test_inconsistency(
    i2: float, cis: tuple[tuple[float, float], ...], pi: tuple[float, float] | None, expected: Concern
) -> None:
    assert inconsistency(evidence(4, i2=i2, study_cis=cis, pi=pi), T).concern is expected


def test_one_study_has_none_to_disagree_with() -> None:
    got = inconsistency(evidence(1, i2=None, pi=None), T)
    assert got.concern is OPEN
    assert "One study" in got.reason


def test_two_studies_are_judged_without_the_prediction_interval() -> None:
    got = inconsistency(evidence(2, i2=90.0, pi=(-9.0, 9.0), study_cis=((0.0, 0.4), (0.6, 1.0))), T)
    assert got.concern is SERIOUS
    assert "not read from so few studies" in got.reason


def test_without_i2_inconsistency_is_open() -> None:
    assert inconsistency(evidence(3, i2=None), T).concern is OPEN


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 4)), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_overlap_is_that_of_all_pairs(spans: list[tuple[int, int]]) -> None:
    cis = tuple((float(low), float(low + width)) for low, width in spans)
    pairs = list(combinations(cis, 2))
    by_pairs = sum(a[0] <= b[1] and b[0] <= a[1] for a, b in pairs) / len(pairs)
    assert evidence(len(cis), study_cis=cis).overlap() == pytest.approx(by_pairs)


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((ADEQUATE, ADEQUATE, ADEQUATE, WEAK), NOT),  # a quarter is not above a quarter
        ((ADEQUATE, WEAK), SERIOUS),
        ((ADEQUATE, UNKNOWN), SERIOUS),
        ((UNKNOWN, UNKNOWN), SERIOUS),  # only what is known to be weak is very serious
        ((WEAK, WEAK), VERY),
        ((None, None), OPEN),
    ],
)
def test_indirectness(grades: tuple[ValidityGrade | None, ...], expected: Concern) -> None:
    assert indirectness(evidence(len(grades), validity=grades), T).concern is expected


@pytest.mark.parametrize(
    ("k", "test", "expected"),
    [
        (9, Asymmetry(test="Egger's test", p=0.001), OPEN),
        (10, Asymmetry(test="Egger's test", p=0.09), SERIOUS),
        (10, Asymmetry(test="Egger's test", p=0.10), NOT),
        (10, Asymmetry(test="Egger's test", p=None, why_not="All standard errors are equal."), OPEN),
        (10, None, OPEN),
    ],
)
def test_small_study_effects(k: int, test: Asymmetry | None, expected: Concern) -> None:
    got = small_study_effects(evidence(k, asymmetry=test), T)
    assert got.concern is expected
    if k < 10:
        assert "cannot be judged from 9 effects" in got.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": (1.0,)},
        {"weights": (1.0, 1.0, 1.0, 0.0)},
        {"weights": (1.0, 1.0, 1.0, math.nan)},
        {"ci": (0.7, 0.3)},
        {"ci": (math.nan, 0.3)},
        {"pi": (0.7, 0.3)},
        {"ci": None},
        {"estimate": None},
        {"n": 0},
        {"smallest_effect": 0.0},
        {"smallest_effect": -0.2},
    ],
)
def test_evidence_that_does_not_fit_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        evidence(4, **changes)


def test_a_p_outside_0_to_1_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"the p of Egger's test is 1\.2"):
        Asymmetry(test="Egger's test", p=1.2)


def test_one_comparison_not_randomised_makes_the_evidence_start_low() -> None:
    assert starting_design([True, True]) is Start.RANDOMISED
    assert starting_design([True, False]) is Start.NON_RANDOMISED
    assert starting_design([]) is Start.NON_RANDOMISED


def test_thresholds_an_interval_includes() -> None:
    assert crosses((-0.2, 0.1), (-0.2, 0.0, 0.2)) == (-0.2, 0.0)
    with pytest.raises(ValueError, match="rise"):
        crosses((0.0, 1.0), (0.2, 0.2))


@given(
    low=st.floats(-1, 1),
    width=st.floats(0, 1),
    wider=st.floats(0, 1),
    n=st.integers(1, 2000),
)
@settings(max_examples=60, deadline=None)
def test_sign_flip_changes_no_concern(low: float, width: float, wider: float, n: int) -> None:
    cis = ((low - wider, low + 2 * width), (low - width, low), (low, low + wider))
    one = evidence(3, ci=(low, low + width), pi=(low - wider, low + width + wider), i2=60.0, n=n, study_cis=cis)
    other = replace(
        one,
        estimate=-0.5,
        ci=(-low - width, -low),
        pi=(-low - width - wider, -low + wider),
        study_cis=tuple((-high, -lower) for lower, high in cis),
    )
    assert imprecision(one, T).concern is imprecision(other, T).concern
    assert inconsistency(one, T).concern is inconsistency(other, T).concern
