"""Deletion diagnostics: metafor's under Hartung-Knapp, and honest gaps for one and two studies."""

import math
from dataclasses import asdict

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
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
    assert got.dfbetas == pytest.approx(
        (0.0894767331449423, -0.582294151090301, 1.90907546561274, -0.294176770282096), rel=1e-12
    )
    assert got.covariance_ratio == pytest.approx(
        (2.00861330722819, 1.16776999141368, 0.375870826152789, 1.64121710842173), rel=1e-12
    )
    assert got.beyond_rules_of_thumb == (False, False, True, False)


@pytest.mark.parametrize(
    ("test", "dfbetas", "ratio", "rstudent"),
    [  # metafor 3.8.1, as above
        (
            Inference.ADHOC,
            (0.0867564384189017, -0.573686773267018, 1.70176308319314, -0.294176770282096),
            (2.01092479089329, 1.13233563735303, 0.445214498095583, 1.54471626322946),
            (0.0358720116369441, -1.09045115752355, 3.29902022381614, -0.601345856751852),
        ),
        (
            Inference.T,
            (0.0867564384189017, -0.573686773267018, 1.70176308319314, -0.295178783215714),
            (2.01092479089329, 1.13233563735303, 0.445214498095583, 1.5342466858723),
            (0.0358720116369441, -1.09045115752355, 3.29902022381614, -0.603394136517329),
        ),
    ],
)
def test_under_the_other_t_tests_they_are_metafors(
    test: Inference, dfbetas: tuple[float, ...], ratio: tuple[float, ...], rstudent: tuple[float, ...]
) -> None:
    got = influence(Y, V, test=test)
    assert got.dfbetas == pytest.approx(dfbetas, rel=1e-12)
    assert got.covariance_ratio == pytest.approx(ratio, rel=1e-12)
    assert got.rstudent == pytest.approx(rstudent, rel=1e-12)


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(1e-12, 1e12)), min_size=2, max_size=8),
    st.sampled_from(Method),
    st.sampled_from(Inference),
)
@settings(deadline=None, max_examples=60)
def test_nothing_is_nan(rows: list[tuple[float, float]], method: Method, test: Inference) -> None:
    yi, vi = [y for y, _ in rows], [v for _, v in rows]
    for row in range(len(rows)):
        try:
            pool(yi[:row] + yi[row + 1 :], vi[:row] + vi[row + 1 :], method=method, test=test)
            pool(yi, vi, method=method, test=test)
        except InvalidInput:  # one study would leave the others without weight
            assume(False)
    got = influence(yi, vi, method=method, test=test)
    diagnostics = (got.cook_d, got.hat, got.rstudent, got.dffits, got.dfbetas, got.covariance_ratio)
    assert all(value is None or math.isfinite(value) for values in diagnostics for value in values)
    for left in got.leave_one_out:
        for name, value in asdict(left).items():
            for number in value if name == "ci" else (value,):
                assert number is None or math.isfinite(number), name


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("test", Inference)
def test_leaving_one_out_is_pooling_the_others(method: Method, test: Inference) -> None:
    rows = leave_one_out(Y, V, method=method, test=test)
    assert [row.omitted for row in rows] == [0, 1, 2, 3]
    for row in rows:
        others = [i for i in range(4) if i != row.omitted]
        rest = pool([Y[i] for i in others], [V[i] for i in others], method=method, test=test)
        assert rest.tau2 is not None
        assert (row.estimate, row.se, *row.ci) == pytest.approx((rest.estimate, rest.se, *rest.ci), rel=1e-12)
        assert (row.tau2, row.q, row.p) == pytest.approx((rest.tau2, rest.q, rest.p), rel=1e-12, abs=1e-15)
        assert (row.statistic, row.i2, row.h2) == pytest.approx((rest.statistic, rest.i2, rest.h2), rel=1e-12)


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
    assert (got.dfbetas, got.covariance_ratio, got.beyond_rules_of_thumb) == ((None,), (None,), (False,))
