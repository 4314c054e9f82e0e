"""Correlated and hierarchical effects: what the assumed correlation does, and where the robust part is missing."""

import pytest

from corpus.errors import InvalidInput
from synthesis.dependence.che import BAND, correlated_hierarchical, rho_band, robust_multilevel
from synthesis.dependence.covariance import impute_covariance
from synthesis.pooling.pool import Test as Inference
from synthesis.pooling.pool import pool

Y = [0.31, -0.12, 0.8, 0.05, 0.4, 0.22, 0.9, -0.3]
V = [0.04, 0.09, 0.02, 0.07, 0.03, 0.05, 0.02, 0.06]
STUDY = ["a", "a", "b", "c", "c", "c", "d", "d"]


def test_without_correlation_it_is_three_levels_with_a_sandwich() -> None:
    got, want = correlated_hierarchical(Y, V, STUDY, rho=0.0), robust_multilevel(Y, V, [STUDY, range(8)])
    assert (got.model, got.robust) == (want.model, want.robust)


@pytest.mark.parametrize("rho", [-0.4, 0.3, 0.6, 0.99])
def test_its_formula_is_the_model_with_the_covariance_written_out(rho: float) -> None:
    got = correlated_hierarchical(Y, V, STUDY, rho=rho)
    want = robust_multilevel(Y, impute_covariance(V, STUDY, rho), [STUDY, range(8)])
    assert got.model.sigma2 == pytest.approx(want.model.sigma2, rel=1e-8, abs=1e-12)
    assert got.model.log_likelihood == pytest.approx(want.model.log_likelihood, rel=1e-10)
    assert got.robust is not None
    assert want.robust is not None
    ours, theirs = got.robust.terms[0], want.robust.terms[0]
    assert (ours.estimate, ours.se, ours.df) == pytest.approx((theirs.estimate, theirs.se, theirs.df), rel=1e-7)


def test_clusters_of_one_do_not_know_the_correlation() -> None:
    fits = [correlated_hierarchical(Y, V, range(8), rho=rho) for rho in (0.0, 0.6)]
    assert fits[0].model.terms[0].estimate == pytest.approx(fits[1].model.terms[0].estimate, rel=1e-12)
    assert fits[0].model.sigma2[0] == pytest.approx(pool(Y, V).tau2, rel=1e-9)


def test_equal_effects_of_a_cluster_at_equal_precision_are_one_effect_of_their_shared_error() -> None:
    """A cluster whose n estimates agree: their mean has variance v (1 + (n - 1) ρ) / n, whatever else varies."""
    y, v, rho = [0.2, 0.2, 0.7, 0.7, -0.1, -0.1, 0.5, 0.5], [0.04] * 8, 0.6
    got = correlated_hierarchical(y, v, [0, 0, 1, 1, 2, 2, 3, 3], rho=rho)
    want = pool(y[::2], [0.04 * (1 + rho) / 2] * 4, test=Inference.Z)
    assert got.model.sigma2[1] == 0.0
    assert got.model.terms[0].estimate == pytest.approx(want.estimate, rel=1e-10)
    assert got.model.terms[0].se == pytest.approx(want.se, rel=1e-8)
    assert got.model.sigma2[0] == pytest.approx(want.tau2, rel=1e-8)


def test_one_cluster_has_a_model_and_no_sandwich() -> None:
    got = correlated_hierarchical(Y, V, ["a"] * 8)
    assert got.robust is None
    assert got.model.sigma2[0] is None
    assert any("the intervals rest on the model alone" in said for said in got.warnings)


def test_few_clusters_are_warned_of() -> None:
    got = correlated_hierarchical(Y, V, STUDY)
    assert got.robust is not None
    df = got.robust.terms[0].df
    assert df is not None
    assert df < 4
    assert any("below 4" in said for said in got.warnings)


def test_the_band_has_every_correlation_asked_for() -> None:
    assert [fit.rho for fit in rho_band(Y, V, STUDY)] == list(BAND)
    assert rho_band(Y, V, STUDY, rhos=(0.6,)) == (correlated_hierarchical(Y, V, STUDY, rho=0.6),)


@pytest.mark.parametrize("rho", [1.0, -0.5, 2.0])
def test_an_impossible_correlation_is_refused(rho: float) -> None:
    with pytest.raises(InvalidInput, match=r"3 estimates of one cluster can only correlate"):
        correlated_hierarchical(Y, V, STUDY, rho=rho)
