"""Test of excess significance: are there more significant studies than their power allows?

Never blames a study: with heterogeneity or a poor guess of the true effect the count can be right and the test wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc, ndtr

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.small_study.reading import cautions, needs

_NODES = 61  # of the Gauss-Hermite rule for power averaged over tau²: right to 1e-12 unless tau is many standard errors


class CountTest(StrEnum):
    """How the count is judged: its exact distribution, a binomial with the mean power, or Pearson's chi²."""

    EXACT = "exact"
    BINOMIAL = "binom"
    CHI2 = "chi2"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessSignificance:
    """Observed and expected number of significant studies; p is one-sided, for more than expected."""

    k: int
    observed: int
    expected: float
    power: tuple[float, ...]  # of each study, in the order given
    theta: float  # the true effect the power is computed for, on the scale of the effects
    test: CountTest
    p: float
    cautions: tuple[str, ...]


def excess_significance(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    theta: float | None = None,
    tau2: float = 0.0,
    alpha: float = 0.05,
    test: CountTest = CountTest.EXACT,
    cluster: Sequence[object] | None = None,
) -> ExcessSignificance:
    """Compare the number of studies with two-sided p ≤ alpha with what their power makes of a true effect.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    theta : float or None
        True effect; None takes the fixed-effect mean.
    tau2 : float
        Variance of the true effects about theta, over which power is averaged.
    alpha, test, cluster
        Level of each study's test, test of the count, study of each effect (only for a caution).

    Raises
    ------
    InvalidInput
        For what `checked` refuses, alpha outside 0 to 1, a tau² below 0, or values that are not finite.

    References
    ----------
    Ioannidis and Trikalinos (2007), Clinical Trials 4, 245-253; Francis (2013), Journal of Mathematical Psychology 57,
    153-169 (exact distribution of the count, here by convolution: any k).
    """
    if not 0 < alpha < 1:
        raise InvalidInput(f"alpha is {alpha:g}; give a level between 0 and 1, such as 0.05")
    if not 0 <= tau2 < np.inf:
        raise InvalidInput(f"tau2 is {tau2:g}; give a variance of at least 0")
    effects = checked(yi, vi)
    needs(effects, 2, "the test of excess significance")
    if theta is not None and not np.isfinite(theta):
        raise InvalidInput(f"theta is {theta:g}; give a finite effect, or none for the fixed-effect mean")
    scaled = float(np.average(effects.y, weights=1 / effects.v)) if theta is None else theta / effects.scale
    critical = -normal_quantile(alpha / 2)
    observed = int((np.abs(effects.y) >= critical * np.sqrt(effects.v)).sum())
    power = _power(effects, scaled, tau2 / effects.scale**2, critical)
    expected = float(power.sum())
    return ExcessSignificance(
        k=effects.k,
        observed=observed,
        expected=expected,
        power=tuple(power.tolist()),
        theta=scaled * effects.scale,
        test=test,
        p=_p(observed, power, test),
        cautions=cautions(effects, cluster),
    )


def _power(effects: Effects, theta: float, tau2: float, critical: float) -> Vector:
    se = np.sqrt(effects.v)
    if tau2 == 0:
        return np.asarray(ndtr(theta / se - critical) + ndtr(-theta / se - critical))
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    z = (theta + np.sqrt(tau2) * nodes) / se[:, None]
    return np.asarray((ndtr(z - critical) + ndtr(-z - critical)) @ weights / weights.sum())


def _p(observed: int, power: Vector, test: CountTest) -> float:
    k, expected = len(power), float(power.sum())
    if test is CountTest.BINOMIAL:
        return float(bdtrc(observed - 1, k, expected / k)) if observed > 0 else 1.0
    if test is CountTest.CHI2:
        away = observed - expected
        root = abs(away) * np.sqrt(1 / expected + 1 / (k - expected))
        half = normal_two_sided(float(root)) / 2
        return half if away > 0 else 1 - half
    count = np.ones(1)
    for one in power:
        count = np.concatenate((count * (1 - one), [0.0])) + np.concatenate(([0.0], count * one))
    return min(1.0, float(count[observed:].sum()))
