"""The multilevel model: special cases with a known answer, edges, and warnings."""

import math
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.dependence.covariance import impute_covariance
from synthesis.dependence.multilevel import DegreesOfFreedom, multilevel
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from tests.parity.comparing import load

Y = [0.31, -0.12, 0.8, 0.05, 0.4, 0.22, 0.9, -0.3]
V = [0.04, 0.09, 0.02, 0.07, 0.03, 0.05, 0.02, 0.06]
STUDY = ["a", "a", "b", "c", "c", "c", "d", "d"]


@pytest.mark.parametrize("method", [Method.REML, Method.ML])
def test_one_effect_per_study_is_the_random_effects_model(method: Method) -> None:
    got, want = (
        multilevel(Y, V, [range(8)], method=method, test=Inference.Z),
        pool(Y, V, method=method, test=Inference.Z),
    )
    assert got.sigma2[0] == pytest.approx(want.tau2, rel=1e-9)
    assert (got.terms[0].estimate, got.terms[0].se) == pytest.approx((want.estimate, want.se), rel=1e-9)
    assert got.qe == pytest.approx(want.q, rel=1e-12)


def test_one_effect_has_itself_and_no_variance() -> None:
    got = multilevel([0.4], [0.04], [["a"], [1]])
    assert (got.terms[0].estimate, got.terms[0].se) == pytest.approx((0.4, 0.2), rel=1e-15)
    assert got.test is Inference.Z
    assert got.sigma2 == (None, None)
    assert (got.pi, got.i2, got.qe, got.qm, got.log_likelihood) == (None,) * 5
    assert "One effect" in got.warnings[0]


def test_one_study_cannot_vary() -> None:
    got = multilevel(Y, V, [["a"] * 8, range(8)])
    assert (got.sigma2[0], got.i2_levels[0]) == (None, None)
    assert got.sigma2[1] == pytest.approx(pool(Y, V).tau2, rel=1e-9)
    assert any("All effects are in one group of level 1" in said for said in got.warnings)


def test_studies_of_one_effect_share_a_variance_with_their_effects() -> None:
    got = multilevel(Y, V, [range(8), range(8)])
    assert got.sigma2[1] is None
    assert got.sigma2[0] == pytest.approx(pool(Y, V).tau2, rel=1e-9)
    assert any("divide the effects alike" in said for said in got.warnings)


def test_labels_of_an_inner_level_count_within_their_group() -> None:
    inner = [1, 2, 1, 1, 2, 3, 1, 2]
    assert multilevel(Y, V, [STUDY, inner]) == multilevel(Y, V, [STUDY, range(8)])


def test_equal_effects_are_at_the_boundary_and_say_so() -> None:
    got = multilevel([0.3] * 8, V, [STUDY, range(8)])
    assert got.sigma2 == (0.0, 0.0)
    assert sum("at the boundary" in said for said in got.warnings) == 2
    assert got.terms[0].se == pytest.approx(1 / math.sqrt(sum(1 / v for v in V)))
    assert got.i2 == 0.0
    assert got.qe == pytest.approx(0.0, abs=1e-20)


def test_a_full_covariance_without_correlation_changes_nothing() -> None:
    full = multilevel(Y, np.diag(V), [STUDY, range(8)])
    assert full == multilevel(Y, V, [STUDY, range(8)])


def test_a_correlation_too_small_to_matter_agrees_by_the_other_way_of_computing() -> None:
    full = multilevel(Y, impute_covariance(V, STUDY, 1e-12), [STUDY, range(8)])
    plain = multilevel(Y, V, [STUDY, range(8)])
    assert full.sigma2 == pytest.approx(plain.sigma2, rel=1e-9, abs=1e-12)
    assert full.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_a_study_level_term_is_tested_with_the_degrees_of_freedom_of_studies() -> None:
    dose = {"a": 1.0, "b": 2.0, "c": 4.0, "d": 3.0}
    within = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    x = [[1.0, dose[study], w] for study, w in zip(STUDY, within, strict=True)]
    fit = multilevel(Y, V, [STUDY, range(8)], x=x, terms=("intercept", "dose", "within"))
    assert [term.df for term in fit.terms] == [1, 1, 5]
    residual = multilevel(
        Y, V, [STUDY, range(8)], x=x, terms=("intercept", "dose", "within"), df=DegreesOfFreedom.RESIDUAL
    )
    assert [term.df for term in residual.terms] == [5, 5, 5]


def test_the_higher_of_two_peaks_is_reported_and_the_other_named(shared: Path) -> None:
    assert shared.is_dir()
    data = load("edge_bimodal_zero")["data"]
    got = multilevel(data["yi"], data["vi"], [range(11)])
    # The reference's note: the global optimum is 0, the second one 23.4 on a profile of its own grid.
    assert got.sigma2 == (0.0,)
    peak = [said for said in got.warnings if "second peak" in said]
    assert len(peak) == 1
    assert "23.66" in peak[0]


def test_variances_that_cannot_be_told_apart_are_called_flat() -> None:
    # Every study but one has one effect, and the errors of the last one's two tell nothing: only the sum is known.
    y, v = [0.1, 0.9, -0.4, 0.6, 1.4, 0.2, 0.2], [0.01] * 5 + [1e6, 1e6]
    got = multilevel(y, v, [["a", "b", "c", "d", "e", "f", "f"], range(7)])
    assert any("flat in some direction" in said for said in got.warnings)
    inside = [value for value in got.sigma2 if value is not None]
    assert sum(inside) == pytest.approx(pool(y[:5], v[:5]).tau2, rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"level": 1.0}, "level is 1"),
        ({"method": Method.DL}, "REML or ML"),
        ({"test": Inference.KNHA}, "by z or t"),
        ({"levels": []}, "there are no levels"),
        ({"levels": [["a"]]}, "1 level 1 labels for 8 effects"),
        ({"variance": [[0.1]]}, "has the shape"),
    ],
)
def test_what_cannot_be_fitted_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        multilevel(**{"yi": Y, "variance": V, "levels": [STUDY], **arguments})  # type: ignore[arg-type]
