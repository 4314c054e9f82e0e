"""Tiers B and C: p-values combined in one direction, bounds read at their weakest, directions counted exactly."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from corpus.errors import InvalidInput
from synthesis.pooling.pymare_import import pymare_estimators
from synthesis.without_pooling.combine import OneSidedP, combine_p, sign_test


def _p(*values: float) -> list[OneSidedP]:
    return [OneSidedP(p=value) for value in values]


@pytest.mark.parametrize(
    ("value", "relation", "sided", "towards", "expected"),
    [
        (0.04, "=", 2, True, 0.02),
        (0.04, "=", 2, False, 0.98),
        (0.001, "<", 2, True, 0.0005),
        (0.001, "<", 2, False, 0.9995),
        (0.05, ">", 2, True, 0.5),
        (0.05, ">", 2, False, 0.5),
        (0.03, "=", 1, True, 0.03),
        (0.03, "=", 1, False, 0.97),  # the hypothesis pointed away, and so did the data
        (0.8, "=", 1, True, 0.2),  # the hypothesis pointed away, the data did not
        (1.0, "=", 2, True, 0.5),
    ],
)
def test_a_printed_p_becomes_one_sided(value: float, relation: str, sided: int, towards: bool, expected: float) -> None:
    got = OneSidedP.from_printed(value, relation, sided=sided, towards=towards)
    assert got.p == pytest.approx(expected)
    assert bool(got.note) == (relation != "=")


@pytest.mark.parametrize(
    ("value", "relation", "sided"),
    [(0.0, "=", 2), (1.2, "=", 2), (math.nan, "=", 2), (0.1, "~", 2), (0.1, "=", 3), (1.0, "=", 1)],
)
def test_what_is_not_a_p_is_refused(value: float, relation: str, sided: int) -> None:
    with pytest.raises(InvalidInput):
        OneSidedP.from_printed(value, relation, sided=sided, towards=True)


def test_combination_by_hand() -> None:
    stouffer, fisher = combine_p(_p(0.01, 0.2, 0.6))
    normal = NormalDist()
    z = sum(normal.inv_cdf(1 - p) for p in (0.01, 0.2, 0.6)) / math.sqrt(3)
    assert (stouffer.method, stouffer.k) == ("Stouffer", 3)
    assert (stouffer.statistic, stouffer.p) == pytest.approx((z, 1 - normal.cdf(z)), rel=1e-9)
    chi2 = -2 * math.log(0.01 * 0.2 * 0.6)
    # The upper tail of chi² with 6 degrees of freedom is a Poisson sum.
    tail = math.exp(-chi2 / 2) * sum((chi2 / 2) ** i / math.factorial(i) for i in range(3))
    assert (fisher.method, fisher.k) == ("Fisher", 3)
    assert (fisher.statistic, fisher.p) == pytest.approx((chi2, tail), rel=1e-9)


@pytest.mark.parametrize("values", [(0.01, 0.2, 0.6), (0.5,), (1e-12, 0.999), (1e-80, 1e-90, 0.4, 0.01)])
def test_fisher_is_pymare_s(values: tuple[float, ...]) -> None:
    """Ours only spares PyMARE's import of scipy.stats (decision 0004)."""
    z = -ndtri(np.array(values))[:, None]
    theirs = pymare_estimators().FisherCombinationTest(mode="directed").fit(z).params_
    assert combine_p(_p(*values))[1].p == pytest.approx(float(np.ravel(theirs["p"])[0]), rel=1e-12)


def test_one_p_combines_to_itself() -> None:
    for combined in combine_p(_p(0.03)):
        assert combined.p == pytest.approx(0.03)


def test_opposite_evidence_cancels_in_stouffer() -> None:
    assert combine_p(_p(0.02, 0.98))[0].p == pytest.approx(0.5)


def test_bounds_are_noted() -> None:
    bound = OneSidedP.from_printed(0.001, "<", sided=2, towards=True)
    assert all("p < 0.001 is taken as 0.001" in combined.notes for combined in combine_p([bound, *_p(0.2)]))


def test_nothing_to_combine_is_refused() -> None:
    with pytest.raises(InvalidInput, match="k = 0"):
        combine_p([])


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, math.nan])
def test_a_one_sided_p_lies_between_0_and_1(p: float) -> None:
    with pytest.raises(InvalidInput):
        OneSidedP(p=p)


def test_sign_test_by_hand() -> None:
    got = sign_test(5, 7)
    assert (got.n, got.favouring) == (7, 5)
    assert got.p == pytest.approx(2 * (1 + 7 + 21) / 128)
    # Clopper-Pearson by its definition: each bound makes the observed count a 2.5 % event.
    low, high = got.ci
    assert sum(math.comb(7, i) * low**i * (1 - low) ** (7 - i) for i in range(5, 8)) == pytest.approx(0.025)
    assert sum(math.comb(7, i) * high**i * (1 - high) ** (7 - i) for i in range(6)) == pytest.approx(0.025)


def test_sign_test_at_the_ends() -> None:
    assert sign_test(0, 1).ci == pytest.approx((0.0, 0.975))
    assert sign_test(1, 1).ci == pytest.approx((0.025, 1.0))
    assert sign_test(1, 1).p == 1.0
    assert sign_test(3, 6).p == 1.0


@given(st.integers(1, 60), st.data())
def test_sign_test_is_symmetric(n: int, data: st.DataObject) -> None:
    favouring = data.draw(st.integers(0, n))
    one, other = sign_test(favouring, n), sign_test(n - favouring, n)
    assert one.p == other.p
    assert one.ci == pytest.approx((1 - other.ci[1], 1 - other.ci[0]))
    assert one.ci[0] <= favouring / n <= one.ci[1]


@pytest.mark.parametrize(("favouring", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(favouring: int, n: int) -> None:
    with pytest.raises(InvalidInput):
        sign_test(favouring, n)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, math.nan])
def test_an_impossible_level_is_refused(level: float) -> None:
    with pytest.raises(InvalidInput, match="level is"):
        sign_test(1, 2, level)
