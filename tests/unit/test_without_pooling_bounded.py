"""p-values within bounds: what a printed p allows, and the exact interval of each combination."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.without_pooling.bounded import (
    BoundedP,
    Combination,
    CombinedBounds,
    combine_bounds,
    stouffer,
    truncated_product,
)
from synthesis.without_pooling.combine import OneSidedP, combine_p


def exact(*values: float, n: int | None = 30) -> list[BoundedP]:
    return [BoundedP(low=value, high=value, n=n) for value in values]


def by_name(values: list[BoundedP], truncation: float = 0.05) -> dict[Combination, CombinedBounds]:
    return {combined.combination: combined for combined in combine_bounds(values, truncation=truncation)}


@pytest.mark.parametrize(
    ("value", "relation", "sided", "towards", "expected"),
    [
        (0.04, "=", 2, True, (0.02, 0.02)),
        (0.04, "=", 2, False, (0.98, 0.98)),
        (0.04, "=", 2, None, (0.02, 0.98)),
        (0.05, "<", 2, True, (0.0, 0.025)),
        (0.05, "<", 2, False, (0.975, 1.0)),
        (0.05, "<", 2, None, (0.0, 1.0)),
        (0.05, ">", 2, True, (0.025, 0.5)),
        (0.05, ">", 2, False, (0.5, 0.975)),
        (0.05, ">", 2, None, (0.025, 0.975)),
        (1.0, "=", 2, True, (0.5, 0.5)),
        (0.03, "=", 1, True, (0.03, 0.03)),
        (0.97, "=", 1, True, (0.03, 0.03)),
        (0.05, "<", 1, True, (0.0, 0.05)),
        (0.8, "<", 1, True, (0.0, 0.5)),
        (0.05, ">", 1, True, (0.0, 0.5)),  # the test may have hypothesised the other side
        (0.8, ">", 1, False, (0.8, 1.0)),
    ],
)
def test_what_a_printed_p_allows(
    value: float, relation: str, sided: int, towards: bool | None, expected: tuple[float, float]
) -> None:
    got = BoundedP.from_printed(value, relation, sided=sided, towards=towards, n=20)
    assert (got.low, got.high) == pytest.approx(expected)
    assert got.n == 20
    assert bool(got.note) == (relation != "=" or towards is None)


@given(
    value=st.floats(1e-6, 0.999),
    relation=st.sampled_from(["=", "<", ">"]),
    towards=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_single_reading_lies_within_the_bounds(value: float, relation: str, towards: bool) -> None:
    bounds = BoundedP.from_printed(value, relation, sided=2, towards=towards)
    guess = OneSidedP.from_printed(value, relation, sided=2, towards=towards)
    assert bounds.low <= guess.p <= bounds.high


@pytest.mark.parametrize(
    ("value", "relation", "sided"),
    [(0.0, "=", 2), (1.2, "=", 2), (math.nan, "=", 2), (1.0, ">", 2), (0.1, "~", 2), (0.1, "=", 3), (1.0, "=", 1)],
)
def test_what_is_not_a_p_is_refused(value: float, relation: str, sided: int) -> None:
    with pytest.raises(InvalidInput):
        BoundedP.from_printed(value, relation, sided=sided, towards=True)


@pytest.mark.parametrize(
    ("low", "high", "n"), [(0.5, 0.4, 1), (-0.1, 0.5, 1), (0.0, 0.0, 1), (1.0, 1.0, 1), (0.1, 0.2, 0)]
)
def test_bounds_that_are_none_are_refused(low: float, high: float, n: int) -> None:
    with pytest.raises(InvalidInput):
        BoundedP(low=low, high=high, n=n)


@given(st.lists(st.floats(1e-8, 1 - 1e-8), min_size=1, max_size=10))
@settings(max_examples=60, deadline=None)
def test_exact_p_combine_as_pymare_does(p: list[float]) -> None:
    got = by_name(exact(*p))
    by_stouffer, by_fisher = combine_p([OneSidedP(p=value) for value in p])
    assert got[Combination.STOUFFER].low == got[Combination.STOUFFER].high
    assert got[Combination.STOUFFER].low == pytest.approx(by_stouffer.p, rel=1e-9)
    assert got[Combination.FISHER].high == pytest.approx(by_fisher.p, rel=1e-9)


def test_weights_of_equal_samples_change_nothing() -> None:
    got = by_name(exact(0.01, 0.3, 0.7))
    assert got[Combination.WEIGHTED_STOUFFER].low == pytest.approx(got[Combination.STOUFFER].low, rel=1e-12)


def test_weighted_stouffer_by_hand() -> None:
    # z of .025 is 1.959964, of .5 it is 0: weights 4 and 3 give 4 · 1.959964 / 5 = 1.567971.
    values = [BoundedP(low=0.025, high=0.025, n=16), BoundedP(low=0.5, high=0.5, n=9)]
    upper = 0.5 * math.erfc(1.5679711876 / math.sqrt(2))
    assert by_name(values)[Combination.WEIGHTED_STOUFFER].low == pytest.approx(upper, rel=1e-9)


def test_without_every_n_there_are_no_weights_and_a_note() -> None:
    values = [*exact(0.1), *exact(0.2, n=None)]
    got = combine_bounds(values)
    assert Combination.WEIGHTED_STOUFFER not in [combined.combination for combined in got]
    assert all("1 of 2 report none" in combined.notes[-1] for combined in got)


def _zaykin(p: list[float], truncation: float) -> float:
    """The distribution as printed in the paper, summed without rearrangement."""
    w = math.prod(value for value in p if value <= truncation)
    total = (1 - truncation) ** len(p) if w >= 1 else 0.0
    for m in range(1, len(p) + 1):
        if w <= truncation**m:
            span = m * math.log(truncation) - math.log(w)
            inner = w * sum(span**s / math.factorial(s) for s in range(m))
        else:
            inner = truncation**m
        total += math.comb(len(p), m) * (1 - truncation) ** (len(p) - m) * inner
    return total


@pytest.mark.parametrize(
    "p", [[0.01], [0.01, 0.2, 0.04], [0.049, 0.05, 0.9], [1e-12, 0.03, 0.5, 0.02, 0.6], [0.3, 0.9]]
)
@pytest.mark.parametrize("truncation", [0.05, 0.1, 0.5])
def test_truncated_product_is_that_of_the_paper(p: list[float], truncation: float) -> None:
    expected = _zaykin(p, truncation)
    assert truncated_product(np.array(p), truncation) == pytest.approx(expected, rel=1e-12)


def test_truncated_product_is_uniform_where_it_is_not_1() -> None:
    # Exact by counting: two p on a fine grid of cell centres; P(T ≤ t) ≤ t up to the size of a cell.
    cells = 200
    grid = [(i + 0.5) / cells for i in range(cells)]
    combined = np.array([truncated_product(np.array(pair), 0.2) for pair in product(grid, repeat=2)])
    for t in (0.01, 0.05, 0.2, 0.35):
        assert (combined <= t).mean() == pytest.approx(t, abs=2 / cells)
    assert (combined == 1).mean() == pytest.approx(0.8**2)


def test_one_p_combines_to_itself() -> None:
    for combined in combine_bounds(exact(0.03)):
        assert combined.low == combined.high == pytest.approx(0.03, rel=1e-12)


def test_tiny_p_keep_their_digits() -> None:
    expected = 1e-200 * (1 + 200 * math.log(10))
    assert truncated_product(np.array([1e-100, 1e-100]), 1.0) == pytest.approx(expected, rel=1e-11)


def test_thousands_of_p_neither_overflow_nor_vanish() -> None:
    assert 0 <= truncated_product(np.full(3000, 0.04), 0.05) < 1e-100
    # 150 of 3000 at most .05 are what chance gives; their product is that of uniform ones if each is .05/e.
    ordinary = np.concatenate([np.full(150, 0.05 / math.e), np.full(2850, 0.5)])
    assert truncated_product(ordinary, 0.05) == pytest.approx(0.5, abs=0.05)


def test_a_bound_gives_an_interval_not_a_guess() -> None:
    values = [BoundedP.from_printed(0.05, ">", sided=2, towards=True, n=30), *exact(0.01)]
    for combined in combine_bounds(values):
        low = by_name([*exact(0.025), *exact(0.01)])[combined.combination].low
        high = by_name([*exact(0.5), *exact(0.01)])[combined.combination].high
        assert (combined.low, combined.high) == pytest.approx((low, high), rel=1e-12)
        assert "p > 0.05 is read as every p it allows" in combined.notes


def test_open_bounds_reach_0_and_1() -> None:
    towards = BoundedP.from_printed(0.001, "<", sided=2, towards=True, n=40)
    away = BoundedP.from_printed(0.001, "<", sided=2, towards=False, n=40)
    assert all(combined.low == 0 for combined in combine_bounds([towards, *exact(0.4)]))
    assert all(combined.high == 1 for combined in combine_bounds([away, *exact(0.4)])[:2])
    for combined in combine_bounds([towards, away]):
        assert 0 <= combined.low <= combined.high <= 1


@st.composite
def _bounds(draw: st.DrawFn) -> BoundedP:
    low, high = sorted((draw(st.floats(0.001, 0.999)), draw(st.floats(0.001, 0.999))))
    return BoundedP(low=low, high=high, n=draw(st.integers(1, 500)))


@given(st.lists(_bounds(), min_size=1, max_size=6), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_every_p_within_the_bounds_combines_within_them(values: list[BoundedP], share: float) -> None:
    within = [replace(value, low=(p := value.low + share * (value.high - value.low)), high=p) for value in values]
    inner = by_name(within)
    for combined in combine_bounds(values):
        got = inner[combined.combination]
        assert combined.low <= got.low + 1e-12
        assert got.high <= combined.high + 1e-12


@given(st.lists(_bounds(), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_order_does_not_count(values: list[BoundedP]) -> None:
    for one, other in zip(combine_bounds(values), combine_bounds(values[::-1]), strict=True):
        assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-11)


@given(st.lists(_bounds(), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_sign_flip_mirrors_stouffer(values: list[BoundedP]) -> None:
    flipped = [replace(value, low=1 - value.high, high=1 - value.low) for value in values]
    for name in (Combination.STOUFFER, Combination.WEIGHTED_STOUFFER):
        one, other = by_name(values)[name], by_name(flipped)[name]
        assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low), abs=1e-12)


def test_what_cannot_be_combined_is_refused() -> None:
    with pytest.raises(InvalidInput, match="k = 0"):
        combine_bounds([])
    with pytest.raises(InvalidInput, match="truncation is 0"):
        combine_bounds(exact(0.1), truncation=0.0)
    with pytest.raises(InvalidInput, match="no z"):
        stouffer(np.array([0.0, 1.0]), np.ones(2))
    with pytest.raises(InvalidInput, match="above 0"):
        stouffer(np.array([0.1]), np.zeros(1))
    with pytest.raises(InvalidInput, match="each from 0 to 1"):
        truncated_product(np.array([math.nan]), 0.05)
