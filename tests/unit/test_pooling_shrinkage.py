"""Shrunken study effects: between each study and the mean, metafor's under knha, and honest gaps."""

import pytest

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.pooling.shrinkage import shrunken_effects

Y = [0.31, -0.12, 0.8, 0.05]
V = [0.04, 0.09, 0.02, 0.07]


def test_each_lies_between_its_estimate_and_the_mean() -> None:
    pooled = pool(Y, V)
    rows = shrunken_effects(Y, V, pooled)
    for y, row in zip(Y, rows, strict=True):
        assert min(y, pooled.estimate) <= row.estimate <= max(y, pooled.estimate)
        assert row.interval[0] < row.estimate < row.interval[1]
    # The less precise, the nearer to the mean.
    by_variance = [row.own_share for _, row in sorted(zip(V, rows, strict=True), key=lambda pair: pair[0])]
    assert by_variance == sorted(by_variance, reverse=True)


def test_the_intervals_use_the_test_and_level_of_the_mean() -> None:
    narrow = shrunken_effects(Y, V, pool(Y, V, test=Inference.Z, level=0.8))[0]
    wide = shrunken_effects(Y, V, pool(Y, V, test=Inference.KNHA, level=0.95))[0]
    assert wide.interval[0] < narrow.interval[0] < narrow.interval[1] < wide.interval[1]
    assert (wide.interval[1] - wide.estimate) / wide.se == pytest.approx(3.182446305284263)


def test_without_heterogeneity_every_study_has_the_mean() -> None:
    fixed = pool(Y, V, method=Method.FE, test=Inference.Z)
    for row in shrunken_effects(Y, V, fixed):
        assert (row.estimate, row.se, row.own_share) == pytest.approx((fixed.estimate, fixed.se, 0.0))


def test_one_study_has_no_others_to_borrow_from() -> None:
    assert shrunken_effects([0.3], [0.04], pool([0.3], [0.04])) == ()


def test_effects_of_another_pool_are_refused() -> None:
    with pytest.raises(InvalidInput, match="3 effects and the pooled result 4"):
        shrunken_effects(Y[:3], V[:3], pool(Y, V))
