"""The numbers behind cluster-robust inference: each cluster's part in the estimates and in their expected covariance.

Never forms a matrix over all effects: it works cluster by cluster, clusters of one size at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from synthesis.dependence.levels import Rows
from synthesis.pooling.engine import Vector

# Share of a block's largest eigenvalue below which a direction is one that the cluster alone identifies.
_OWN_DIRECTION = 1e-12


class Correction(StrEnum):
    """Small-sample correction of the sandwich: none, m/(m - 1), or unbiased under the working model."""

    CR0 = "CR0"
    CR1 = "CR1"
    CR2 = "CR2"


@dataclass(frozen=True, slots=True)
class Stack:
    """Clusters of one size: their rows and working covariances."""

    rows: Rows  # (B, n)
    working: Vector  # (B, n, n)


@dataclass(frozen=True, slots=True)
class Sandwich:
    """A generalised least squares fit and what each of m clusters contributes to the covariance of its p estimates."""

    beta: Vector  # (p,)
    model_variance: Vector  # (p,) were the working model true
    plain_share: Vector  # (p,) expected CR0 variance over the model's own: 0 where a coefficient rests on one cluster
    parts: Vector  # (m, p); the robust covariance is parts' parts
    own: Vector  # (m, p, p) expected product of a cluster's parts from its own errors
    shared: Vector  # (m, p, p) Z_i: the expected product of the parts of i and j is own (where i = j) - Z_i' Z_j

    @property
    def covariance(self) -> Vector:
        """(p, p), cluster-robust."""
        return self.parts.T @ self.parts

    def expected_share(self) -> Vector:
        """Expectation of each robust variance under the working model, over the model's own; 0 where one is void, (p,)."""
        own = np.diagonal(self.own, axis1=1, axis2=2)
        return np.asarray((own - (self.shared**2).sum(axis=1)).sum(axis=0) / self.model_variance)

    def satterthwaite(self) -> Vector:
        """Degrees of freedom (tr P)² / tr P² of each robust variance as a quadratic form, (p,).

        References
        ----------
        Satterthwaite's approximation as in Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Tipton (2015),
        Psychological Methods 20, 375-393, eq. 12.
        """
        found = []
        for place in range(len(self.beta)):
            own, z = self.own[:, place, place], self.shared[:, :, place]
            lengths = (z**2).sum(axis=1)
            rest = own - lengths
            # tr P² without building P: the diagonal by itself, and off it the products of the shared parts.
            squares = float((rest**2).sum()) + float(((z.T @ z) ** 2).sum()) - float((lengths**2).sum())
            found.append(float(rest.sum()) ** 2 / squares if squares > 0 else 0.0)
        return np.array(found)

    def hotelling(self, tested: Sequence[int]) -> tuple[float, float]:
        """Wald statistic of the estimates ``tested``, and degrees of freedom η of the Wishart that its covariance resembles.

        References
        ----------
        Tipton and Pustejovsky (2015), Journal of Educational and Behavioral Statistics 40, 604-634, section 3.2 (HTZ: η
        matches the sum of the variances of all entries).
        """
        place = list(tested)
        own, z = self.own[:, place][:, :, place], self.shared[:, :, place]
        expected = (own - np.swapaxes(z, 1, 2) @ z).sum(axis=0)
        values, vectors = np.linalg.eigh(expected)
        whiten = vectors / np.sqrt(values)
        own, z = np.swapaxes(whiten, 0, 1) @ own @ whiten, z @ whiten
        inner = np.swapaxes(z, 1, 2) @ z
        products = np.einsum("ias,ibt->asbt", z, z)
        total = float((products**2).sum()) + float(np.einsum("asbt,atbs->", products, products))
        total += _entries(own - inner) - _entries(inner)
        q, beta = len(place), self.beta[place]
        statistic = float(beta @ np.linalg.solve(self.covariance[np.ix_(place, place)], beta))
        return statistic, q * (q + 1) / total


