"""Egger's test where effects share people: the slope on the standard error in a multilevel model, with robust inference.

Never treats the effects of one sample as so many studies.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from synthesis.dependence.che import robust_multilevel
from synthesis.dependence.robust import RobustTerm
from synthesis.pooling.engine import checked
from synthesis.small_study.egger import Egger, Predictor
from synthesis.small_study.reading import FEWEST, NotDefined, cautions, is_flat, needs
from synthesis.small_study.weighted_line import Coefficient, standard_errors


def egger_dependent(yi: ArrayLike, vi: ArrayLike, cluster: Sequence[Hashable], *, level: float = 0.95) -> Egger:
    """The regression on the standard error with random intercepts of cluster and effect by REML, and CR2 by cluster.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    cluster : sequence, length k
        The people each effect was measured on.
    level : float
        Coverage of the intervals.

    Raises
    ------
    NotDefined
        For fewer than three effects or two clusters, one standard error for all, or a slope that one cluster alone identifies.
    InvalidInput
        For effects that `pool` would refuse, or labels that do not fit.

    References
    ----------
    Rodgers and Pustejovsky (2021), Psychological Methods 26, 141-160 (Egger's regression with dependent effects); Fernández-
    Castilla et al. (2021), The Journal of Experimental Education 89, 125-144.
    """
    effects = checked(yi, vi)
    needs(effects, 3, "Egger's test of dependent effects")
    errors = standard_errors(effects)
    if is_flat(errors):
        raise NotDefined("Egger's test needs standard errors to vary, but all are the same: not computed")
    if len(set(cluster)) < 2:
        raise NotDefined("Egger's test of dependent effects needs at least 2 samples: not computed")
    x = np.column_stack((np.ones(effects.k), errors))
    fit = robust_multilevel(
        yi, vi, [cluster, range(effects.k)], x=x, terms=("intercept", Predictor.SEI.value), level=level
    )
    if fit.robust is None:
        raise NotDefined("Egger's test of dependent effects needs at least 2 samples: not computed")
    intercept, slope = (_coefficient(term) for term in fit.robust.terms)
    return Egger(
        k=effects.k,
        predictor=Predictor.SEI,
        slope=slope,
        limit=intercept,
        fit=None,
        cautions=(*_few(len(set(cluster))), *cautions(effects), *fit.warnings),
    )


def _few(samples: int) -> tuple[str, ...]:
    """Effects of one sample are no more studies than the sample is."""
    if samples >= FEWEST:
        return ()
    return (
        f"Only {samples} samples: with fewer than {FEWEST} this must not be read as evidence for or against anything.",
    )


def _coefficient(term: RobustTerm) -> Coefficient:
    if term.se is None or term.ci is None:
        raise NotDefined(f"one sample alone identifies {term.term}: Egger's test of dependent effects is not computed")
    return Coefficient(estimate=term.estimate, se=term.se, statistic=term.statistic, df=term.df, p=term.p, ci=term.ci)
