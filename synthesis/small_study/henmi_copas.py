"""Henmi and Copas's interval: the fixed-effect mean, which bias against small studies moves least, under random effects.

Never a remedy for few studies: it takes the estimated tau² for the true one, and covers less than its level there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import gammainc

from synthesis.pooling.engine import Effects, Vector, checked, trace_p
from synthesis.pooling.estimators import generalised_q
from synthesis.small_study.reading import cautions, needs
from synthesis.small_study.weighted_line import check_level

_NODES = 400  # Gauss-Legendre points of the integral over the mean; the integrand has one kink, at the lower end
_FARTHEST = 12.0  # standard deviations: the normal density has nothing left beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class HenmiCopas:
    """The fixed-effect mean with an interval for random effects, on the scale of the effects."""

    k: int
    estimate: float
    se: float  # of the fixed-effect mean under random effects
    ci: tuple[float, float]  # not symmetric-normal: half / se is the quantile of the pivot
    tau2: float  # DerSimonian-Laird
    cautions: tuple[str, ...]


def henmi_copas(
    yi: ArrayLike, vi: ArrayLike, *, cluster: Sequence[object] | None = None, level: float = 0.95
) -> HenmiCopas:
    """Fixed-effect mean with the interval of Henmi and Copas under random effects.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.
    level : float
        Coverage of the interval.

    Raises
    ------
    NotDefined
        For a single effect.

    References
    ----------
    Henmi and Copas (2010), Statistics in Medicine 29, 2969-2983, sections 2 and 3: the pivot is the standardised mean
    R over sqrt(1 + tau²_DL W2/W1); given R, Q is gamma with its first two exact moments.
    """
    check_level(level)
    effects = checked(yi, vi)
    needs(effects, 2, "the Henmi-Copas interval")
    w = 1 / effects.v
    w1, w2 = float(w.sum()), float((w**2).sum())
    estimate = float(w @ effects.y) / w1
    spread = float(trace_p(np.sort(w)))
    tau2 = max(0.0, (generalised_q(effects, 0.0) - (effects.k - 1)) / spread)
    se = math.sqrt((tau2 * w2 + w1) / w1**2)
    half = se * _quantile(Pivot.of(effects, tau2), (1 - level) / 2)
    s = effects.scale
    return HenmiCopas(
        k=effects.k,
        estimate=estimate * s,
        se=se * s,
        ci=((estimate - half) * s, (estimate + half) * s),
        tau2=tau2 * s**2,
        cautions=cautions(effects, cluster),
    )


@dataclass(frozen=True, slots=True)
class Pivot:
    """Joint distribution of R = sqrt(W1)(mean − true mean) and Q at one tau².

    With y ~ N(true mean, D), D = diag(1/w + tau²), Q = y'Ay and R's covariance c with y: given R = r, y is normal with mean
    c r / var(R) and covariance S = D − cc'/var(R), and the moments of Q are those of a quadratic form:
    E = tr(AS) + m'Am, var = 2 tr(ASAS) + 4 m'ASAm.
    """

    df: int
    ratio: float  # W1 / W2
    spread: float  # W1 − W2/W1, which turns tau² into Q
    r_variance: float
    mean: tuple[float, float]  # E(Q | r) = mean[0] + mean[1] r²
    variance: tuple[float, float]  # likewise

    @classmethod
    def of(cls, effects: Effects, tau2: float) -> "Pivot":
        w = 1 / effects.v
        w1, w2 = float(w.sum()), float((w**2).sum())
        total = effects.v + tau2
        c = w * total / math.sqrt(w1)
        r_variance = 1 + tau2 * w2 / w1
        ac = w * c - w * (float(w @ c) / w1)  # A = diag(w) − ww'/W1
        cac = float(c @ ac)
        # AD A D and its like by sums, as A is diagonal plus rank one and S is D minus rank one.
        wd = w * total
        trace = float(wd.sum()) - float((w**2 * total).sum()) / w1
        wwd = float((w**2 * total).sum())
        trace_square = float((wd**2).sum()) - 2 * float((w**3 * total**2).sum()) / w1 + (wwd / w1) ** 2
        acdac = float(ac @ (total * ac))
        return cls(
            df=effects.k - 1,
            ratio=w1 / w2,
            spread=float(trace_p(np.sort(w))),
            r_variance=r_variance,
            mean=(trace - cac / r_variance, cac / r_variance**2),
            variance=(
                2 * (trace_square - 2 * acdac / r_variance + (cac / r_variance) ** 2),
                4 * (acdac - cac**2 / r_variance) / r_variance**2,
            ),
        )

    def beyond(self, t: float) -> float:
        """Probability that the pivot exceeds ``t`` > 0."""
        sd = math.sqrt(self.r_variance)
        end = max(_FARTHEST * sd, t + sd)
        nodes, weights = _rule()
        r = t + (end - t) * (nodes + 1) / 2
        mean, variance = self.mean[0] + self.mean[1] * r**2, self.variance[0] + self.variance[1] * r**2
        # R > t sqrt(1 + tau²_DL W2/W1) where Q is below the value at which equality holds.
        q = self.df + self.spread * self.ratio * ((r / t) ** 2 - 1)
        below = gammainc(mean**2 / variance, q * mean / variance)
        density = np.exp(-(r**2) / (2 * self.r_variance)) / math.sqrt(2 * math.pi * self.r_variance)
        return float((weights * below * density).sum()) * (end - t) / 2


@cache
def _rule() -> tuple[Vector, Vector]:
    """Gauss-Legendre nodes and weights on −1 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _quantile(pivot: Pivot, tail: float) -> float:
    high = 2.0
    while pivot.beyond(high) > tail:
        high *= 2
    return float(brentq(lambda t: pivot.beyond(t) - tail, 1e-6, high, xtol=1e-13, rtol=1e-13))
