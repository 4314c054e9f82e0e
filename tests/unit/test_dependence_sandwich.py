"""The sandwich: textbook cases, its corrections beside each other, and clusters that carry a coefficient alone."""

import math

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.dependence.covariance import impute_covariance
from synthesis.dependence.robust import cluster_robust
from synthesis.dependence.sandwich import Correction

Y = [0.31, -0.12, 0.8, 0.05, 0.4, 0.22]
V = [0.04, 0.09, 0.02, 0.07, 0.03, 0.05]
CLUSTER = ["a", "a", "b", "c", "c", "c"]


def test_cr0_is_the_sum_of_squared_scores() -> None:
    w = 1 / np.array(V)
    mean = float(w @ Y / w.sum())
    scores = np.bincount([0, 0, 1, 2, 2, 2], w * (np.array(Y) - mean))
    got = cluster_robust(Y, V, CLUSTER, correction=Correction.CR0).terms[0]
    assert got.estimate == pytest.approx(mean, rel=1e-13)
    assert got.se == pytest.approx(math.sqrt(float((scores**2).sum())) / w.sum(), rel=1e-12)


def test_cr1_is_cr0_times_the_root_of_clusters_over_one_less() -> None:
    cr0, cr1, cr2 = (cluster_robust(Y, V, CLUSTER, correction=c).terms[0].se for c in Correction)
    assert cr0 is not None
    assert cr2 is not None
    assert cr1 == pytest.approx(cr0 * math.sqrt(3 / 2), rel=1e-13)
    assert cr2 > cr0


def test_cr2_is_unbiased_where_the_working_model_is_true() -> None:
    """The expected squared error of a mean is computed from the linear map of errors to residuals, without sampling."""
    working = impute_covariance(V, CLUSTER, 0.6)
    root = np.linalg.cholesky(working)
    # E s² = Σ over orthonormal errors e of s²(L e), as s² is a quadratic form.
    found = [cluster_robust((root[:, place]).tolist(), working, CLUSTER).terms[0].se for place in range(6)]
    expected = sum(se**2 for se in found if se is not None)
    assert expected == pytest.approx(1 / float(np.linalg.inv(working).sum()), rel=1e-9)


def test_few_degrees_of_freedom_are_warned_of() -> None:
    got = cluster_robust(Y, V, CLUSTER)
    df = got.terms[0].df
    assert df is not None
    assert 1 <= df <= 2
    assert any("below 4" in said for said in got.warnings)


def test_a_coefficient_of_a_single_cluster_has_no_robust_error() -> None:
    x = [[1.0, float(cluster == "b")] for cluster in CLUSTER]
    got = cluster_robust(Y, V, CLUSTER, x=x, terms=("intercept", "b alone"))
    assert got.terms[1].estimate + got.terms[0].estimate == pytest.approx(0.8)
    alone = got.terms[1]
    assert (alone.se, alone.statistic, alone.df, alone.p, alone.ci) == (None,) * 5 or alone.df is not None
    assert all(value is None or math.isfinite(value) for term in got.terms for value in (term.se, term.df, term.p))


def test_a_cluster_that_identifies_a_slope_by_itself() -> None:
    x = [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, -1.0], [1.0, 0.0], [1.0, 1.0]]
    got = cluster_robust(Y, V, CLUSTER, x=x, terms=("intercept", "slope"))
    slope = got.terms[1]
    assert slope.se is None or slope.se >= 0
    assert got.moderators is None or 0 <= got.moderators.p <= 1


def test_equal_effects_have_no_error_and_no_test() -> None:
    got = cluster_robust([0.5] * 6, V, CLUSTER)
    assert (got.terms[0].se, got.terms[0].statistic, got.terms[0].p) == (0.0, None, None)
    assert any("no test" in said for said in got.warnings)


def test_more_coefficients_than_clusters_can_carry_have_no_omnibus_test() -> None:
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(6), rng.normal(size=(6, 3))])
    got = cluster_robust(Y, V, CLUSTER, x=x, terms=("intercept", "a", "b", "c"))
    assert got.moderators is None
    assert any("too few for a test of 3" in said for said in got.warnings)


@pytest.mark.parametrize(
    ("working", "cluster", "said"),
    [
        (V, ["a"] * 6, "at least 2 clusters"),
        (V, ["a", "b"], "2 cluster labels for 6 effects"),
        (impute_covariance(V, ["z"] * 6, 0.3), CLUSTER, "in different clusters but have a covariance"),
    ],
)
def test_what_has_no_sandwich_is_refused(working: object, cluster: list[str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        cluster_robust(Y, working, cluster)  # type: ignore[arg-type]
