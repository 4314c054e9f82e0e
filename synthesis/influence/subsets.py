"""Results of many subsets of one set of effects, pooled in one pass of the batch kernel.

Never chooses a subset: each analysis of influence names its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from synthesis.batch.kernel import fit_batch
from synthesis.pooling.engine import Effects, Vector, trace_p
from synthesis.pooling.pool import Method, Test

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subset:
    """The pooled result of some of the effects, on their scale. None means: not defined for so few."""

    k: int
    estimate: float
    se: float
    statistic: float | None
    df: int | None  # None under z
    p: float | None
    ci: tuple[float, float]
    pi: tuple[float, float] | None
    tau2: float | None
    i2: float | None  # percent
    h2: float | None
    q: float | None
    q_p: float | None


def pool_subsets(effects: Effects, members: Mask, method: Method, test: Test, level: float) -> list[Subset]:
    """The result of each subset, shape (n, k) of booleans; none of them empty. tau² is estimated anew in each."""
    y, v = unscaled(effects)
    fits = fit_batch(y, v, members, method=method, test=test, level=level)
    fixed = method is Method.FE
    found = []
    for row, chosen in enumerate(members):
        k, q = int(fits.k[row]), _defined(fits.q[row])
        se, tau2 = float(fits.se[row]), _defined(fits.tau2[row])
        df = _defined(fits.df[row])
        low, high = _defined(fits.pi_low[row]), _defined(fits.pi_high[row])
        if q is None or tau2 is None:
            h2 = None
        elif fixed:
            h2 = q / (k - 1)
        else:
            h2 = 1 + tau2 / effects.scale**2 * float(trace_p(np.sort(1 / effects.v[chosen]))) / (k - 1)
        found.append(
            Subset(
                k=k,
                estimate=float(fits.estimate[row]),
                se=se,
                statistic=float(fits.estimate[row]) / se if se > 0 else None,
                df=None if df is None else int(df),
                p=_defined(fits.p[row]),
                ci=(float(fits.ci_low[row]), float(fits.ci_high[row])),
                pi=None if low is None or high is None else (low, high),
                tau2=tau2,
                i2=_defined(fits.i2[row]),
                h2=h2,
                q=q,
                q_p=None if q is None else float(chdtrc(k - 1, q)),
            )
        )
    return found


def unscaled(effects: Effects) -> tuple[Vector, Vector]:
    """Estimates and sampling variances as they were given; the scale is a power of two, so no digit is lost."""
    return effects.y * effects.scale, effects.v * effects.scale**2


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
