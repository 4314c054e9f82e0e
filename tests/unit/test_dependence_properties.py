"""Models of dependent effects: what must hold whatever the data."""

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.dependence.che import correlated_hierarchical
from synthesis.dependence.multilevel import Multilevel, multilevel
from synthesis.dependence.robust import RobustTerm, cluster_robust
from synthesis.dependence.sandwich import Correction
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference

Row = tuple[float, float, int]
SAME = 1e-7  # relative: half of the digits of a variance are lost to rounding where a likelihood is flat at its top

rows = st.lists(
    st.tuples(
        st.floats(-3, 3).map(lambda y: round(y, 3)),
        st.floats(0.005, 2).map(lambda v: round(v, 3)),
        st.integers(0, 4),
    ),
    min_size=4,
    max_size=12,
).filter(lambda data: len({study for _, _, study in data}) > 1)
methods = st.sampled_from([Method.REML, Method.ML])


@given(rows, methods, st.sampled_from([2.0**-40, 2.0**30, 1e-7, 0.37, 1e6]))
@settings(deadline=None, max_examples=40)
def test_scale(data: list[Row], method: Method, c: float) -> None:
    base, got = _fit(data, method), _fit([(y * c, v * c * c, study) for y, v, study in data], method)
    exact = math.frexp(c)[0] == 0.5
    assert _likely(got) + got.k * math.log(c) - (math.log(c) if method is Method.REML else 0) == pytest.approx(
        _likely(base), rel=1e-12 if exact else 1e-9, abs=1e-9
    )
    if exact:
        assert _numbers(got, c) == pytest.approx(_numbers(base, 1.0), rel=1e-13, abs=1e-15)
    elif not _ambiguous(base):
        assert _numbers(got, c) == pytest.approx(_numbers(base, 1.0), rel=SAME, abs=1e-8)


