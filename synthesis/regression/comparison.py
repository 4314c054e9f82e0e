"""Does a group of terms matter: Wald test of several coefficients, and likelihood ratio of two nested models.

Never compares restricted likelihoods of different terms: they are likelihoods of different data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, Test
from synthesis.regression.mixed import MixedEffects, WaldTest, meta_regression, wald_test


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """Twice the difference of two ML log-likelihoods, chi² with ``df``."""

    statistic: float
    df: int
    p: float
    tau2: float  # of the larger model, by ML
    tau2_without: float


def terms_together(fit: MixedEffects, columns: Sequence[int]) -> WaldTest:
    """The coefficients at ``columns`` (from 0) against 0 at once: chi² under z, F under the others.

    Raises
    ------
    InvalidInput
        For no column, a column the model does not have, or standard errors of 0.

    References
    ----------
    Knapp and Hartung (2003), Statistics in Medicine 22, 2693-2710.
    """
    if not columns or not all(0 <= column < len(fit.terms) for column in columns):
        raise InvalidInput(f"columns {list(columns)} of a model with {len(fit.terms)} terms; give positions from 0")
    if not all(fit.terms[column].se > 0 for column in columns):
        raise InvalidInput("standard errors are 0, so nothing can be tested; use the z test")
    beta = np.array([term.estimate for term in fit.terms])
    return wald_test(beta, np.array(fit.covariance), columns, fit.terms[0].df)


def likelihood_ratio(
    yi: ArrayLike, vi: ArrayLike, x: ArrayLike, *, terms: Sequence[str], without: Sequence[int]
) -> LikelihoodRatio:
    """The model of all terms against the model without the columns ``without`` (positions from 0), both by ML.

    Raises
    ------
    InvalidInput
        As in `meta_regression`, and where ``without`` leaves no term or takes none away.

    References
    ----------
    Huizenga, Visser and Dolan (2011), British Journal of Mathematical and Statistical Psychology 64, 1-19.
    """
    columns = np.asarray(x, dtype=np.float64)
    kept = [column for column in range(len(terms)) if column not in set(without)]
    if not 0 < len(kept) < len(terms):
        raise InvalidInput(
            f"without {list(without)} leaves {len(kept)} of {len(terms)} terms; leave some, and take some away"
        )
    full = meta_regression(yi, vi, columns, terms=terms, method=Method.ML, test=Test.Z)
    part = meta_regression(
        yi, vi, columns[:, kept], terms=[terms[column] for column in kept], method=Method.ML, test=Test.Z
    )
    statistic = max(0.0, 2 * (full.log_likelihood - part.log_likelihood))
    df = len(terms) - len(kept)
    return LikelihoodRatio(
        statistic=statistic, df=df, p=float(chdtrc(df, statistic)), tau2=full.tau2, tau2_without=part.tau2
    )
