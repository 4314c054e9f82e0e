"""Permutation reference: the same flips through all specifications, exact where they can all be used."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.multiverse.permutation import PermutationReference, permutation_reference
from synthesis.multiverse.rows import Row
from synthesis.multiverse.specifications import specifications
from synthesis.pooling.pool import pool
from tests.multiverses import grid, many, row

GRID = grid(outcome=["rule", "tied_last"], dependence=["one_per_sample", "aggregate_0.6"], method=["REML", "DL"])


def reference(rows: tuple[Row, ...], flips: int = 500, seed: int = 1) -> PermutationReference:
    found = specifications(GRID, rows)
    result = permutation_reference(found.columns, found.fits, flips=flips, seed=seed)
    assert result is not None
    return result


def test_all_patterns_by_brute_force() -> None:
    rows = many(4)
    found = specifications(GRID, rows)
    result = reference(rows)
    assert (result.exact, result.flips, result.samples, result.seed) == (True, 8, 4, None)
    medians, shares = [], []
    for signs in product((1, -1), repeat=4):
        sign = dict(zip(("s00", "s01", "s02", "s03"), signs, strict=True))
        pools = []
        for fit in found.fits:
            used = [found.columns[column] for column in fit.columns]
            assert fit.model.method is not None
            assert fit.model.test is not None
            pools.append(
                pool(
                    [column.yi * sign[column.sample] for column in used],
                    [column.vi for column in used],
                    method=fit.model.method,
                    test=fit.model.test,
                )
            )
        medians.append(np.median([one.estimate for one in pools]))
        shares.append(max(np.mean([one.ci[0] > 0 for one in pools]), np.mean([one.ci[1] < 0 for one in pools])))
    assert result.median.observed == pytest.approx(medians[0], rel=1e-9)
    assert result.significant.observed == pytest.approx(shares[0], rel=1e-12)
    assert result.median.p == np.mean(np.abs(medians) >= abs(medians[0]) * (1 - 1e-8))
    assert result.significant.p == np.mean(np.array(shares) >= shares[0] - 1e-12)
    assert result.median.low == pytest.approx(-result.median.high, rel=1e-12)


def test_effects_that_all_point_one_way_have_the_smallest_p_there_is() -> None:
    rows = tuple(row(f"s{i}", yi=0.5 + 0.01 * i, vi=0.02) for i in range(6))
    result = reference(rows)
    assert result.median.p == result.significant.p == 1 / 32
    assert result.significant.observed == 1


def test_turning_every_sign_turns_the_median_and_leaves_p() -> None:
    rows = many(5, seed=3)
    turned = tuple(replace(one, yi=-one.yi) for one in rows)
    one, other = reference(rows), reference(turned)
    assert other.median.observed == pytest.approx(-one.median.observed, rel=1e-9)
    assert (other.median.p, other.significant.p) == (one.median.p, one.significant.p)


def test_drawn_patterns_repeat_with_the_seed_and_p_counts_the_observed() -> None:
    rows = many(12, per_sample=1, seed=5)
    first, again, other = reference(rows, 60, 1), reference(rows, 60, 1), reference(rows, 60, 2)
    assert first == again
    assert first != other
    assert (first.exact, first.flips, first.seed) == (False, 60, 1)
    for one in (first, other):
        assert (one.median.p * 61) == pytest.approx(round(one.median.p * 61), abs=1e-9)
        assert one.median.p >= 1 / 61


def test_without_two_samples_there_is_no_reference() -> None:
    found = specifications(GRID, (row("a"),))
    assert permutation_reference(found.columns, found.fits, flips=10, seed=1) is None
    assert permutation_reference((), (), flips=10, seed=1) is None


def test_no_flips_are_refused() -> None:
    with pytest.raises(InvalidInput, match="flips is 0; give at least 1"):
        permutation_reference((), (), flips=0, seed=1)


def test_the_null_is_kept_at_its_level() -> None:
    """Under symmetric effects the exact p of the median is below 0.25 no more often than it says."""
    draw = np.random.default_rng(11)
    low = 0
    for _ in range(60):
        rows = tuple(row(f"s{i}", yi=float(draw.normal(0, 0.4)), vi=float(draw.uniform(0.05, 0.2))) for i in range(5))
        low += reference(rows).median.p <= 0.25
    assert low / 60 <= 0.25 + 3 * (0.25 * 0.75 / 60) ** 0.5
