"""Residual between-study variance of a meta-regression, by every estimator of `pool`, with its standard error.

Never trusts a single start: every mode of the profile likelihood is found, as without moderators.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from synthesis.pooling.engine import Effects, Vector
from synthesis.pooling.likelihood import Mode
from synthesis.pooling.pool import Method
from synthesis.regression.projection import Contrasts, Matrix, Projection, contrasts, project, trace_pp, y_ppp_y

_POINTS_PER_DECADE = 12  # a weight 1/(v + tau²) turns over a whole decade, so no mode is narrower than a few points
_BLOCK = 200_000  # cells (points × studies × terms) of one block of the scan
_STEP_TOLERANCE = 1e-12  # Newton converges quadratically: a step this small leaves nothing but rounding
_MAX_STEPS = 200
_MAX_Q_STEPS = 2000  # Newton from the left doubles v + tau² at worst: the whole range of floats is 2,098 doublings


@dataclass(frozen=True, slots=True)
class Tau2:
    """tau² (scaled) with its standard error, and other modes of the likelihood, the highest first."""

    tau2: float
    se: float | None
    rivals: tuple[Mode, ...] = ()
    log_likelihood: float | None = None  # at the mode, without constants; None for the moment estimators


def residual_tau2(effects: Effects, x: Matrix, method: Method) -> Tau2:
    """tau² of the residual heterogeneity.

    Parameters
    ----------
    effects : Effects
        k effects, k > p.
    x : ndarray, shape (k, p)
        An orthonormal basis of the model's columns.

    References
    ----------
    Raudenbush (2009), in Cooper, Hedges and Valentine (eds), The Handbook of Research Synthesis and Meta-Analysis, 2nd ed.,
    ch. 16 (moments and likelihoods with moderators); Viechtbauer, Lopez-Lopez, Sanchez-Meca and Marin-Martinez (2015),
    Psychological Methods 20, 360-374 (all estimators for the mixed-effects model). A moment estimator is c(y'Py - b), with
    variance 2c² tr(PΣPΣ); under (restricted) maximum likelihood the expected information is used.
    """
    k, p = x.shape
    df = k - p
    if method is Method.FE:
        return Tau2(0.0, None)
    if method in (Method.ML, Method.REML):
        return _likely(effects, x, restricted=method is Method.REML)
    if method is Method.HE:
        return _hedges(effects, x)
    if method is Method.SJ:
        return _sidik_jonkman(effects, x)
    if method in (Method.PM, Method.EB) or method.value == "PMM":
        target = 2 * float(gammaincinv(df / 2, 0.5)) if method.value == "PMM" else df
        tau2 = tau2_where_q_is(effects, x, target) or 0.0
        return Tau2(tau2, math.sqrt(2 / df) * k / float((1 / (effects.v + tau2)).sum()))
    against = contrasts(effects, x, 0.0)
    at_0 = project(effects, against, 0.0)
    if method is Method.DL:
        return _moment(float(at_0.q) - df, float(at_0.trace_p), against, at_0)
    corrected = k / df if method.value == "HSk" else 1.0
    return _moment(float(at_0.q) * corrected - k, float(at_0.w.sum()), against, at_0, corrected)


def tau2_where_q_is(effects: Effects, x: Matrix, target: float) -> float | None:
    """The tau² (scaled) at which the generalised Q of the residuals equals ``target``; None where it is below at 0.

    Q is convex and decreases in tau², so Newton's steps from 0 climb to the root and never pass it.
    """
    against = contrasts(effects, x, 0.0)
    if project(effects, against, 0.0).q < target:
        return None
    tau2 = _climb(effects, against, target)
    # The references that suit 0 need not suit the root: one more step there, with its own.
    at = project(effects, contrasts(effects, x, tau2), tau2)
    slope = float(at.py @ at.py)
    return max(0.0, tau2 + (float(at.q) - target) / slope) if slope > 0 else tau2


def log_likelihood(at: Projection, n: int, restricted: bool) -> float:
    """Full (restricted) log-likelihood of ``n`` scaled effects, or error contrasts, for orthonormal columns.

    With orthonormal columns the restricted likelihood is that of any k - p orthonormal error contrasts, whatever the
    coding of the terms: the |X'X| of Harville (1974), Biometrika 61, 383-385, is 1.
    """
    return _kernel(at, restricted) - n * math.log(2 * math.pi) / 2


def _climb(effects: Effects, against: Contrasts, target: float) -> float:
    tau2 = 0.0
    for _ in range(_MAX_Q_STEPS):
        at = project(effects, against, tau2)
        slope = float(at.py @ at.py)
        new = tau2 + (float(at.q) - target) / slope if slope > 0 else tau2
        if new <= tau2 * (1 + 2e-16):  # rounding has taken over: the root is reached
            break
        tau2 = new
    return tau2


def _moment(excess: float, weight: float, against: Contrasts, at_0: Projection, corrected: float = 1.0) -> Tau2:
    """tau² as an excess of Q over a sum of weights; its variance with P at tau² = 0, where P V P = P."""
    tau2 = max(0.0, excess / weight)
    spread = len(against.others) + 2 * tau2 * float(at_0.trace_p) + tau2**2 * trace_pp(against, at_0)
    return Tau2(tau2, corrected * math.sqrt(2 * spread) / weight)


def _hedges(effects: Effects, x: Matrix) -> Tau2:
    """From the unweighted residuals: their mean square less the mean sampling variance they hold."""
    df = x.shape[0] - x.shape[1]
    level = Effects(effects.y, np.ones(effects.k), effects.scale)
    ols = project(level, contrasts(level, x, 0.0), 0.0)
    within = float(ols.p_diagonal @ effects.v)
    tau2 = max(0.0, (float(ols.q) - within) / df)
    return Tau2(tau2, math.sqrt(2 * _trace_pspsd(x, ols.w, effects.v + tau2)) / df)


def _sidik_jonkman(effects: Effects, x: Matrix) -> Tau2:
    """From the crude start Σ(y - ȳ)²/k, whatever the moderators."""
    df = x.shape[0] - x.shape[1]
    crude = float(np.var(effects.y))
    if crude == 0:
        return Tau2(0.0, 0.0)
    at = project(effects, contrasts(effects, x, crude), crude)
    tau2 = crude * float(at.q) / df
    return Tau2(tau2, crude / df * math.sqrt(2 * _trace_pspsd(x, at.w, effects.v + tau2)))


def _trace_pspsd(x: Matrix, w: Vector, sigma: Vector) -> float:
    """tr(PSPS) for P of the weights ``w`` and a diagonal S."""
    q, _ = np.linalg.qr(x * np.sqrt(w)[:, None])
    hat = (q**2).sum(axis=1)
    inner = q.T @ ((w * sigma)[:, None] * q)
    return float(((w * sigma) ** 2 * (1 - 2 * hat)).sum() + (inner**2).sum())


def _likely(effects: Effects, x: Matrix, restricted: bool) -> Tau2:
    grid = _grid(effects, x)
    score = _scores(effects, contrasts(effects, x, 0.0), grid, restricted)
    modes = [] if score[0] > 0 else [0.0]
    for left in np.flatnonzero((score[:-1] > 0) & (score[1:] <= 0)):
        modes.append(_newton(effects, x, grid[left : left + 2], score[left : left + 2], restricted))
    found = []
    for tau2 in modes:
        against = contrasts(effects, x, tau2)
        at = project(effects, against, tau2)
        information = trace_pp(against, at) if restricted else float(at.w @ at.w)
        found.append((Mode(tau2, _kernel(at, restricted)), math.sqrt(2 / information)))
    found.sort(key=lambda one: (-one[0].log_likelihood, one[0].tau2))
    best, se = found[0]
    return Tau2(best.tau2, se, tuple(mode for mode, _ in found[1:]), best.log_likelihood)


def _grid(effects: Effects, x: Matrix) -> Vector:
    """0, and a geometric grid from where tau² cannot matter to where the score is surely negative."""
    residual = effects.y - x @ (x.T @ effects.y)
    spread = float(residual @ residual) / (x.shape[0] - x.shape[1])
    low = 1e-6 * float(effects.v.min())
    # y'PPy ≤ (k - p) spread / tau⁴ and tr P ≥ (k - p)/(max v + tau²): from here on, the second is the larger.
    high = max(2 * spread, 2 * math.sqrt(spread * float(effects.v.max())), 10 * low)
    points = max(8, math.ceil(_POINTS_PER_DECADE * math.log10(high / low)))
    return np.concatenate(([0.0], np.geomspace(low, high, points)))


def _scores(effects: Effects, against: Contrasts, grid: Vector, restricted: bool) -> Vector:
    """d/dtau² of the log-likelihood at each point of the grid."""
    cells = len(grid) * effects.k * len(against.references)
    found = []
    for block in np.array_split(grid, max(1, math.ceil(cells / _BLOCK))):
        at = project(effects, against, block)
        found.append(((at.py**2).sum(axis=-1) - (at.trace_p if restricted else at.w.sum(axis=-1))) / 2)
    return np.concatenate(found)


def _newton(effects: Effects, x: Matrix, bracket: Vector, scores: Vector, restricted: bool) -> float:
    """The root of the score between two points where it is positive and not positive, by the observed information."""
    low, high = (float(end) for end in bracket)
    tau2 = low + (high - low) * float(scores[0] / (scores[0] - scores[1]))
    against = contrasts(effects, x, tau2)
    for _ in range(_MAX_STEPS):
        at = project(effects, against, tau2)
        trace, squares = (at.trace_p, trace_pp(against, at)) if restricted else (at.w.sum(), float(at.w @ at.w))
        score, information = float(at.py @ at.py - trace) / 2, y_ppp_y(against, at) - squares / 2
        if score > 0:
            low = tau2
        else:
            high = tau2
        step = tau2 + score / information if information > 0 else -1.0
        # Outside the bracket Newton has left the mode: halve instead, on the log scale where both ends are positive.
        new = step if low <= step <= high else (math.sqrt(low * high) if low > 0 else high / 2)
        if abs(new - tau2) <= _STEP_TOLERANCE * new:
            return new
        tau2 = new
    return tau2


def _kernel(at: Projection, restricted: bool) -> float:
    value = float(np.log(at.w).sum()) - float(at.q)
    return float(value - float(at.log_determinant)) / 2 if restricted else float(value) / 2
