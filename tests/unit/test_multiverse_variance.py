"""Variance shares: exact in balanced designs, honest about interactions, and complete."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.multiverse.variance import VarianceShares, variance_shares


def shares(found: VarianceShares | None) -> dict[str, float]:
    assert found is not None
    return {one.axis: one.share for one in found.axes}


def test_a_balanced_design_gives_the_shares_of_an_analysis_of_variance() -> None:
    a, b = np.array([0.0, 1.0]), np.array([0.0, 2.0, 7.0])
    cells = a[:, None, None] + b[None, :, None] + np.zeros(4)[None, None, :]
    found = variance_shares(cells, ("a", "b", "inert"))
    total = a.var() + b.var()
    assert shares(found) == pytest.approx({"a": a.var() / total, "b": b.var() / total, "inert": 0.0}, abs=1e-12)
    assert found is not None
    assert found.interactions == pytest.approx(0, abs=1e-12)
    assert found.cells == 24
    assert found.sd == pytest.approx(total**0.5, rel=1e-12)


def test_what_no_single_axis_explains_is_interaction() -> None:
    found = variance_shares(np.array([[1.0, -1.0], [-1.0, 1.0]]), ("a", "b"))
    assert shares(found) == pytest.approx({"a": 0, "b": 0}, abs=1e-12)
    assert found is not None
    assert found.interactions == pytest.approx(1, abs=1e-12)


def test_two_axes_that_cannot_be_told_apart_share_equally() -> None:
    found = variance_shares(np.array([[1.0, np.nan], [np.nan, 3.0]]), ("a", "b"))
    assert shares(found) == pytest.approx({"a": 0.5, "b": 0.5}, abs=1e-12)


def test_nothing_to_divide_is_none() -> None:
    assert variance_shares(np.full((2, 2), 0.3), ("a", "b")) is None
    assert variance_shares(np.full((2, 2), np.nan), ("a", "b")) is None
    assert variance_shares(np.array([[0.3, np.nan]]), ("a", "b")) is None


@given(
    seed=st.integers(0, 10_000),
    holes=st.floats(0, 0.6),
    power=st.integers(-40, 40),
)
@settings(max_examples=60, deadline=None)
def test_shares_are_complete_and_have_no_unit(seed: int, holes: float, power: int) -> None:
    draw = np.random.default_rng(seed)
    cells = draw.normal(size=(2, 3, 2, 4))
    cells[draw.random(cells.shape) < holes] = np.nan
    found = variance_shares(cells, "abcd")
    if found is None:
        return
    assert sum(shares(found).values()) + found.interactions == pytest.approx(1, abs=1e-9)
    assert all(0 <= share <= 1 + 1e-9 for share in shares(found).values())
    again = variance_shares(cells * 2.0**power, "abcd")
    assert shares(again) == pytest.approx(shares(found), abs=1e-9)
    turned = variance_shares(np.moveaxis(cells, 0, 3), "bcda")
    assert shares(turned) == pytest.approx(shares(found), abs=1e-9)
