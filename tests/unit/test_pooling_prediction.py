"""Prediction of a new study: three conventions, chances beyond lines, and honest gaps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.pooling.prediction import Convention, new_effect, predict

Y = [0.31, -0.12, 0.8, 0.05, 0.6]
V = [0.04, 0.09, 0.02, 0.07, 0.03]


@pytest.mark.parametrize("test", Inference)
@pytest.mark.parametrize("method", [method for method in Method if method is not Method.FE])
def test_the_convention_of_metafor_is_the_interval_of_the_pooled_result(method: Method, test: Inference) -> None:
    pooled = pool(Y, V, method=method, test=test, level=0.9)
    found = predict(pooled)
    assert found.interval == pytest.approx(pooled.pi, rel=1e-13)
    assert (found.level, found.df) == (0.9, pooled.df)


def test_conventions_differ_by_their_degrees_of_freedom() -> None:
    pooled = pool(Y, V, test=Inference.Z)
    found = {convention: predict(pooled, convention=convention) for convention in Convention}
    assert [prediction.df for prediction in found.values()] == [None, 3, 3]
    widths = [high - low for low, high in (one.interval or (0.0, 0.0) for one in found.values())]
    # t with 3 against normal: 3.182446 / 1.959964
    assert widths[1] / widths[0] == pytest.approx(3.182446305284263 / 1.959963984540054)
    assert widths[2] == widths[1]


def test_two_studies() -> None:
    pooled = pool([0.1, 0.9], [0.04, 0.05])
    hts, riley = (predict(pooled, convention=convention) for convention in (Convention.HTS, Convention.RILEY))
    assert (hts.interval, hts.df, riley.df) == (None, None, 1)
    assert "k − 2 = 0" in hts.warnings[0]
    assert "1 degree of freedom" in riley.warnings[0]
    chance = new_effect(pooled, 0.2)
    assert (chance.beyond_smallest, chance.wrong_side, chance.above_0, chance.below_0) == (None, None, None, None)
    assert chance.warnings == hts.warnings


@pytest.mark.parametrize(
    ("yi", "vi", "method", "said"),
    [([0.3], [0.04], Method.REML, "One study"), (Y, V, Method.FE, "fixed-effect model says nothing")],
)
def test_without_tau2_nothing_is_predicted(yi: list[float], vi: list[float], method: Method, said: str) -> None:
    pooled = pool(yi, vi, method=method)
    for convention in Convention:
        found = predict(pooled, convention=convention)
        assert found.interval is None
        assert said in found.warnings[0]
    assert said in new_effect(pooled, 0.2).warnings[0]


def test_equal_estimates_under_knha_leave_no_distribution() -> None:
    chance = new_effect(pool([0.2, 0.2, 0.2], [0.1, 0.2, 0.3]), 0.1)
    assert chance.beyond_smallest is None
    assert "standard error is 0" in chance.warnings[0]


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=3, max_size=9, unique_by=lambda row: row[0]),
    st.floats(0.01, 2),
    st.sampled_from(Convention),
    st.sampled_from(Inference),
)
@settings(deadline=None, max_examples=60)
def test_chances_fit_together(
    rows: list[tuple[float, float]], smallest: float, convention: Convention, test: Inference
) -> None:
    yi, vi = [y for y, _ in rows], [v for _, v in rows]
    pooled = pool(yi, vi, test=test)
    mirrored = pool([-y for y in yi], vi, test=test)
    up, down = (new_effect(pooled, line, convention=convention) for line in (smallest, -smallest))
    flipped = new_effect(mirrored, -smallest, convention=convention)
    if up.beyond_smallest is None:
        assert pooled.se == 0
        return
    assert up.above_0 is not None
    assert up.below_0 is not None
    assert down.beyond_smallest is not None
    assert up.above_0 + up.below_0 == pytest.approx(1)
    assert 0 <= up.beyond_smallest <= up.above_0
    assert 0 <= down.beyond_smallest <= up.below_0
    assert (up.wrong_side, down.wrong_side) == (up.below_0, up.above_0)
    assert flipped.beyond_smallest == pytest.approx(up.beyond_smallest, rel=1e-6, abs=1e-9)


def test_the_line_at_an_end_of_the_interval_leaves_half_of_what_it_leaves_out() -> None:
    pooled = pool(Y, V)
    interval = predict(pooled, convention=Convention.HTS).interval
    assert interval is not None
    assert new_effect(pooled, interval[1]).beyond_smallest == pytest.approx(0.025, rel=1e-12)
    assert new_effect(pooled, interval[0]).beyond_smallest == pytest.approx(0.025, rel=1e-12)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidInput, match="smallest effect of interest is 0"):
        new_effect(pool(Y, V), 0.0)
    with pytest.raises(InvalidInput, match="level is 95"):
        predict(pool(Y, V), level=95)
