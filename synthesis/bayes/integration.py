"""The posterior of tau by quadrature, with the mean effect integrated out in closed form.

Never samples: the result is the same on every run, and says how far its last two refinements differ.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from synthesis.bayes.priors import EffectPrior, HeterogeneityPrior, Normal
from synthesis.pooling.engine import Effects, Vector

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_FIRST_PANELS = 8
_MOST_PANELS = 4096
_TOLERANCE = 1e-13  # between one refinement and the next, relative to the spread; smooth integrands halt at rounding
_ROUNDINGS = 100.0  # of a log density, that its sums over nodes may collect
_DROP = 52.0  # log units below the peak where nothing is left that double precision can see
_SCAN = np.linspace(-9.0, 9.0, 1801)  # of t with log tau = sinh t: beyond e^±4000, in steps of .01 near e^0
_HIGHEST_LOG_TAU = 300.0  # tau² and 1/tau² are still finite there
_LOG_2PI = math.log(2 * math.pi)
_BLOCK = 500_000  # cells of one block, so that many studies need no gigabyte


@dataclass(frozen=True, slots=True)
class Conditional:
    """Given each tau: mean and standard deviation of the mean effect, and log likelihood of tau (all scaled)."""

    mean: Vector
    sd: Vector
    log_likelihood: Vector


@dataclass(frozen=True, slots=True)
class TauPosterior:
    """The posterior of tau (scaled) as nodes with masses, and what is needed to integrate up to any tau.

    ``log tau = centre + sinh t``: heavy tails on either side of the peak become short ones.
    """

    log_density: Callable[[Vector], Vector]  # of log tau, not normalised
    centre: float
    edges: Vector  # (panels + 1,) of t
    cumulative: Vector  # (panels + 1,) mass up to each edge
    tau: Vector  # (n,) nodes
    mass: Vector  # (n,) adds up to 1
    given: Conditional  # at each node
    log_evidence: float
    error: float  # largest change of the last refinement, relative; at least the rounding of the log density

    def density(self, tau: Vector) -> Vector:
        """Posterior density of tau at each value of ``tau`` ≥ 0, where 0 means its limit there."""
        log_tau = _log(tau)
        return np.asarray(np.exp(self.log_density(log_tau) - self.log_evidence - log_tau))

    def table(self, tail: float) -> tuple[Vector, Vector]:
        """Rising values of tau with the probability below each: rough, as fine as the nodes everywhere."""
        return self.tau, np.cumsum(self.mass) - self.mass / 2

    def below(self, tau: float) -> float:
        """Posterior probability of a smaller tau."""
        return 0.0 if tau <= 0 else self._below(math.asinh(math.log(tau) - self.centre))

    def quantile(self, probability: float) -> float:
        """The tau with this posterior probability below it."""
        if probability <= 0:
            return 0.0
        panel = min(int(np.searchsorted(self.cumulative, probability, side="right")), len(self.edges) - 1) - 1
        low, high = float(self.edges[panel]), float(self.edges[panel + 1])
        if self._below(low) >= probability:
            return self._tau_at(low)
        if self._below(high) <= probability:
            return self._tau_at(high)
        return self._tau_at(float(brentq(lambda t: self._below(t) - probability, low, high, xtol=1e-15, rtol=1e-15)))

    def _below(self, t: float) -> float:
        if t <= self.edges[0]:
            return 0.0
        if t >= self.edges[-1]:
            return 1.0
        panel = int(np.searchsorted(self.edges, t, side="right")) - 1
        nodes, weights = _legendre(self.edges[panel : panel + 1], np.array([t]))
        heights = self.log_density(self.centre + np.sinh(nodes)) + np.log(np.cosh(nodes))
        return float(self.cumulative[panel]) + float(weights @ np.exp(heights - self.log_evidence))

    def _tau_at(self, t: float) -> float:
        return math.exp(min(max(self.centre + math.sinh(t), -_HIGHEST_LOG_TAU), _HIGHEST_LOG_TAU))


def prior_density(prior: HeterogeneityPrior, tau: Vector) -> Vector:
    """Density of tau under its prior, at each value of ``tau`` ≥ 0."""
    return np.asarray(np.exp(prior.log_density_of_log(_log(tau)) - _log(tau)))


def conditional(effects: Effects, prior: EffectPrior, tau: Vector) -> Conditional:
    """The mean effect given each tau, and the likelihood of tau with the mean effect integrated out.

    Parameters
    ----------
    effects : Effects
        Checked and scaled.
    prior : EffectPrior
        Of the mean effect, on the scale of ``effects``.
    tau : array, shape (n,)
        Between-study standard deviations (scaled).

    References
    ----------
    Röver (2020), Journal of Statistical Software 93(6), section 2; under a flat prior the measure is dμ.
    """
    blocks = np.array_split(tau, max(1, math.ceil(len(tau) * effects.k / _BLOCK)))
    parts = [_conditional(effects, prior, block) for block in blocks]
    return Conditional(
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.sd for part in parts]),
        np.concatenate([part.log_likelihood for part in parts]),
    )


def integrate(prior: HeterogeneityPrior, given: Callable[[Vector], Conditional], *, moment: int = 0) -> TauPosterior:
    """The posterior of tau under a prior.

    Parameters
    ----------
    prior : HeterogeneityPrior
        On the scale of the effects that ``given`` knows.
    given : function
        What is known at each tau, (n,) → `Conditional`.
    moment : int
        Power of tau that will be averaged too, and exists: the upper tail is followed as far as it counts for that.

    Notes
    -----
    Gauss-Legendre panels over t, doubled until evidence, tau and the mean effect stay the same.
    """

    def log_density(x: Vector) -> Vector:
        return prior.log_density_of_log(x) + given(_tau(x)).log_likelihood

    centre, low, high = _support(log_density, prior.upper, moment)
    panels = _FIRST_PANELS
    summary = np.full(4, np.inf)
    while True:
        edges = np.linspace(low, high, panels + 1)
        t, weights = _legendre(edges[:-1], edges[1:])
        x = centre + np.sinh(t)
        at, tau = given(_tau(x)), _tau(x)
        log_mass = prior.log_density_of_log(x) + at.log_likelihood + np.log(np.cosh(t))
        peak = float(log_mass.max())
        mass = weights * np.exp(log_mass - peak)
        log_evidence = peak + math.log(float(mass.sum()))
        mass /= mass.sum()
        before, summary = (
            summary,
            np.array([log_evidence, mass @ at.mean, mass @ (at.sd / (1 + at.sd)), mass @ (tau / (1 + tau))]),
        )
        # A log density of thousands is rounded in its last digit, and no refinement gets below that.
        rounding = float(np.finfo(np.float64).eps) * abs(peak)
        error = max(rounding, float(np.max(np.abs(summary - before) / np.maximum(1.0, np.abs(summary)))))
        if error <= max(_TOLERANCE, _ROUNDINGS * rounding) or panels >= _MOST_PANELS:
            break
        panels *= 2
    return TauPosterior(
        log_density=log_density,
        centre=centre,
        edges=edges,
        cumulative=np.concatenate(([0.0], np.cumsum(mass.reshape(panels, -1).sum(axis=1)))),
        tau=tau,
        mass=mass,
        given=at,
        log_evidence=log_evidence,
        error=error,
    )


def _support(log_density: Callable[[Vector], Vector], upper: float, moment: int) -> tuple[float, float, float]:
    """Where log tau peaks, and the first and last t between which it has any mass."""
    top = min(math.log(upper), _HIGHEST_LOG_TAU) if upper < math.inf else _HIGHEST_LOG_TAU
    scan = np.sinh(_SCAN)
    scan = np.append(scan[scan < top], top)
    heights = log_density(scan)
    centre = float(scan[np.argmax(heights)])
    seen = heights + moment * np.maximum(0.0, scan - centre) + np.log(np.cosh(np.arcsinh(scan - centre)))
    inside = np.flatnonzero(seen > seen.max() - _DROP)
    first, last = scan[max(inside[0] - 1, 0)], scan[min(inside[-1] + 1, len(scan) - 1)]
    return centre, math.asinh(first - centre), math.asinh(last - centre)


def _conditional(effects: Effects, prior: EffectPrior, tau: Vector) -> Conditional:
    w = 1 / (effects.v + (tau**2)[:, None])
    total = w.sum(axis=1)
    mean = w @ effects.y / total
    # Constants of the normal density are kept: evidences of different models are compared.
    log_likelihood = (np.log(w).sum(axis=1) - np.log(total) - (w * (effects.y - mean[:, None]) ** 2).sum(axis=1)) / 2
    log_likelihood -= (effects.k - 1) / 2 * _LOG_2PI
    if isinstance(prior, Normal):
        variance = 1 / total + prior.sd**2
        log_likelihood -= (np.log(variance) + (mean - prior.mean) ** 2 / variance + _LOG_2PI) / 2
        share = prior.sd**2 / variance
        mean, total = share * mean + (1 - share) * prior.mean, total + 1 / prior.sd**2
    return Conditional(mean, 1 / np.sqrt(total), log_likelihood)


def _log(tau: Vector) -> Vector:
    """Log of tau ≥ 0; a tau this far below every scale has the density of 0 itself."""
    return np.asarray(np.log(np.maximum(tau, math.exp(-200.0))))


def _tau(x: Vector) -> Vector:
    """Tau of log tau, kept where tau² and 1/tau² are finite: beyond, only the prior varies."""
    return np.asarray(np.exp(np.clip(x, -_HIGHEST_LOG_TAU, _HIGHEST_LOG_TAU)))


def _legendre(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[Vector, Vector]:
    """Nodes and weights of every panel, one after another."""
    half = (high - low) / 2
    nodes = ((high + low) / 2)[:, None] + half[:, None] * _NODES
    return nodes.ravel(), (half[:, None] * _WEIGHTS).ravel()
