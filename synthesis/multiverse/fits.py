"""Fits every distinct specification: one vectorised pass for the independent sets, one call each for the other models.

Never fits the same set twice under the same model, and never hides a refusal: it is kept beside the fit it belongs to.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthesis.batch.kernel import Batch, fit_batch
from synthesis.dependence.che import correlated_hierarchical
from synthesis.dependence.robust import robust
from synthesis.multiverse.columns import Column
from synthesis.multiverse.grid import CorrectionOption, DependenceOption
from synthesis.multiverse.specifications import Fit, Model
from synthesis.pooling.engine import Vector
from synthesis.pooling.pool import Method, Test, pool
from synthesis.small_study.precision_effect import peese, pet
from synthesis.small_study.reading import NotDefined
from synthesis.small_study.trim_and_fill import trim_and_fill

_RHO = 0.6  # of the rule that chooses the model of a question (synthesis.models)

Signs = Mapping[str, float]  # sample to 1 or -1


@dataclass(frozen=True, slots=True)
class Fitted:
    """One value per fit, each array of shape (F,), on the scale of the effects; NaN means not defined for that fit."""

    estimate: Vector
    ci_low: Vector
    ci_high: Vector
    p: Vector
    tau2: Vector  # NaN under PET, PEESE and for one sample
    refused: Mapping[int, str] = field(default_factory=dict)  # fit to the reason; all its values are NaN


def fit_all(columns: Sequence[Column], fits: Sequence[Fit]) -> Fitted:
    """Every fit, each once.

    Parameters
    ----------
    columns : sequence of Column
        The shared candidate list; variances are sampling variances.
    fits : sequence of Fit
        Which columns, under which model.
    """
    values = {name: np.full(len(fits), np.nan) for name in ("estimate", "ci_low", "ci_high", "p", "tau2")}
    for model, indices in independent(fits).items():
        batch = _batch(columns, [fits[i].columns for i in indices], model)
        for name, array in values.items():
            array[indices] = getattr(batch, name)
    refused = {}
    for i, fit in enumerate(fits):
        if fit.joint or fit.model.correction is not CorrectionOption.NONE:
            try:
                result = (
                    _JOINT[fit.joint](columns, fit) if fit.joint else _CORRECTIONS[fit.model.correction](columns, fit)
                )
            except NotDefined as error:
                refused[i] = str(error)
                continue
            for name, value in zip(values, result, strict=True):
                values[name][i] = np.nan if value is None else value
    return Fitted(**values, refused=refused)


def independent(fits: Sequence[Fit]) -> dict[Model, list[int]]:
    """The fits of the vectorised pass, by model: independent values without correction."""
    groups: dict[Model, list[int]] = defaultdict(list)
    for i, fit in enumerate(fits):
        if not fit.joint and fit.model.correction is CorrectionOption.NONE:
            groups[fit.model].append(i)
    return dict(groups)


def packed(columns: Sequence[Column], sets: Sequence[tuple[int, ...]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Sets of columns as an index array (D, K) and its mask; cells outside the mask point at column 0."""
    width = max(len(members) for members in sets)
    index, mask = np.zeros((len(sets), width), dtype=np.int64), np.zeros((len(sets), width), dtype=np.bool_)
    for row, members in enumerate(sets):
        index[row, : len(members)] = members
        mask[row, : len(members)] = True
    return index, mask


def method_and_test(model: Model) -> tuple[Method, Test]:
    """What the kernel is asked for; a single sample is its own estimate whatever is asked."""
    return model.method or Method.FE, model.test or Test.Z


def _batch(columns: Sequence[Column], sets: Sequence[tuple[int, ...]], model: Model) -> Batch:
    index, mask = packed(columns, sets)
    y, v = (np.array([getattr(column, name) for column in columns]) for name in ("yi", "vi"))
    method, test = method_and_test(model)
    return fit_batch(y[index], v[index], mask, method=method, test=test)


_Result = tuple[float, float, float, float | None, float | None]  # estimate, interval, p, tau²


def _values(columns: Sequence[Column], fit: Fit) -> tuple[list[float], list[float], list[str]]:
    used = [columns[column] for column in fit.columns]
    return [column.yi for column in used], [column.vi for column in used], [column.sample for column in used]


def _correlated_hierarchical(columns: Sequence[Column], fit: Fit) -> _Result:
    yi, vi, samples = _values(columns, fit)
    found = correlated_hierarchical(yi, vi, samples, rho=_RHO)
    mean = found.robust.terms[0] if found.robust else None
    if mean is None or mean.ci is None:
        raise NotDefined(
            "the correlated and hierarchical model gives no robust interval: one sample identifies the mean"
        )
    return mean.estimate, *mean.ci, mean.p, sum(value or 0.0 for value in found.model.sigma2)


def _robust(columns: Sequence[Column], fit: Fit) -> _Result:
    yi, vi, samples = _values(columns, fit)
    tau2 = pool(yi, vi).tau2 or 0.0
    result = robust(yi, vi, samples, tau2=tau2)
    return result.estimate, *result.ci, result.p, tau2


def _pet(columns: Sequence[Column], fit: Fit) -> _Result:
    yi, vi, _ = _values(columns, fit)
    line = pet(yi, vi).intercept
    return line.estimate, *line.ci, line.p, None


def _peese(columns: Sequence[Column], fit: Fit) -> _Result:
    yi, vi, _ = _values(columns, fit)
    line = peese(yi, vi).intercept
    return line.estimate, *line.ci, line.p, None


def _trim_and_fill(columns: Sequence[Column], fit: Fit) -> _Result:
    yi, vi, _ = _values(columns, fit)
    method, test = method_and_test(fit.model)
    pooled = trim_and_fill(yi, vi, method=method, test=test).pooled
    return pooled.estimate, *pooled.ci, pooled.p, pooled.tau2


_JOINT: Mapping[DependenceOption, Callable[[Sequence[Column], Fit], _Result]] = {
    DependenceOption.CHE: _correlated_hierarchical,
    DependenceOption.ROBUST: _robust,
}
_CORRECTIONS: Mapping[CorrectionOption, Callable[[Sequence[Column], Fit], _Result]] = {
    CorrectionOption.PET: _pet,
    CorrectionOption.PEESE: _peese,
    CorrectionOption.TRIM_FILL: _trim_and_fill,
}
