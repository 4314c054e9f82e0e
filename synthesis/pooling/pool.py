"""Pool effects: estimate, interval, prediction interval and heterogeneity, in metafor's conventions.

Never decides what belongs together, and never hides what is not defined: that is None, with a warning in words.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided, t_quantile_upper, t_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, checked, tau2_by_pymare, trace_p, weighted_mean
from synthesis.pooling.estimators import (
    corrected_hunter_schmidt,
    generalised_q,
    hunter_schmidt,
    median_unbiased_paule_mandel,
    paule_mandel,
    q_profile,
    sidik_jonkman,
)
from synthesis.pooling.likelihood import RIVAL, log_likelihood, refine
from synthesis.pooling.tau2_error import tau2_se


class Method(StrEnum):
    """Estimators of the between-study variance tau²; FE fixes it at 0."""

    FE = "FE"
    DL = "DL"
    ML = "ML"
    REML = "REML"
    PM = "PM"
    HE = "HE"
    HS = "HS"
    SJ = "SJ"
    EB = "EB"
    HSK = "HSk"  # Hunter-Schmidt with the small-sample correction k/(k − 1)
    PMM = "PMM"  # Paule-Mandel at the median of chi² instead of its mean


class Test(StrEnum):
    """How the pooled estimate is tested: against the normal distribution (z), or t with k − 1 degrees of freedom."""

    KNHA = "knha"  # t, Hartung-Knapp variance
    Z = "z"  # normal, Wald variance
    ADHOC = "adhoc"  # t, Hartung-Knapp variance, but never below the Wald variance
    T = "t"  # t, Wald variance


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One pooled result, on the scale of the effects (log for ratios). None means: not defined for these data."""

    k: int
    method: Method
    test: Test  # the test used: z for a single study, whatever was asked
    level: float  # coverage of every interval
    estimate: float
    se: float
    statistic: float | None
    df: int | None  # None under z
    p: float | None
    ci: tuple[float, float]
    pi: tuple[float, float] | None
    residual_scale: float  # factor of the Wald variance: 1 under z and t, the residual mean square under knha
    tau2: float | None
    se_tau2: float | None
    tau2_ci: tuple[float, float] | None  # Q-profile
    typical_variance: float | None  # the sampling variance I² and H² compare tau² with
    i2: float | None  # percent
    h2: float | None
    q: float | None
    q_df: int | None
    q_p: float | None
    log_likelihood: float | None  # restricted under REML, else ordinary
    weights: tuple[float, ...]  # percent, in the order given
    warnings: tuple[str, ...]


