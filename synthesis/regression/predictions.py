"""What a meta-regression expects at given values of its terms: the mean there, and a new study there.

Never extends a model quietly: a row outside the range of the data is predicted, and said to be outside.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from corpus.effectsizes.distributions import normal_quantile, t_quantile_upper
from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method
from synthesis.regression.mixed import MixedEffects


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The mean effect at one row of terms, with its interval and that of a new study, on the scale of the effects."""

    estimate: float
    se: float
    ci: tuple[float, float]
    pi: tuple[float, float] | None  # None under FE, which knows no other studies


def predictions(fit: MixedEffects, at: ArrayLike, *, level: float | None = None) -> tuple[Prediction, ...]:
    """Predictions at the rows ``at`` (n, p), coded as the columns of the fit, the constant column too.

    ``level`` is that of the fit unless given. The prediction interval has the quantile of the confidence interval, as
    metafor's predict: t with k - p degrees of freedom unless the test is z.

    Raises
    ------
    InvalidInput
        For rows that do not have the terms of the fit, or a value that is not finite.

    References
    ----------
    Riley, Higgins and Deeks (2011), BMJ 342, d549 (prediction intervals); Viechtbauer (2010), Journal of Statistical
    Software 36(3), section 3.4.
    """
    rows = np.asarray(at, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != len(fit.terms):
        raise InvalidInput(f"at has the shape {rows.shape}; give rows of {len(fit.terms)} values, one for each term")
    if not np.isfinite(rows).all():
        raise InvalidInput("at holds a value that is not a finite number; give a value for every term")
    tail = (1 - (fit.level if level is None else level)) / 2
    df = fit.terms[0].df
    quantile = -normal_quantile(tail) if df is None else t_quantile_upper(tail, df)
    beta, root = np.array([term.estimate for term in fit.terms]), np.array(fit.root)
    return tuple(
        _prediction(float(estimate), math.sqrt(variance), fit, quantile)
        for estimate, variance in zip(rows @ beta, ((rows @ root) ** 2).sum(axis=1).tolist(), strict=True)
    )


def outside(columns: ArrayLike, at: ArrayLike, *, terms: Sequence[str]) -> tuple[str, ...]:
    """Sentences about values in ``at`` (n, p) that lie beyond the data's ``columns`` (k, p)."""
    data, rows = np.asarray(columns, dtype=np.float64), np.asarray(at, dtype=np.float64)
    low, high = data.min(axis=0), data.max(axis=0)
    return tuple(
        f"row {row + 1}: {terms[place]} is {rows[row, place]:g}, but the effects have {low[place]:g} to {high[place]:g}."
        for row, place in np.argwhere((rows < low) | (rows > high)).tolist()
    )


def _prediction(estimate: float, se: float, fit: MixedEffects, quantile: float) -> Prediction:
    half, half_new = quantile * se, quantile * math.hypot(se, math.sqrt(fit.tau2))
    return Prediction(
        estimate=estimate,
        se=se,
        ci=(estimate - half, estimate + half),
        pi=None if fit.method is Method.FE else (estimate - half_new, estimate + half_new),
    )
