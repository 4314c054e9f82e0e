"""Meta-regression: metafor's numbers, the pool without moderators, refusals that name the term, and honest edges."""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.columns import orthonormal
from synthesis.regression.comparison import likelihood_ratio, terms_together
from synthesis.regression.intervals import residual_tau2_interval
from synthesis.regression.mixed import meta_regression
from synthesis.regression.predictions import outside, predictions
from synthesis.regression.tau2 import residual_tau2
from tests.unit.vaccine_trials import ALLOCATION, LATITUDE, LATITUDES, TERMS, V, Y

ALLOCATED = np.column_stack(
    [LATITUDES, [a == "random" for a in ALLOCATION], [a == "systematic" for a in ALLOCATION]],
)


@pytest.mark.parametrize(
    ("method", "tau2", "se_tau2"),
    [
        # metafor 3.8.1, rma(yi, vi, mods = ~ablat, data = dat.bcg, method, tight control); the reference folder has no such
        # regressions by these methods.
        (Method.HS, 0.0290849078998511, 0.01628845677316626),
        (Method.EB, 0.1421319414727572, 0.097498563515714),
    ],
)
def test_estimators_beside_the_reference_folder(method: Method, tau2: float, se_tau2: float) -> None:
    fit = meta_regression(Y, V, LATITUDES, terms=TERMS, method=method)
    assert (fit.tau2, fit.se_tau2) == pytest.approx((tau2, se_tau2), rel=1e-12)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("test", Inference)
def test_without_moderators_it_is_the_pool(method: Method, test: Inference) -> None:
    fit, pooled = (
        meta_regression(Y, V, np.ones((13, 1)), terms=["mean"], method=method, test=test),
        pool(Y, V, method=method, test=test),
    )
    (mean,) = fit.terms
    assert (mean.estimate, mean.se, *mean.ci) == pytest.approx((pooled.estimate, pooled.se, *pooled.ci), rel=1e-12)
    assert mean.p == pytest.approx(pooled.p, rel=1e-10)
    assert fit.tau2 == pytest.approx(pooled.tau2, rel=1e-12)
    assert (fit.i2, fit.h2, fit.qe, fit.qe_p) == pytest.approx((pooled.i2, pooled.h2, pooled.q, pooled.q_p), rel=1e-11)
    assert (fit.qm, fit.qm_df, fit.qm_p, fit.r2) == (None, None, None, None)
    (there,) = predictions(fit, [[1.0]])
    assert there.ci == pytest.approx(pooled.ci, rel=1e-12)
    assert there.pi == (None if pooled.pi is None else pytest.approx(pooled.pi, rel=1e-12))


def test_predictions_are_metafors_under_knha() -> None:
    # metafor 3.8.1: predict(rma(yi, vi, mods = ~ablat, test = "knha", tight control), newmods = c(33, 44)) by z and by knha
    fit = meta_regression(Y, V, LATITUDES, terms=TERMS, test=Inference.Z)
    first, second = predictions(fit, [[1, 33], [1, 44]])
    assert (first.estimate, first.se) == pytest.approx((-0.7088887153770682, 0.1072225574347103), rel=1e-12)
    assert first.ci[0] == pytest.approx(-0.9190410662793776, rel=1e-12)
    assert second.pi == pytest.approx((-1.636444864625961, -0.4215705163844681), rel=1e-12)


def test_a_group_of_terms_is_tested_at_once() -> None:
    # metafor 3.8.1: anova(rma(yi, vi, mods = ~ablat + factor(alloc), test = "knha", tight control), btt = 3:4)
    fit = meta_regression(Y, V, ALLOCATED, terms=[*TERMS, "random", "systematic"])
    got = terms_together(fit, [2, 3])
    assert got.df == (2, 9)
    assert (got.statistic, got.p) == pytest.approx((0.6007254282599382, 0.5690003774307519), rel=1e-11)


def test_one_term_together_is_its_own_test() -> None:
    fit = meta_regression(Y, V, LATITUDES, terms=TERMS)
    got = terms_together(fit, [1])
    assert got.statistic == pytest.approx((fit.terms[1].statistic or 0.0) ** 2, rel=1e-12)
    assert got.p == pytest.approx(fit.terms[1].p, rel=1e-10)
    with pytest.raises(InvalidInput, match="positions from 0"):
        terms_together(fit, [2])


def test_the_coding_of_terms_does_not_change_the_model() -> None:
    shifted = LATITUDES.copy()
    shifted[:, 1] = (shifted[:, 1] - 33) / 10
    plain, other = (meta_regression(Y, V, x, terms=TERMS) for x in (LATITUDES, shifted))
    assert other.terms[1].estimate == pytest.approx(10 * plain.terms[1].estimate, rel=1e-11)
    assert (other.tau2, other.log_likelihood, other.qm_p) == pytest.approx(
        (plain.tau2, plain.log_likelihood, plain.qm_p), rel=1e-11
    )


