"""Permutation test and bootstrap of a pooled mean: exact where it can be, seeded where it is drawn."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.batch.resampling import bootstrap, permutation_test
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference

Y = [0.42, 0.11, -0.05, 0.63, 0.30, 0.21, 0.55]
V = [0.05, 0.02, 0.04, 0.11, 0.03, 0.06, 0.08]


@pytest.mark.parametrize("test", [Inference.Z, Inference.KNHA])
def test_exact_p_counts_every_flip(test: Inference) -> None:
    observed = pool(Y, V, test=test).statistic
    assert observed is not None
    flipped = [pool(np.array(Y) * signs, V, test=test).statistic for signs in product((1, -1), repeat=len(Y))]
    share = np.mean([statistic is not None and abs(statistic) >= abs(observed) - 1e-9 for statistic in flipped])
    got = permutation_test(Y, V, test=test, seed=1)
    assert got.exact
    assert got.seed is None
    assert got.permutations == 2 ** len(Y)
    assert got.p == share
    assert got.statistic == pytest.approx(observed, rel=1e-9)


def test_a_drawn_p_is_near_the_exact_one_and_never_0() -> None:
    exact = permutation_test(Y, V, seed=1)
    drawn = permutation_test(Y, V, iterations=100, seed=1)
    assert not drawn.exact
    assert drawn.permutations == 100
    assert drawn.p == pytest.approx(exact.p, abs=0.1)
    assert drawn == permutation_test(Y, V, iterations=100, seed=1)
    assert drawn != permutation_test(Y, V, iterations=100, seed=2)
    strong = permutation_test([1.0 + 0.01 * i for i in range(20)], [0.01] * 20, iterations=500, seed=3)
    assert strong.p == 1 / 501


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=1, max_size=7), st.sampled_from(Method))
@settings(deadline=None, max_examples=40)
def test_sign_flip_of_all_and_bounds(rows: list[tuple[float, float]], method: Method) -> None:
    y, v = [y for y, _ in rows], [v for _, v in rows]
    one = permutation_test(y, v, method=method, seed=0)
    other = permutation_test([-value for value in y], v, method=method, seed=0)
    assert one.p == other.p
    assert 2.0 ** (1 - len(y)) <= one.p <= 1
    assert bool(one.warnings) == (len(y) < 6)


def test_equal_estimates_have_the_smallest_p() -> None:
    got = permutation_test([0.5] * 6, [0.1, 0.2, 0.1, 0.3, 0.1, 0.2], seed=0)
    assert np.isinf(got.statistic)
    assert got.p == 2 / 2**6


def test_bootstrap_is_near_the_model_and_repeats() -> None:
    rng = np.random.default_rng(8)
    v = rng.gamma(3, 0.02, 40) + 0.01
    y = rng.normal(0.3, np.sqrt(v + 0.05))
    got = bootstrap(y, v, resamples=4_000, seed=5)
    model = pool(y, v)
    assert got == bootstrap(y, v, resamples=4_000, seed=5)
    assert got.mean.se == pytest.approx(model.se, rel=0.15)
    assert got.mean.percentile == pytest.approx(model.ci, abs=0.3 * model.se)
    assert got.mean.bca == pytest.approx(model.ci, abs=0.4 * model.se)
    assert got.tau2.estimate == pytest.approx(model.tau2, rel=1e-9)
    assert got.tau2.percentile is not None
    assert 0 <= got.tau2.percentile[0] < model.tau2 < got.tau2.percentile[1]  # type: ignore[operator]
    assert got.warnings == ()


def test_bca_is_that_of_its_definition() -> None:
    from statistics import NormalDist

    normal = NormalDist()
    got = bootstrap(Y, V, method=Method.FE, resamples=2_000, seed=9)
    # FE needs no fitting: resamples and leave-one-out values are weighted means, worked here by hand.
    y, w = np.array(Y), 1 / np.array(V)
    drawn = np.random.default_rng(9).integers(0, 7, size=(2_000, 7))
    means = (y[drawn] * w[drawn]).sum(axis=1) / w[drawn].sum(axis=1)
    observed = np.average(y, weights=w)
    bias = normal.inv_cdf(float((means < observed - 1e-9).mean() + (abs(means - observed) < 1e-9).mean() / 2))
    without = np.array([np.average(np.delete(y, i), weights=np.delete(w, i)) for i in range(7)])
    deviations = without.mean() - without
    acceleration = float((deviations**3).sum()) / (6 * float((deviations**2).sum()) ** 1.5)
    tails = [
        normal.cdf(bias + (bias + z) / (1 - acceleration * (bias + z))) for z in map(normal.inv_cdf, (0.025, 0.975))
    ]
    assert got.mean.percentile == pytest.approx(np.quantile(means, (0.025, 0.975)), rel=1e-9)
    assert got.mean.bca == pytest.approx(np.quantile(means, tails), rel=1e-6)
    assert got.tau2.estimate is None


def test_one_study_and_equal_studies_have_words_instead_of_intervals() -> None:
    one = bootstrap([0.3], [0.1], seed=1)
    assert one.mean.estimate == pytest.approx(0.3)
    assert one.mean.percentile is None
    assert one.warnings == ("One study: there is nothing to resample.",)
    equal = bootstrap([0.3, 0.3, 0.3], [0.1, 0.1, 0.1], resamples=200, seed=1)
    assert equal.mean.bca is None
    assert any("too narrow" in words for words in equal.warnings)
    assert any("No BCa interval of the mean" in words for words in equal.warnings)


def test_scale_goes_through() -> None:
    base = bootstrap(Y, V, resamples=300, seed=4)
    scaled = bootstrap([1e3 * y for y in Y], [1e6 * v for v in V], resamples=300, seed=4)
    assert base.mean.bca is not None
    assert scaled.mean.bca == pytest.approx([1e3 * bound for bound in base.mean.bca], rel=1e-9)
    assert scaled.tau2.se == pytest.approx(1e6 * (base.tau2.se or 0), rel=1e-9)


def test_refusals() -> None:
    with pytest.raises(InvalidInput, match="iterations is 0"):
        permutation_test(Y, V, iterations=0, seed=1)
    with pytest.raises(InvalidInput, match="resamples is 10"):
        bootstrap(Y, V, resamples=10, seed=1)
    with pytest.raises(InvalidInput, match="level is 95"):
        bootstrap(Y, V, level=95, seed=1)
