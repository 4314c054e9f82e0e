"""Standard error of tau² by every estimator, from the sampling variance of its quadratic form or the information.

Never makes an interval of it: tau² is far from normal, and the intervals are in `heterogeneity`.
"""

import math

import numpy as np

from synthesis.pooling.engine import Effects, Vector, trace_p


def tau2_se(effects: Effects, tau2: float, method: str) -> float | None:
    """Standard error (scaled) of the ``tau2`` (scaled) that ``method`` gave; None under FE.

    References
    ----------
    Viechtbauer, Lopez-Lopez, Sanchez-Meca and Marin-Martinez (2015), Psychological Methods 20, 360-374. A moment estimator is
    c(y'Py − b), with variance 2c² tr(PΣPΣ) and Σ = V + tau² I; under (restricted) maximum likelihood the expected information
    is used, 2 over Σw² (ML) or tr(PP) (REML).
    """
    df = effects.k - 1
    if method == "FE":
        return None
    w = 1 / (effects.v + tau2)
    if method in ("PM", "EB", "PMM"):
        return math.sqrt(2 / df) * effects.k / float(w.sum())
    if method == "ML":
        return math.sqrt(2 / float(w @ w))
    if method == "REML":
        return math.sqrt(2 / _trace_psps(w, np.ones_like(w)))
    fixed = 1 / effects.v
    if method == "SJ":
        crude = float(np.var(effects.y))
        if crude == 0:
            return 0.0
        p_weights, factor = 1 / (effects.v + crude), crude / df
    elif method == "HE":
        p_weights, factor = np.ones_like(fixed), 1 / df
    elif method == "DL":
        p_weights, factor = fixed, 1 / float(trace_p(np.sort(fixed)))
    else:
        p_weights, factor = fixed, (effects.k / df if method == "HSk" else 1.0) / float(fixed.sum())
    return factor * math.sqrt(2 * _trace_psps(p_weights, effects.v + tau2))


def _trace_psps(w: Vector, sigma: Vector) -> float:
    """tr(PSPS) for P = W − ww'/Σw and a diagonal S, as a sum of squares: nothing cancels where one study outweighs all."""
    order = np.argsort(w)
    w, sigma = w[order], sigma[order]
    total = float(w.sum())
    others = total - w
    others[-1] = w[:-1].sum()
    own = (w * others / total * sigma) ** 2
    share = w**2 * sigma / total
    return float(own.sum() + 2 * (share[1:] * np.cumsum(share)[:-1]).sum())
