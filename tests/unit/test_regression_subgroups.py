"""Subgroups: what is pooled apart is pooled, what is compared adds up, and thin levels are named."""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.subgroups import subgroups
from tests.unit.vaccine_trials import ALLOCATION, V, Y


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("test", Inference)
def test_each_level_is_its_own_pool(method: Method, test: Inference) -> None:
    got = subgroups(Y, V, ALLOCATION, method=method, test=test)
    assert got.levels == ("alternate", "random", "systematic")
    for level, pooled in zip(got.levels, got.separate, strict=True):
        own = [row for row, label in enumerate(ALLOCATION) if label == level]
        assert pooled.estimate == pytest.approx(
            pool([Y[row] for row in own], [V[row] for row in own], method=method, test=test).estimate, rel=1e-12
        )


def test_the_partition_of_q_adds_up_and_is_the_fixed_regression() -> None:
    got = subgroups(Y, V, ALLOCATION, method=Method.FE, test=Inference.Z)
    assert got.q_within + got.q_between == pytest.approx(got.q_total, rel=1e-12)
    assert got.common is not None
    assert got.common.regression.qm == pytest.approx(got.q_between, rel=1e-11)
    # Without tau², separate and common are one.
    assert got.between.q == pytest.approx(got.q_between, rel=1e-11)


def test_means_under_a_common_tau2_follow_the_levels() -> None:
    got = subgroups(Y, V, ALLOCATION)
    assert got.common is not None
    first, second, _ = got.common.means
    assert first.estimate == got.common.regression.terms[0].estimate
    assert second.estimate - first.estimate == pytest.approx(got.common.regression.terms[1].estimate, rel=1e-12)
    assert got.common.regression.terms[1].term == "random"


def test_a_level_with_one_effect_is_compared_and_said_to_be_thin() -> None:
    got = subgroups(Y[:4], V[:4], ["a", "a", "a", "b"])
    assert got.separate[1].k == 1
    assert got.between.df == 1
    assert "The subgroup b has one effect" in got.warnings[0]


def test_levels_of_one_effect_each_have_no_common_tau2() -> None:
    got = subgroups(Y[:2], V[:2], ["a", "b"])
    assert got.common is None
    assert got.warnings[-1] == "Every subgroup has one effect: a common tau² cannot be estimated."


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a"] * 13, "all effects are in the subgroup a"),
        (["a"] * 3, "3 subgroup labels for 13 effects"),
        (["a"] * 12 + [None], "row 13: the subgroup is missing"),
        (["a"] * 12 + [float("nan")], "row 13: the subgroup is missing"),
    ],
)
def test_groups_that_divide_nothing_are_refused(labels: list[object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        subgroups(Y, V, labels)


def test_the_order_of_effects_does_not_matter() -> None:
    order = np.random.default_rng(2).permutation(13)
    got = subgroups([Y[i] for i in order], [V[i] for i in order], [ALLOCATION[i] for i in order])
    base = subgroups(Y, V, ALLOCATION)
    assert (got.between.q, got.q_between) == pytest.approx((base.between.q, base.q_between), rel=1e-10)
