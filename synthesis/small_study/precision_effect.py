"""PET and PEESE: the effect of an infinitely precise study by regression on the standard error or the variance.

Never trusted blindly: with few or heterogeneous studies PET-PEESE errs by more than the bias it removes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.small_study.reading import cautions
from synthesis.small_study.weighted_line import Coefficient, standard_errors, weighted_line


class Chosen(StrEnum):
    """Which of the two the conditional rule reads."""

    PET = "PET"
    PEESE = "PEESE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionEffect:
    """One precision-effect regression, on the scale of the effects."""

    k: int
    intercept: Coefficient  # the adjusted estimate
    slope: Coefficient
    dispersion: float  # multiplicative; 1 where sampling error explains the residuals
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PetPeese:
    """Both regressions and the one the conditional rule chooses."""

    pet: PrecisionEffect
    peese: PrecisionEffect
    chosen: Chosen
    estimate: Coefficient
    cautions: tuple[str, ...]


def pet(
    yi: ArrayLike, vi: ArrayLike, *, cluster: Sequence[object] | None = None, level: float = 0.95
) -> PrecisionEffect:
    """Precision-effect test: the effect regressed on its standard error, weights 1/v; the intercept is adjusted.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.
    level : float
        Coverage of the intervals.

    Raises
    ------
    NotDefined
        For fewer than three effects, or standard errors that do not vary.

    References
    ----------
    Stanley and Doucouliagos (2014), Research Synthesis Methods 5, 60-78, eq. 4.
    """
    effects = checked(yi, vi)
    line = weighted_line(effects, standard_errors(effects), level, "PET")
    return PrecisionEffect(
        k=effects.k,
        intercept=line.intercept,
        slope=line.slope,
        dispersion=line.dispersion,
        cautions=cautions(effects, cluster),
    )


def peese(
    yi: ArrayLike, vi: ArrayLike, *, cluster: Sequence[object] | None = None, level: float = 0.95
) -> PrecisionEffect:
    """Precision-effect estimate with standard error: the effect regressed on its variance; parameters as in `pet`.

    References
    ----------
    Stanley and Doucouliagos (2014), Research Synthesis Methods 5, 60-78, eq. 5.
    """
    effects = checked(yi, vi)
    line = weighted_line(effects, np.asarray(effects.v * effects.scale**2), level, "PEESE")
    return PrecisionEffect(
        k=effects.k,
        intercept=line.intercept,
        slope=line.slope,
        dispersion=line.dispersion,
        cautions=cautions(effects, cluster),
    )


def pet_peese(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    alpha: float = 0.05,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> PetPeese:
    """The conditional estimator: PEESE where PET finds an effect in the direction of the mean, else PET.

    Parameters
    ----------
    yi, vi, cluster, level
        As in `pet`.
    alpha : float
        One-sided level of the test of PET's intercept, in the direction of the fixed-effect mean.

    References
    ----------
    Stanley and Doucouliagos (2014), Research Synthesis Methods 5, 60-78 (the rule); Stanley (2017), Social Psychological
    and Personality Science 8, 581-591 (one-sided, and when PET-PEESE fails: few studies, high heterogeneity).
    """
    if not 0 < alpha < 0.5:
        raise InvalidInput(f"alpha is {alpha:g}; give a one-sided level between 0 and 0.5, such as 0.05")
    first, second = pet(yi, vi, cluster=cluster, level=level), peese(yi, vi, cluster=cluster, level=level)
    effects = checked(yi, vi)
    mean = float(np.average(effects.y, weights=1 / effects.v))
    same_direction = first.intercept.estimate * mean > 0
    p = 0.0 if first.intercept.p is None else first.intercept.p
    chosen = Chosen.PEESE if same_direction and p < 2 * alpha else Chosen.PET
    return PetPeese(
        pet=first,
        peese=second,
        chosen=chosen,
        estimate=(second if chosen is Chosen.PEESE else first).intercept,
        cautions=first.cautions,
    )
