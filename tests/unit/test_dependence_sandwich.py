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
    x = [[float(cluster != "b"), float(cluster == "b")] for cluster in CLUSTER]
    others, alone = cluster_robust(Y, V, CLUSTER, x=x, terms=("others", "b alone")).terms
    assert others.se is not None
    assert alone.estimate == pytest.approx(0.8, rel=1e-14)
    assert (alone.se, alone.statistic, alone.df, alone.p, alone.ci) == (None,) * 5


def test_columns_that_name_every_cluster_leave_no_robust_error_and_no_test() -> None:
    x = [[float(cluster == name) for name in "abc"] for cluster in CLUSTER]
    got = cluster_robust(Y, V, CLUSTER, x=x, terms=("a", "b", "c"), correction=Correction.CR0)
    assert [term.se for term in got.terms] == [None] * 3
    assert got.moderators is None
    assert sum("rests on a single cluster" in said for said in got.warnings) == 3


def test_an_error_that_cr2_finds_within_one_cluster_is_warned_of() -> None:
    """clubSandwich 0.5.8, coef_test(rma(Y, V, mods = ~ CLUSTER - 1, method = "FE"), "CR2", CLUSTER): 0.0586, NaN, 0.0415."""
    x = [[float(cluster == name) for name in "abc"] for cluster in CLUSTER]
    got = cluster_robust(Y, V, CLUSTER, x=x, terms=("a", "b", "c"))
    first, second, third = (term.se for term in got.terms)
    assert first == pytest.approx(0.0586, abs=5e-5)
    assert third == pytest.approx(0.0415, abs=5e-5)
    assert second is None
    assert sum("holds nothing of how clusters vary" in said for said in got.warnings) == 2


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
