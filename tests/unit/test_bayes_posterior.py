"""The posterior against published figures, brute-force integration and its own symmetries.

Never compares with a sampler: every number here is deterministic.
"""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import dblquad, quad
from scipy.special import ndtr

from corpus.errors import InvalidInput
from synthesis.bayes.posterior import Marginal, Posterior, posterior
from synthesis.bayes.priors import (
    EffectPrior,
    Flat,
    HalfCauchy,
    HalfNormal,
    HalfT,
    HeterogeneityPrior,
    LogNormalVariance,
    LogTVariance,
    Normal,
    UniformTau,
)
from synthesis.bayes.published_priors import RHODES_2015_SMD, TURNER_2015_LOG_ODDS
from synthesis.bayes.sensitivity import PriorChoice, prior_sensitivity

Floats = NDArray[np.float64]

# Rubin (1981), Journal of Educational Statistics 6, 377-401, table 1: coaching effects in eight schools.
SCHOOLS_Y = np.array([28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16])
SCHOOLS_V = np.array([14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6]) ** 2

Y = np.array([0.31, -0.12, 0.55, 0.8, 0.22])
V = np.array([0.02, 0.05, 0.04, 0.16, 0.015])

TAU_PRIORS: list[HeterogeneityPrior] = [
    HalfNormal(0.5),
    HalfCauchy(0.3),
    HalfT(0.4, 4.0),
    UniformTau(1.5),
    TURNER_2015_LOG_ODDS,
    RHODES_2015_SMD,
    LogNormalVariance(-9.0, 0.5),
    LogTVariance(-1.0, 0.7, 3.0),
]
EFFECT_PRIORS: list[EffectPrior] = [Flat(), Normal(0.1, 0.6)]

# Relative, against Gauss-Legendre over log tau; the tails of quantiles below are held to 1e-8.
EXACT = 1e-9


def test_eight_schools_as_published() -> None:
    # Röver (2020), Journal of Statistical Software 93(6), and the vignette of bayesmeta: half-Cauchy 25, normal(0, 50).
    found = posterior(SCHOOLS_Y, SCHOOLS_V, effect=Normal(0, 50), heterogeneity=HalfCauchy(25), with_shortest=True)
    assert found.tau.median == pytest.approx(4.758539, abs=1e-6)
    assert found.tau.mean == pytest.approx(5.884511, abs=1e-6)
    assert found.tau.sd == pytest.approx(4.869904, abs=1e-6)
    assert found.tau.shortest == pytest.approx((0.0, 15.165894), abs=1e-6)
    # Its mean effect is a mixture of few components, within a declared divergence; ours has no such error.
    assert found.mu.median == pytest.approx(7.962961, abs=1e-3)
    assert found.mu.mean == pytest.approx(7.985729, abs=1e-3)
    assert found.mu.sd == pytest.approx(4.995762, abs=1e-3)
    assert found.mu.shortest == pytest.approx((-1.823353, 17.824562), abs=4e-3)


@pytest.mark.parametrize("effect", EFFECT_PRIORS, ids=lambda prior: prior.words)
@pytest.mark.parametrize("heterogeneity", TAU_PRIORS, ids=lambda prior: prior.words)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_brute_force(k: int, effect: EffectPrior, heterogeneity: HeterogeneityPrior) -> None:
    y, v = Y[:k], V[:k]
    found = posterior(y, v, effect=effect, heterogeneity=heterogeneity, smallest=0.2)
    reference = _Reference(y, v, effect, heterogeneity)
    assert found.mu_above_zero == pytest.approx(reference.mu_above(0.0), rel=EXACT)
    assert found.mu_beyond_smallest == pytest.approx(reference.mu_above(0.2), rel=EXACT)
    assert found.new_study_above_zero == pytest.approx(reference.new_above(0.0), rel=EXACT)
    low, high = found.mu.central
    assert reference.mu_above(low) == pytest.approx(0.975, rel=EXACT)
    assert reference.mu_above(high) == pytest.approx(0.025, rel=1e-8)
    assert reference.tau_below(found.tau.median) == pytest.approx(0.5, rel=EXACT)
    assert reference.tau_below(found.tau.central[0]) == pytest.approx(0.025, rel=1e-8)
    if effect != Flat():
        assert found.log_evidence == pytest.approx(math.log(reference.evidence), abs=EXACT)
    if found.tau.sd is not None and not isinstance(heterogeneity, LogTVariance):
        mean = reference.average(reference.tau)
        assert found.tau.mean == pytest.approx(mean, rel=EXACT)
        assert found.tau.sd == pytest.approx(math.sqrt(reference.average((reference.tau - mean) ** 2)), rel=EXACT)
    if found.mu.mean is not None:
        assert found.mu.mean == pytest.approx(reference.average(reference.mean), rel=EXACT)
    shrunk = reference.average(y[0] + v[0] / (reference.tau**2 + v[0]) * (reference.mean - y[0]))
    assert found.studies[0].mean == pytest.approx(shrunk, rel=EXACT)
    assert found.error < 1e-12