@given(rows, methods, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_order_and_labels(data: list[Row], method: Method, random: Any) -> None:
    mixed = [(y, v, 10 - study) for y, v, study in data]
    random.shuffle(mixed)
    base, got = _fit(data, method), _fit(mixed, method)
    assert _likely(got) == pytest.approx(_likely(base), rel=1e-10, abs=1e-10)
    if not _ambiguous(base):
        assert _numbers(got, 1.0) == pytest.approx(_numbers(base, 1.0), rel=SAME, abs=1e-8)


@given(rows, methods)
@settings(deadline=None, max_examples=40)
def test_sign_flip(data: list[Row], method: Method) -> None:
    base, got = _fit(data, method), _fit([(-y, v, study) for y, v, study in data], method)
    assert [-term.estimate for term in got.terms] == pytest.approx([t.estimate for t in base.terms], rel=1e-12)
    assert [-end for end in reversed(got.terms[0].ci)] == pytest.approx(list(base.terms[0].ci), rel=1e-12)
    assert got.sigma2 == base.sigma2


@given(rows, st.floats(-3, 3), st.sampled_from([None, 0]))
@settings(deadline=None, max_examples=40)
def test_an_effect_of_no_weight_changes_no_estimate(data: list[Row], y: float, study: int | None) -> None:
    # Of 1e9, as an effect whose weight is a part in 1e12 of another's is refused; v = 1e12 joins effects of v near 1.
    wide = max(v for _, v, _ in data) * 1e9
    base, got = _fit(data, Method.ML), _fit([*data, (y, wide, 99 if study is None else data[0][2])], Method.ML)
    if not (_ambiguous(base) or _ambiguous(got)):
        assert got.terms[0].estimate == pytest.approx(base.terms[0].estimate, rel=1e-4, abs=1e-5)
        assert got.terms[0].se == pytest.approx(base.terms[0].se, rel=1e-4)


@given(rows)
@settings(deadline=None, max_examples=40)
def test_a_whole_set_of_clusters_again_halves_the_variance_of_cr0(data: list[Row]) -> None:
    """The same effects in other studies: the same mean, and CR0 of half the square."""
    twice = [*data, *((y, v, study + 50) for y, v, study in data)]
    one, two = _sandwich(data), _sandwich(twice)
    assert two.estimate == pytest.approx(one.estimate, rel=1e-11, abs=1e-13)
    assert one.se is not None
    assert two.se == pytest.approx(one.se / math.sqrt(2), rel=1e-10, abs=1e-13)


@given(rows)
@settings(deadline=None, max_examples=40)
def test_a_whole_set_of_clusters_again_keeps_the_variances_of_ml(data: list[Row]) -> None:
    base = _fit(data, Method.ML)
    got = _fit([*data, *((y, v, study + 50) for y, v, study in data)], Method.ML)
    assert _likely(got) == pytest.approx(2 * _likely(base), rel=1e-9, abs=1e-9)
    if not _ambiguous(base):
        assert got.terms[0].estimate == pytest.approx(base.terms[0].estimate, rel=SAME, abs=1e-8)
        assert got.terms[0].se * math.sqrt(2) == pytest.approx(base.terms[0].se, rel=SAME)


@given(rows, methods)
@settings(deadline=None, max_examples=40)
def test_one_effect_per_study_is_the_pool(data: list[Row], method: Method) -> None:
    y, v = [row[0] for row in data], [row[1] for row in data]
    got, want = multilevel(y, v, [range(len(y))], method=method), pool(y, v, method=method, test=Inference.Z)
    if not _ambiguous(got):
        assert got.sigma2[0] == pytest.approx(want.tau2, rel=1e-6, abs=1e-8)
        assert got.terms[0].estimate == pytest.approx(want.estimate, rel=1e-6, abs=1e-7)


@given(rows, methods)
@settings(deadline=None, max_examples=40)
def test_wide_sampling_errors_leave_no_variance_between_effects(data: list[Row], method: Method) -> None:
    """Every squared deviation is below its sampling variance, so that no variance can be above 0."""
    wide = [(y, v + 1e3, study) for y, v, study in data]
    got = _fit(wide, method)
    assert all(value in (None, 0.0) for value in got.sigma2)
    weights = [1 / v for _, v, _ in wide]
    mean = sum(w * y for w, (y, _, _) in zip(weights, wide, strict=True)) / sum(weights)
    assert got.terms[0].estimate == pytest.approx(mean, rel=1e-10, abs=1e-12)


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.integers(0, 4)), min_size=1, max_size=8),
    st.floats(-12, 12),
    st.floats(0, 4),
)
@settings(deadline=None, max_examples=60)
def test_every_number_is_finite_or_none_whatever_the_variances(
    data: list[tuple[float, int]], power: float, span: float
) -> None:
    """Variances from 1e-12 to 1e12, effects of 1e-6 to 1e6 of their own scale or far above it."""
    k = len(data)
    v = [10.0 ** (power + span * (place / k - 0.5)) for place in range(k)]
    y, study = [row[0] for row in data], [row[1] for row in data]
    fit = multilevel(y, v, [study, range(k)])
    _finite(dataclasses.asdict(fit))
    assert None not in fit.sigma2 or fit.warnings
    if k > 1:
        _finite(dataclasses.asdict(correlated_hierarchical(y, v, study)))


def test_equal_effects_have_no_heterogeneity_left_and_a_p_of_one() -> None:
    """Rounding must not take a sum of squares below zero, where no p is defined."""
    found = correlated_hierarchical([1.0, 1.0], [2.035137468173687, 5.623413251903491], [0, 0])
    assert found.model.qe == pytest.approx(0, abs=1e-12)
    assert found.model.qe_p == pytest.approx(1)


def _fit(data: list[Row], method: Method) -> Multilevel:
    y, v, study = zip(*data, strict=True)
    return multilevel(y, v, [study, range(len(y))], method=method, test=Inference.Z)


def _sandwich(data: list[Row]) -> RobustTerm:
    y, v, study = zip(*data, strict=True)
    return cluster_robust(y, v, study, correction=Correction.CR0).terms[0]


def _ambiguous(fit: Multilevel) -> bool:
    """Whether rounding may choose between peaks, or along a ridge: only the likelihood is then the same."""
    return any("second peak" in said or "flat" in said for said in fit.warnings)


def _likely(fit: Multilevel) -> float:
    assert fit.log_likelihood is not None
    return fit.log_likelihood


def _numbers(fit: Multilevel, c: float) -> list[float]:
    found = [value / c for term in fit.terms for value in (term.estimate, term.se, *term.ci)]
    return found + [value / c**2 for value in fit.sigma2 if value is not None]


def _finite(value: Any) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            _finite(each)
    elif isinstance(value, float):
        assert math.isfinite(value)
