"""What one effect does to the result: leave-one-out, hat values, Cook's distance, deleted residuals, DFFITS, DFBETAS.

Never removes anything for good; effects beyond the usual rules of thumb are marked, and no effect is called an outlier.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from synthesis.influence.subsets import Subset, pool_subsets, unscaled
from synthesis.pooling.engine import Effects, checked
from synthesis.pooling.pool import Method, Pooled, Test, pool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """The result without one effect."""

    omitted: int  # position of the effect left out, from 0
    estimate: float
    se: float
    statistic: float | None
    p: float | None
    ci: tuple[float, float]
    tau2: float | None
    i2: float | None
    h2: float | None
    q: float | None
    q_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """One value per effect, in the order given; None where the rest is too little to judge by."""

    leave_one_out: tuple[LeaveOneOut, ...]
    cook_d: tuple[float | None, ...]
    hat: tuple[float, ...]
    rstudent: tuple[float | None, ...]
    dffits: tuple[float | None, ...]
    dfbetas: tuple[float | None, ...]
    covariance_ratio: tuple[float | None, ...]  # variance of the mean without the effect over that with it
    beyond_rules_of_thumb: tuple[bool, ...]  # any of |DFFITS|, Cook's distance, hat value and |DFBETAS|


def leave_one_out(
    yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, test: Test = Test.KNHA, level: float = 0.95
) -> tuple[LeaveOneOut, ...]:
    """The pool of every subset that leaves one effect out; empty for a single effect. Parameters as in `pool`."""
    return _without_one(checked(yi, vi), method, test, level)


def influence(yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, test: Test = Test.KNHA) -> Influence:
    """Deletion diagnostics of the intercept-only model, tau² estimated anew without each effect.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances; other parameters as in `pool`. Under knha and adhoc the variances carry the
        residual mean square, as metafor's do.

    References
    ----------
    Viechtbauer and Cheung (2010), Research Synthesis Methods 1, 112-125: studentised deleted residuals, DFFITS, Cook's
    distance, covariance ratio and DFBETAS, and the rules of thumb for p = 1: |DFFITS| > 3 √(1/(k − 1)), a Cook's distance
    beyond the median of chi² (1), a hat value > 3/k, |DFBETAS| > 1.
    """
    effects = checked(yi, vi)
    full = pool(*unscaled(effects), method=method, test=test)
    hat = tuple(weight / 100 for weight in full.weights)
    without = _without_one(effects, method, test, full.level)
    rows = [_Diagnostics.of(effects, full, rest, hat[rest.omitted], method) for rest in without]
    rows = rows or [_Diagnostics(None, None, None, None, None)]
    return Influence(
        leave_one_out=without,
        cook_d=tuple(row.cook_d for row in rows),
        hat=hat,
        rstudent=tuple(row.rstudent for row in rows),
        dffits=tuple(row.dffits for row in rows),
        dfbetas=tuple(row.dfbetas for row in rows),
        covariance_ratio=tuple(row.covariance_ratio for row in rows),
        beyond_rules_of_thumb=tuple(row.beyond(share, effects.k) for row, share in zip(rows, hat, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class _Diagnostics:
    """The diagnostics of one effect."""

    cook_d: float | None
    rstudent: float | None
    dffits: float | None
    dfbetas: float | None
    covariance_ratio: float | None

    @classmethod
    def of(cls, effects: Effects, full: Pooled, rest: LeaveOneOut, hat: float, method: Method) -> "_Diagnostics":
        row, change = rest.omitted, full.estimate - rest.estimate
        cook_d = (change / full.se) ** 2 if full.se > 0 else None
        ratio = (rest.se / full.se) ** 2 if full.se > 0 else None
        tau2 = 0.0 if method is Method.FE else rest.tau2
        if tau2 is None or rest.se == 0:  # the rest is one study and gives no tau², or agrees exactly under knha
            return cls(cook_d, None, None, None, ratio)
        y, v = unscaled(effects)
        weights = 1 / (v + tau2)
        inflation = rest.se**2 * float(np.delete(weights, row).sum())
        own = inflation * (float(v[row]) + tau2)
        return cls(
            cook_d=cook_d,
            rstudent=(float(y[row]) - rest.estimate) / math.sqrt(own + rest.se**2),
            dffits=change / math.sqrt(hat * own),
            dfbetas=change / math.sqrt(inflation / float(weights.sum())),
            covariance_ratio=ratio,
        )

    def beyond(self, hat: float, k: int) -> bool:
        median = float(chdtri(1, 0.5))
        return (
            (self.dffits is not None and abs(self.dffits) > 3 * math.sqrt(1 / (k - 1)))
            or (self.cook_d is not None and self.cook_d > median)
            or hat > 3 / k
            or (self.dfbetas is not None and abs(self.dfbetas) > 1)
        )


def _without_one(effects: Effects, method: Method, test: Test, level: float) -> tuple[LeaveOneOut, ...]:
    if effects.k == 1:
        return ()
    rests = pool_subsets(effects, ~np.eye(effects.k, dtype=np.bool_), method, test, level)
    return tuple(_left_out(row, rest) for row, rest in enumerate(rests))


def _left_out(row: int, rest: Subset) -> LeaveOneOut:
    return LeaveOneOut(
        omitted=row,
        estimate=rest.estimate,
        se=rest.se,
        statistic=rest.statistic,
        p=rest.p,
        ci=rest.ci,
        tau2=rest.tau2,
        i2=rest.i2,
        h2=rest.h2,
        q=rest.q,
        q_p=rest.q_p,
    )
