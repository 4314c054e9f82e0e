"""Fits: every specification equals the same data pooled alone, whatever shares the pass with it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.dependence.robust import robust
from synthesis.multiverse.fits import fit_all
from synthesis.multiverse.grid import CorrectionOption
from synthesis.multiverse.specifications import specifications
from synthesis.pooling.pool import Method, Test, pool
from synthesis.small_study.precision_effect import peese, pet
from synthesis.small_study.trim_and_fill import trim_and_fill
from tests.multiverses import grid, many, row

WIDE = grid(
    outcome=["rule", "tied_last"],
    dependence=["one_per_sample", "aggregate_0.3", "aggregate_0.9", "all_robust"],
    method=["REML", "PM", "DL", "SJ", "FE"],
    test=["knha", "z"],
)
# A flat likelihood and two ways to its top: the kernel and `pool` differ by rounding of the last digits.
SAME = 1e-9


@given(samples=st.integers(1, 8), per_sample=st.integers(1, 3), seed=st.integers(0, 999))
@settings(max_examples=15, deadline=None)
def test_every_independent_fit_equals_its_data_pooled_alone(samples: int, per_sample: int, seed: int) -> None:
    found = specifications(WIDE, many(samples, per_sample, seed))
    fitted = fit_all(found.columns, found.fits)
    for i, fit in enumerate(found.fits):
        if fit.joint:
            continue
        used = [found.columns[column] for column in fit.columns]
        alone = pool(
            [column.yi for column in used],
            [column.vi for column in used],
            method=fit.model.method or Method.FE,
            test=fit.model.test or Test.Z,
        )
        size = max(abs(alone.estimate), alone.se)
        assert fitted.estimate[i] == pytest.approx(alone.estimate, abs=SAME * size)
        assert (fitted.ci_low[i], fitted.ci_high[i]) == pytest.approx(alone.ci, abs=SAME * 20 * size)
        assert fitted.p[i] == pytest.approx(alone.p, rel=1e-7, abs=1e-15)
        assert np.isnan(fitted.tau2[i]) == (alone.tau2 is None)


def test_every_fit_that_is_defined_has_finite_values() -> None:
    found = specifications(WIDE, many(5))
    fitted = fit_all(found.columns, found.fits)
    assert not fitted.refused
    for values in (fitted.estimate, fitted.ci_low, fitted.ci_high, fitted.p, fitted.tau2):
        assert np.isfinite(values).all()
    assert (fitted.ci_low <= fitted.estimate).all()
    assert (fitted.estimate <= fitted.ci_high).all()


@pytest.mark.parametrize("scale", [2.0**-20, 3.0, 2.0**20])
def test_the_unit_of_the_effects_does_not_matter(scale: float) -> None:
    rows = many(6)
    turned = tuple(replace(one, yi=-one.yi * scale, vi=one.vi * scale**2) for one in rows)
    results = [
        fit_all(found.columns, found.fits) for found in (specifications(WIDE, rows), specifications(WIDE, turned))
    ]
    np.testing.assert_allclose(results[1].estimate, -results[0].estimate * scale, rtol=1e-8, atol=1e-10 * scale)
    np.testing.assert_allclose(results[1].ci_low, -results[0].ci_high * scale, rtol=1e-7, atol=1e-9 * scale)
    np.testing.assert_allclose(results[1].p, results[0].p, rtol=1e-6)


def test_adjustments_are_those_of_the_small_study_methods() -> None:
    rows = many(12, per_sample=1)
    found = specifications(grid(bias_correction=["none", "pet", "peese", "trim_and_fill"]), rows)
    fitted = fit_all(found.columns, found.fits)
    yi, vi = [one.yi for one in rows], [one.vi for one in rows]
    filled = trim_and_fill(yi, vi).pooled
    expected = {
        CorrectionOption.PET: (pet(yi, vi).intercept.estimate, pet(yi, vi).intercept.ci),
        CorrectionOption.PEESE: (peese(yi, vi).intercept.estimate, peese(yi, vi).intercept.ci),
        CorrectionOption.TRIM_FILL: (filled.estimate, filled.ci),
    }
    for i, fit in enumerate(found.fits):
        if fit.model.correction in expected:
            estimate, ci = expected[fit.model.correction]
            assert fitted.estimate[i] == estimate
            assert (fitted.ci_low[i], fitted.ci_high[i]) == ci


def test_an_adjustment_that_refuses_keeps_its_reason() -> None:
    rows = tuple(row(f"s{i}", yi=0.1 * i, vi=0.1) for i in range(10))
    found = specifications(grid(bias_correction=["none", "pet"]), rows)
    fitted = fit_all(found.columns, found.fits)
    (refused,) = fitted.refused
    assert found.fits[refused].model.correction is CorrectionOption.PET
    assert np.isnan(fitted.estimate[refused])
    assert fitted.refused[refused]


def test_the_joint_model_is_cluster_robust_inference_on_every_effect() -> None:
    rows = many(5)
    found = specifications(WIDE, rows)
    fitted = fit_all(found.columns, found.fits)
    (joint,) = [i for i, fit in enumerate(found.fits) if fit.joint]
    yi, vi = [one.yi for one in rows], [one.vi for one in rows]
    expected = robust(yi, vi, [one.sample for one in rows], tau2=pool(yi, vi).tau2 or 0.0)
    assert fitted.estimate[joint] == pytest.approx(expected.estimate, rel=1e-12)
    assert (fitted.ci_low[joint], fitted.ci_high[joint]) == pytest.approx(expected.ci, rel=1e-12)
    assert fitted.p[joint] == pytest.approx(expected.p, rel=1e-9)
