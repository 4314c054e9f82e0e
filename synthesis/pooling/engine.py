"""The guarded door to PyMARE: checked and rescaled arrays in, plain floats out.

Never hands PyMARE what it would accept and get wrong: no DataFrame, no implicit intercept, no integer arrays, no k = 1.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus.errors import InvalidInput
from synthesis.pooling.pymare_import import pymare_estimators

Vector = NDArray[np.float64]

# Cubes of weights times squares of residuals stay finite within this; no real data come near it.
_FARTHEST = 1e50
# Closed forms subtract sums of weights: below this share of the heaviest weight, the others drown in rounding.
_LIGHTEST = 1e-12


@dataclass(frozen=True, slots=True)
class Effects:
    """Checked effects, divided by ``scale`` so that typical variances are near 1.

    ``scale`` is a power of two: dividing and multiplying back loses no digit, and no tolerance here or in PyMARE depends
    on the unit of the outcome.
    """

    y: Vector  # (k,) estimates / scale
    v: Vector  # (k,) sampling variances / scale²
    scale: float

    @property
    def k(self) -> int:
        return len(self.y)


@dataclass(frozen=True, slots=True)
class Mean:
    """A weighted mean on the scale of its effects, with Wald and Hartung-Knapp variance."""

    estimate: float
    variance: float
    knha_variance: float


def checked(yi: ArrayLike, vi: ArrayLike) -> Effects:
    """Effects from anything array-like, as float64.

    Parameters
    ----------
    yi : array_like, shape (k,)
        Estimates, on the scale they are pooled on (log for ratios).
    vi : array_like, shape (k,)
        Sampling variances of ``yi``, not standard errors.

    Raises
    ------
    InvalidInput
        For no rows, unequal lengths, a value that is not finite, a variance that is not above 0, or one so small that no
        other row counts; names the row.
    """
    y, v = _floats("yi", yi), _floats("vi", vi)
    if len(y) != len(v):
        raise InvalidInput(f"yi has {len(y)} values and vi {len(v)}: give each estimate its sampling variance")
    if len(y) == 0:
        raise InvalidInput("there are no effects to pool (k = 0): give at least one row of yi and vi")
    for row, (estimate, variance) in enumerate(zip(y, v, strict=True), start=1):
        if not math.isfinite(estimate):
            raise InvalidInput(f"row {row}: yi is {estimate}, not a finite number; correct it or leave the row out")
        if not math.isfinite(variance):
            raise InvalidInput(f"row {row}: vi is {variance}, not a finite number; correct it or leave the row out")
        if variance <= 0:
            raise InvalidInput(f"row {row}: vi is {variance:g}, but a sampling variance is above 0; give se² there")
    # The geometric mean cannot overflow, and one study with an enormous variance does not set the scale for the others.
    scale = 2.0 ** round(float(np.mean(np.log2(v))) / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = Effects(y / scale, v / scale**2, scale)
        usable = max(scaled.v.max(), (1 / scaled.v).max(), np.abs(scaled.y).max()) < _FARTHEST
    if not usable:
        raise InvalidInput("yi and vi differ by too many orders of magnitude to compute with; check their units")
    weights = np.sort(1 / scaled.v)
    if len(y) > 1 and weights[:-1].sum() < _LIGHTEST * weights[-1]:
        row = int(np.argmin(v))
        raise InvalidInput(
            f"row {row + 1}: vi is {v[row]:g}, so small that no other row counts (share below {_LIGHTEST:g}); check its unit"
        )
    return scaled


def trace_p(w: Vector) -> Vector:
    """Σw - Σw²/Σw over the last axis, for weights in ascending order.

    As the sum over pairs 2 Σ wᵢwⱼ / Σw: the difference of two sums is 0 or negative by rounding where one study outweighs
    all others, and then I² and the REML score are nonsense.
    """
    lighter = np.cumsum(w, axis=-1)[..., :-1]
    return np.asarray(2 * (w[..., 1:] * lighter).sum(axis=-1) / w.sum(axis=-1), dtype=np.float64)


def tau2_by_pymare(effects: Effects, method: str) -> float:
    """tau² (scaled) of PyMARE's DL, HE, ML or REML for two or more effects.

    DL and HE are closed forms and exact. ML and REML come from a bounded search and carry about seven digits:
    `likelihood.refine` takes them on.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188; Hedges (1983), Psychological
    Bulletin 93, 388-395; Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293.
    """
    if effects.k < 2:
        raise ValueError("PyMARE's REML invents a tau² for k = 1: a single effect never comes here")
    estimators = pymare_estimators()
    estimator = {
        "DL": estimators.DerSimonianLaird,
        "HE": estimators.Hedges,
        "ML": lambda: estimators.VarianceBasedLikelihoodEstimator(method="ML"),
        "REML": lambda: estimators.VarianceBasedLikelihoodEstimator(method="REML"),
    }[method]()
    fitted = estimator.fit(effects.y[:, None], effects.v[:, None], _intercept(effects.k))
    return float(np.ravel(fitted.params_["tau2"])[0])


def weighted_mean(effects: Effects, tau2: float) -> Mean:
    """Inverse-variance mean of two or more effects at a given tau² (scaled), by PyMARE's weighted least squares.

    References
    ----------
    Hartung and Knapp (2001), Statistics in Medicine 20, 3875-3889; Sidik and Jonkman (2002), Statistics in Medicine 21,
    3153-3159. Neither variance is truncated.
    """
    estimators = pymare_estimators()
    fits = [
        estimators.WeightedLeastSquares(tau2=tau2, small_sample_correction=correction).fit(
            effects.y[:, None], _intercept(effects.k), effects.v[:, None]
        )
        for correction in ("wald", "knapp-hartung")
    ]
    wald, knha = (float(np.ravel(fit.params_["inv_cov"])[0]) for fit in fits)  # PyMARE's name; it is a covariance
    return Mean(float(np.ravel(fits[0].params_["fe_params"])[0]), wald, knha)


def _floats(name: str, values: ArrayLike) -> Vector:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{name} holds something that is not a number ({error}); give numbers only") from None
    if array.ndim != 1:
        raise InvalidInput(f"{name} has {array.ndim} dimensions; give one value per effect")
    return array


def _intercept(k: int) -> Vector:
    return np.ones((k, 1))
