"""What one study does to the result: leave-one-out, hat values, Cook's distance, studentised residuals, DFFITS.

Never removes anything for good, and draws no line beyond which a study is called an outlier.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.pooling.engine import Vector, checked
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


def leave_one_out(
    yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, test: Test = Test.KNHA, level: float = 0.95
) -> tuple[LeaveOneOut, ...]:
    """The pool of every subset that leaves one effect out; empty for a single effect. Parameters as in `pool`."""
    return tuple(
        LeaveOneOut(
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
        for row, rest in enumerate(_rests(yi, vi, method, test, level))
    )


def influence(yi: ArrayLike, vi: ArrayLike, *, method: Method = Method.REML, test: Test = Test.KNHA) -> Influence:
    """Deletion diagnostics of the intercept-only model, tau² estimated anew without each effect.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances; other parameters as in `pool`.

    References
    ----------
    Viechtbauer and Cheung (2010), Research Synthesis Methods 1, 112-125: studentised deleted residuals,
    DFFITS and Cook's distance.
    """
    effects = checked(yi, vi)
    y, v = effects.y * effects.scale, effects.v * effects.scale**2
    full = pool(y, v, method=method, test=test)
    hat = tuple(weight / 100 for weight in full.weights)
    without = leave_one_out(y, v, method=method, test=test)
    if not without:
        return Influence(leave_one_out=(), cook_d=(None,), hat=hat, rstudent=(None,), dffits=(None,))
    variances = [_model_variance(v, rest, method) for rest in without]
    return Influence(
        leave_one_out=without,
        cook_d=tuple(((full.estimate - r.estimate) / full.se) ** 2 if full.se > 0 else None for r in without),
        hat=hat,
        rstudent=tuple(
            (float(y[r.omitted]) - r.estimate) / math.sqrt(effect + r.se**2) if effect > 0 else None
            for r, effect in zip(without, variances, strict=True)
        ),
        dffits=tuple(
            (full.estimate - r.estimate) / math.sqrt(hat[r.omitted] * effect) if effect > 0 else None
            for r, effect in zip(without, variances, strict=True)
        ),
    )


def _rests(yi: ArrayLike, vi: ArrayLike, method: Method, test: Test, level: float) -> list[Pooled]:
    effects = checked(yi, vi)
    if effects.k == 1:
        return []
    y, v = effects.y * effects.scale, effects.v * effects.scale**2
    return [
        pool(np.delete(y, row), np.delete(v, row), method=method, test=test, level=level) for row in range(effects.k)
    ]


def _model_variance(v: Vector, rest: LeaveOneOut, method: Method) -> float:
    """Variance of the omitted effect by the model of the rest; 0 where the rest is one study and gives no tau².

    Under knha metafor scales it like the variance of the mean, and so it is here.
    """
    tau2 = 0.0 if method is Method.FE else rest.tau2
    if tau2 is None:
        return 0.0
    wald = 1 / float(np.sum(1 / (np.delete(v, rest.omitted) + tau2)))
    return rest.se**2 / wald * (float(v[rest.omitted]) + tau2)
