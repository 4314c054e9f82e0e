"""Agreement coefficients against three independent programs, and what they do at the edges.

The reference numbers were computed once with statsmodels 0.14.6 (κ), irrCAC 0.4.7 (AC1) and krippendorff 0.8.3 (α).
"""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from corpus.screening.agreement import Coefficient, agreement, everybody, krippendorff_alpha, pairs_of
from corpus.screening.pace import pace

Z = 1.959963984540054
# table; κ and its standard error; AC1 and its standard error; α
REFERENCE = [
    (
        [[118, 5], [2, 0]],
        (-0.02339181286549608, 0.012286756672845),
        (0.940776337609, 0.023056964302),
        -0.024691358024691,
    ),
    (
        [[40, 9], [6, 45]],
        (0.6995192307692307, 0.0713936026999882),
        (0.700748129676, 0.071711260563),
        0.7007518796992481,
    ),
    (
        [[22, 2, 2], [5, 7, 14], [0, 2, 20]],
        (0.4994588744588745, 0.0744341047997581),
        (0.497385043809, 0.083913175404),
        0.4882328366522768,
    ),
]


def pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    names = "abc"
    return [(names[i], names[j]) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


@pytest.mark.parametrize(("table", "kappa", "ac1", "alpha"), REFERENCE)
def test_coefficients_and_intervals_are_those_of_the_reference_programs(
    table: list[list[int]], kappa: tuple[float, float], ac1: tuple[float, float], alpha: float
) -> None:
    found = agreement("anna", "bo", pairs(table))
    assert found.table == tuple(map(tuple, table))
    assert found.observed == pytest.approx(np.trace(np.array(table)) / np.sum(table))
    for mine, (estimate, error) in ((found.kappa, kappa), (found.ac1, ac1)):
        assert mine.estimate == pytest.approx(estimate, abs=1e-10)
        assert mine.low == pytest.approx(max(-1, estimate - Z * error), abs=1e-9)
        assert mine.high == pytest.approx(min(1, estimate + Z * error), abs=1e-9)
    assert found.alpha.estimate == pytest.approx(alpha, abs=1e-12)
    assert found.alpha.low is not None
    assert found.alpha.high is not None
    assert found.alpha.low < alpha < found.alpha.high


def test_the_marginals_stand_beside_a_kappa_that_falls_though_people_agree() -> None:
    found = agreement("anna", "bo", pairs(REFERENCE[0][0]))
    assert found.n == 125
    assert found.marginals == ((123, 120), (2, 5))
    assert found.observed > 0.94
    assert (found.kappa.estimate or 0) < 0 < (found.ac1.estimate or 0)


def test_the_order_of_the_reviewers_does_not_matter() -> None:
    table = REFERENCE[2][0]
    ours = agreement("anna", "bo", pairs(table))
    theirs = agreement("bo", "anna", [(b, a) for a, b in pairs(table)])
    for mine, other in ((ours.kappa, theirs.kappa), (ours.ac1, theirs.ac1), (ours.alpha, theirs.alpha)):
        assert mine.estimate == pytest.approx(other.estimate)


def test_one_category_alone_says_nothing_of_chance() -> None:
    found = agreement("anna", "bo", [("a", "a")] * 9)
    assert found.observed == 1
    assert found.kappa.estimate is None
    assert found.alpha.estimate is None
    assert (found.ac1.estimate, found.ac1.low) == (1.0, None)


@pytest.mark.parametrize(
    "both",
    [
        [("a", "b")],
        [("a", "a")] * 4 + [("b", "b")],
        [("a", "a")] * 5 + [("a", "b")] * 2 + [("b", "b")] * 2,  # nine
        [("a", "a")] * 30 + [("b", "b")] * 30,  # full agreement: the variance is 0
        [("a", "b")] * 30 + [("b", "a")] * 30,
    ],
)
def test_too_few_records_or_no_variance_give_no_interval(both: list[tuple[str, str]]) -> None:
    found = agreement("anna", "bo", both)
    for one in (found.kappa, found.ac1, found.alpha):
        assert one.estimate is not None
        assert (one.low, one.high) == (None, None)


def test_ten_records_that_vary_have_intervals() -> None:
    found = agreement("anna", "bo", [("a", "a")] * 5 + [("a", "b")] * 2 + [("b", "b")] * 3)
    for one in (found.kappa, found.ac1, found.alpha):
        assert one.estimate is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.estimate < one.high


# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: four observers, twelve units, 0.743.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def published() -> list[list[str]]:
    rows = OBSERVERS
    units = [[row[at] for row in rows if row[at] != "."] for at in range(12)]
    return [unit for unit in units if len(unit) > 1]


def by_definition(units: list[list[str]]) -> float:
    """α as one minus observed over expected disagreement, each counted pair by pair, without a matrix."""
    values = [(at, value) for at, unit in enumerate(units) for value in unit]
    observed = sum(
        (one != other) / (len(unit) - 1)
        for unit in units
        for i, one in enumerate(unit)
        for j, other in enumerate(unit)
        if i != j
    ) / len(values)
    differing = sum(a[1] != b[1] for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    return 1 - observed / (differing / (len(values) * (len(values) - 1)))


def test_alpha_of_several_reviewers_is_the_published_one() -> None:
    assert krippendorff_alpha(published()).estimate == pytest.approx(0.743, abs=5e-4)


def test_alpha_is_what_its_definition_gives_for_any_pattern_of_reviewers() -> None:
    drawn = np.random.default_rng(5)
    for _ in range(30):
        units = [[str(one) for one in drawn.integers(0, 4, drawn.integers(2, 6))] for _ in range(drawn.integers(3, 40))]
        assert krippendorff_alpha(units).estimate == pytest.approx(by_definition(units), abs=1e-12)


def test_the_interval_of_alpha_is_that_of_resampled_records() -> None:
    drawn = np.random.default_rng(9)
    units = []
    for _ in range(60):
        truth = drawn.integers(0, 2)
        units.append([str(truth if drawn.random() < 0.85 else 1 - truth) for _ in range(3)])
    found = krippendorff_alpha(units)
    again = [by_definition([units[at] for at in drawn.integers(0, 60, 60)]) for _ in range(300)]
    low, high = np.quantile(again, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.05)
    assert found.high == pytest.approx(high, abs=0.05)


def test_all_reviewers_count_where_two_or_more_decided() -> None:
    units = [["a", "a", "b"], ["a", "a"], ["b", "b", "b"], ["a", "b"]]
    people = ("anna", "bo", "cy")
    decided = {str(at): dict(zip(people, unit, strict=False)) for at, unit in enumerate(units)}
    found = everybody({**decided, "alone": {"dee": "a"}})
    assert found is not None
    assert (found.reviewers, found.n) == (3, 4)
    assert found.observed == pytest.approx((1 + 1 + 3 + 0) / 8)
    assert found.alpha.estimate == pytest.approx(by_definition(units))
    assert everybody({"alone": {"dee": "a"}}) is None
    assert krippendorff_alpha([["a", "a"]] * 12) == Coefficient(estimate=None, low=None, high=None)


def test_only_records_that_both_decided_count() -> None:
    decided = {"1": {"anna": "a", "bo": "b"}, "2": {"anna": "a"}, "3": {"bo": "b", "cy": "a"}}
    assert pairs_of(decided, "anna", "bo") == [("a", "b")]
    with pytest.raises(InvalidInput, match="no record in common"):
        agreement("anna", "cy", pairs_of(decided, "anna", "cy"))


def test_a_pace_leaves_pauses_out() -> None:
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    times = [start + timedelta(minutes=m) for m in (*range(8), *range(120, 125))]
    found = pace(times)
    assert found is not None
    assert found.an_hour == pytest.approx(60)  # eleven gaps of a minute; the pause is none
    assert found.left(30) == timedelta(minutes=30)
    assert pace(times[:8]) is None
