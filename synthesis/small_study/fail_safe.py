"""Fail-safe numbers, only for comparison with old papers: how many studies of no effect would undo a result.

Never a measure of publication bias: they assume that the hidden studies average zero, and know nothing of heterogeneity.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, checked
from synthesis.small_study.reading import NotDefined, cautions

LABEL = "only for comparison with old papers"
_WHOLE = 1e-9  # relative distance from a whole number within which a quotient is that number, and not rounded up


class FailSafeType(StrEnum):
    """Whose number: combined one-sided p (Rosenthal), size of the mean (Orwin), p of the weighted mean (Rosenberg)."""

    ROSENTHAL = "Rosenthal"
    ORWIN = "Orwin"
    ROSENBERG = "Rosenberg"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailSafe:
    """One fail-safe number."""

    k: int
    type: FailSafeType
    number: int  # studies averaging zero that would bring the result to the threshold
    p: float | None  # of the observed result: one-sided for Rosenthal, two-sided for Rosenberg; None for Orwin
    mean: float | None  # the observed mean; None for Rosenthal
    target: float | None  # Orwin's mean after adding the studies
    label: str
    cautions: tuple[str, ...]


def rosenthal(
    yi: ArrayLike, vi: ArrayLike, *, alpha: float = 0.05, cluster: Sequence[object] | None = None
) -> FailSafe:
    """Studies with z = 0 that bring Stouffer's combined one-sided p to ``alpha``.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    alpha : float
        The threshold.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.

    References
    ----------
    Rosenthal (1979), Psychological Bulletin 86, 638-641.
    """
    effects = _entered(yi, vi, alpha)
    total = abs(float((effects.y / np.sqrt(effects.v)).sum()))
    number = (total / normal_quantile(1 - alpha)) ** 2 - effects.k
    p = float(ndtr(-total / math.sqrt(effects.k)))
    return _result(effects, cluster, FailSafeType.ROSENTHAL, number, p=p)


def orwin(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    target: float | None = None,
    weighted: bool = True,
    cluster: Sequence[object] | None = None,
) -> FailSafe:
    """Studies of effect 0 that bring the mean down to ``target``, by default half of it.

    Parameters
    ----------
    yi, vi, cluster
        As in `rosenthal`.
    target : float or None
        A mean between 0 and the observed one, on the scale of the effects.
    weighted : bool
        The observed mean weighted by 1/v, or the plain mean.

    Raises
    ------
    NotDefined
        For a mean of 0.
    InvalidInput
        For a target of 0, or of the other sign than the mean.

    References
    ----------
    Orwin (1983), Journal of Educational Statistics 8, 157-159, eq. 7.
    """
    effects = checked(yi, vi)
    weights = 1 / effects.v if weighted else None
    mean = float(np.average(effects.y, weights=weights)) * effects.scale
    if mean == 0:
        raise NotDefined("Orwin's number needs a mean that is not 0: not computed")
    aim = mean / 2 if target is None else target
    if not aim / mean > 0:
        raise InvalidInput(f"target is {aim:g} and the mean {mean:g}: give a target between 0 and the mean")
    return _result(effects, cluster, FailSafeType.ORWIN, effects.k * (mean - aim) / aim, mean=mean, target=aim)


def rosenberg(
    yi: ArrayLike, vi: ArrayLike, *, alpha: float = 0.05, cluster: Sequence[object] | None = None
) -> FailSafe:
    """Studies of effect 0 and average weight that bring the two-sided p of the fixed-effect mean to ``alpha``.

    Parameters as in `rosenthal`.

    References
    ----------
    Rosenberg (2005), Evolution 59, 464-468 (the fixed-effect number, normal distribution).
    """
    effects = _entered(yi, vi, alpha)
    w = 1 / effects.v
    total = float(w.sum())
    mean = float(w @ effects.y) / total
    z = mean * math.sqrt(total)
    number = effects.k * ((z / normal_quantile(1 - alpha / 2)) ** 2 - 1)
    return _result(effects, cluster, FailSafeType.ROSENBERG, number, p=normal_two_sided(z), mean=mean * effects.scale)


def _entered(yi: ArrayLike, vi: ArrayLike, alpha: float) -> Effects:
    if not 0 < alpha < 0.5:
        raise InvalidInput(f"alpha is {alpha:g}; give a threshold between 0 and 0.5, such as 0.05")
    return checked(yi, vi)


def _result(
    effects: Effects,
    cluster: Sequence[object] | None,
    type_: FailSafeType,
    number: float,
    *,
    p: float | None = None,
    mean: float | None = None,
    target: float | None = None,
) -> FailSafe:
    nearest = round(number)
    whole = nearest if abs(number - nearest) <= _WHOLE * max(1.0, abs(number)) else math.ceil(number)
    return FailSafe(
        k=effects.k,
        type=type_,
        number=max(0, whole),
        p=p,
        mean=mean,
        target=target,
        label=LABEL,
        cautions=cautions(effects, cluster),
    )
