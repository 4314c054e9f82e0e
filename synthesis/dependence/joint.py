"""The likelihood of several outcomes per study, as a function of their covariance between studies, and its modes.

Never approximates a derivative: scores are exact, their derivatives by complex step.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.dependence.between import Between
from synthesis.dependence.likelihood import uphill
from synthesis.dependence.nested import Array
from synthesis.dependence.sandwich import Stack
from synthesis.pooling.engine import Vector

_IMAGINARY = 1e-30  # the complex step subtracts nothing, so it can be as small as floats allow
_STEP_TOLERANCE = 1e-11  # Newton converges quadratically: after a step this small, only rounding is left
_MAX_STEPS = 200
_MAX_HALVINGS = 40
_SAME_MODE = 1e-6


@dataclass(frozen=True, slots=True)
class JointMode:
    """A local maximum of the (restricted) log-likelihood."""

    parameters: Vector  # (n,)
    covariance: Vector  # (q, q)
    log_likelihood: float
    information: Vector  # (n, n), observed


@dataclass(frozen=True, slots=True)
class JointFit:
    """The generalised least squares fit at given covariances (...)."""

    xwx: Array  # (..., p, p)
    beta: Array  # (..., p)
    q: Array  # (...) weighted sum of squared residuals
    slope: Array  # (..., q, q) of the log-likelihood along the entries of the covariance
    working: list[Array]  # per stack (..., B, n, n)


@dataclass(frozen=True, slots=True)
class JointLikelihood:
    """Scaled effects ``y`` with orthonormal columns ``x``; studies are independent of each other."""

    y: Vector  # (k,)
    x: Vector  # (k, p)
    stacks: Sequence[Stack]  # sampling covariances of the studies
    member: Vector  # (k, q) 1 for the outcome of the row
    between: Between
    restricted: bool

    def fit(self, covariance: Array) -> JointFit:
        """The fit at ``covariance`` (..., q, q).

        References
        ----------
        Jackson, Riley and White (2011), Statistics in Medicine 30, 2481-2498, section 4 (the multivariate model and its
        restricted likelihood); Harville (1977), Journal of the American Statistical Association 72, 320-338 (slopes).
        """
        p, shape = self.x.shape[1], covariance.shape[:-2]
        xwx = np.zeros((*shape, p, p), dtype=covariance.dtype)
        xwy = np.zeros((*shape, p), dtype=covariance.dtype)
        working = []
        for stack in self.stacks:
            member = self.member[stack.rows]
            working.append(stack.working + member @ covariance[..., None, :, :] @ np.swapaxes(member, -1, -2))
        inverses = [np.linalg.inv(each) for each in working]
        for stack, inverse in zip(self.stacks, inverses, strict=True):
            x = self.x[stack.rows]
            wx = inverse @ x
            xwx += (np.swapaxes(x, -1, -2) @ wx).sum(axis=-3)
            xwy += (np.swapaxes(wx, -1, -2) @ self.y[stack.rows][..., None])[..., 0].sum(axis=-2)
        bread = np.linalg.inv(xwx)
        beta = (bread @ xwy[..., None])[..., 0]
        q, slope = np.zeros(shape, dtype=covariance.dtype), np.zeros_like(covariance)
        for stack, inverse in zip(self.stacks, inverses, strict=True):
            x, member = self.x[stack.rows], self.member[stack.rows]
            residual = self.y[stack.rows][..., None] - x @ beta[..., None, :, None]
            weighted = inverse @ residual
            q += (residual * weighted).sum(axis=(-3, -2, -1))
            inner = weighted @ np.swapaxes(weighted, -1, -2) - inverse
            if self.restricted:
                wx = inverse @ x
                inner = inner + wx @ bread[..., None, :, :] @ np.swapaxes(wx, -1, -2)
            slope += (np.swapaxes(member, -1, -2) @ inner @ member).sum(axis=-3) / 2
        return JointFit(xwx, beta, q, slope, working)

    def log_likelihood(self, fit: JointFit) -> float:
        """Of a real fit, without its constant."""
        value = float(fit.q) + sum(float(np.linalg.slogdet(each)[1].sum()) for each in fit.working)
        if self.restricted:
            value += float(np.linalg.slogdet(fit.xwx)[1])
        return -value / 2

    def modes(self, starts: Sequence[Vector]) -> tuple[JointMode, ...]:
        """Local maxima that climbs from ``starts`` reach, the highest first."""
        found: list[JointMode] = []
        for mode in sorted((self._mode(start) for start in starts), key=lambda mode: -mode.log_likelihood):
            size = _SAME_MODE * (1 + float(np.abs(mode.covariance).max()))
            if all(float(np.abs(mode.covariance - other.covariance).max()) > size for other in found):
                found.append(mode)
        return tuple(found)

    def _mode(self, start: Vector) -> JointMode:
        at, (lower, upper) = start, (self.between.lower, self.between.upper)
        value, score, information = self._derivatives(at)
        for _ in range(_MAX_STEPS):
            moving = ((at > lower) | (score > 0)) & ((at < upper) | (score < 0))
            if not moving.any():
                break
            step = np.zeros(len(at))
            inner = information[np.ix_(moving, moving)]
            # Outcomes may be in units far apart: the step is sought in units of each parameter's own curvature.
            size = np.sqrt(np.abs(np.diag(inner)))
            size = np.where(size > 0, size, 1.0)
            step[moving] = uphill(inner / np.outer(size, size), score[moving] / size) / size
            slack = 1e-13 * (len(self.y) + abs(value))  # rounding must not stop Newton's last steps
            length = 1.0
            for _ in range(_MAX_HALVINGS):
                new = np.clip(at + length * step, lower, upper)
                found = self._derivatives(new)
                if found[0] >= value - slack:
                    break
                length /= 2
            else:
                break
            small = np.abs(new - at) <= _STEP_TOLERANCE * np.maximum(np.abs(new), _STEP_TOLERANCE)
            at, (value, score, information) = new, found
            if small.all():
                break
        return JointMode(at, self.between.covariance(at), value, information)

    def _derivatives(self, parameters: Vector) -> tuple[float, Vector, Vector]:
        """Log-likelihood, score and observed information; the last by complex step (Squire and Trapp 1998)."""
        real = self.fit(self.between.covariance(parameters))
        stepped = parameters + 1j * _IMAGINARY * np.eye(len(parameters))
        scores = self.between.score(stepped, self.fit(self.between.covariance(stepped)).slope)
        information = -scores.imag / _IMAGINARY
        score = self.between.score(parameters, real.slope)
        return self.log_likelihood(real), score, (information + information.T) / 2