def sandwich(y: Vector, basis: Vector, back: Vector, stacks: Sequence[Stack], correction: Correction) -> Sandwich:
    """Fit by the inverse of the working covariance, and correct each cluster's residuals.

    Parameters
    ----------
    y : ndarray, shape (k,)
        Estimates.
    basis, back : ndarray, shapes (k, p) and (p, p)
        Orthonormal columns, and what leads from their coefficients to those asked for.
    stacks : sequence of Stack
        The clusters; rows of different clusters are independent in the working model.

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36, 672-683: with Φ = D'D and
    B = D (Φ - X(X'WX)⁻¹X') D', CR2 multiplies the residuals of a cluster by D' B^(-1/2) D, a pseudo-inverse where the
    cluster alone identifies a coefficient. The choice of D does not matter.
    """
    weighted = [np.linalg.solve(stack.working, basis[stack.rows]) for stack in stacks]
    information = sum(
        (np.einsum("bni,bnj->ij", basis[stack.rows], wx) for stack, wx in zip(stacks, weighted, strict=True)),
        start=np.zeros((basis.shape[1], basis.shape[1])),
    )
    bread = np.linalg.inv(information)
    root = np.linalg.cholesky(bread)
    score = sum(
        (np.einsum("bni,bn->i", wx, y[stack.rows]) for stack, wx in zip(stacks, weighted, strict=True)),
        start=np.zeros(basis.shape[1]),
    )
    beta = bread @ score
    residual = y - basis @ beta
    clusters = sum(len(stack.rows) for stack in stacks)
    parts, own, shared = [], [], []
    to_asked = bread @ back.T
    plain = np.zeros(len(beta))
    for stack, wx in zip(stacks, weighted, strict=True):
        x = basis[stack.rows]
        loading = wx if correction is not Correction.CR2 else _adjusted(stack.working, x, x @ root)
        loading = loading @ to_asked
        if correction is Correction.CR1:
            loading = loading * np.sqrt(clusters / (clusters - 1))
        transposed = np.swapaxes(loading, 1, 2)
        parts.append((transposed @ residual[stack.rows][..., None])[..., 0])
        own.append(transposed @ stack.working @ loading)
        shared.append(root.T @ (np.swapaxes(x, 1, 2) @ loading))
        weight = np.swapaxes(x, 1, 2) @ wx @ to_asked
        plain += ((to_asked * weight).sum(axis=1) - ((root.T @ weight) ** 2).sum(axis=1)).sum(axis=0)
    model_variance = ((back @ root) ** 2).sum(axis=1)
    stacked_up = (np.concatenate(parts), np.concatenate(own), np.concatenate(shared))
    return Sandwich(back @ beta, model_variance, plain / model_variance, *stacked_up)


def stacked(cluster: Rows, working: Vector) -> list[Stack]:
    """Clusters of one size together, for independent errors of variances (k,) or a full working covariance (k, k)."""
    found = []
    for rows in same_size(cluster):
        if working.ndim == 1:
            blocks = working[rows][:, :, None] * np.eye(rows.shape[1])
        else:
            blocks = working[rows[:, :, None], rows[:, None, :]]
        found.append(Stack(rows, blocks))
    return found


def same_size(cluster: Rows) -> list[Rows]:
    """The rows of all clusters of each size, (B, n)."""
    order = np.argsort(cluster, kind="stable")
    sizes = np.bincount(cluster)
    ends = np.cumsum(sizes)
    return [np.stack([order[end - size : end] for end in ends[sizes == size]]) for size in np.unique(sizes)]


def _adjusted(working: Vector, x: Vector, fitted: Vector) -> NDArray[np.float64]:
    """CR2 times the weighted columns, (B, n, p); ``fitted`` fitted' is the covariance of the fitted values."""
    lower = np.linalg.cholesky(working)
    transposed = np.swapaxes(lower, 1, 2)
    cross = transposed @ fitted
    middle = transposed @ working @ lower - cross @ np.swapaxes(cross, 1, 2)
    values, vectors = np.linalg.eigh(middle)
    kept = values > _OWN_DIRECTION * (transposed @ working @ lower).trace(axis1=1, axis2=2)[:, None]
    inverse_root = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    turned = np.swapaxes(vectors, 1, 2) @ np.linalg.solve(lower, x)
    return np.asarray(lower @ (vectors @ (inverse_root[..., None] * turned)))


def _entries(blocks: Vector) -> float:
    """Σ of (tr H)² + tr(H²) over symmetric H: the variances of all entries of a sum of products."""
    traces = np.trace(blocks, axis1=1, axis2=2)
    return float((traces**2).sum()) + float((blocks**2).sum())
