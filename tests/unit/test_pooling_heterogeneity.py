"""Intervals of tau²: what bounds what, one and two peaks, the boundary, and honest gaps."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.heterogeneity import (
    HeterogeneityInterval,
    IntervalMethod,
    profile_likelihood_interval,
    q_profile_interval,
)
from synthesis.pooling.likelihood import log_likelihood
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference

Y = [0.31, -0.12, 0.8, 0.05, 0.6]
V = [0.04, 0.09, 0.02, 0.07, 0.03]
# Half of what a chi² of 1 degree of freedom leaves 5 percent above.
HALF_CHI2 = 1.920729410347062
# Relative. The root of a flat likelihood keeps half of its digits; observed worst over the properties below: 3e-10.
SAME = 1e-7
TWO_PEAKS = (
    [-0.007, 0.002, 0.016, 0.006, -0.009, -0.001, -2.532, -15.25368, -14.6692, -0.745, 0.014],
    [0.00026, 0.00444, 0.0011, 0.0003, 0.00142, 0.00016, 1.48332, 6.81041, 5.87116, 5.92892, 0.61853],
)

effect_sets = st.lists(
    st.tuples(st.floats(-3, 3).map(lambda y: round(y, 3)), st.floats(0.005, 2).map(lambda v: round(v, 3))),
    min_size=2,
    max_size=10,
)


def test_the_ends_of_the_profile_are_where_the_likelihood_has_fallen_by_half_a_quantile() -> None:
    for method in (Method.ML, Method.REML):
        interval = profile_likelihood_interval([y * 3 for y in Y], V, method=method)
        effects = checked([y * 3 for y in Y], V)
        best = pool([y * 3 for y in Y], V, method=method).tau2
        assert interval.tau2 is not None
        assert best is not None
        top, *ends = (
            log_likelihood(effects, tau2 / effects.scale**2, restricted=method is Method.REML)
            for tau2 in (best, *interval.tau2)
        )
        assert [top - end for end in ends] == pytest.approx([HALF_CHI2, HALF_CHI2], rel=1e-9)
        assert interval.tau2[0] < best < interval.tau2[1]
        assert interval.warnings == ()


def test_the_q_profile_is_taken_from_the_pooled_result() -> None:
    pooled = pool(Y, V, level=0.9)
    interval = q_profile_interval(pooled)
    assert (interval.method, interval.level, interval.tau2) == (IntervalMethod.Q_PROFILE, 0.9, pooled.tau2_ci)
    _forms_agree(interval, pooled.typical_variance or 0.0)


def test_forms_of_the_profile_likelihood_agree() -> None:
    _forms_agree(profile_likelihood_interval(Y, V), pool(Y, V).typical_variance or 0.0)


@given(effect_sets, st.sampled_from([Method.ML, Method.REML]), st.sampled_from([1e-6, 0.37, 1e6]))
@settings(deadline=None, max_examples=40)
def test_the_interval_holds_the_estimate_whatever_unit_order_or_sign(
    rows: list[tuple[float, float]], method: Method, c: float
) -> None:
    yi, vi = [y for y, _ in rows], [v for _, v in rows]
    interval = profile_likelihood_interval(yi, vi, method=method)
    tau2 = pool(yi, vi, method=method).tau2
    assert interval.tau2 is not None
    assert tau2 is not None
    low, high = interval.tau2
    assert low <= tau2 * (1 + SAME)
    assert tau2 <= high
    assert math.isfinite(high)
    other = profile_likelihood_interval([-y * c for y in yi[::-1]], [v * c * c for v in vi[::-1]], method=method).tau2
    assert other is not None
    assert [end / c**2 for end in other] == pytest.approx([low, high], rel=SAME, abs=SAME * min(vi))


@given(effect_sets)
@settings(deadline=None, max_examples=40)
def test_a_higher_level_is_a_wider_interval(rows: list[tuple[float, float]]) -> None:
    yi, vi = [y for y, _ in rows], [v for _, v in rows]
    narrow, wide = (profile_likelihood_interval(yi, vi, level=level).tau2 for level in (0.8, 0.95))
    assert narrow is not None
    assert wide is not None
    assert wide[0] <= narrow[0]
    assert narrow[1] < wide[1]


def test_at_the_boundary_it_says_so() -> None:
    interval = profile_likelihood_interval([0.21, 0.18, 0.205, 0.215], [0.02, 0.05, 0.01, 0.08])
    assert interval.tau2 is not None
    assert interval.tau2[0] == 0
    assert "highest at tau² = 0" in interval.warnings[0]
    yi, vi = [0.1, 0.5, 0.9], [0.06, 0.06, 0.06]
    assert "reaches 0" in profile_likelihood_interval(yi, vi).warnings[0]
    assert "reaches 0" in q_profile_interval(pool(yi, vi)).warnings[0]


def test_estimates_that_agree_too_well_leave_the_q_profile_empty() -> None:
    interval = q_profile_interval(pool([0.21, 0.18, 0.205, 0.215], [0.02, 0.05, 0.01, 0.08]))
    assert (interval.tau2, interval.i2, interval.h2) == ((0.0, 0.0), (0.0, 0.0), (1.0, 1.0))
    assert "empty" in interval.warnings[0]


def test_two_peaks_within_the_limit_are_said_and_both_stretches_kept() -> None:
    interval = profile_likelihood_interval(*TWO_PEAKS)
    assert len(interval.pieces) == 2
    assert interval.tau2 == (interval.pieces[0][0], interval.pieces[1][1])
    assert interval.pieces[0][1] < interval.pieces[1][0]
    assert any("has peaks at" in warning and "speak against" in warning for warning in interval.warnings)


def test_a_flat_likelihood_is_said() -> None:
    assert "likelihood is flat" in profile_likelihood_interval([0.1, 0.5], [0.04, 0.04]).warnings[-1]
    assert not any("flat" in warning for warning in profile_likelihood_interval(Y, V).warnings)


def test_what_has_no_interval_says_why() -> None:
    one = profile_likelihood_interval([0.3], [0.04])
    assert (one.tau2, one.tau, one.i2, one.h2, one.pieces) == (None, None, None, None, ())
    assert "One study" in one.warnings[0]
    assert "One study" in q_profile_interval(pool([0.3], [0.04])).warnings[0]
    assert "fixed-effect" in q_profile_interval(pool(Y, V, method=Method.FE, test=Inference.Z)).warnings[0]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidInput, match="belongs to ML or REML, not to DL"):
        profile_likelihood_interval(Y, V, method=Method.DL)
    with pytest.raises(InvalidInput, match="level is 95"):
        profile_likelihood_interval(Y, V, level=95)


def _forms_agree(interval: HeterogeneityInterval, typical: float) -> None:
    assert interval.tau2 is not None
    assert interval.tau == pytest.approx(tuple(math.sqrt(end) for end in interval.tau2))
    assert interval.h2 == pytest.approx(tuple(1 + end / typical for end in interval.tau2))
    assert interval.h2 is not None
    assert interval.i2 == pytest.approx(tuple(100 * (1 - 1 / end) for end in interval.h2))