def test_joint_density_over_both_parameters() -> None:
    """Nothing in closed form: prior times likelihood, integrated over the plane."""
    y, v = Y[:3], V[:3]
    found = posterior(y, v, effect=Normal(0.1, 0.6), heterogeneity=HalfNormal(0.5))

    def joint(mu: float, tau: float) -> float:
        prior = math.exp(-(((mu - 0.1) / 0.6) ** 2) / 2) / 0.6 * math.exp(-((tau / 0.5) ** 2) / 2) / 0.5 / math.pi
        variance = v + tau**2
        return prior * float(np.prod(np.exp(-((y - mu) ** 2) / variance / 2) / np.sqrt(2 * np.pi * variance)))

    evidence, _ = dblquad(joint, 0, 5, -4, 5, epsabs=0, epsrel=1e-9)
    mean, _ = dblquad(lambda mu, tau: mu * joint(mu, tau), 0, 5, -4, 5, epsabs=0, epsrel=1e-9)
    assert found.log_evidence == pytest.approx(math.log(evidence), abs=1e-9)
    assert found.mu.mean == pytest.approx(mean / evidence, rel=1e-8)


def test_densities_add_up_and_meet_at_the_ends_of_the_shortest_interval() -> None:
    found = posterior(Y, V, effect=Normal(0, 1), heterogeneity=HalfNormal(0.5), points=2001, with_shortest=True)
    for density, marginal in ((found.mu_density, found.mu), (found.tau_density, found.tau)):
        total = float(np.trapezoid(density.posterior, density.at))
        assert 0.98 < total < 1.0001  # what lies outside is not drawn
        assert density.prior is not None
        assert marginal.shortest is not None
        assert marginal.shortest[1] - marginal.shortest[0] <= marginal.central[1] - marginal.central[0]
    at, heights = found.mu_density.at, found.mu_density.posterior
    assert found.mu.shortest is not None
    low, high = np.interp(found.mu.shortest, at, heights)
    assert low == pytest.approx(high, rel=1e-4)
    assert found.new_study_density.prior is None
    assert posterior(Y, V, effect=Flat(), heterogeneity=HalfNormal(0.5)).mu_density.prior is None


def test_a_density_without_limit_at_zero_is_not_drawn_there() -> None:
    found = posterior(Y, V, effect=Flat(), heterogeneity=RHODES_2015_SMD)
    assert found.tau_density.at[0] > 0
    assert math.isfinite(max(found.tau_density.posterior))
    drawn = posterior(Y, V, effect=Flat(), heterogeneity=HalfNormal(0.3)).tau_density
    assert drawn.at[0] == 0
    assert drawn.prior is not None
    assert drawn.prior[0] == pytest.approx(math.sqrt(2 / math.pi) / 0.3, rel=1e-12)


