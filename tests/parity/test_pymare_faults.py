"""The faults of PyMARE that code of ours stands beside, each in its smallest example.

Never a complaint: a test here fails when a release mends the fault, and then the code named in its message can go
(docs/decisions/0004).
"""

import numpy as np
import pytest
from numpy.linalg import LinAlgError
from numpy.typing import NDArray
from pymare import Dataset
from pymare.core import meta_regression
from pymare.effectsize import OneSampleEffectSizeConverter
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator, WeightedLeastSquares

from synthesis.pooling.pool import Method, pool

Y = [0.3, -0.1, 0.5, 0.25]
V = [0.04, 0.09, 0.02, 0.07]


def column(values: list[float]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)[:, None]


ONES = column([1.0] * 4)


def tau2(estimator: object, y: list[float], v: list[float]) -> float:
    fitted = estimator.fit(column(y), column(v), np.ones((len(y), 1)))  # type: ignore[attr-defined]
    return float(np.ravel(fitted.params_["tau2"])[0])


def reml() -> object:
    return VarianceBasedLikelihoodEstimator(method="REML")


def test_one_study_has_no_tau2_but_reml_gives_one() -> None:
    assert tau2(reml(), [0.3], [0.04]) > 0.01, "mended: the branch for k = 1 in pooling.pool can go"


def test_a_missing_value_breaks_the_whole_batch() -> None:
    y = np.column_stack([Y, Y])
    y[0, 0] = np.nan
    with pytest.raises(LinAlgError):  # mended: the check of finite rows in pooling.engine.checked can go
        DerSimonianLaird().fit(y, np.column_stack([V, V]), ONES)


def test_a_negative_variance_is_accepted() -> None:
    fitted = DerSimonianLaird().fit(column(Y), column([0.04, -0.09, 0.02, 0.07]), ONES)
    assert np.isfinite(fitted.params_["fe_params"]).all(), "mended: the check of variances in pooling.engine can go"


def test_a_second_intercept_splits_the_estimate_in_two() -> None:
    fitted = WeightedLeastSquares(tau2=0.0).fit_dataset(Dataset(np.array(Y), np.array(V), X=np.ones((4, 1))))
    halves = np.ravel(fitted.params_["fe_params"])
    assert halves == pytest.approx([pool(Y, V, method=Method.FE).estimate / 2] * 2), (
        "mended: pooling.engine may use Dataset, and regression.mixed its check of rank"
    )


def test_a_row_of_no_weight_still_counts_as_a_study() -> None:
    with_it = DerSimonianLaird().fit(column([*Y, 0.2]), column([*V, 1e12]), np.ones((5, 1)))
    without = DerSimonianLaird().fit(column(Y), column(V), ONES)
    spread = [float(np.ravel(fit.params_["tau2"])[0]) for fit in (with_it, without)]
    assert spread[0] != pytest.approx(spread[1], rel=1e-3), "mended: batch.kernel may mask by a huge variance"


def test_reml_stops_short_of_full_precision() -> None:
    y = [5.0, -4.0, 3.0, 0.1]
    exact = pool(y, V).tau2
    assert exact is not None
    assert abs(tau2(reml(), y, V) - exact) > 1e-10 * exact, "mended: the Newton steps of pooling.likelihood can go"


def test_the_q_profile_loses_its_digits_on_small_scales() -> None:
    y, v = [x * 1e-6 for x in Y], [x * 1e-13 for x in V]
    want = pool(y, v, method=Method.DL).tau2_ci
    results = DerSimonianLaird().fit_dataset(Dataset(np.array(y), np.array(v))).summary()
    bounds = results.get_re_stats()
    assert want is not None
    assert float(np.ravel(bounds["ci_l"])[0]) != pytest.approx(want[0], rel=1e-3), "mended: PyMARE's Q-profile will do"


def test_i2_comes_from_q_whatever_the_estimator() -> None:
    results = VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(Dataset(np.array(Y), np.array(V))).summary()
    ours = pool(Y, V).i2
    stated = float(np.ravel(results.get_heterogeneity_stats()["I^2"])[0])
    assert ours is not None
    assert stated != pytest.approx(ours, rel=1e-6), "mended: PyMARE's I² will do"


def test_one_call_regression_refuses_a_dataset() -> None:
    with pytest.raises(ValueError, match=r"v|n"):  # mended: no code of ours, but the scripts may be shorter
        meta_regression(data=Dataset(np.array(Y), np.array(V)), method="REML")


def test_a_standard_deviation_comes_out_negative() -> None:
    converter = OneSampleEffectSizeConverter(m=np.array([10.0]), v_rm=np.array([1.0]), n=np.array([25.0]))
    assert float(np.ravel(converter.get("d"))[0]) < 0, "mended: pymare.effectsize may be looked at again"
