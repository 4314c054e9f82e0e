"""Chances of trials under way: against the closed form where there is one, and their symmetries."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.prospects.conclusion import Conclusion
from synthesis.prospects.conditional_power import Chances, ConditionalPower, conditional_power

Y = np.array([0.31, 0.12, 0.45, 0.2, -0.05, 0.3])
V = np.array([0.04, 0.05, 0.06, 0.09, 0.03, 0.07])


def test_closed_form_of_a_common_effect() -> None:
    """Under FE and z the updated estimate is a weighted mean of what is known and what is drawn."""
    y, v = np.array([0.1, 0.2]), np.array([0.02, 0.05])
    n1, n2 = [150, 90], [150, 100]
    found = conditional_power(
        y, v, n1, n2, seed=3, simulations=40_000, method=Method.FE, test=Inference.Z, smallest=0.15
    )
    known = float((1 / v).sum())
    estimate = float((y / v).sum()) / known
    # The part of a trial's variance that depends on its result is below a hundredth here.
    new = sum(1 / (1 / a + 1 / b) for a, b in zip(n1, n2, strict=True))
    total = known + new
    needed = 1.959964 * math.sqrt(total)
    by_current = _above(known * estimate + new * estimate, math.sqrt(new + new**2 / known), needed)
    by_smallest = _above(known * estimate + new * 0.15, math.sqrt(new), needed)
    assert found.by_current.above_zero == pytest.approx(by_current, abs=0.02)
    assert found.by_smallest is not None
    assert found.by_smallest.above_zero == pytest.approx(by_smallest, abs=0.02)
    assert found.by_current.simulation_se < 0.005
    assert found.by_current.expected_width == pytest.approx(2 * needed / total, rel=0.01)


def test_seed_and_shape() -> None:
    found = conditional_power(Y, V, [60], [58], seed=1, simulations=400, smallest=0.2)
    assert found == conditional_power(Y, V, [60], [58], seed=1, simulations=400, smallest=0.2)
    assert found != conditional_power(Y, V, [60], [58], seed=2, simulations=400, smallest=0.2)
    assert (found.trials, found.simulations, found.seed) == (1, 400, 1)
    assert found.by_smallest is not None
    assert found.by_smallest.assumption != found.by_current.assumption
    alone = conditional_power(Y, V, [60], [58], seed=1, simulations=400)
    assert alone.by_smallest is None
    assert alone.by_current.beyond_smallest is None
    assert alone.by_current.excludes_zero == found.by_current.excludes_zero


def test_a_large_trial_of_a_large_effect_settles_it() -> None:
    found = conditional_power(
        Y, V, [4000], [4000], seed=1, simulations=200, method=Method.FE, test=Inference.Z, smallest=0.8
    )
    assert found.now is Conclusion.ABOVE
    assert found.by_smallest is not None
    assert found.by_smallest.above_zero == 1.0
    assert found.by_smallest.simulation_se > 0  # 200 futures do not make certainty
    assert found.by_current.rules_out_smallest == 1.0


def test_few_studies_are_warned_of() -> None:
    one = conditional_power([0.3], [0.05], [50], [50], seed=1, simulations=200)
    assert one.warnings[0].startswith("One study")
    two = conditional_power([0.3, 0.1], [0.05, 0.04], [50], [50], seed=1, simulations=200)
    assert any("nearly open" in warning for warning in two.warnings)
    assert all(math.isfinite(number) for number in (*two.by_current.expected_ci, two.by_current.expected_width))


@given(
    st.lists(
        st.tuples(st.floats(-1, 1).map(lambda y: round(y, 3)), st.floats(0.01, 0.5).map(lambda v: round(v, 4))),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 50),
)
@settings(deadline=None, max_examples=25)
def test_sign_and_order(rows: list[tuple[float, float]], seed: int) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    base = conditional_power(y, v, [40, 25], [38, 30], seed=seed, simulations=100, smallest=0.3)
    other = conditional_power(-y[::-1], v[::-1], [40, 25], [38, 30], seed=seed, simulations=100, smallest=-0.3)
    assert base.by_smallest is not None
    assert other.by_smallest is not None
    for one, two in ((base.by_current, other.by_current), (base.by_smallest, other.by_smallest)):
        # A future whose limit is 0 but for rounding may fall to either side: one in a hundred at most.
        assert two.above_zero == pytest.approx(one.below_zero, abs=0.0101)
        assert two.beyond_smallest == pytest.approx(one.beyond_smallest, abs=0.0101)
        assert two.rules_out_smallest == pytest.approx(one.rules_out_smallest, abs=0.0101)
        assert two.expected_ci == pytest.approx((-one.expected_ci[1], -one.expected_ci[0]), rel=1e-6, abs=1e-6)
        assert two.expected_width == pytest.approx(one.expected_width, rel=1e-6)
    _probabilities(base)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"planned_n2": [40]}, "2 trials and planned_n2 1"),
        ({"planned_n1": []}, "planned_n1 holds no list"),
        ({"planned_n1": [1, 40]}, "planned_n1 holds 1"),
        ({"simulations": 3}, "simulations is 3"),
        ({"smallest": math.nan}, "smallest effect of interest is nan"),
    ],
)
def test_refused(changed: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "planned_n1": [40, 50],
        "planned_n2": [40, 50],
        "seed": 1,
        "simulations": 100,
    } | changed
    with pytest.raises(InvalidInput, match=message):
        conditional_power(Y, V, **arguments)


def _above(mean: float, sd: float, needed: float) -> float:
    return float(ndtr((mean - needed) / sd))


def _probabilities(found: ConditionalPower) -> None:
    for chances in (found.by_current, found.by_smallest):
        assert isinstance(chances, Chances)
        assert chances.excludes_zero == pytest.approx(chances.above_zero + chances.below_zero)
        for share in (chances.above_zero, chances.below_zero, chances.beyond_smallest, chances.rules_out_smallest):
            assert share is not None
            assert 0 <= share <= 1