def test_one_study_answers_with_its_prior() -> None:
    found = posterior([0.4], [0.04], effect=Flat(), heterogeneity=HalfNormal(0.5))
    assert found.tau.mean == pytest.approx(0.5 * math.sqrt(2 / math.pi), rel=1e-12)  # the prior's own
    assert found.mu.median == pytest.approx(0.4, rel=1e-12)
    assert found.mu.sd == pytest.approx(math.sqrt(0.04 + 0.25), rel=1e-12)
    assert found.warnings[0].startswith("One study")
    heavy = posterior([0.4], [0.04], effect=Flat(), heterogeneity=HalfCauchy(0.5))
    assert (heavy.mu.mean, heavy.mu.sd, heavy.tau.mean, heavy.new_study.sd) == (None, None, None, None)
    assert heavy.tau.median == pytest.approx(0.5, rel=1e-10)
    assert "do not exist" in heavy.warnings[1]
    proper = posterior([0.4], [0.04], effect=Normal(0, 1), heterogeneity=HalfCauchy(0.5))
    assert proper.mu.sd is not None
    assert proper.tau.mean is not None
    assert proper.tau.sd is None


def test_tau_near_zero_is_a_common_effect() -> None:
    found = posterior(Y, V, effect=Flat(), heterogeneity=HalfNormal(1e-9))
    w = 1 / V
    assert found.mu.mean == pytest.approx(float(w @ Y / w.sum()), rel=1e-12)
    assert found.mu.sd == pytest.approx(1 / math.sqrt(w.sum()), rel=1e-12)
    assert found.studies[0].mean == pytest.approx(found.mu.mean, rel=1e-9)


def test_a_study_without_weight_changes_nothing() -> None:
    alone = posterior(Y, V, effect=Normal(0, 1), heterogeneity=HalfNormal(0.5), smallest=0.3)
    beside = posterior([*Y, 3.0], [*V, 1e12], effect=Normal(0, 1), heterogeneity=HalfNormal(0.5), smallest=0.3)
    assert _numbers(beside.mu) == pytest.approx(_numbers(alone.mu), rel=1e-9)
    assert _numbers(beside.tau) == pytest.approx(_numbers(alone.tau), rel=1e-9)
    assert beside.studies[-1].mean == pytest.approx(alone.mu.mean, rel=1e-9)


def test_more_of_the_same_narrows_a_peak_that_is_still_found() -> None:
    rng = np.random.default_rng(2)
    v = rng.gamma(2, 0.03, 3_000) + 0.01
    y = rng.normal(0.3, np.sqrt(v + 0.04))
    found = posterior(y, v, effect=Flat(), heterogeneity=HalfCauchy(0.3), points=2)
    assert found.tau.median == pytest.approx(0.2, abs=0.02)
    assert found.error < 1e-9
    assert found.tau.sd is not None
    assert found.tau.sd < 0.01


effect_sets = st.lists(
    st.tuples(st.floats(-3, 3).map(lambda y: round(y, 3)), st.floats(-3, 1).map(lambda e: float(f"{10**e:.3g}"))),
    min_size=1,
    max_size=6,
)


