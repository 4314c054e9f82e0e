"""Agreement coefficients against three independent programs, and what they do at the edges.

The reference numbers were computed once with statsmodels 0.14.6 (κ), irrCAC 0.4.7 (AC1) and krippendorff 0.8.3 (α).
"""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from corpus.screening.agreement import agreement, pairs_of
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


def test_one_record_has_no_interval() -> None:
    found = agreement("anna", "bo", [("a", "b")])
    assert found.ac1.low is None


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
