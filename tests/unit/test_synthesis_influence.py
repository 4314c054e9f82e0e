"""Deletion diagnostics: metafor's under Hartung-Knapp, and honest gaps for one and two studies."""

import pytest

from synthesis.influence.deletion import influence, leave_one_out
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference

Y = [0.31, -0.12, 0.8, 0.05]
V = [0.04, 0.09, 0.02, 0.07]


def test_under_knha_they_are_metafors() -> None:
    # metafor 3.8.1: influence(rma(yi, vi, test = "knha", control = list(threshold = 1e-14, maxiter = 10000))), 15 digits
    got = influence(Y, V)
    assert got.rstudent == pytest.approx(
        (0.0369967978297252, -1.1068118713276913, 3.7009138534314205, -0.6013458567518516), rel=1e-12
    )
    assert got.dffits == pytest.approx(
        (0.0887611078455079, -0.5762821805597313, 2.4492073035486062, -0.2967717008964326), rel=1e-12
    )
    assert got.cook_d == pytest.approx(
        (0.0118652210974173, 0.3164073186450736, 0.6876508925503961, 0.1093776161289815), rel=1e-12
    )
    assert got.hat == pytest.approx((0.266409371531722, 0.205107522990298, 0.302583418425881, 0.225899687052100))


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("test", Inference)
def test_leaving_one_out_is_pooling_the_others(method: Method, test: Inference) -> None:
    rows = leave_one_out(Y, V, method=method, test=test)
    assert [row.omitted for row in rows] == [0, 1, 2, 3]
    for row in rows:
        others = [i for i in range(4) if i != row.omitted]
        rest = pool([Y[i] for i in others], [V[i] for i in others], method=method, test=test)
        assert (row.estimate, row.se, row.ci, row.tau2, row.q) == (rest.estimate, rest.se, rest.ci, rest.tau2, rest.q)


def test_two_studies_leave_one_and_no_tau2() -> None:
    got = influence([0.3, 0.5], [0.04, 0.1])
    assert [row.estimate for row in got.leave_one_out] == [0.5, 0.3]
    assert [row.tau2 for row in got.leave_one_out] == [None, None]
    assert (got.rstudent, got.dffits) == ((None, None), (None, None))
    assert None not in got.cook_d


def test_two_studies_under_a_fixed_effect_are_metafors() -> None:
    # metafor 3.8.1: influence(rma(c(.3, .5), c(.04, .1))), whose tau² is 0; 4 decimals as printed
    got = influence([0.3, 0.5], [0.04, 0.1], method=Method.FE, test=Inference.Z)
    assert got.rstudent == pytest.approx((-0.5345, 0.5345), abs=5e-5)
    assert got.dffits == pytest.approx((-0.8452, 0.3381), abs=5e-5)
    assert got.cook_d == pytest.approx((0.7143, 0.1143), abs=5e-5)


def test_one_study_has_nothing_to_leave_out() -> None:
    got = influence([0.3], [0.04])
    assert (got.leave_one_out, got.hat) == ((), (1.0,))
    assert (got.cook_d, got.rstudent, got.dffits) == ((None,), (None,), (None,))
