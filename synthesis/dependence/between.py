"""Structures of the covariance of several outcomes between studies, each by parameters that keep it positive semidefinite.

Never fits: it leads from parameters to covariances and back from slopes, complex ones included.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from synthesis.dependence.nested import Array
from synthesis.pooling.engine import Vector


class Structure(StrEnum):
    """Unstructured; one variance and one correlation; a variance per outcome and one correlation; independent outcomes."""

    UN = "UN"
    CS = "CS"
    HCS = "HCS"
    DIAG = "DIAG"


class Between(Protocol):
    """A covariance (q, q) as a function of n parameters between two bounds."""

    @property
    def lower(self) -> Vector: ...  # (n,)

    @property
    def upper(self) -> Vector: ...  # (n,)

    def covariance(self, parameters: Array) -> Array:
        """(..., q, q) at parameters (..., n)."""
        ...

    def score(self, parameters: Array, slope: Array) -> Array:
        """Slopes along the parameters (..., n), given the symmetric slope along the entries (..., q, q)."""
        ...

    def start(self, variances: Vector, rho: float) -> Vector:
        """Parameters (n,) of these variances (q,) and this correlation, as near as the structure comes."""
        ...


def between(structure: Structure, outcomes: int) -> Between:
    """The parameters of a structure; a single outcome has a variance and nothing else."""
    eye, mean = np.eye(outcomes), np.full((outcomes, outcomes), 1 / outcomes)
    if structure is Structure.DIAG or outcomes == 1:
        return Sum(eye[:, :, None] * eye[:, None, :])
    if structure is Structure.CS:
        # Its two eigenvalues: of the mean of the outcomes and of all that differs from the mean.
        return Sum(np.stack([mean, eye - mean]))
    # Of two outcomes HCS is no less than UN, and by a triangle no correlation hangs at a bound beside a variance of 0.
    return Heterogeneous(outcomes) if structure is Structure.HCS and outcomes > 2 else Cholesky(outcomes)


@dataclass(frozen=True, slots=True)
class Sum:
    """Σ parameter × part, of positive semidefinite parts that are orthogonal to each other."""

    parts: Vector  # (n, q, q)

    @property
    def lower(self) -> Vector:
        return np.zeros(len(self.parts))

    @property
    def upper(self) -> Vector:
        return np.full(len(self.parts), np.inf)

    def covariance(self, parameters: Array) -> Array:
        return np.asarray(np.tensordot(parameters, self.parts, axes=1))

    def score(self, parameters: Array, slope: Array) -> Array:
        return np.asarray(np.tensordot(slope, self.parts, axes=((-2, -1), (1, 2))))

    def start(self, variances: Vector, rho: float) -> Vector:
        wanted = _correlated(variances, rho)
        return np.asarray((wanted * self.parts).sum(axis=(1, 2)) / (self.parts**2).sum(axis=(1, 2)))


@dataclass(frozen=True, slots=True)
class Heterogeneous:
    """A standard deviation for each outcome, and one correlation behind them."""

    outcomes: int

    @property
    def lower(self) -> Vector:
        # Below, the correlations of so many outcomes are not positive semidefinite.
        return np.append(np.zeros(self.outcomes), -1 / (self.outcomes - 1))

    @property
    def upper(self) -> Vector:
        return np.append(np.full(self.outcomes, np.inf), 1.0)

    def covariance(self, parameters: Array) -> Array:
        sd = parameters[..., :-1]
        return np.asarray(self._correlation(parameters) * sd[..., :, None] * sd[..., None, :])

    def score(self, parameters: Array, slope: Array) -> Array:
        sd = parameters[..., :-1]
        along = 2 * ((slope * self._correlation(parameters)) @ sd[..., None])[..., 0]
        apart = 1 - np.eye(self.outcomes)
        rho = (slope * apart * sd[..., :, None] * sd[..., None, :]).sum(axis=(-2, -1))
        return np.concatenate([along, rho[..., None]], axis=-1)

    def start(self, variances: Vector, rho: float) -> Vector:
        return np.append(np.sqrt(variances), max(rho, -0.5 / (self.outcomes - 1)))

    def _correlation(self, parameters: Array) -> Array:
        eye = np.eye(self.outcomes)
        return np.asarray(eye + parameters[..., -1, None, None] * (1 - eye))


@dataclass(frozen=True, slots=True)
class Cholesky:
    """Any covariance, as L L' of a lower triangle: singular where an entry of its diagonal is 0."""

    outcomes: int

    @property
    def lower(self) -> Vector:
        return np.full(self.outcomes * (self.outcomes + 1) // 2, -np.inf)

    @property
    def upper(self) -> Vector:
        return -self.lower

    def covariance(self, parameters: Array) -> Array:
        triangle = self._triangle(parameters)
        return np.asarray(triangle @ np.swapaxes(triangle, -1, -2))

    def score(self, parameters: Array, slope: Array) -> Array:
        rows, columns = np.tril_indices(self.outcomes)
        return np.asarray(2 * (slope @ self._triangle(parameters))[..., rows, columns])

    def start(self, variances: Vector, rho: float) -> Vector:
        wanted = _correlated(variances, max(rho, -0.5 / (self.outcomes - 1)))
        return np.asarray(np.linalg.cholesky(wanted)[np.tril_indices(self.outcomes)])

    def _triangle(self, parameters: Array) -> Array:
        rows, columns = np.tril_indices(self.outcomes)
        triangle = np.zeros((*parameters.shape[:-1], self.outcomes, self.outcomes), dtype=parameters.dtype)
        triangle[..., rows, columns] = parameters
        return triangle


def _correlated(variances: Vector, rho: float) -> Vector:
    sd = np.sqrt(variances)
    covariance = rho * np.outer(sd, sd)
    np.fill_diagonal(covariance, variances)
    return np.asarray(covariance)