@given(effect_sets, st.sampled_from(TAU_PRIORS), st.booleans(), st.sampled_from([1e-12, 1e-6, 12.0, 1e12]))
@settings(deadline=None, max_examples=40)
def test_scale_sign_and_order(
    rows: list[tuple[float, float]], heterogeneity: HeterogeneityPrior, flat: bool, variance_unit: float
) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    c = math.sqrt(variance_unit)
    effect: EffectPrior = Flat() if flat else Normal(0.2, 0.7)
    base = posterior(y, v, effect=effect, heterogeneity=heterogeneity, smallest=0.3, points=5, with_shortest=True)
    other = posterior(
        -c * y[::-1],
        variance_unit * v[::-1],
        effect=effect if isinstance(effect, Flat) else Normal(-0.2 * c, 0.7 * c),
        heterogeneity=heterogeneity.rescaled(c),
        smallest=-0.3 * c,
        points=5,
        with_shortest=True,
    )
    unit = base.mu.central[1] - base.mu.central[0]
    for name in ("mu", "new_study"):
        one, two = getattr(base, name), getattr(other, name)
        assert two.median == pytest.approx(-c * one.median, rel=1e-8, abs=1e-8 * c * unit)
        assert two.central == pytest.approx((-c * one.central[1], -c * one.central[0]), rel=1e-8, abs=1e-8 * c * unit)
        assert (two.mean is None) == (one.mean is None)
        if one.sd is not None:
            assert two.mean == pytest.approx(-c * one.mean, rel=1e-8, abs=1e-8 * c * unit)
            assert two.sd == pytest.approx(c * one.sd, rel=1e-8)
        lengths = [marginal.shortest[1] - marginal.shortest[0] for marginal in (one, two)]
        assert lengths[1] == pytest.approx(c * lengths[0], rel=1e-8)
    assert other.tau.median == pytest.approx(c * base.tau.median, rel=1e-8)
    assert other.tau.central == pytest.approx(tuple(c * end for end in base.tau.central), rel=1e-8)
    assert other.mu_above_zero == pytest.approx(1 - base.mu_above_zero, abs=1e-9)
    assert other.mu_beyond_smallest == pytest.approx(base.mu_beyond_smallest, abs=1e-9)
    for one_study, two_study in zip(base.studies, reversed(other.studies), strict=True):
        assert two_study.mean == pytest.approx(-c * one_study.mean, rel=1e-8, abs=1e-8 * c * unit)
        assert two_study.sd == pytest.approx(c * one_study.sd, rel=1e-8)
    _finite(base)
    _finite(other)


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-12, 12)), min_size=1, max_size=5), st.sampled_from(TAU_PRIORS)
)
@settings(deadline=None, max_examples=30)
def test_tiny_and_huge_variances(rows: list[tuple[float, float]], heterogeneity: HeterogeneityPrior) -> None:
    y, v = np.array([row[0] for row in rows]), np.array([10 ** row[1] for row in rows])
    lightest = np.sort(1 / v)[:-1].sum() / (1 / v).max()
    assume(len(y) == 1 or lightest > 2e-12)  # else `checked` says that no other row counts
    found = posterior(y, v, effect=Normal(0.0, 10.0), heterogeneity=heterogeneity, points=5)
    _finite(found)
    assert 0 <= found.mu_above_zero <= 1
    assert found.mu.central[0] <= found.mu.median <= found.mu.central[1]
    assert found.tau.central[0] <= found.tau.median <= found.tau.central[1]


def test_sensitivity_shows_every_choice() -> None:
    choices = [
        PriorChoice(name="wide", effect=Flat(), heterogeneity=HalfCauchy(1.0)),
        PriorChoice(name="narrow", effect=Normal(0, 0.1), heterogeneity=HalfNormal(0.1)),
    ]
    found = prior_sensitivity(Y, V, choices, smallest=0.2)
    assert [answer.name for answer in found.answers] == ["wide", "narrow"]
    assert found.medians[0] == found.answers[1].posterior.mu.median < found.medians[1]
    assert not found.agree
    with pytest.raises(InvalidInput, match="declared twice"):
        prior_sensitivity(Y, V, [choices[0], choices[0]])
    with pytest.raises(InvalidInput, match="no priors"):
        prior_sensitivity(Y, V, [])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"level": 1.0}, "level is 1"),
        ({"smallest": 0.0}, "smallest effect of interest is 0"),
        ({"points": 1}, "points is 1"),
        ({"effect": Normal(0, 1e60)}, "far off the scale"),
    ],
)
def test_refused(changed: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"effect": Flat(), "heterogeneity": HalfNormal(1.0)} | changed
    with pytest.raises(InvalidInput, match=message):
        posterior(Y, V, **arguments)


@pytest.mark.parametrize(
    "prior",
    [
        lambda: HalfNormal(0.0),
        lambda: HalfT(1.0, -1.0),
        lambda: HalfCauchy(math.nan),
        lambda: UniformTau(math.inf),
        lambda: LogNormalVariance(math.nan, 1.0),
        lambda: LogTVariance(0.0, 0.0, 5.0),
        lambda: Normal(math.inf, 1.0),
        lambda: Normal(0.0, 0.0),
    ],
)
def test_priors_that_are_none(prior: Any) -> None:
    with pytest.raises(InvalidInput, match="give a finite number"):
        prior()


