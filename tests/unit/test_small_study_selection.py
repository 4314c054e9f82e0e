"""Selection models: derivatives, recovery of known weights, several modes, refusals.

Never compares with metafor: tests/parity does.
"""

import math

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.small_study.reading import NotDefined
from synthesis.small_study.selection_model import Alternative, selection_model, selection_modes
from synthesis.small_study.step_likelihood import StepLikelihood


def _likelihood() -> StepLikelihood:
    v = np.array([0.01, 0.04, 0.09, 0.16, 0.25, 0.02, 0.03])
    y = np.array([0.3, 0.5, 0.1, 0.9, 0.2, -0.1, 0.05])
    edges = np.sqrt(v)[:, None] * np.array([1.959963984540054, 0.0])
    interval = (y[:, None] < edges).sum(axis=1)
    return StepLikelihood(y=y, v=v, edges=edges, interval=interval)


def test_derivatives_are_those_of_the_likelihood() -> None:
    likelihood, at = _likelihood(), np.array([0.15, 0.03, -0.7, -1.2])
    value, gradient, hessian = likelihood.derivatives(at[0], at[1], at[2:])
    assert math.isfinite(value)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        above, below = at + step, at - step
        high = likelihood.derivatives(above[0], above[1], above[2:])
        low = likelihood.derivatives(below[0], below[1], below[2:])
        assert gradient[place] == pytest.approx((high[0] - low[0]) / 2e-5, rel=1e-6, abs=1e-7)
        assert hessian[place] == pytest.approx((high[1] - low[1]) / 2e-5, rel=1e-5, abs=1e-5)


def test_equal_weights_are_the_model_without_selection() -> None:
    likelihood = _likelihood()
    value, _, _ = likelihood.derivatives(0.15, 0.03, np.zeros(2))
    s2 = likelihood.v + 0.03
    plain = -0.5 * (np.log(2 * np.pi * s2) + (likelihood.y - 0.15) ** 2 / s2).sum()
    assert value == pytest.approx(float(plain), rel=1e-12)


@pytest.fixture(scope="module")
def selected() -> tuple[np.ndarray, np.ndarray]:
    """600 effects, mean 0.2, tau 0.1, of which not significant ones are seen with probability 0.3."""
    rng = np.random.default_rng(8)
    se = rng.uniform(0.05, 0.4, 3000)
    y = rng.normal(0.2, np.sqrt(se**2 + 0.01))
    seen = (y / se > 1.959963984540054) | (rng.uniform(size=3000) < 0.3)
    return y[seen][:600], se[seen][:600] ** 2


def test_selection_is_undone(selected: tuple[np.ndarray, np.ndarray]) -> None:
    fit = selection_model(*selected)
    assert fit.converged
    assert fit.alternative is Alternative.GREATER
    assert abs(fit.mean.estimate - 0.2) < 3 * fit.mean.se
    assert fit.unadjusted > 0.25  # what selection makes of 0.2
    weight = fit.weights[1]
    assert weight.se is not None
    assert abs(weight.weight - 0.3) < 3 * weight.se
    assert fit.lrt_p < 1e-6
    assert fit.lrt_df == 1


def test_a_mirror_image_is_selected_the_other_way(selected: tuple[np.ndarray, np.ndarray]) -> None:
    y, v = selected[0][:80], selected[1][:80]
    fit, mirrored = selection_model(y, v), selection_model(-y, v)
    assert mirrored.alternative is Alternative.LESS
    assert mirrored.mean.estimate == pytest.approx(-fit.mean.estimate, rel=1e-8)
    assert mirrored.log_likelihood == pytest.approx(fit.log_likelihood)


def test_more_steps_fit_no_worse(selected: tuple[np.ndarray, np.ndarray]) -> None:
    one = selection_model(*selected)
    three = selection_model(*selected, steps=(0.025, 0.1, 0.5))
    assert len(three.weights) == 4
    assert three.log_likelihood >= one.log_likelihood - 1e-9
    assert three.lrt_df == 3
    assert sum(weight.effects for weight in three.weights) == three.k


def test_a_fixed_effect_has_no_heterogeneity(selected: tuple[np.ndarray, np.ndarray]) -> None:
    fit = selection_model(*selected, random=False)
    assert (fit.tau2, fit.se_tau2) == (0, None)
    assert fit.log_likelihood < selection_model(*selected).log_likelihood


def test_a_second_mode_is_told() -> None:
    # One large null study among small positive ones: heterogeneity without selection, or selection without heterogeneity.
    y = [0.83, 1.06, 1.28, 0.04, -0.22, 2.41, 1.28, 1.19, 0.70, 2.21, 2.04, 0.85, 0.79, 0.30, 1.57, -0.058]
    v = [1.56, 0.171, 0.653, 2.04, 0.239, 1.15, 1.43, 2.76, 0.287, 1.23, 0.61, 0.382, 0.392, 0.0215, 0.33, 0.001]
    modes = selection_modes(y, v)
    assert len(modes) == 2
    assert modes[0].log_likelihood > modes[1].log_likelihood
    assert modes[0].tau2 == 0
    assert any("another mode" in said for said in modes[0].cautions)


def test_an_interval_without_effects_is_refused_in_words() -> None:
    with pytest.raises(NotDefined, match=r"between 0 and 0\.025"):
        selection_model([0.1, 0.05, 0.2, 0.1], [0.04, 0.05, 0.09, 0.16])
    with pytest.raises(NotDefined, match="at least 4"):
        selection_model([0.9, 0.05, 0.2], [0.04, 0.05, 0.09])


@pytest.mark.parametrize("steps", [(), (0.0,), (0.5, 0.1), (0.1, 0.1), (1.2,)])
def test_steps_ascend_between_0_and_1(steps: tuple[float, ...]) -> None:
    with pytest.raises(InvalidInput, match="ascend"):
        selection_model([0.9, 0.05, 0.2, 0.3], [0.04, 0.05, 0.09, 0.1], steps=steps)
