"""Bayes factors against brute force, and the refusal where none exists."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from corpus.errors import InvalidInput
from synthesis.bayes.factors import bayes_factors
from synthesis.bayes.priors import Flat, HalfNormal, Normal
from synthesis.bayes.published_priors import RHODES_2015_SMD

Y = np.array([0.31, -0.12, 0.55])
V = np.array([0.02, 0.05, 0.04])


def _likelihood(mu: float, tau: float) -> float:
    variance = V + tau**2
    return float(np.prod(np.exp(-((Y - mu) ** 2) / variance / 2) / np.sqrt(2 * np.pi * variance)))


def _prior_mu(mu: float) -> float:
    return math.exp(-((mu / 0.5) ** 2) / 2) / 0.5 / math.sqrt(2 * math.pi)


def _prior_tau(tau: float) -> float:
    return math.exp(-((tau / 0.3) ** 2) / 2) / 0.3 * math.sqrt(2 / math.pi)


def test_brute_force() -> None:
    found = bayes_factors(Y, V, effect=Normal(0, 0.5), heterogeneity=HalfNormal(0.3))
    precise = {"epsabs": 0, "epsrel": 1e-10}
    both, _ = dblquad(lambda mu, tau: _prior_mu(mu) * _prior_tau(tau) * _likelihood(mu, tau), 0, 3, -4, 4, **precise)
    no_effect, _ = quad(lambda tau: _prior_tau(tau) * _likelihood(0.0, tau), 0, 3, **precise)
    no_tau, _ = quad(lambda mu: _prior_mu(mu) * _likelihood(mu, 0.0), -4, 4, **precise)
    assert found.mean_effect.factor == pytest.approx(both / no_effect, rel=1e-9)
    assert found.heterogeneity.factor == pytest.approx(both / no_tau, rel=1e-9)
    assert found.mean_effect.probability_of_zero == pytest.approx(no_effect / (no_effect + both), rel=1e-9)
    assert found.mean_effect.log == pytest.approx(math.log(both / no_effect), abs=1e-9)


def test_a_flat_prior_has_no_factor() -> None:
    with pytest.raises(InvalidInput, match="not defined under a flat prior"):
        bayes_factors(Y, V, effect=Flat(), heterogeneity=HalfNormal(0.3))


def test_overwhelming_evidence_has_a_logarithm_only() -> None:
    found = bayes_factors(Y * 100, V, effect=Normal(30, 10), heterogeneity=HalfNormal(0.1))
    assert found.heterogeneity.factor is None
    assert found.heterogeneity.log > 700
    assert found.heterogeneity.probability_of_zero < 1e-300


def test_one_study_is_warned_of() -> None:
    found = bayes_factors([0.4], [0.04], effect=Normal(0, 0.5), heterogeneity=HalfNormal(0.3))
    assert found.warnings


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.001, 2)), min_size=1, max_size=6), st.floats(1e-6, 1e6))
@settings(deadline=None, max_examples=40)
def test_scale_sign_and_order(rows: list[tuple[float, float]], c: float) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    base = bayes_factors(y, v, effect=Normal(0.1, 0.5), heterogeneity=RHODES_2015_SMD)
    other = bayes_factors(
        -c * y[::-1], c**2 * v[::-1], effect=Normal(-0.1 * c, 0.5 * c), heterogeneity=RHODES_2015_SMD.rescaled(c)
    )
    assert other.mean_effect.log == pytest.approx(base.mean_effect.log, abs=1e-8, rel=1e-10)
    assert other.heterogeneity.log == pytest.approx(base.heterogeneity.log, abs=1e-8, rel=1e-10)