@pytest.mark.parametrize("prior", TAU_PRIORS, ids=lambda prior: prior.words)
def test_priors_are_proper(prior: HeterogeneityPrior) -> None:
    total = sum(
        quad(lambda x: float(np.exp(prior.log_density_of_log(np.array([x]))[0])), low, high, epsabs=1e-12, limit=500)[0]
        for low, high in ((-800, -40), (-40, -5), (-5, math.log(min(prior.upper, 1e3))), (math.log(1e3), 400))
        if low < high and math.exp(min(low, 300)) < prior.upper
    )
    # What is left of a log-t beyond e^±800 is less than this.
    assert total == pytest.approx(1.0, abs=1e-8)


class _Reference:
    """The posterior of tau by Gauss-Legendre over log tau, the likelihood from the full covariance matrix."""

    def __init__(self, y: Floats, v: Floats, effect: EffectPrior, heterogeneity: HeterogeneityPrior) -> None:
        self.y, self.v, self.effect, self.prior = y, v, effect, heterogeneity
        top = min(heterogeneity.upper, math.exp(300))
        self.tau, self.mean, self.sd, self.height = self._nodes(top)
        self.evidence = float(self.height.sum())

    def average(self, values: Floats) -> float:
        return float(self.height @ values) / self.evidence

    def mu_above(self, value: float) -> float:
        return self.average(ndtr((self.mean - value) / self.sd))

    def new_above(self, value: float) -> float:
        return self.average(ndtr((self.mean - value) / np.hypot(self.sd, self.tau)))

    def tau_below(self, tau: float) -> float:
        return float(self._nodes(tau)[3].sum()) / self.evidence

    def _nodes(self, upper: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Up to a tau: tau, mean and standard deviation of the mean effect given it, and weight times density."""
        nodes, weights = np.polynomial.legendre.leggauss(24)
        far = np.geomspace(60.0, 3000.0, 100)
        cuts = np.concatenate((-far[:0:-1], np.linspace(-60.0, 60.0, 481), far[1:]))
        cuts = np.append(cuts[cuts < math.log(upper)], math.log(upper))
        half = np.diff(cuts)[:, None] / 2
        x = (((cuts[1:] + cuts[:-1]) / 2)[:, None] + half * nodes).ravel()
        tau, k = np.exp(x), len(self.y)
        precision = 1 / (self.v + tau[:, None] ** 2)
        if isinstance(self.effect, Normal):
            covariance = (self.v + tau[:, None] ** 2)[:, :, None] * np.eye(k) + self.effect.sd**2
            residual = np.broadcast_to(self.y - self.effect.mean, (len(x), k))
            solved = np.linalg.solve(covariance, residual[:, :, None])[:, :, 0]
            log_likelihood = -(np.linalg.slogdet(covariance)[1] + (residual * solved).sum(axis=1)) / 2
            log_likelihood -= k * math.log(2 * math.pi) / 2
            s2 = 1 / (precision.sum(axis=1) + 1 / self.effect.sd**2)
            mean = s2 * (precision @ self.y + self.effect.mean / self.effect.sd**2)
        else:
            s2 = 1 / precision.sum(axis=1)
            mean = s2 * (precision @ self.y)
            q = (precision * (self.y - mean[:, None]) ** 2).sum(axis=1)
            log_likelihood = np.log(precision).sum(axis=1) + np.log(s2) - q - (k - 1) * math.log(2 * math.pi)
            log_likelihood = log_likelihood / 2
        height = (half * weights).ravel() * np.exp(self.prior.log_density_of_log(x) + log_likelihood)
        return tau, mean, np.sqrt(s2), height


def _numbers(marginal: Marginal) -> list[float]:
    values = (marginal.mean, marginal.sd, marginal.median, *marginal.central, *(marginal.shortest or ()))
    return [value for value in values if value is not None]


def _finite(found: Posterior) -> None:
    numbers = [*_numbers(found.mu), *_numbers(found.tau), *_numbers(found.new_study), found.mu_above_zero, found.error]
    for density in (found.mu_density, found.tau_density, found.new_study_density):
        numbers += [*density.at, *density.posterior, *(density.prior or ())]
    for study in found.studies:
        numbers += [study.mean, study.sd, *study.central]
    assert all(math.isfinite(number) for number in numbers)
