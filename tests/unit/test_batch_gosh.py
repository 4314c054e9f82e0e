"""GOSH: every subset of two or more, or a seeded draw of them."""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.batch.gosh import gosh
from synthesis.pooling.pool import Method, pool

Y = [0.42, 0.11, -0.05, 0.63, 2.30, 0.21]
V = [0.05, 0.02, 0.04, 0.11, 0.03, 0.06]


@pytest.mark.parametrize("method", [Method.FE, Method.REML])
def test_all_subsets_as_pooled_alone(method: Method) -> None:
    got = gosh(Y, V, method=method, seed=1)
    assert got.exact
    assert got.seed is None
    assert len(got.estimate) == 2**6 - 6 - 1
    assert len({tuple(row) for row in got.included.tolist()}) == len(got.estimate)
    for row in (0, 17, -1):
        subset = pool(np.array(Y)[got.included[row]], np.array(V)[got.included[row]], method=method)
        assert got.estimate[row] == pytest.approx(subset.estimate, rel=1e-9)
        assert got.i2[row] == pytest.approx(subset.i2, rel=1e-9, abs=1e-9)


def test_the_odd_study_moves_the_subsets_that_hold_it() -> None:
    odd = gosh(Y, V, seed=1).studies[4]
    assert odd.share == pytest.approx(31 / 57)
    assert odd.estimate_with is not None
    assert odd.estimate_without is not None
    assert odd.estimate_with > odd.estimate_without
    assert odd.i2_with is not None
    assert odd.i2_with > 80


def test_a_draw_repeats_by_its_seed_and_holds_each_study_half_the_time() -> None:
    rng = np.random.default_rng(0)
    y, v = rng.normal(0, 1, 25), rng.gamma(2, 0.1, 25) + 0.01
    got = gosh(y, v, subsets=2_000, method=Method.DL, seed=6)
    again = gosh(y, v, subsets=2_000, method=Method.DL, seed=6)
    assert not got.exact
    assert got.seed == 6
    assert (got.estimate == again.estimate).all()
    assert [study.share for study in got.studies] == pytest.approx([0.5] * 25, abs=0.05)
    assert got.included.sum(axis=1).min() >= 2


def test_two_studies_have_one_subset_and_none_without() -> None:
    got = gosh([0.1, 0.4], [0.1, 0.1], seed=1)
    assert len(got.estimate) == 1
    assert got.studies[0].estimate_without is None


def test_refusals() -> None:
    with pytest.raises(InvalidInput, match="no subsets"):
        gosh([0.1], [0.1], seed=1)
    with pytest.raises(InvalidInput, match="subsets is 0"):
        gosh(Y, V, subsets=0, seed=1)
