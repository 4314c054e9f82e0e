"""ML and REML tau² to full precision: every mode of the profile likelihood is found, refined and compared.

Never trusts a single start: a profile likelihood can have two modes, and the wrong one looks converged.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.pooling.engine import Effects, Vector, trace_p

# Log-likelihood units, a likelihood ratio of 20: the data prefer the highest peak to one this close, but do not rule it out.
RIVAL = 3.0
_POINTS_PER_DECADE = 12  # a weight 1/(v + tau²) turns over a whole decade, so no mode is narrower than a few points
_BLOCK = 500_000  # cells of one block of the scan, so that 100,000 studies need no gigabyte
_STEP_TOLERANCE = 1e-12  # Newton converges quadratically: a step this small leaves nothing but rounding
_MAX_STEPS = 200  # Newton takes 4 to 6; bisection alone would need about 110 from the widest bracket


@dataclass(frozen=True, slots=True)
class Mode:
    """A local maximum of the profile log-likelihood."""

    tau2: float
    log_likelihood: float


def refine(effects: Effects, start: float, restricted: bool) -> tuple[Mode, ...]:
    """Local maxima over tau² ≥ 0 (scaled) of the profile (restricted) log-likelihood, the highest first.

    Parameters
    ----------
    effects : Effects
        Two or more effects.
    start : float
        A tau² believed to be near the global maximum; one more point of the scan.
    restricted : bool
        REML when true, ML when false.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293 (both likelihoods); Newton steps
    with the observed information, kept inside a bracket where the score changes its sign.
    """
    order = np.argsort(-effects.v)  # `trace_p` wants the weights in ascending order, at every tau²
    effects = Effects(effects.y[order], effects.v[order], effects.scale)
    grid = _grid(effects, start)
    score = _scores(effects, grid, restricted)
    modes = [] if score[0] > 0 else [0.0]
    for left in np.flatnonzero((score[:-1] > 0) & (score[1:] <= 0)):
        modes.append(_newton(effects, float(grid[left]), float(grid[left + 1]), start, restricted))
    found = [Mode(tau2, _log_likelihood(effects, tau2, restricted)) for tau2 in modes]
    return tuple(sorted(found, key=lambda mode: (-mode.log_likelihood, mode.tau2)))


def log_likelihood(effects: Effects, tau2: float, *, restricted: bool) -> float:
    """The whole (restricted) log-likelihood of the unscaled effects at ``tau2`` (scaled) and its weighted mean.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293; the restricted one is that of k − 1
    error contrasts (Harville 1974, Biometrika 61, 383-385), whence the + log(k)/2.
    """
    n = effects.k - 1 if restricted else effects.k
    order = np.argsort(-effects.v)
    value = _log_likelihood(Effects(effects.y[order], effects.v[order], effects.scale), tau2, restricted)
    constant = n * (math.log(2 * math.pi) / 2 + math.log(effects.scale))
    return value - constant + (math.log(effects.k) / 2 if restricted else 0.0)


def _grid(effects: Effects, start: float) -> Vector:
    """0, and a geometric grid from where tau² cannot matter to where the score is surely negative."""
    spread = float(np.ptp(effects.y)) ** 2
    low = 1e-6 * float(effects.v.min())
    # From four squared ranges of y on, w r² ≤ 1/4 for every study, and both scores are negative.
    high = max(4.0 * spread, 10 * low)
    points = max(8, math.ceil(_POINTS_PER_DECADE * math.log10(high / low)))
    grid = np.concatenate(([0.0], np.geomspace(low, high, points), [start] if start > 0 else []))
    return np.unique(grid)


def _scores(effects: Effects, grid: Vector, restricted: bool) -> Vector:
    """d/dtau² of the log-likelihood at each point of the grid."""
    blocks = np.array_split(grid, max(1, math.ceil(len(grid) * effects.k / _BLOCK)))
    return np.concatenate([_score_block(effects, block, restricted) for block in blocks])


def _score_block(effects: Effects, grid: Vector, restricted: bool) -> NDArray[np.float64]:
    w = 1 / (effects.v + grid[:, None])
    total = w.sum(axis=1)
    residual = effects.y - (w @ effects.y / total)[:, None]
    score = ((w * residual) ** 2).sum(axis=1) - (trace_p(w) if restricted else total)
    return np.asarray(score / 2, dtype=np.float64)


def _newton(effects: Effects, low: float, high: float, start: float, restricted: bool) -> float:
    """The root of the score between two points where it is positive and not positive."""
    tau2 = start if low <= start <= high and start > 0 else high
    for _ in range(_MAX_STEPS):
        score, information = _score_and_information(effects, tau2, restricted)
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


def _score_and_information(effects: Effects, tau2: float, restricted: bool) -> tuple[float, float]:
    """Score and observed information of the profile (restricted) log-likelihood."""
    w = 1 / (effects.v + tau2)
    total = float(w.sum())
    residual = effects.y - float(w @ effects.y) / total
    w2, w3 = w**2, w**3
    score = float(w2 @ residual**2) - (float(trace_p(w)) if restricted else total)
    information = -float(w2.sum()) + 2 * float(w3 @ residual**2) - 2 * float(w2 @ residual) ** 2 / total
    if restricted:
        information += 2 * float(w3.sum()) / total - (float(w2.sum()) / total) ** 2
    return score / 2, information / 2


def _log_likelihood(effects: Effects, tau2: float, restricted: bool) -> float:
    w = 1 / (effects.v + tau2)
    total = float(w.sum())
    residual = effects.y - float(w @ effects.y) / total
    value = float(np.log(w).sum()) - float(w @ residual**2)
    return (value - math.log(total) if restricted else value) / 2
