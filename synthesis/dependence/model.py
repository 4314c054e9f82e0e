"""The model of dependent effects before anything is estimated: checked, scaled, in the order of its groups.

Never fits: it says which variances the data can tell apart at all, and holds the likelihood that others climb.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus.errors import InvalidInput
from synthesis.dependence.blocks import BlockCovariance
from synthesis.dependence.covariance import checked_covariance
from synthesis.dependence.levels import Partition, Rows, codes, nested
from synthesis.dependence.likelihood import Covariance, Likelihood
from synthesis.dependence.nested import NestedCovariance
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.pooling.pool import Method
from synthesis.regression.columns import checked_columns, orthonormal

_IN_COLUMNS = 1e-9  # share of a group's indicator that the columns leave over: below, the groups are columns themselves


@dataclass(frozen=True, slots=True)
class Model:
    """Checked effects and their model, scaled, with rows in the order of their groups."""

    effects: Effects
    columns: Vector  # (k, p) as given, reordered
    terms: tuple[str, ...]
    back: Vector  # (p, p), from coefficients of the orthonormal columns to those of ``columns``
    centre: Vector  # (p,) coefficients by ordinary least squares, taken off before fitting, of the orthonormal columns
    order: Rows
    likelihood: Likelihood
    free: NDArray[np.bool_]  # (S,) variances that the data can tell apart
    warnings: tuple[str, ...]


def prepared(
    yi: ArrayLike,
    variance: ArrayLike,
    levels: Sequence[Sequence[Hashable]],
    *,
    x: ArrayLike | None,
    terms: Sequence[str],
    method: Method,
) -> Model:
    """The checked model of `multilevel`, before any variance is estimated."""
    k = np.size(yi)
    diagonal, full = checked_covariance(variance, k)
    effects = checked(yi, diagonal)
    order, partitions = partitioned(levels, effects.k)
    covariance: Covariance
    if full is None:
        covariance = NestedCovariance(effects.v[order], partitions)
    else:
        covariance = BlockCovariance(full[np.ix_(order, order)] / effects.scale**2, partitions)
    return modelled(effects, covariance, order, x=x, terms=terms, method=method)


def partitioned(levels: Sequence[Sequence[Hashable]], k: int) -> tuple[Rows, tuple[Partition, ...]]:
    """Labels of levels as an order of rows and partitions in that order."""
    if not levels:
        raise InvalidInput("there are no levels: give one sequence of labels per random intercept, such as the studies")
    return nested([codes(labels, k, f"level {place}") for place, labels in enumerate(levels, start=1)])


def modelled(
    effects: Effects,
    covariance: Covariance,
    order: Rows,
    *,
    x: ArrayLike | None,
    terms: Sequence[str],
    method: Method,
) -> Model:
    """A model of checked effects whose working covariance is already in the order of its groups."""
    given = np.ones((effects.k, 1)) if x is None else x
    columns = checked_columns(given, terms, effects.k)[order]
    basis, to_basis = orthonormal(columns)
    y = effects.y[order]
    centre = basis.T @ y
    back = np.asarray(np.linalg.solve(to_basis, np.eye(len(to_basis))), dtype=np.float64)
    free, warnings = _estimable(covariance.levels, basis)
    return Model(
        effects=effects,
        columns=columns,
        terms=tuple(terms),
        back=back,
        centre=centre,
        order=order,
        likelihood=Likelihood(y - basis @ centre, np.ascontiguousarray(basis.T), covariance, method is Method.REML),
        free=free,
        warnings=tuple(warnings),
    )


def _estimable(partitions: Sequence[Partition], basis: Vector) -> tuple[NDArray[np.bool_], list[str]]:
    """Which variances the data can tell apart, and a sentence for each that they cannot."""
    free = np.ones(len(partitions), dtype=np.bool_)
    warnings = []
    for place, partition in enumerate(partitions):
        name = f"level {place + 1}"
        same = [before for before in range(place) if partitions[before].count == partition.count]
        if same:  # groups are nested, so as many groups are the same groups
            free[place] = False
            warnings.append(
                f"Level {same[0] + 1} and {name} divide the effects alike: one variance stands for both, "
                f"shown at level {same[0] + 1}."
            )
        elif partition.count <= basis.shape[1] and _spanned(partition, basis):
            free[place] = False
            what = "All effects are in one group" if partition.count == 1 else "The terms name every group"
            warnings.append(f"{what} of {name}: its variance cannot be estimated, and no interval contains it.")
    return free, warnings


def _spanned(partition: Partition, basis: Vector) -> bool:
    """Whether the columns hold the indicator of every group, so that the data cannot show how groups vary."""
    sizes = partition.sums(np.ones(len(partition.group)))
    held = (partition.sums(basis.T) ** 2).sum(axis=0) / sizes
    return bool((1 - held < _IN_COLUMNS).all())
