"""Deletion diagnostics of a regression: metafor's, and the pool's where there is no moderator."""

import numpy as np
import pytest

from synthesis.influence.deletion import influence
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.influence import regression_influence
from tests.unit.vaccine_trials import LATITUDES, TERMS, V, Y

# metafor 3.8.1: influence(rma(yi, vi, mods = ~ablat, data = dat.bcg, test = "knha", tight control)), the first three studies.
DFFITS = (0.05483222229901272, -0.1851026816515279, -0.08614687059964189)
COVARIANCE_RATIO = (1.365557371271151, 1.538460539927946, 1.250517352307396)
DFBETAS_INTERCEPT = (0.005578840194547815, 0.1226045912781071, 0.02557246514051341)


def test_under_knha_they_are_metafors() -> None:
    got = [one for one in regression_influence(Y, V, LATITUDES, terms=TERMS).deleted[:3] if one]
    assert [one.dffits for one in got] == pytest.approx(DFFITS, rel=1e-11)
    assert [one.covariance_ratio for one in got] == pytest.approx(COVARIANCE_RATIO, rel=1e-11)
    assert [one.dfbetas[0] for one in got] == pytest.approx(DFBETAS_INTERCEPT, rel=1e-11)


@pytest.mark.parametrize("method", [Method.FE, Method.DL, Method.REML])
@pytest.mark.parametrize("test", [Inference.Z, Inference.KNHA])
def test_without_moderators_they_are_the_pools(method: Method, test: Inference) -> None:
    got = regression_influence(Y, V, np.ones((13, 1)), terms=["mean"], method=method, test=test)
    want = influence(Y, V, method=method, test=test)
    assert got.hat == pytest.approx(want.hat, rel=1e-10)
    assert [one and one.cook_d for one in got.deleted] == pytest.approx(want.cook_d, rel=1e-9)
    assert [one and one.rstudent for one in got.deleted] == pytest.approx(want.rstudent, rel=1e-9)
    assert [one and one.dffits for one in got.deleted] == pytest.approx(want.dffits, rel=1e-9)


def test_an_effect_that_alone_carries_a_term_cannot_be_left_out() -> None:
    x = np.column_stack([np.ones(5), [0.0, 0, 0, 0, 1]])
    got = regression_influence(Y[:5], V[:5], x, terms=["intercept", "only"])
    assert got.deleted[4] is None
    assert got.warnings == ("Effect 5 cannot be left out: the term only is 0 for every effect; leave it out.",)
    assert got.hat[4] == pytest.approx(1.0)
    first = got.deleted[0]
    assert first is not None
    assert first.rstudent is not None