def test_likelihood_ratio_is_of_ml_fits_and_never_negative() -> None:
    got = likelihood_ratio(Y, V, ALLOCATED, terms=[*TERMS, "random", "systematic"], without=[2, 3])
    assert got.df == 2
    assert 0 <= got.statistic < 2
    with pytest.raises(InvalidInput, match="leaves 2 of 2 terms"):
        likelihood_ratio(Y, V, LATITUDES, terms=TERMS, without=[])


def test_both_modes_of_a_likelihood_are_found_and_the_higher_is_taken() -> None:
    y = [-0.007, 0.002, 0.016, 0.006, -0.009, -0.001, -2.532, -14.667, -14.105, -0.745, 0.014]
    v = [0.00026, 0.00444, 0.0011, 0.0003, 0.00142, 0.00016, 1.48332, 6.81041, 5.87116, 5.92892, 0.61853]
    basis, _ = orthonormal(np.ones((11, 1)))
    found = residual_tau2(checked(y, v), basis, Method.REML)
    assert found.tau2 == pool(y, v).tau2 == 0
    (rival,) = found.rivals
    assert rival.tau2 > 0
    assert rival.log_likelihood < (found.log_likelihood or 0.0)


@pytest.mark.parametrize(
    ("x", "terms", "message"),
    [
        (np.ones((13, 2)), ["intercept", "again"], "the term again is determined by the terms before it"),
        (np.column_stack([LATITUDES, 2 * LATITUDE - 1]), [*TERMS, "twice"], "the term twice is determined"),
        (
            np.column_stack([np.ones(13), np.zeros(13)]),
            ["intercept", "nobody"],
            "the term nobody is 0 for every effect",
        ),
        (np.ones((12, 1)), ["intercept"], r"x has the shape \(12, 1\) for 13 effects"),
        (LATITUDES, ["latitude"], "1 term names for 2 columns"),
        (
            np.random.default_rng(1).normal(size=(13, 13)),
            [f"t{i}" for i in range(13)],
            "13 effects cannot carry 13 terms",
        ),
        (np.where(np.arange(26).reshape(13, 2) == 7, np.nan, LATITUDES), TERMS, "row 4: latitude is nan"),
        ([["a"]] * 13, ["a"], "not a number"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(x: np.ndarray, terms: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        meta_regression(Y, V, x, terms=terms)


def test_columns_far_from_0_are_not_taken_for_aliased() -> None:
    years = np.column_stack([np.ones(13), 1933 + LATITUDE, (1933 + LATITUDE) ** 2])
    fit = meta_regression(Y, V, years, terms=["intercept", "year", "year²"])
    near = np.column_stack([np.ones(13), LATITUDE - 33, (LATITUDE - 33) ** 2])
    assert fit.qm == pytest.approx(meta_regression(Y, V, near, terms=["i", "c", "c²"]).qm, rel=1e-6)


def test_terms_that_fit_exactly_have_no_hartung_knapp_test() -> None:
    x = np.column_stack([np.ones(4), [1.0, 2.0, 3.0, 5.0]])
    fit = meta_regression([3.0, 5.0, 7.0, 11.0], [0.1] * 4, x, terms=TERMS)
    assert fit.terms[1].estimate == pytest.approx(2.0, rel=1e-12)
    assert (fit.terms[1].se, fit.terms[1].p, fit.qm) == (0.0, None, None)
    assert "fit all estimates exactly" in fit.warnings[0]
    with pytest.raises(InvalidInput, match="use the z test"):
        terms_together(fit, [1])


def test_few_effects_for_many_terms_are_warned_of() -> None:
    fit = meta_regression(Y[:4], V[:4], LATITUDES[:4], terms=TERMS)
    assert any("explores and does not confirm" in warning for warning in fit.warnings)
    three = meta_regression(Y[:3], V[:3], LATITUDES[:3], terms=TERMS)
    assert any("1 degree of freedom" in warning for warning in three.warnings)


def test_an_empty_interval_of_tau2_is_said_to_be_empty() -> None:
    got = residual_tau2_interval([0.1, 0.1001, 0.1, 0.1002], [1.0] * 4, np.ones((4, 1)), terms=["mean"])
    assert (got.low, got.high) == (0.0, 0.0)
    assert "empty" in got.warnings[0]


def test_values_beyond_the_data_are_named() -> None:
    assert outside(LATITUDES, [[1, 33], [1, 70]], terms=TERMS) == (
        "row 2: latitude is 70, but the effects have 13 to 55.",
    )


def test_predictions_need_every_term() -> None:
    fit = meta_regression(Y, V, LATITUDES, terms=TERMS)
    with pytest.raises(InvalidInput, match="rows of 2 values"):
        predictions(fit, [[33.0]])
    with pytest.raises(InvalidInput, match="finite"):
        predictions(fit, [[1.0, np.inf]])
