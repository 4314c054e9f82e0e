"""Meta-regression: what must hold whatever the data."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import MixedEffects, meta_regression
from synthesis.regression.predictions import predictions

TERMS = ["intercept", "moderator"]
SAME = 1e-8  # relative; where a likelihood is flat at its top, half of the digits of tau² are lost to rounding

rows = st.lists(
    st.tuples(
        st.floats(-3, 3).map(lambda y: round(y, 3)),
        st.floats(0.005, 2).map(lambda v: round(v, 3)),
        st.integers(-4, 4).map(float),
    ),
    min_size=3,
    max_size=12,
)
methods, tests = st.sampled_from(Method), st.sampled_from(Inference)


@given(rows, methods, tests, st.sampled_from([1e-8, 0.37, 1e6]))
@settings(deadline=None, max_examples=60)
def test_scale(data: list[tuple[float, float, float]], method: Method, test: Inference, c: float) -> None:
    base = _fit(data, method, test)
    scaled = _fit([(y * c, v * c * c, x) for y, v, x in data], method, test)
    _same(scaled, base, c)


@given(rows, methods, tests, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_order(data: list[tuple[float, float, float]], method: Method, test: Inference, random: object) -> None:
    shuffled = list(data)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    _same(_fit(shuffled, method, test), _fit(data, method, test), 1.0)


@given(rows, methods, tests)
@settings(deadline=None, max_examples=60)
def test_sign_flip(data: list[tuple[float, float, float]], method: Method, test: Inference) -> None:
    base, flipped = _fit(data, method, test), _fit([(-y, v, x) for y, v, x in data], method, test)
    for ours, theirs in zip(base.terms, flipped.terms, strict=True):
        assert theirs.estimate == pytest.approx(-ours.estimate, rel=SAME, abs=1e-9)
        assert theirs.ci == pytest.approx((-ours.ci[1], -ours.ci[0]), rel=SAME, abs=1e-8)
    assert flipped.tau2 == pytest.approx(base.tau2, rel=SAME, abs=1e-9)


@given(rows, st.sampled_from([Method.FE, Method.ML, Method.REML]), st.floats(-5, 5))
@settings(deadline=None, max_examples=60)
def test_a_study_of_no_weight_changes_nothing(data: list[tuple[float, float, float]], method: Method, y: float) -> None:
    base = _fit(data, method, Inference.Z)
    with_it = _fit([*data, (y, 1e9, 0.0)], method, Inference.Z)
    assert [term.estimate for term in with_it.terms] == pytest.approx([term.estimate for term in base.terms], abs=1e-5)


@given(rows)
@settings(deadline=None, max_examples=40)
def test_every_study_twice_is_the_same_likelihood_and_half_the_covariance(
    data: list[tuple[float, float, float]],
) -> None:
    for method in (Method.FE, Method.ML):
        once, twice = _fit(data, method, Inference.Z), _fit([*data, *data], method, Inference.Z)
        assert twice.tau2 == pytest.approx(once.tau2, rel=1e-6, abs=1e-8)
        assert np.array(twice.covariance) == pytest.approx(np.array(once.covariance) / 2, rel=1e-6, abs=1e-9)


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(-12, 12).map(lambda e: 10.0**e), st.floats(-5, 5)), min_size=2, max_size=9
    ),
    methods,
    tests,
)
@example([(0.0, 1.0, 0.0), (0.0, 1.0, 0.0), (0.0, 1.0, 1.5e-182)], Method.FE, Inference.Z)
@settings(deadline=None, max_examples=60)
def test_huge_and_tiny_variances_give_numbers_or_a_refusal(
    data: list[tuple[float, float, float]], method: Method, test: Inference
) -> None:
    try:
        fit = meta_regression(
            [y for y, _, _ in data],
            [v for _, v, _ in data],
            [[1.0, x] for _, _, x in data],
            terms=TERMS,
            method=method,
            test=test,
        )
    except InvalidInput:
        return
    numbers = [fit.tau2, fit.typical_variance, fit.qe, fit.qe_p, fit.log_likelihood]
    numbers += [value for value in (fit.se_tau2, fit.i2, fit.h2, fit.qm, fit.qm_p, fit.r2) if value is not None]
    for term in fit.terms:
        numbers += [
            term.estimate,
            term.se,
            *term.ci,
            *(value for value in (term.statistic, term.p) if value is not None),
        ]
    for one in predictions(fit, [[1.0, 0.5]]):
        numbers += [one.estimate, one.se, *one.ci, *(one.pi or ())]
    assert all(math.isfinite(number) for number in numbers)
    assert fit.tau2 >= 0
    assert fit.typical_variance > 0
    assert all(term.se >= 0 for term in fit.terms)


def test_as_tau2_vanishes_the_mixed_model_becomes_the_fixed() -> None:
    x = [[1.0, value] for value in (0, 1, 2, 3, 4)]
    y = [0.1 + 0.2 * row[1] for row in x]
    y[2] += 1e-3
    fixed, mixed = (
        meta_regression(y, [0.04] * 5, x, terms=TERMS, method=method, test=Inference.Z)
        for method in (Method.FE, Method.REML)
    )
    assert mixed.tau2 == 0
    assert [term.estimate for term in mixed.terms] == [term.estimate for term in fixed.terms]
    assert mixed.covariance == fixed.covariance


def _fit(data: list[tuple[float, float, float]], method: Method, test: Inference) -> MixedEffects:
    assume(len({x for _, _, x in data}) > 1)
    y, v = [y for y, _, _ in data], [v for _, v, _ in data]
    return meta_regression(y, v, [[1.0, x] for _, _, x in data], terms=TERMS, method=method, test=test)


def _same(got: MixedEffects, want: MixedEffects, c: float) -> None:
    near = 1e-9 * c  # tau² may be a rounding away from 0 in one and 0 in the other
    for ours, theirs in zip(got.terms, want.terms, strict=True):
        assert ours.estimate == pytest.approx(theirs.estimate * c, rel=SAME, abs=near)
        assert ours.se == pytest.approx(theirs.se * c, rel=SAME, abs=near)
    assert got.tau2 == pytest.approx(want.tau2 * c * c, rel=SAME, abs=near * c)
    assert got.qe == pytest.approx(want.qe, rel=SAME, abs=1e-9)
    assert got.h2 == pytest.approx(want.h2, rel=SAME, abs=1e-8)


@pytest.mark.parametrize("size", [1e-182, 1e-101, 1e101, 1e300])
def test_a_moderator_beyond_what_numbers_hold_is_refused_by_name(size: float) -> None:
    with pytest.raises(InvalidInput, match="give it in another unit"):
        meta_regression([0.1, 0.2, 0.4], [1.0, 1.0, 1.0], [[1.0, 0.0], [1.0, 0.0], [1.0, size]], terms=TERMS)
