"""The anytime-valid interval: its e-value by brute force, what it guarantees by simulation, and its symmetries."""

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from corpus.errors import InvalidInput
from synthesis.bayes.anytime import anytime_valid

Y = np.array([0.31, -0.12, 0.55, 0.8, 0.22])
V = np.array([0.02, 0.05, 0.04, 0.16, 0.015])
DAYS = [date(2015, 3, 1), date(2012, 1, 1), date(2015, 3, 1), date(2019, 6, 2), date(2021, 9, 9)]


def test_rows_by_date() -> None:
    found = anytime_valid(Y, V, DAYS, expected=0.3)
    assert [look.date for look in found.looks] == sorted(set(DAYS))
    assert [look.k for look in found.looks] == [1, 3, 4, 5]
    first = found.looks[0]
    assert [first.estimate, first.se] == pytest.approx([-0.12, math.sqrt(0.05)])


def test_the_e_value_is_a_mixed_likelihood_ratio() -> None:
    last = anytime_valid(Y, V, DAYS, expected=0.3).looks[-1]

    def weighted(effect: float) -> float:
        ratio = math.exp(float(np.sum((effect * Y - effect**2 / 2) / V)))
        return ratio * math.exp(-((effect / 0.3) ** 2) / 2) / 0.3 / math.sqrt(2 * math.pi)

    assert last.e_value == pytest.approx(quad(weighted, -3, 3, epsabs=0, epsrel=1e-11)[0], rel=1e-10)
    assert last.log_e == pytest.approx(math.log(last.e_value or math.nan), rel=1e-12)


def test_the_interval_holds_what_is_not_rejected() -> None:
    for end in (0, 1):
        limit = anytime_valid(Y, V, DAYS, expected=0.3).looks[-1].ci[end]
        assert anytime_valid(Y - limit, V, DAYS, expected=0.3).looks[-1].log_e == pytest.approx(math.log(20), rel=1e-10)


def test_it_is_wider_than_an_interval_for_one_look() -> None:
    for look in anytime_valid(Y, V, DAYS, expected=0.3).looks:
        assert look.ci[1] - look.ci[0] > 2 * 1.96 * look.se


def test_rejection_once_reached_stays() -> None:
    days = [date(2000 + year, 1, 1) for year in range(4)]
    found = anytime_valid([1.0, 0.9, -1.0, -1.5], [0.02, 0.02, 0.02, 0.02], days, expected=0.5)
    assert found.excluded_zero == date(2000, 1, 1)
    assert found.looks[-1].log_e < math.log(20)
    assert found.looks[-1].p <= 0.05
    assert [look.p for look in found.looks] == sorted((look.p for look in found.looks), reverse=True)
    assert anytime_valid([0.0], [1.0], [date(2020, 1, 1)], expected=0.5).excluded_zero is None


def test_coverage_at_every_look() -> None:
    """60 looks, 400 sequences: fixed 95% intervals miss the effect at some look in far more than 5% of them."""
    rng = np.random.default_rng(17)
    days = [date(2000, 1, 1) + timedelta(days=look) for look in range(60)]
    missed, missed_fixed = 0, 0
    for _ in range(400):
        v = rng.gamma(2, 0.03, 60) + 0.01
        looks = anytime_valid(0.2 + rng.standard_normal(60) * np.sqrt(v), v, days, expected=0.3).looks
        missed += any(not look.ci[0] <= 0.2 <= look.ci[1] for look in looks)
        missed_fixed += any(abs(look.estimate - 0.2) > 1.96 * look.se for look in looks)
    assert missed / 400 < 0.05
    assert missed_fixed / 400 > 0.2


def test_what_it_guarantees_is_said() -> None:
    words = anytime_valid(Y, V, DAYS, expected=0.3, level=0.9).guarantee
    assert "one common effect" in words
    assert "at least 90%" in words
    assert "reaches 10 " in words


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0.001, 5), st.dates(date(2000, 1, 1), date(2005, 1, 1))),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([1e-6, 1e-3, 7.0, 1e6]),
)
@settings(deadline=None, max_examples=60)
def test_scale_sign_and_order(rows: list[tuple[float, float, date]], c: float) -> None:
    y, v = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    days = [row[2] for row in rows]
    base = anytime_valid(y, v, days, expected=0.4)
    other = anytime_valid(-c * y[::-1], c**2 * v[::-1], days[::-1], expected=0.4 * c)
    assert other.excluded_zero == base.excluded_zero
    for one, two in zip(base.looks, other.looks, strict=True):
        assert two.ci == pytest.approx((-c * one.ci[1], -c * one.ci[0]), rel=1e-9, abs=1e-9 * c)
        assert two.log_e == pytest.approx(one.log_e, rel=1e-9, abs=1e-9)
        assert (two.k, two.date) == (one.k, one.date)


def test_beyond_the_range_of_numbers() -> None:
    found = anytime_valid([1e3], [1e-2], [date(2020, 1, 1)], expected=1e3)
    assert found.looks[0].e_value is None
    assert found.looks[0].log_e > 700
    assert found.looks[0].p == 0.0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"expected": 0.0}, "expected is 0"),
        ({"level": 2.0}, "level is 2"),
        ({"dates": DAYS[:2]}, "5 effects and 2 dates"),
    ],
)
def test_refused(changed: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"dates": DAYS, "expected": 0.3} | changed
    with pytest.raises(InvalidInput, match=message):
        anytime_valid(Y, V, **arguments)
