"""Covariances of sampling errors: what an assumed correlation gives, and which matrices are refused."""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.dependence.covariance import checked_covariance, impute_covariance

V = [0.04, 0.09, 0.01, 0.16]
CLUSTER = ["a", "a", "b", "a"]


def test_errors_correlate_within_a_cluster_alone() -> None:
    got = impute_covariance(V, CLUSTER, 0.5)
    assert np.diag(got).tolist() == V
    assert got[0, 1] == pytest.approx(0.5 * 0.2 * 0.3)
    assert got[1, 3] == pytest.approx(0.5 * 0.3 * 0.4)
    assert not got[2, [0, 1, 3]].any()
    assert (got == got.T).all()


def test_without_correlation_it_is_the_variances() -> None:
    assert (impute_covariance(V, CLUSTER, 0.0) == np.diag(V)).all()


@pytest.mark.parametrize("rho", [1.0, -0.5, 1.5, float("nan")])
def test_a_correlation_at_its_bounds_is_refused(rho: float) -> None:
    with pytest.raises(InvalidInput, match=r"3 estimates of one cluster can only correlate between -0\.5 and 1"):
        impute_covariance(V, CLUSTER, rho)


@pytest.mark.parametrize("rho", [-0.499, 0.999])
def test_just_inside_its_bounds_it_is_positive_definite(rho: float) -> None:
    assert np.linalg.eigvalsh(impute_covariance(V, CLUSTER, rho))[0] > 0


def test_clusters_of_one_take_any_correlation_between_the_bounds() -> None:
    assert (impute_covariance(V, range(4), -0.99) == np.diag(V)).all()


def test_a_diagonal_matrix_is_variances() -> None:
    diagonal, full = checked_covariance(np.diag(V), 4)
    assert diagonal.tolist() == V
    assert full is None


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1.0, 0.5, 0.0], [0.5, 1.0, 0.0]], "has the shape"),
        ([[1.0, 0.5], [0.4, 1.0]], "not symmetric at rows 1 and 2"),
        ([[1.0, 1.0], [1.0, 1.0]], "not positive definite"),
        ([[1.0, 2.0], [2.0, 1.0]], "not positive definite"),
        ([[1.0, 0.1], [0.1, 0.0]], "row 2: the sampling variance is 0"),
        ([[1.0, float("inf")], [float("inf"), 1.0]], "not finite"),
        ([["one", 0.1], [0.1, 1.0]], "not a number"),
    ],
)
def test_what_is_no_covariance_is_refused(matrix: list[list[float]], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        checked_covariance(matrix, 2)


def test_definiteness_is_judged_whatever_the_units() -> None:
    s = np.array([1e-6, 1e6])
    _, full = checked_covariance(np.array([[1.0, 0.5], [0.5, 1.0]]) * np.outer(s, s), 2)
    assert full is not None
