"""tau² of many sets at once by every method of `synthesis.pooling`, from the same formulas.

Never truncates what it is not told to: tau² below 0 becomes 0, nothing else is bent.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaincinv

from synthesis.batch.likelihood import likelihood_tau2
from synthesis.batch.moments import dots, generalised_q, moments, trace_p
from synthesis.batch.sets import Sets
from synthesis.pooling.engine import Vector

_MAX_STEPS = 2000  # Newton from the left doubles v + tau² at worst: the whole range of floats is 2,098 doublings


def batch_tau2(sets: Sets, method: str) -> Vector:
    """tau² (scaled, shape (n,)) by a `Method`; references with the scalar estimators in `synthesis.pooling`."""
    estimators: dict[str, Callable[[Sets], Vector]] = {
        "FE": lambda sets: np.zeros(len(sets)),
        "DL": _dersimonian_laird,
        "HE": _hedges,
        "HS": lambda sets: _hunter_schmidt(sets, np.ones(len(sets))),
        "HSk": lambda sets: _hunter_schmidt(sets, sets.k / (sets.k - 1)),
        "SJ": _sidik_jonkman,
        "PM": lambda sets: tau2_where_q_is(sets, sets.k - 1),
        "EB": lambda sets: tau2_where_q_is(sets, sets.k - 1),
        "PMM": lambda sets: tau2_where_q_is(sets, 2 * gammaincinv((sets.k - 1) / 2, 0.5)),
        "ML": lambda sets: likelihood_tau2(sets, restricted=False),
        "REML": lambda sets: likelihood_tau2(sets, restricted=True),
    }
    return estimators[method](sets)


def tau2_where_q_is(sets: Sets, target: Vector) -> Vector:
    """The tau² (scaled) at which the generalised Q equals ``target`` (n,); 0 where Q is below it already at 0.

    Q is convex and decreases in tau², so Newton's steps from 0 climb to the root and never pass it.
    """
    root, left = np.zeros(len(sets)), np.arange(len(sets))
    tau2 = np.zeros(len(sets))
    for _ in range(_MAX_STEPS):
        at = moments(sets, tau2)
        slope = dots(at.weighted, at.weighted)
        excess = generalised_q(sets, at) - target
        new = tau2 + np.divide(excess, slope, where=slope > 0, out=np.zeros_like(slope))
        climbing = new > tau2 * (1 + 2e-16)  # else rounding has taken over: the root is reached
        if not climbing.all():
            left, sets, target, new = left[climbing], sets.of(climbing), target[climbing], new[climbing]
            if len(left) == 0:
                break
        root[left] = tau2 = new
    return root


def _dersimonian_laird(sets: Sets) -> Vector:
    at = moments(sets, np.zeros(len(sets)))
    return np.maximum(0.0, (generalised_q(sets, at) - (sets.k - 1)) / trace_p(at.w, at.total))


def _hedges(sets: Sets) -> Vector:
    variances = np.where(np.isfinite(sets.v), sets.v, 0.0)
    return np.asarray(np.maximum(0.0, _spread(sets) / (sets.k - 1) - variances.sum(axis=0) / sets.k), dtype=np.float64)


def _hunter_schmidt(sets: Sets, correction: Vector) -> Vector:
    at = moments(sets, np.zeros(len(sets)))
    return np.maximum(0.0, (correction * generalised_q(sets, at) - sets.k) / at.total)


def _sidik_jonkman(sets: Sets) -> Vector:
    crude = _spread(sets) / sets.k
    return np.asarray(crude * generalised_q(sets, moments(sets, crude)) / (sets.k - 1), dtype=np.float64)


def _spread(sets: Sets) -> Vector:
    """Sum of squares about the plain mean."""
    centred = sets.y - sets.y.sum(axis=0) / sets.k
    centred[~np.isfinite(sets.v)] = 0.0
    return dots(centred, centred)
