"""Egger's regression test for funnel asymmetry, on standard error, variance or sample size.

Never says that studies are missing: asymmetry has other causes, the first of which is heterogeneity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector, checked
from synthesis.pooling.pool import Method, Test
from synthesis.regression.mixed import MixedEffects, Term, meta_regression
from synthesis.small_study.reading import NotDefined, cautions, is_flat, needs
from synthesis.small_study.weighted_line import Coefficient, standard_errors, weighted_line


class Predictor(StrEnum):
    """What stands for the size of a study; all but the sample size itself are 0 for an infinitely large study."""

    SEI = "sei"
    VI = "vi"
    NI = "ni"
    NINV = "ninv"  # 1/n
    SQRTNINV = "sqrtninv"  # sqrt(1/n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Egger:
    """A regression test of asymmetry, on the scale of the effects."""

    k: int
    predictor: Predictor
    slope: Coefficient  # its statistic and p are the test
    limit: Coefficient | None  # estimate for an infinitely large study; None on the sample size, which has no such end
    fit: MixedEffects | None  # the whole meta-regression; None for the classical test
    cautions: tuple[str, ...]


def egger(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    predictor: Predictor = Predictor.SEI,
    n: ArrayLike | None = None,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> Egger:
    """Egger's classical test: weighted regression of the effect on study size, with multiplicative dispersion.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    predictor : Predictor
        What the effect is regressed on.
    n : array_like, shape (k,), or None
        Sample sizes, for the predictors that need them.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.
    level : float
        Coverage of the intervals.

    Raises
    ------
    NotDefined
        For fewer than three effects, or a predictor that does not vary.
    InvalidInput
        For what `checked` refuses, or sample sizes that are missing or not above 0.

    References
    ----------
    Egger et al. (1997), BMJ 315, 629-634; Peters et al. (2006), JAMA 295, 676-680 (1/n).
    """
    effects = checked(yi, vi)
    x = predictor_values(effects, predictor, n)
    line = weighted_line(effects, x, level, "Egger's test")
    return Egger(
        k=effects.k,
        predictor=predictor,
        slope=line.slope,
        limit=None if predictor is Predictor.NI else line.intercept,
        fit=None,
        cautions=cautions(effects, cluster),
    )


def egger_mixed(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    predictor: Predictor = Predictor.SEI,
    n: ArrayLike | None = None,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> Egger:
    """Egger's test as a mixed-effects meta-regression, with an additive between-study variance.

    Parameters
    ----------
    yi, vi, predictor, n, cluster, level
        As in `egger`.
    method, test
        As in `meta_regression`.

    Raises
    ------
    NotDefined, InvalidInput
        As in `egger`.

    References
    ----------
    Thompson and Sharp (1999), Statistics in Medicine 18, 2693-2708; Sterne and Egger (2005), in Publication Bias in
    Meta-Analysis, ch. 6.
    """
    effects = checked(yi, vi)
    x = predictor_values(effects, predictor, n)
    needs(effects, 3, "Egger's test")
    if is_flat(x):
        raise NotDefined(f"Egger's test needs {predictor.value} to vary, but it is the same for all: not computed")
    try:
        fit = meta_regression(
            yi,
            vi,
            np.column_stack((np.ones(effects.k), x)),
            terms=("intrcpt", predictor.value),
            method=method,
            test=test,
            level=level,
        )
    except np.linalg.LinAlgError:
        raise NotDefined(
            f"Egger's test cannot be computed: vi and {predictor.value} span too many orders of magnitude for its matrix"
        ) from None
    intercept, slope = (_coefficient(term) for term in fit.terms)
    return Egger(
        k=effects.k,
        predictor=predictor,
        slope=slope,
        limit=None if predictor is Predictor.NI else intercept,
        fit=fit,
        cautions=cautions(effects, cluster) + fit.warnings,
    )


def predictor_values(effects: Effects, predictor: Predictor, n: ArrayLike | None) -> Vector:
    """The predictor of each effect on its natural scale, shape (k,)."""
    if predictor is Predictor.SEI:
        return standard_errors(effects)
    if predictor is Predictor.VI:
        return np.asarray(effects.v * effects.scale**2, dtype=np.float64)
    if n is None:
        raise InvalidInput(f"the predictor {predictor.value} needs sample sizes: give n, one value per effect")
    sizes = np.asarray(n, dtype=np.float64)
    if sizes.shape != effects.y.shape:
        raise InvalidInput(f"n has {sizes.size} values and yi {effects.k}: give each estimate its sample size")
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        row = int(np.argmin(np.isfinite(sizes) & (sizes > 0)))
        raise InvalidInput(f"row {row + 1}: n is {sizes[row]:g}, not a sample size above 0; correct it or leave n out")
    if predictor is Predictor.NI:
        return sizes
    return np.asarray(1 / sizes if predictor is Predictor.NINV else np.sqrt(1 / sizes), dtype=np.float64)


def _coefficient(term: Term) -> Coefficient:
    return Coefficient(estimate=term.estimate, se=term.se, statistic=term.statistic, df=term.df, p=term.p, ci=term.ci)
