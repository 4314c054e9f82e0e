"""The next trial: every cell is a pool with one more row, and the least size is the least."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.effectsizes.two_groups import ls_variance
from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.prospects.conclusion import Conclusion, conclude
from synthesis.prospects.next_trial import least_trial, next_trial
from synthesis.prospects.trial import trial_variance

Y = np.array([0.31, 0.12, 0.45, 0.2])
V = np.array([0.04, 0.05, 0.06, 0.09])


@pytest.mark.parametrize("method", [Method.REML, Method.DL, Method.FE])
@pytest.mark.parametrize("test", [Inference.KNHA, Inference.Z])
def test_every_cell_is_a_pool_with_one_more_trial(method: Method, test: Inference) -> None:
    found = next_trial(Y, V, effects=[-0.1, 0.4], sizes=[20, 75, 300], method=method, test=test, smallest=0.2)
    assert found.now_ci == pytest.approx(pool(Y, V, method=method, test=test).ci, rel=1e-12)
    for row, effect in enumerate((-0.1, 0.4)):
        for column, n in enumerate((20, 75, 300)):
            cell = found.cells[row][column]
            variance = ls_variance(effect, n, n)
            with_it = pool([*Y, effect], [*V, variance], method=method, test=test)
            assert (cell.effect, cell.n_per_arm) == (effect, n)
            assert cell.variance == pytest.approx(variance, rel=1e-15)
            assert [cell.estimate, *cell.ci] == pytest.approx([with_it.estimate, *with_it.ci], rel=1e-9)
            assert cell.tau2 == (None if method is Method.FE else pytest.approx(with_it.tau2, rel=1e-9, abs=1e-12))
            assert cell.conclusion is conclude(*with_it.ci)
            assert cell.beyond_smallest is (with_it.ci[0] > 0.2)
            assert cell.rules_out_smallest is (with_it.ci[1] < 0.2)


def test_without_a_smallest_effect_nothing_is_said_of_it() -> None:
    cell = next_trial(Y, V, effects=[0.3], sizes=[50]).cells[0][0]
    assert cell.beyond_smallest is None
    assert cell.rules_out_smallest is None


def test_the_least_size_is_enough_and_one_less_is_not() -> None:
    y, v = [0.1, 0.2, 0.15], [0.04, 0.04, 0.05]
    model: dict[str, Any] = {"method": Method.DL, "test": Inference.Z, "smallest": 0.25}
    found = least_trial(y, v, effects=[0.3, 0.0], largest=1500, **model)
    shown, ruled_out = found[0].excludes_zero, found[1].rules_out_smallest
    assert shown is not None
    assert shown > 2
    assert ruled_out is not None
    assert ruled_out > 2
    around = next_trial(y, v, effects=[0.3], sizes=[shown - 1, shown], **model).cells[0]
    assert [cell.conclusion for cell in around] == [Conclusion.INCLUDES, Conclusion.ABOVE]
    around = next_trial(y, v, effects=[0.0], sizes=[ruled_out - 1, ruled_out], **model).cells[0]
    assert [cell.rules_out_smallest for cell in around] == [False, True]
    assert (found[1].excludes_zero, found[0].beyond_smallest, found[0].largest) == (None, None, 1500)


def test_said_already_needs_no_trial() -> None:
    found = least_trial([0.5, 0.5, 0.6], [0.01, 0.01, 0.02], effects=[0.5], test=Inference.Z, largest=50)
    assert found[0].excludes_zero == 0
    assert found[0].beyond_smallest is None


def test_a_size_that_is_enough_while_a_larger_one_is_not() -> None:
    """A trial that differs brings heterogeneity, the more the larger it is."""
    model: dict[str, Any] = {"effects": [0.8], "method": Method.DL, "test": Inference.Z}
    found = least_trial([0.2, 0.2], [0.04, 0.04], largest=100, **model)[0]
    assert found.excludes_zero == 13
    assert found.warnings[0].startswith("A trial larger than the least one would leave it open")
    cells = next_trial([0.2, 0.2], [0.04, 0.04], sizes=[12, 13, 100], **model).cells[0]
    assert [cell.conclusion is Conclusion.ABOVE for cell in cells] == [False, True, False]


rows_of_effects = st.lists(
    st.tuples(st.floats(-2, 2).map(lambda y: round(y, 3)), st.floats(0.005, 1).map(lambda v: round(v, 4))),
    min_size=1,
    max_size=7,
)


@given(rows_of_effects, st.floats(-1, 1), st.integers(2, 500))
@settings(deadline=None, max_examples=50)
def test_sign_and_order(rows: list[tuple[float, float]], effect: float, n: int) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    base = next_trial(y, v, effects=[effect], sizes=[n], smallest=0.3).cells[0][0]
    other = next_trial(-y[::-1], v[::-1], effects=[-effect], sizes=[n], smallest=-0.3).cells[0][0]
    assert other.ci == pytest.approx((-base.ci[1], -base.ci[0]), rel=1e-8, abs=1e-8)
    assert (other.beyond_smallest, other.rules_out_smallest) == (base.beyond_smallest, base.rules_out_smallest)
    assert all(math.isfinite(number) for number in (*base.ci, base.estimate, base.variance))


def test_variance_is_that_of_coded_effects() -> None:
    assert float(trial_variance(0.4, 30, 50)) == pytest.approx(ls_variance(0.4, 30, 50), rel=1e-15)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"effects": []}, "effects holds no list"),
        ({"effects": [math.nan]}, "effects holds no list"),
        ({"sizes": []}, "sizes holds no list"),
        ({"sizes": [1]}, "sizes holds 1"),
        ({"sizes": [20.5]}, "sizes holds 20.5"),
        ({"smallest": 0.0}, "smallest effect of interest is 0"),
    ],
)
def test_refused(changed: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"effects": [0.3], "sizes": [50]} | changed
    with pytest.raises(InvalidInput, match=message):
        next_trial(Y, V, **arguments)
