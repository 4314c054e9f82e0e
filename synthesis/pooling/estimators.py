"""The tau² estimators PyMARE lacks (PM, PMM, EB, HS, HSk, SJ), and the generalised Q they and the Q-profile share.

Never truncates what it is not told to: tau² below 0 becomes 0, nothing else is bent.
"""

import numpy as np
from scipy.special import gammainccinv, gammaincinv

from synthesis.pooling.engine import Effects

_MAX_STEPS = 2000  # Newton from the left doubles v + tau² at worst: the whole range of floats is 2,098 doublings


def generalised_q(effects: Effects, tau2: float) -> float:
    """Weighted sum of squares about the weighted mean at a given tau² (scaled); Cochran's Q at 0.

    References
    ----------
    DerSimonian and Kacker (2007), Contemporary Clinical Trials 28, 105-114 (the generalised Q).
    """
    return _q_and_slope(effects, tau2)[0]


def tau2_where_q_is(effects: Effects, target: float) -> float | None:
    """The tau² (scaled) at which the generalised Q equals ``target``; None where Q is below it already at 0.

    Q is convex and decreases in tau², so Newton's steps from 0 climb to the root and never pass it.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37-52 (Q-profile); DerSimonian and Kacker (2007) for its convexity.
    """
    tau2 = 0.0
    if generalised_q(effects, tau2) < target:
        return None
    for _ in range(_MAX_STEPS):
        q, slope = _q_and_slope(effects, tau2)
        if slope == 0:
            break
        new = tau2 - (q - target) / slope
        if new <= tau2 * (1 + 2e-16):  # rounding has taken over: the root is reached
            break
        tau2 = new
    return tau2


def paule_mandel(effects: Effects) -> float:
    """tau² (scaled) where the generalised Q equals its expectation k − 1; the empirical Bayes estimate is the same root.

    References
    ----------
    Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87, 377-385; Morris (1983), Journal
    of the American Statistical Association 78, 47-55, for the empirical Bayes form; their identity: Viechtbauer, Lopez-Lopez,
    Sanchez-Meca and Marin-Martinez (2015), Psychological Methods 20, 360-374.
    """
    return tau2_where_q_is(effects, effects.k - 1) or 0.0


def median_unbiased_paule_mandel(effects: Effects) -> float:
    """tau² (scaled) where the generalised Q equals the median of chi² with k − 1 degrees of freedom.

    References
    ----------
    Viechtbauer (2021), Chapter 11 in Schmid, Stijnen and White (eds), Handbook of Meta-Analysis, section 11.4.
    """
    return tau2_where_q_is(effects, 2 * float(gammaincinv((effects.k - 1) / 2, 0.5))) or 0.0


def q_profile(effects: Effects, level: float) -> tuple[float, float] | None:
    """Interval of tau² (scaled) by inverting the generalised Q; None where even 0 is too large for these data.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26, 37-52.
    """
    half_df, tail = (effects.k - 1) / 2, (1 - level) / 2
    upper = tau2_where_q_is(effects, 2 * float(gammaincinv(half_df, tail)))
    if upper is None:
        return None
    return tau2_where_q_is(effects, 2 * float(gammainccinv(half_df, tail))) or 0.0, upper


def hunter_schmidt(effects: Effects) -> float:
    """tau² (scaled) of Hunter and Schmidt: (Q − k) over the sum of the weights, 0 at least.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293.
    """
    return _hunter_schmidt(effects, 1.0)


def corrected_hunter_schmidt(effects: Effects) -> float:
    """tau² (scaled) of Hunter and Schmidt with the small-sample correction: Q times k/(k − 1), less k.

    References
    ----------
    Brannick, Potter, Benitez and Morris (2019), Organizational Research Methods 22, 490-514.
    """
    return _hunter_schmidt(effects, effects.k / (effects.k - 1))


def sidik_jonkman(effects: Effects) -> float:
    """tau² (scaled) of Sidik and Jonkman, from the crude start Σ(y − ȳ)²/k; positive unless all y are equal.

    References
    ----------
    Sidik and Jonkman (2005), Journal of the Royal Statistical Society C 54, 367-384.
    """
    crude = float(np.var(effects.y))
    return crude * generalised_q(effects, crude) / (effects.k - 1)


def _hunter_schmidt(effects: Effects, correction: float) -> float:
    return max(0.0, (correction * generalised_q(effects, 0.0) - effects.k) / float(np.sum(1 / effects.v)))


def _q_and_slope(effects: Effects, tau2: float) -> tuple[float, float]:
    w = 1 / (effects.v + tau2)
    residual = effects.y - float(w @ effects.y) / float(w.sum())
    weighted = w * residual
    return float(weighted @ residual), -float(weighted @ weighted)
