"""Which model answers a question when effects share people: one rule in words, and every model beside the chosen one.

Never looks at an estimate, a sign or a p: the rule asks how the effects are connected and what the data can carry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from synthesis.dependence.che import CorrelatedHierarchical, correlated_hierarchical
from synthesis.dependence.multilevel import Multilevel, multilevel
from synthesis.pooling.pool import Pooled, pool
from synthesis.questions import Question
from synthesis.selection import Candidate

RULE = (
    "The structure of the data chooses the model, never their result. Where each sample gives one effect: random effects by "
    "the question's estimator with its test. Where samples give several: correlated and hierarchical effects with an assumed "
    "correlation of 0.6 and cluster-robust (CR2) inference by sample, if that leaves at least four Satterthwaite degrees of "
    "freedom; below four the robust interval is known to be too narrow, and one effect per sample, taken by the printed "
    "rule, is the answer. The models not chosen stand beside the one that is."
)
FEWEST_DF = 4.0  # Tipton (2015), Psychological Methods 20, 375-393
_RHO, _BAND = 0.6, (0.3, 0.6, 0.9)


class MainModel(StrEnum):
    """The model whose interval decides what is said."""

    ONE_PER_SAMPLE = "one effect per sample"
    CORRELATED_HIERARCHICAL = "correlated and hierarchical effects"


@dataclass(frozen=True, slots=True, kw_only=True)
class MainResult:
    """What the chosen model says: its estimate, 95 % interval, prediction interval and heterogeneity."""

    model: MainModel
    estimate: float
    ci: tuple[float, float]
    pi: tuple[float, float] | None
    i2: float | None  # percent; of all levels together where effects are hierarchical


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregated:
    """The pool of each sample's mean effect, its effects correlated ``rho``."""

    rho: float
    pooled: Pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The chosen model with its reason, and the others. Empty where no sample gives more than one effect."""

    main: MainModel
    reason: str
    correlated: tuple[CorrelatedHierarchical, ...]  # over the band of ρ; the middle one is the rule's
    three_level: Multilevel | None
    aggregated: tuple[Aggregated, ...]


def models(question: Question, chosen: Sequence[Candidate], eligible: Sequence[Candidate]) -> Models | None:
    """The models of a question from the effects chosen, one per sample, and all that were eligible; None without effects."""
    if not chosen:
        return None
    clusters = [candidate.cluster for candidate in eligible]
    if len(eligible) == len(chosen) or len(set(clusters)) < 2:
        reason = "Each sample gives one effect." if len(eligible) == len(chosen) else "All effects are of one sample."
        return Models(main=MainModel.ONE_PER_SAMPLE, reason=reason, correlated=(), three_level=None, aggregated=())
    estimates = [candidate.estimate for candidate in eligible if candidate.estimate is not None]
    yi, vi = [estimate.yi for estimate in estimates], [estimate.vi for estimate in estimates]
    correlated = tuple(correlated_hierarchical(yi, vi, clusters, rho=rho) for rho in _BAND)
    main, reason = _choose(correlated[_BAND.index(_RHO)])
    return Models(
        main=main,
        reason=reason,
        correlated=correlated,
        three_level=multilevel(yi, vi, [clusters, range(len(yi))]),
        aggregated=tuple(_aggregated(question, yi, vi, clusters, rho) for rho in _BAND),
    )


def main_result(pooled: Pooled | None, found: Models | None) -> MainResult | None:
    """What the chosen model says; None where there is no estimate."""
    if pooled is None:
        return None
    if found is not None and found.main is MainModel.CORRELATED_HIERARCHICAL:
        fit = found.correlated[_BAND.index(_RHO)]
        mean = fit.robust.terms[0] if fit.robust else None
        if mean is not None and mean.ci is not None:
            return MainResult(model=found.main, estimate=mean.estimate, ci=mean.ci, pi=fit.model.pi, i2=fit.model.i2)
    return MainResult(
        model=MainModel.ONE_PER_SAMPLE, estimate=pooled.estimate, ci=pooled.ci, pi=pooled.pi, i2=pooled.i2
    )


def _choose(fit: CorrelatedHierarchical) -> tuple[MainModel, str]:
    df = fit.robust.terms[0].df if fit.robust else None
    if df is None:
        return MainModel.ONE_PER_SAMPLE, "The robust interval of all effects together is not defined."
    if df < FEWEST_DF:
        return (
            MainModel.ONE_PER_SAMPLE,
            f"All effects together leave {df:.1f} Satterthwaite degrees of freedom, fewer than four.",
        )
    return (
        MainModel.CORRELATED_HIERARCHICAL,
        f"Samples give several effects, and together they leave {df:.1f} Satterthwaite degrees of freedom.",
    )


def _aggregated(
    question: Question, yi: Sequence[float], vi: Sequence[float], clusters: Sequence[str], rho: float
) -> Aggregated:
    """Mean of m effects of a sample with variance Σᵢⱼ ρ √(vᵢ vⱼ) / m² (Borenstein et al. 2009, chapter 24)."""
    means, variances = [], []
    for name in dict.fromkeys(clusters):
        rows = [row for row, cluster in enumerate(clusters) if cluster == name]
        roots = [vi[row] ** 0.5 for row in rows]
        shared = rho * sum(roots) ** 2 + (1 - rho) * sum(vi[row] for row in rows)
        means.append(sum(yi[row] for row in rows) / len(rows))
        variances.append(shared / len(rows) ** 2)
    return Aggregated(rho=rho, pooled=pool(means, variances, method=question.method, test=question.test))
