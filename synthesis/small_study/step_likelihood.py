"""Log-likelihood of a step-function selection model with exact first and second derivatives, and its local maxima.

Never trusts one start: these likelihoods can have several modes, and flat ridges where selection and mean trade places.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import ndtr

from synthesis.pooling.engine import Vector

Matrix = NDArray[np.float64]

_LOG_WEIGHT = 25.0  # weights beyond e^±25 are 0 or infinite for any data
_GRADIENT = 1e-7  # per effect: a slope this small leaves nothing to gain
_MAX_STEPS = 300  # damped Newton takes about 12; a ridge may take a hundred
_DAMPING = 1e-3  # the first damping where a plain Newton step fails, in units of the diagonal of the information
_SETTLED = 1e-12  # relative step that leaves nothing but rounding
_ROUNDING = 1e-13  # relative loss of log-likelihood that is rounding


@dataclass(frozen=True, slots=True)
class Mode:
    """A local maximum: parameters, log-likelihood without the constant of the scale, covariance of the free parameters."""

    mu: float
    tau2: float
    log_weights: tuple[float, ...]  # of all intervals but the first, whose weight is 1
    log_likelihood: float
    covariance: (
        Matrix | None
    )  # of (mu, tau2 where free and above 0, log weights); None where the peak is not a proper one
    free_tau2: bool  # whether tau2 has a row in the covariance
    converged: bool


@dataclass(frozen=True, slots=True)
class StepLikelihood:
    """Effects whose chance of being seen is a step function of their one-sided p, for the alternative "greater".

    The density of an effect is w(p) φ(y; mu, v + tau²) over its integral Σ_j w_j P_j, P_j the probability of interval j.

    References
    ----------
    Hedges (1992), Statistical Science 7, 246-255; Vevea and Hedges (1995), Psychometrika 60, 419-435, eq. 5.
    """

    y: Vector  # (k,)
    v: Vector  # (k,)
    edges: Matrix  # (k, m): the y at which the one-sided p equals each cut point, falling along the row
    interval: NDArray[np.int64]  # (k,): 0 for p up to the first cut point, m beyond the last

    def derivatives(self, mu: float, tau2: float, log_weights: Vector) -> tuple[float, Vector, Matrix]:
        """Log-likelihood, gradient and Hessian in (mu, tau2, log weights)."""
        k, m = self.edges.shape
        weight = np.exp(log_weights)
        all_weights = np.concatenate(([1.0], weight))
        s2 = self.v + tau2
        s = np.sqrt(s2)[:, None]
        b = (self.edges - mu) / s
        density = np.exp(-(b**2) / 2) / math.sqrt(2 * math.pi)
        probability = _between(b)
        jump = np.diff(all_weights)
        total = probability @ all_weights
        away = self.y - mu
        # Derivatives of the total; its dependence on mu and tau² goes through Φ(b) alone.
        by_mu, by_tau2 = -density / s, -density * b / (2 * s**2)
        first = np.empty((k, 2 + m))
        first[:, 0], first[:, 1] = by_mu @ jump, by_tau2 @ jump
        first[:, 2:] = probability[:, 1:] * weight
        second = np.zeros((k, 2 + m, 2 + m))
        second[:, 0, 0] = (-b * density / s**2) @ jump
        second[:, 0, 1] = (density * (1 - b**2) / (2 * s**3)) @ jump
        second[:, 1, 1] = (density * b * (3 - b**2) / (4 * s**4)) @ jump
        padded_mu, padded_tau2 = (np.concatenate((d, np.zeros((k, 1))), axis=1) for d in (by_mu, by_tau2))
        second[:, 0, 2:] = (by_mu - padded_mu[:, 1:]) * weight
        second[:, 1, 2:] = (by_tau2 - padded_tau2[:, 1:]) * weight
        diagonal = np.arange(2, 2 + m)
        second[:, diagonal, diagonal] = first[:, 2:]
        lower = np.tril_indices(2 + m, -1)
        second[:, lower[0], lower[1]] = second[:, lower[1], lower[0]]
        ratio = first / total[:, None]
        value = float(
            np.concatenate(([0.0], log_weights))[self.interval].sum()
            - (np.log(2 * math.pi * s2) + away**2 / s2).sum() / 2
            - np.log(total).sum()
        )
        gradient = -ratio.sum(axis=0)
        gradient[0] += float((away / s2).sum())
        gradient[1] += float(((away**2 / s2 - 1) / s2).sum()) / 2
        gradient[2:] += np.bincount(self.interval, minlength=m + 1)[1:]
        hessian = -(second / total[:, None, None]).sum(axis=0) + ratio.T @ ratio
        hessian[0, 0] -= float((1 / s2).sum())
        cross = float((away / s2**2).sum())
        hessian[0, 1] -= cross
        hessian[1, 0] -= cross
        hessian[1, 1] += float((0.5 / s2**2 - away**2 / s2**3).sum())
        return value, gradient, hessian

    def modes(self, starts: Iterable[tuple[float, float, float]], random: bool) -> tuple[Mode, ...]:
        """Distinct local maxima reached from starts (mu, tau2, log weight of all intervals), the highest first.

        ``random`` false keeps tau² at 0.
        """
        found: list[Mode] = []
        for mu, tau2, log_weight in starts:
            mode = self._climb(mu, tau2, log_weight, random)
            if math.isfinite(mode.log_likelihood) and not any(_same(mode, other) for other in found):
                found.append(mode)
        return tuple(sorted(found, key=lambda mode: -mode.log_likelihood))

    def _climb(self, mu: float, tau2: float, log_weight: float, random: bool) -> Mode:
        """Newton steps with the exact Hessian, damped (Levenberg and Marquardt) where it is no good guide."""
        x = np.concatenate(([mu, tau2 if random else 0.0], np.full(self.edges.shape[1], log_weight)))
        with np.errstate(all="ignore"):  # far from the data probabilities are 0 and their logarithms refused below
            return self._newton(x, random)

    def _newton(self, x: Vector, random: bool) -> Mode:
        value, gradient, hessian = self.derivatives(float(x[0]), float(x[1]), x[2:])
        damping = 0.0
        for _ in range(_MAX_STEPS):
            free = self._free(x, gradient, random)
            information = -hessian[np.ix_(free, free)]
            damped = information + damping * np.diag(np.abs(np.diag(information)) + 1.0)
            factor = _factor(damped)
            if factor is None:
                damping = max(10 * damping, _DAMPING)
                continue
            new = x.copy()
            new[free] += cho_solve(factor, gradient[free], check_finite=False)
            new[1] = max(0.0, float(new[1]))
            new[2:] = np.clip(new[2:], -_LOG_WEIGHT, _LOG_WEIGHT)
            candidate = self.derivatives(float(new[0]), float(new[1]), new[2:])
            settled = bool(np.all(np.abs(new - x) <= _SETTLED * (1 + np.abs(x))))
            if candidate[0] >= value - _ROUNDING * abs(value):
                x, (value, gradient, hessian) = new, candidate
                damping = damping / 10 if damping > _DAMPING else 0.0
                if settled and damping == 0:
                    break
            elif settled:
                break
            else:
                damping = max(10 * damping, _DAMPING)
        return self._mode(x, value, gradient, hessian, random)

    def _mode(self, x: Vector, value: float, gradient: Vector, hessian: Matrix, random: bool) -> Mode:
        free = self._free(x, gradient, random)
        factor = _factor(-hessian[np.ix_(free, free)])
        inside = bool((np.abs(x[2:]) < _LOG_WEIGHT).all())
        steep = bool((np.abs(gradient[free]) > _GRADIENT * len(self.y)).any())
        return Mode(
            mu=float(x[0]),
            tau2=float(x[1]),
            log_weights=tuple(x[2:].tolist()),
            log_likelihood=value,
            covariance=None if factor is None else np.asarray(cho_solve(factor, np.eye(len(free)))),
            free_tau2=1 in free,
            converged=factor is not None and inside and not steep,
        )

    @staticmethod
    def _free(x: Vector, gradient: Vector, random: bool) -> list[int]:
        held = not random or (x[1] <= 0 and gradient[1] <= 0)
        return [place for place in range(len(x)) if place != 1 or not held]


def _between(b: Matrix) -> Matrix:
    """Probability of each interval between falling edges, (k, m + 1), from the tail in which no digit is lost."""
    k = b.shape[0]
    high = np.concatenate((np.full((k, 1), np.inf), b), axis=1)
    low = np.concatenate((b, np.full((k, 1), -np.inf)), axis=1)
    return np.asarray(np.where(low > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low)))


def _factor(matrix: Matrix) -> tuple[Matrix, bool] | None:
    """Cholesky factor of a positive definite matrix, else None."""
    if not np.isfinite(matrix).all():
        return None
    try:
        factor: tuple[Matrix, bool] = cho_factor(matrix)
    except LinAlgError:
        return None
    return factor


def _same(mode: Mode, other: Mode) -> bool:
    near = abs(mode.log_likelihood - other.log_likelihood) < 1e-5
    return near and abs(mode.mu - other.mu) < 1e-2 * (1 + abs(mode.mu))
