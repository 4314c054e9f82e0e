"""The batch kernel: what `pool` gives, set by set, whatever the mask and whoever else is in the batch."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.errors import InvalidInput
from synthesis.batch.kernel import Batch, fit_batch
from synthesis.pooling.pool import Method, Pooled, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.pooling.pymare_import import pymare_estimators

Floats = NDArray[np.float64]

# Relative to the value or to the unit of the set. Observed worst over 17,280 random sets of 1 to 12: 9.2e-13 (p, HE).
SAME = 1e-9
NAMES = ("estimate", "se", "df", "p", "tau2", "i2", "q", "ci_low", "ci_high", "pi_low", "pi_high")

values = st.floats(-3, 3).map(lambda y: round(y, 3))
variances = st.floats(-3, 1).map(lambda power: float(f"{10**power:.3g}"))
effect_sets = st.lists(st.tuples(values, variances), min_size=2, max_size=12)
methods = st.sampled_from(Method)
tests = st.sampled_from(Inference)


@given(effect_sets, methods, tests, st.data())
@settings(deadline=None, max_examples=60)
def test_every_subset_is_pooled_as_if_alone(
    rows: list[tuple[float, float]], method: Method, test: Inference, data: st.DataObject
) -> None:
    y, v = _arrays(rows)
    masks = data.draw(
        st.lists(st.lists(st.booleans(), min_size=len(y), max_size=len(y)).filter(any), min_size=1, max_size=4)
    )
    batch = fit_batch(y, v, masks, method=method, test=test)
    for row, mask in enumerate(masks):
        _same(batch, row, pool(y[mask], v[mask], method=method, test=test), v[mask])


@pytest.mark.parametrize("method", Method)
def test_sets_of_every_size_agree_with_pool(method: Method) -> None:
    rng = np.random.default_rng(11)
    y, v = rng.normal(0.3, 0.6, 40), rng.gamma(1.5, 0.08, 40) + 0.004
    masks = rng.random((60, 40)) < np.linspace(0.05, 1, 60)[:, None]
    masks[:, 0] = True
    for test in Inference:
        batch = fit_batch(y, v, masks, method=method, test=test, level=0.9)
        for row, mask in enumerate(masks):
            _same(batch, row, pool(y[mask], v[mask], method=method, test=test, level=0.9), v[mask])


@pytest.mark.parametrize(("method", "two_modes"), [(Method.ML, 50), (Method.REML, 1)])
@pytest.mark.parametrize("k", [3, 4, 6])
def test_no_tau2_has_a_higher_likelihood(k: int, method: Method, two_modes: int) -> None:
    rng = np.random.default_rng(5)
    y = rng.normal(0, 1, (3_000, k)) * np.exp(rng.normal(0, 1, (3_000, 1)))
    v = np.exp(rng.normal(-1, 2, (3_000, k)))
    found = _log_likelihood(y, v, fit_batch(y, v, method=method).tau2, method)
    grid = np.concatenate(([0.0], np.geomspace(1e-6, 1e4, 300)))
    heights = np.stack([_log_likelihood(y, v, np.full(3_000, tau2), method) for tau2 in grid])
    assert (found - heights.max(axis=0)).min() > -1e-12
    rises = np.vstack((np.full(3_000, True), heights[1:] > heights[:-1]))
    falls = np.vstack((heights[1:] < heights[:-1], np.full(3_000, True)))
    assert ((rises & falls).sum(axis=0) > 1).sum() >= two_modes  # the sets this test is about are there


@pytest.mark.parametrize("method", [Method.DL, Method.HE, Method.ML, Method.REML])
def test_full_batches_agree_with_pymare(method: Method) -> None:
    rng = np.random.default_rng(7)
    y, v = rng.normal(0.2, 0.7, (50, 15)), rng.gamma(2, 0.1, (50, 15)) + 0.01
    batch = fit_batch(y, v, method=method)
    estimators = pymare_estimators()
    estimator = {
        "DL": estimators.DerSimonianLaird,
        "HE": estimators.Hedges,
        "ML": lambda: estimators.VarianceBasedLikelihoodEstimator(method="ML"),
        "REML": lambda: estimators.VarianceBasedLikelihoodEstimator(method="REML"),
    }[method]()
    summary = estimator.fit(np.ascontiguousarray(y.T), np.ascontiguousarray(v.T), np.ones((15, 1))).summary()
    # Its ML and REML carry about seven digits.
    rel, near = (1e-10, 1e-12) if method in (Method.DL, Method.HE) else (2e-6, 1e-7)
    assert batch.tau2 == pytest.approx(np.ravel(summary.tau2), rel=rel, abs=near)
    assert batch.se == pytest.approx(np.ravel(summary.get_fe_stats()["se"]), rel=rel, abs=near)


@given(effect_sets, methods)
@settings(deadline=None, max_examples=40)
def test_a_set_does_not_depend_on_its_batch_mates(rows: list[tuple[float, float]], method: Method) -> None:
    y, v = _arrays(rows)
    rng = np.random.default_rng(3)
    mates_y, mates_v = rng.normal(0, 1e3, (7, len(y))), rng.gamma(0.2, 10, (7, len(y))) + 1e-6
    alone = fit_batch(y, v, method=method)
    among = fit_batch(np.vstack((mates_y, y)), np.vstack((mates_v, v)), method=method)
    for name in NAMES:
        one, other = getattr(alone, name)[0], getattr(among, name)[-1]
        # A single column sums in another order than many: the last bit may differ, and a flat likelihood doubles that.
        assert other == pytest.approx(one, rel=1e-10, abs=1e-10 * min(v), nan_ok=True), name


def test_what_the_mask_leaves_out_may_hold_anything() -> None:
    y, v = np.array([0.1, np.nan, 0.5, np.inf, 0.4]), np.array([0.04, 0.1, 0.02, -1.0, 0.03])
    batch = fit_batch(y, v, [[True, False, True, False, True]])
    _same(batch, 0, pool([0.1, 0.5, 0.4], [0.04, 0.02, 0.03]), v[[0, 2, 4]])


@given(effect_sets, methods, tests, st.sampled_from([1e-12, 1e-6, 12.0, 1e12]))
@settings(deadline=None, max_examples=60)
def test_scale_sign_and_order(
    rows: list[tuple[float, float]], method: Method, test: Inference, variance_unit: float
) -> None:
    y, v = _arrays(rows)
    c = math.sqrt(variance_unit)
    base = fit_batch(y, v, method=method, test=test)
    other = fit_batch(-c * y[::-1], variance_unit * v[::-1], method=method, test=test)
    unit = float(np.sqrt(v).min())
    assert other.estimate[0] == pytest.approx(-c * base.estimate[0], rel=1e-8, abs=1e-8 * c * unit)
    assert other.tau2[0] == pytest.approx(variance_unit * base.tau2[0], rel=1e-8, abs=1e-8 * variance_unit * min(v))
    assert other.se[0] == pytest.approx(c * base.se[0], rel=1e-8, abs=1e-8 * c * unit)
    if base.se[0] > 1e-8 * unit:  # else the estimates are equal but for rounding, and t is a ratio of two of them
        assert other.p[0] == pytest.approx(base.p[0], rel=1e-7, abs=1e-12)


@given(effect_sets)
@settings(deadline=None, max_examples=40)
def test_a_study_of_hardly_any_weight_does_not_move_the_mean(rows: list[tuple[float, float]]) -> None:
    y, v = _arrays([*rows, (3.0, 1e12)])
    without = np.append(np.ones(len(rows), dtype=bool), False)
    batch = fit_batch(y, v, [without, np.ones_like(without)], method=Method.FE, test=Inference.Z)
    assert batch.estimate[1] == pytest.approx(batch.estimate[0], abs=1e-9)
    assert batch.se[1] == pytest.approx(batch.se[0], rel=1e-9)


@pytest.mark.parametrize("method", [method for method in Method if method is not Method.FE])
def test_without_heterogeneity_every_model_is_the_fixed_one(method: Method) -> None:
    y, v = [0.31, 0.29, 0.30, 0.32, 0.28], [0.1, 0.2, 0.15, 0.3, 0.12]
    batch, fixed = fit_batch(y, v, method=method), fit_batch(y, v, method=Method.FE)
    # The estimator of Sidik and Jonkman is positive unless all estimates are equal.
    assert batch.tau2[0] == 0 or (method is Method.SJ and batch.tau2[0] < 1e-4)
    assert batch.estimate[0] == pytest.approx(fixed.estimate[0], abs=1e-4)


def test_no_effect_gives_nothing_and_one_gives_itself() -> None:
    batch = fit_batch([0.3, 0.7], [0.04, 0.09], [[False, False], [False, True], [True, True]], test=Inference.KNHA)
    assert batch.k.tolist() == [0, 1, 2]
    assert all(np.isnan(getattr(batch, name)[0]) for name in NAMES)
    assert batch.estimate[1] == 0.7
    assert batch.se[1] == pytest.approx(0.3)
    assert np.isnan([batch.df[1], batch.tau2[1], batch.i2[1], batch.q[1], batch.pi_low[1]]).all()
    _same(batch, 1, pool([0.7], [0.09]), np.array([0.09]))
    _same(batch, 2, pool([0.3, 0.7], [0.04, 0.09]), np.array([0.04, 0.09]))


@given(effect_sets, methods, tests)
@settings(deadline=None, max_examples=60)
def test_no_nan_without_a_reason(rows: list[tuple[float, float]], method: Method, test: Inference) -> None:
    batch = fit_batch(*_arrays(rows), method=method, test=test)
    reasons = {
        "df": test is Inference.Z,
        "pi_low": method is Method.FE,
        "pi_high": method is Method.FE,
        "p": batch.se[0] == 0,
    }
    for name in NAMES:
        assert np.isnan(getattr(batch, name)[0]) == reasons.get(name, False), name


@pytest.mark.parametrize(
    ("y", "v", "mask", "words"),
    [
        ([0.1, 0.2], [0.1, 0.0], None, "set 1, effect 2: yi is 0.2 and vi 0"),
        ([[0.1, 0.2], [0.1, np.nan]], [0.1, 0.1], None, "set 2, effect 2: yi is nan"),
        ([0.1, 0.2], [0.1, 0.1, 0.1], None, "differ in sets or effects"),
        ([[0.1, 0.2]] * 3, [0.1, 0.1], [[True, True]] * 2, "differ in sets or effects"),
        ([0.1, 0.2], [0.1, 0.1], [[1, 0]], "give true and false"),
        ([0.1, 0.2], [1e-30, 1.0], None, "set 1: its smallest vi is so small"),
        ([0.1, 1e200], [1.0, 1.0], None, "set 1: its values differ by too many orders"),
        ([[[0.1]]], [0.1], None, "3 dimensions"),
        (["a"], [0.1], None, "not a number"),
    ],
)
def test_refusals_name_the_set(y: object, v: object, mask: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        fit_batch(y, v, mask)  # type: ignore[arg-type]


def test_a_level_outside_its_range_is_refused() -> None:
    with pytest.raises(InvalidInput, match="level is 95"):
        fit_batch([0.1], [0.1], level=95)


def test_many_blocks_are_put_back_in_order() -> None:
    rng = np.random.default_rng(2)
    y, v = rng.normal(0, 1, (9_000, 12)), rng.gamma(2, 0.1, (9_000, 12)) + 0.01
    mask = rng.random((9_000, 12)) < 0.6
    batch = fit_batch(y, v, mask, method=Method.DL)
    for row in (0, 4_321, 8_999):
        _same(batch, row, pool(y[row][mask[row]], v[row][mask[row]], method=Method.DL), v[row][mask[row]])


def _arrays(rows: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    return np.array([y for y, _ in rows]), np.array([v for _, v in rows])


def _log_likelihood(y: Floats, v: Floats, tau2: Floats, method: Method) -> Floats:
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    residual = y - ((w * y).sum(axis=1) / total)[:, None]
    value = np.log(w).sum(axis=1) - (w * residual**2).sum(axis=1)
    return np.asarray((value - np.log(total) if method is Method.REML else value) / 2)


def _same(batch: Batch, row: int, pooled: Pooled, v: Floats) -> None:
    expected = {name: getattr(pooled, name) for name in ("estimate", "se", "df", "p", "tau2", "i2", "q")}
    expected |= {"ci_low": pooled.ci[0], "ci_high": pooled.ci[1]}
    expected |= dict(zip(("pi_low", "pi_high"), pooled.pi or (None, None), strict=True))
    unit = float(np.sqrt(v.mean()))
    units = {"tau2": unit**2, "i2": 1.0, "q": 1.0, "p": 1e-300, "df": 1.0}
    assert batch.k[row] == pooled.k
    for name, want in expected.items():
        got = float(getattr(batch, name)[row])
        if want is None:
            assert math.isnan(got), name
        else:
            assert got == pytest.approx(want, rel=SAME, abs=SAME * units.get(name, unit)), name
