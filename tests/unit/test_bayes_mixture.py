"""Quantiles and shortest intervals of normal mixtures, where the answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from synthesis.bayes.mixture import NormalMixture, central, shortest


def test_one_component_is_the_normal_distribution() -> None:
    one = NormalMixture(np.ones(1), np.array([2.0]), np.array([3.0]))
    for probability in (1e-12, 0.025, 0.5, 0.9, 1 - 1e-9):
        assert one.quantile(probability) == pytest.approx(2 + 3 * ndtri(probability), rel=1e-13)
    assert shortest(one, 0.95) == pytest.approx(central(one, 0.95), rel=1e-9)
    assert one.moments() == (2.0, 3.0)


def test_of_two_peaks_the_narrow_one_is_kept() -> None:
    two = NormalMixture(np.array([0.6, 0.4]), np.array([0.0, 10.0]), np.array([0.1, 2.0]))
    low, high = shortest(two, 0.5)
    assert -0.2 < low < 0 < high < 0.2
    ends = two.density(np.array([low, high]))
    assert ends[0] == pytest.approx(ends[1], rel=1e-9)


@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(-1e6, 1e6), st.floats(1e-6, 1e6)), min_size=1, max_size=6),
    st.floats(1e-9, 1 - 1e-9),
)
@settings(deadline=None, max_examples=60)
def test_a_quantile_has_its_probability_below(components: list[tuple[float, float, float]], probability: float) -> None:
    mass, mean, sd = (np.array(column) for column in zip(*components, strict=True))
    mixture = NormalMixture(mass / mass.sum(), mean, sd)
    value = mixture.quantile(probability)
    # The steepest component, and the last digit of the value, bound what can be asked for.
    slack = 1e-12 + 4 * np.spacing(abs(value)) * float(mixture.density(np.array([value]))[0])
    assert mixture.below(value) == pytest.approx(probability, abs=slack)


@given(st.lists(st.tuples(st.floats(0.05, 1), st.floats(-2, 2), st.floats(0.5, 3)), min_size=1, max_size=5))
@settings(deadline=None, max_examples=40)
def test_no_interval_is_shorter(components: list[tuple[float, float, float]]) -> None:
    mass, mean, sd = (np.array(column) for column in zip(*components, strict=True))
    mixture = NormalMixture(mass / mass.sum(), mean, sd)
    low, high = shortest(mixture, 0.9)
    assert mixture.below(high) - mixture.below(low) == pytest.approx(0.9, abs=1e-10)
    for tail in np.linspace(0.001, 0.099, 30):
        assert high - low <= (mixture.quantile(tail + 0.9) - mixture.quantile(tail)) * (1 + 1e-6)
