"""What a new study may find: prediction intervals by three conventions, and the chance that its true effect passes a line.

Never mixes conventions silently: each result names its degrees of freedom, and what is not defined is None with a reason.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import ndtr, stdtr

from corpus.effectsizes.distributions import normal_quantile, t_quantile_upper
from corpus.errors import InvalidInput
from synthesis.pooling.pool import Pooled, Test


class Convention(StrEnum):
    """The distribution of a new true effect about the mean, with variance se² + tau²."""

    METAFOR = "metafor"  # that of the test: normal under z, else t with k − 1
    HTS = "hts"  # t with k − 2, for three studies or more
    RILEY = "riley"  # t with k − 2, and with 1 for two studies


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A prediction interval, on the scale of the effects."""

    convention: Convention
    level: float
    df: int | None  # None: the normal distribution, or no interval
    interval: tuple[float, float] | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEffect:
    """Chances that the true effect of a new study like these lies above or below lines. None means: not defined."""

    convention: Convention
    df: int | None
    smallest: float  # the smallest effect of interest, on the scale of the effects, with its sign
    beyond_smallest: float | None  # further from 0 than ``smallest``, on its side
    wrong_side: float | None  # on the other side of 0
    above_0: float | None
    below_0: float | None
    warnings: tuple[str, ...]


def predict(pooled: Pooled, *, convention: Convention = Convention.METAFOR, level: float | None = None) -> Prediction:
    """Prediction interval of the true effect of a new study.

    Parameters
    ----------
    pooled : Pooled
        A random-effects result; its test gives the standard error.
    convention, level
        The distribution, and the coverage (that of ``pooled`` if None).

    References
    ----------
    Higgins, Thompson and Spiegelhalter (2009), Journal of the Royal Statistical Society A 172, 137-159, section 4.1 (t with
    k − 2); Riley, Higgins and Deeks (2011), BMJ 342, d549 (the same; one degree of freedom for two studies as in metafor);
    Viechtbauer (2010), Journal of Statistical Software 36(3) (the distribution of the test).
    """
    level = pooled.level if level is None else level
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    distribution, words = _distribution(pooled, convention)
    if distribution is None:
        return Prediction(convention=convention, level=level, df=None, interval=None, warnings=words)
    spread, df = distribution
    tail = (1 - level) / 2
    half = spread * (-normal_quantile(tail) if df is None else t_quantile_upper(tail, df))
    interval = (pooled.estimate - half, pooled.estimate + half)
    return Prediction(convention=convention, level=level, df=df, interval=interval, warnings=words)


def new_effect(pooled: Pooled, smallest: float, *, convention: Convention = Convention.HTS) -> NewEffect:
    """Chances of the true effect of a new study, by the predictive distribution behind the prediction interval.

    Parameters
    ----------
    pooled : Pooled
        A random-effects result.
    smallest : float
        The smallest effect of interest on the scale of the effects; its sign says which side is meant (not 0).
    convention : Convention
        t with k − 2 by default: it carries the uncertainty of the mean and allows for that of tau².

    Raises
    ------
    InvalidInput
        For a smallest effect of 0 or one that is not finite.

    References
    ----------
    Higgins, Thompson and Spiegelhalter (2009), Journal of the Royal Statistical Society A 172, 137-159, section 4.
    """
    if not math.isfinite(smallest) or smallest == 0:
        raise InvalidInput(f"the smallest effect of interest is {smallest:g}; give a finite value other than 0")
    distribution, words = _distribution(pooled, convention)
    if distribution is None or distribution[0] == 0:
        reason = words or ("All estimates are equal and the standard error is 0: there is no distribution to read.",)
        return NewEffect(
            convention=convention,
            df=None,
            smallest=smallest,
            beyond_smallest=None,
            wrong_side=None,
            above_0=None,
            below_0=None,
            warnings=reason,
        )
    spread, df = distribution
    side = math.copysign(1.0, smallest)

    def below(line: float) -> float:
        z = (line - pooled.estimate) / spread
        return float(ndtr(z) if df is None else stdtr(df, z))

    def above(line: float) -> float:
        z = (pooled.estimate - line) / spread
        return float(ndtr(z) if df is None else stdtr(df, z))

    return NewEffect(
        convention=convention,
        df=df,
        smallest=smallest,
        beyond_smallest=above(smallest) if side > 0 else below(smallest),
        wrong_side=below(0.0) if side > 0 else above(0.0),
        above_0=above(0.0),
        below_0=below(0.0),
        warnings=words,
    )


def _distribution(pooled: Pooled, convention: Convention) -> tuple[tuple[float, int | None] | None, tuple[str, ...]]:
    """Scale and degrees of freedom of the predictive distribution, with what must be said; None where there is none."""
    if pooled.tau2 is None:
        return None, ("One study: what a new one may find cannot be predicted from it.",)
    if pooled.tau2_ci is None:
        return None, ("A fixed-effect model says nothing about a new study.",)
    spread = math.hypot(pooled.se, math.sqrt(pooled.tau2))
    few = ("Two studies: the prediction rests on 1 degree of freedom.",) if pooled.k == 2 else ()
    if convention is Convention.METAFOR:
        return (spread, None if pooled.test is Test.Z else pooled.k - 1), () if pooled.test is Test.Z else few
    if convention is Convention.RILEY:
        return (spread, max(1, pooled.k - 2)), few
    if pooled.k < 3:
        return None, ("Two studies leave no degree of freedom (k − 2 = 0) to predict with.",)
    return (spread, pooled.k - 2), ()
