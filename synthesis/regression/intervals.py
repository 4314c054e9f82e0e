"""Interval of the residual tau² of a meta-regression, by inverting the generalised Q.

Never estimates tau²: the interval needs no estimator.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from synthesis.pooling.engine import checked
from synthesis.regression.columns import checked_columns, orthonormal
from synthesis.regression.tau2 import tau2_where_q_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2Interval:
    """Q-profile interval of the residual tau², in the squared unit of the effects."""

    low: float
    high: float
    warnings: tuple[str, ...]


def residual_tau2_interval(
    yi: ArrayLike, vi: ArrayLike, x: ArrayLike, *, terms: Sequence[str], level: float = 0.95
) -> Tau2Interval:
    """Q-profile interval; parameters and refusals as in `meta_regression`.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37-52; with moderators: Jackson, Turner, Rhodes and Viechtbauer (2014),
    BMC Medical Research Methodology 14, 103.
    """
    effects = checked(yi, vi)
    basis, _ = orthonormal(checked_columns(x, terms, effects.k))
    half_df, tail = (basis.shape[0] - basis.shape[1]) / 2, (1 - level) / 2
    high = tau2_where_q_is(effects, basis, 2 * float(gammaincinv(half_df, tail)))
    if high is None:
        words = "The effects agree more than chance allows: the interval of tau² is empty and shown as 0 to 0."
        return Tau2Interval(low=0.0, high=0.0, warnings=(words,))
    low = tau2_where_q_is(effects, basis, 2 * float(gammainccinv(half_df, tail))) or 0.0
    return Tau2Interval(low=low * effects.scale**2, high=high * effects.scale**2, warnings=())
