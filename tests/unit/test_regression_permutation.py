"""Permutation of moderators: every order where few, a seeded sample where many, and the same fits as one at a time."""

from itertools import permutations

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.columns import orthonormal
from synthesis.regression.mixed import meta_regression
from synthesis.regression.permutation import permutation_test
from synthesis.regression.permuted import statistics
from tests.unit.vaccine_trials import LATITUDES, TERMS, V, Y


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("test", Inference)
def test_many_at_once_are_the_fits_one_at_a_time(method: Method, test: Inference) -> None:
    generator = np.random.default_rng(4)
    orders = np.array([generator.permutation(13) for _ in range(12)])
    basis, to_basis = orthonormal(LATITUDES)
    z, qm = statistics(checked(Y, V), basis, to_basis, orders, [1], method, test)
    for place, order in enumerate(orders):
        fit = meta_regression(Y, V, LATITUDES[order], terms=TERMS, method=method, test=test)
        # Observed worst: 3e-15 absolute. The scan of many is coarser, so that a narrow second mode could be missed.
        assert z[place] == pytest.approx([term.statistic for term in fit.terms], rel=1e-9)
        assert qm[place] == pytest.approx(z[place, 1] ** 2, rel=1e-12)


def test_every_distinct_order_is_the_whole_enumeration() -> None:
    x = np.column_stack([np.ones(6), [0.0, 0, 1, 1, 1, 2]])
    got = permutation_test(Y[:6], V[:6], x, terms=TERMS, test=Inference.Z)
    assert (got.exact, got.orders, got.seed) == (True, 60, None)
    observed = abs(meta_regression(Y[:6], V[:6], x, terms=TERMS, test=Inference.Z).terms[1].statistic or 0.0)
    beyond = [
        abs(meta_regression(Y[:6], V[:6], x[list(order)], terms=TERMS, test=Inference.Z).terms[1].statistic or 0.0)
        >= observed * (1 - 1e-9)
        for order in permutations(range(6))
    ]
    assert got.p[1] == pytest.approx(np.mean(beyond), rel=1e-12)
    assert got.qm_p == got.p[1]


def test_a_sample_counts_the_observed_order_and_repeats_with_its_seed() -> None:
    one, same, other = (
        permutation_test(Y, V, LATITUDES, terms=TERMS, method=Method.DL, orders=99, seed=seed) for seed in (1, 1, 2)
    )
    assert one == same
    assert one.p != other.p
    assert (one.exact, one.orders, one.seed) == (False, 100, 1)
    assert all(p >= 0.01 for p in one.p)


def test_too_few_orders_to_find_anything_are_warned_of() -> None:
    x = np.column_stack([np.ones(4), [0.0, 0, 0, 1]])
    got = permutation_test(Y[:4], V[:4], x, terms=TERMS)
    assert got.orders == 4
    assert "only 4 distinct orders" in got.warnings[0]


def test_an_order_that_fits_exactly_is_as_extreme_as_can_be() -> None:
    x = np.column_stack([np.ones(5), [1.0, 2.0, 3.0, 5.0, 8.0]])
    got = permutation_test(2 * x[:, 1] + 1, [0.1] * 5, x, terms=TERMS)
    assert got.p[1] == pytest.approx(1 / 120)


def test_there_must_be_something_to_shuffle() -> None:
    with pytest.raises(InvalidInput, match="nothing to shuffle"):
        permutation_test(Y, V, np.ones((13, 1)), terms=["mean"])
    with pytest.raises(InvalidInput, match="at least 1"):
        permutation_test(Y, V, LATITUDES, terms=TERMS, orders=0)
    with pytest.raises(InvalidInput, match="too wide to shuffle"):
        permutation_test(Y, [1e-9, *V[1:]], LATITUDES, terms=TERMS)
