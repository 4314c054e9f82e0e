"""ML and REML variances of nested levels: every mode of the likelihood is sought, refined and compared.

Never trusts a single start, and never approximates a derivative: scores are exact, their derivatives by complex step.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from synthesis.dependence.levels import Partition, Rows
from synthesis.dependence.nested import Applied, Array
from synthesis.pooling.engine import Vector

# Points of the scan on each axis beside 0, by the number of variances: a few per decade for two, the box for more.
_POINTS = {1: 60, 2: 10, 3: 6, 4: 4}
_FEWEST_POINTS = 2
_CELLS = 20_000  # numbers of one block of the scan: its arrays stay in the cache of a core
_IMAGINARY = 1e-30  # the complex step subtracts nothing, so it can be as small as floats allow
_STEP_TOLERANCE = 1e-11  # Newton converges quadratically: after a step this small, only rounding is left
_MAX_STEPS = 200  # Newton takes 5 to 10
_MAX_HALVINGS = 40
_SAME_MODE = 1e-6


class Covariance(Protocol):
    """A working covariance as a function of its level variances."""

    @property
    def v(self) -> Vector: ...  # (k,) sampling variances

    @property
    def levels(self) -> tuple[Partition, ...]: ...

    def apply(self, variances: Array, columns: Vector) -> Applied: ...

    def block(self, variances: Vector, rows: Rows) -> Vector: ...


@dataclass(frozen=True, slots=True)
class Mode:
    """A local maximum of the (restricted) log-likelihood over variances ≥ 0."""

    variances: Vector  # (S,) scaled
    log_likelihood: float
    information: Vector  # (S, S) observed


@dataclass(frozen=True, slots=True)
class Solved:
    """The generalised least squares fit at given variances (...)."""

    log_likelihood: Array  # (...), for orthonormal columns
    score: Array  # (..., S)
    beta: Array  # (..., p)
    covariance: Array  # (..., p, p) of beta
    q: Array  # (...) weighted sum of squared residuals
    trace_p: Array  # (...) tr P


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The likelihood of scaled effects ``y`` with orthonormal columns ``x``, as a function of the variances."""

    y: Vector  # (k,)
    x: Vector  # (p, k), orthonormal rows
    covariance: Covariance
    restricted: bool

    def solved(self, variances: Array) -> Solved:
        """The fit at ``variances`` (..., S).

        References
        ----------
        Harville (1977), Journal of the American Statistical Association 72, 320-338: with P = W - WX(X'WX)⁻¹X'W the score
        of a variance is (y'P Z Z' P y - tr(P Z Z'))/2, under ML with W for P in the trace.
        """
        p = len(self.x)
        applied = self.covariance.apply(variances, np.concatenate([self.x, self.y[None, :]]))
        wx, wy = applied.columns[..., :p, :], applied.columns[..., p, :]
        xwx = wx @ self.x.T
        inverse = np.linalg.inv(xwx)
        beta = (inverse @ (wx @ self.y)[..., None])[..., 0]
        py = wy - (beta[..., None, :] @ wx)[..., 0, :]
        q = (py * (self.y - beta @ self.x)).sum(axis=-1)
        log_likelihood = -(applied.log_determinant + q) / 2
        if self.restricted:
            log_likelihood = log_likelihood - np.linalg.slogdet(xwx)[1] / 2
        score = []
        for place, level in enumerate(self.covariance.levels):
            sums = level.sums(wx)
            fitted = (inverse * (sums @ np.swapaxes(sums, -1, -2))).sum(axis=(-1, -2)) if self.restricted else 0.0
            score.append(((level.sums(py) ** 2).sum(axis=-1) - applied.traces[..., place] + fitted) / 2)
        trace_p = applied.diagonal_sum - (inverse * (wx @ np.swapaxes(wx, -1, -2))).sum(axis=(-1, -2))
        return Solved(log_likelihood, np.stack(score, axis=-1), beta, inverse, q, trace_p)

    def mode(self, start: Vector, free: NDArray[np.bool_]) -> Mode:
        """The local maximum that a climb from ``start`` reaches; variances that are not ``free`` stay where they are."""
        sigma = start
        value, score, information = self._derivatives(sigma)
        for _ in range(_MAX_STEPS):
            moving = free & ((sigma > 0) | (score > 0))
            if not moving.any():
                break
            step = np.zeros(len(sigma))
            step[moving] = uphill(information[np.ix_(moving, moving)], score[moving])
            # Rounding of the log-likelihood must not stop Newton's last steps.
            slack = 1e-13 * (len(self.y) + abs(value))
            length = 1.0
            for _ in range(_MAX_HALVINGS):
                new = np.maximum(sigma + length * step, 0.0)
                found = self._derivatives(new)
                if found[0] >= value - slack:
                    break
                length /= 2
            else:
                break
            small = np.abs(new - sigma) <= _STEP_TOLERANCE * np.maximum(new, _STEP_TOLERANCE)
            sigma, (value, score, information) = new, found
            if small.all():
                break
        return Mode(sigma, value, information)

    def modes(self, free: NDArray[np.bool_]) -> tuple[Mode, ...]:
        """Local maxima, the highest first, from every peak of a scan of the box; variances not ``free`` are 0."""
        found: list[Mode] = []
        for start in self._peaks(free):
            mode = self.mode(start, free)
            size = _SAME_MODE * (1 + float(mode.variances.max(initial=0.0)))
            if all(float(np.abs(mode.variances - other.variances).max(initial=0.0)) > size for other in found):
                found.append(mode)
        return tuple(sorted(found, key=lambda mode: (-mode.log_likelihood, mode.variances.tolist())))

    def _derivatives(self, sigma: Vector) -> tuple[float, Vector, Vector]:
        """Log-likelihood, score, and observed information.

        The derivative of the score by complex step (Squire and Trapp 1998, SIAM Review 40, 110-112): exact to rounding.
        """
        at = self.solved(sigma + 1j * _IMAGINARY * np.eye(len(sigma)))
        information = -at.score.imag / _IMAGINARY
        return float(at.log_likelihood[0].real), at.score[0].real, (information + information.T) / 2

    def _peaks(self, free: NDArray[np.bool_]) -> list[Vector]:
        """Points of a lattice over the free variances that no neighbour exceeds."""
        places = np.flatnonzero(free)
        if not len(places):
            return [np.zeros(len(free))]
        axis = self._axis(_POINTS.get(len(places), _FEWEST_POINTS))
        shape = (len(axis),) * len(places)
        lattice = np.zeros((len(axis) ** len(places), len(free)))
        lattice[:, places] = np.array(list(product(axis, repeat=len(places))))
        blocks = math.ceil(lattice.shape[0] * self.y.size * (len(self.x) + 1) / _CELLS)
        value = np.concatenate([self.solved(part).log_likelihood for part in np.array_split(lattice, max(1, blocks))])
        padded = np.pad(value.reshape(shape), 1, constant_values=-np.inf)
        highest = np.full(shape, -np.inf)
        for shift in product(range(3), repeat=len(places)):
            window = tuple(slice(s, s + len(axis)) for s in shift)
            highest = np.maximum(highest, padded[window])
        return [lattice[row] for row in np.flatnonzero(value >= highest.ravel())]

    def _axis(self, points: int) -> Vector:
        """0, and a geometric grid from where a variance hardly matters to beyond any that the residuals can carry."""
        residual = self.y - (self.x @ self.y) @ self.x
        low = 1e-2 * float(np.median(self.covariance.v))
        high = max(2 * float(np.ptp(residual)) ** 2, 10 * low)
        return np.concatenate(([0.0], np.geomspace(low, high, points)))


def uphill(information: Vector, score: Vector) -> Vector:
    """Newton's step; where the likelihood is not concave, the step of the nearest concave one."""
    values, vectors = np.linalg.eigh(information)
    floor = 1e-10 * float(np.abs(values).max())
    steepness: Any = np.maximum(np.abs(values), floor) if floor > 0 else 1.0
    return np.asarray(vectors @ ((vectors.T @ score) / steepness))