def pool(
    yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, test: Test = Test.KNHA, level: float = 0.95
) -> Pooled:
    """Pool effects under a fixed-effect or random-effects model.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances; k = 1 gives the study itself.
    method, test, level
        tau² estimator, test of the mean, and coverage of every interval.

    Raises
    ------
    InvalidInput
        For k = 0, unequal lengths, values that are not finite, or variances that are not above 0.

    References
    ----------
    Viechtbauer (2010), Journal of Statistical Software 36(3); Hartung and Knapp (2001), Statistics in
    Medicine 20, 3875-3889; Higgins and Thompson (2002), Statistics in Medicine 21, 1539-1558 (typical
    variance); Viechtbauer (2007), Statistics in Medicine 26, 37-52 (Q-profile); prediction interval with k − 1 degrees of
    freedom under t tests and the normal quantile under z, as metafor's predict; other conventions are in `prediction`. The
    floor of adhoc: Knapp and Hartung (2003), Statistics in Medicine 22, 2693-2710.
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    effects = checked(yi, vi)
    if effects.k == 1:
        return _single(effects, method, level)
    warnings: list[str] = []
    tau2 = _tau2(effects, method, warnings)
    mean = weighted_mean(effects, tau2)
    wald_se = math.sqrt(mean.variance)
    agree = bool((effects.y == effects.y[0]).all())  # then the Hartung-Knapp variance is 0, but for rounding
    residual_scale = _residual_scale(0.0 if agree else mean.knha_variance / mean.variance, test)
    se = math.sqrt(residual_scale) * wald_se
    df = None if test is Test.Z else effects.k - 1
    if se > 0:
        statistic, p = _test(mean.estimate / se, df)
    else:
        statistic, p = None, None
        warnings.append("All estimates are equal, so Hartung-Knapp gives a standard error of 0; use the z test.")
    half = _quantile(level, df) * se
    if test is Test.KNHA and 0 < half < _quantile(level, None) * wald_se:
        warnings.append("The Hartung-Knapp interval is narrower than the normal one here; read it with the z interval.")
    if df == 1:
        warnings.append("Two studies: the interval rests on 1 degree of freedom.")
    random = method is not Method.FE
    half_pi = _quantile(level, df) * math.hypot(se, math.sqrt(tau2))
    q = generalised_q(effects, 0.0)
    typical = (effects.k - 1) / float(trace_p(np.sort(1 / effects.v)))
    i2, h2 = (100 * tau2 / (tau2 + typical), 1 + tau2 / typical) if random else _from_q(q, effects.k - 1)
    tau2_ci = _tau2_interval(effects, level, warnings) if random else None
    tau2_error = tau2_se(effects, tau2, method)
    weights = 1 / (effects.v + tau2)
    s, s2 = effects.scale, effects.scale**2
    return Pooled(
        k=effects.k,
        method=method,
        test=test,
        level=level,
        estimate=mean.estimate * s,
        se=se * s,
        statistic=statistic,
        df=df,
        p=p,
        ci=((mean.estimate - half) * s, (mean.estimate + half) * s),
        pi=((mean.estimate - half_pi) * s, (mean.estimate + half_pi) * s) if random else None,
        residual_scale=residual_scale,
        tau2=tau2 * s2,
        se_tau2=None if tau2_error is None else tau2_error * s2,
        tau2_ci=(tau2_ci[0] * s2, tau2_ci[1] * s2) if tau2_ci else None,
        typical_variance=typical * s2,
        i2=i2,
        h2=h2,
        q=q,
        q_df=effects.k - 1,
        q_p=float(chdtrc(effects.k - 1, q)),
        log_likelihood=log_likelihood(effects, tau2, restricted=method is Method.REML),
        weights=tuple((100 * weights / weights.sum()).tolist()),
        warnings=tuple(warnings),
    )


def _single(effects: Effects, method: Method, level: float) -> Pooled:
    """k = 1: the study itself; whatever compares studies is not defined."""
    estimate, se = float(effects.y[0]) * effects.scale, math.sqrt(float(effects.v[0])) * effects.scale
    statistic, p = _test(estimate / se, None)
    half = _quantile(level, None) * se
    return Pooled(
        k=1,
        method=method,
        test=Test.Z,
        level=level,
        estimate=estimate,
        se=se,
        statistic=statistic,
        df=None,
        p=p,
        ci=(estimate - half, estimate + half),
        pi=None,
        residual_scale=1.0,
        tau2=None,
        se_tau2=None,
        tau2_ci=None,
        typical_variance=None,
        i2=None,
        h2=None,
        q=None,
        q_df=None,
        q_p=None,
        log_likelihood=None,
        weights=(100.0,),
        warnings=("One study: this is its own estimate with a normal interval; heterogeneity cannot be estimated.",),
    )


def _tau2(effects: Effects, method: Method, warnings: list[str]) -> float:
    if method is Method.FE:
        return 0.0
    if method in (Method.ML, Method.REML):
        best, *rest = refine(effects, tau2_by_pymare(effects, method), restricted=method is Method.REML)
        for rival in rest:
            if best.log_likelihood - rival.log_likelihood < RIVAL:
                warnings.append(
                    f"The {method} likelihood has a second mode at tau² = {rival.tau2 * effects.scale**2:.4g}; "
                    "compare the other estimators."
                )
        return best.tau2
    beside_pymare: dict[Method, Callable[[Effects], float]] = {
        Method.PM: paule_mandel,
        Method.PMM: median_unbiased_paule_mandel,
        Method.EB: paule_mandel,
        Method.HS: hunter_schmidt,
        Method.HSK: corrected_hunter_schmidt,
        Method.SJ: sidik_jonkman,
    }
    return beside_pymare[method](effects) if method in beside_pymare else tau2_by_pymare(effects, method)


def _residual_scale(mean_square: float, test: Test) -> float:
    if test is Test.KNHA:
        return mean_square
    return max(1.0, mean_square) if test is Test.ADHOC else 1.0


def _test(statistic: float, df: int | None) -> tuple[float, float]:
    return statistic, normal_two_sided(statistic) if df is None else t_two_sided(statistic, df)


def _quantile(level: float, df: int | None) -> float:
    tail = (1 - level) / 2
    return -normal_quantile(tail) if df is None else t_quantile_upper(tail, df)


def _from_q(q: float, df: int) -> tuple[float, float]:
    """I² (percent) and H² of a fixed-effect model, which has no tau²: from Q."""
    return (100 * max(0.0, (q - df) / q) if q > 0 else 0.0), q / df


def _tau2_interval(effects: Effects, level: float, warnings: list[str]) -> tuple[float, float]:
    """Q-profile interval of tau² (scaled); (0, 0) where even 0 is too large for these data."""
    interval = q_profile(effects, level)
    if interval is None:
        warnings.append("The studies agree more than chance allows: the interval of tau² is empty and shown as 0 to 0.")
        return 0.0, 0.0
    return interval
