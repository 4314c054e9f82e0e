"""Models of dependent effects: the one the rule chose, with its reason, and the others beside it.

Never chooses a model; the rule stands in ``synthesis.models``.
"""

from dataclasses import dataclass, replace

from oxysite.figures import Scale
from oxysite.numbers import number
from oxysite.pages.drawn import SCALES
from synthesis.answers import Answer
from synthesis.dependence.che import CorrelatedHierarchical
from synthesis.dependence.multilevel import Multilevel
from synthesis.models import MainModel
from synthesis.wording import tau2_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model of the same effects."""

    name: str
    effects: int
    estimate: str
    df: str
    between: str  # variances between samples and within them
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """Every model of one answer; rows only where samples give several effects."""

    sentence: str
    rows: tuple[ModelRow, ...]
    notes: tuple[str, ...]


def models_view(answer: Answer) -> ModelsView | None:
    """The models of an answer, or None where nothing is pooled."""
    found = answer.examination.models if answer.examination else None
    if found is None or answer.pooled is None or answer.pooled.k < 2:
        return None
    scale = SCALES[answer.question.measure]
    pooled = answer.pooled
    # The rule's correlation stands in the middle of its band.
    middle = len(found.correlated) // 2
    rows = [
        ModelRow(
            name="One effect per sample",
            effects=pooled.k,
            estimate=f"{scale.text(pooled.estimate)} {scale.interval_text(*pooled.ci)}",
            df="–" if pooled.df is None else str(pooled.df),
            between="–" if pooled.tau2 is None else tau2_text(pooled.tau2),
            main=found.main is MainModel.ONE_PER_SAMPLE,
        ),
        *(_correlated(scale, fit) for fit in found.correlated),
    ]
    if found.main is MainModel.CORRELATED_HIERARCHICAL:
        rows[1 + middle] = replace(rows[1 + middle], main=True)
    if found.three_level is not None:
        rows.append(_three_level(scale, found.three_level))
    for one in found.aggregated:
        mean = one.pooled
        rows.append(
            ModelRow(
                name=f"Mean of each sample’s effects, correlated {number(one.rho, 1)}",
                effects=mean.k,
                estimate=f"{scale.text(mean.estimate)} {scale.interval_text(*mean.ci)}",
                df="–" if mean.df is None else str(mean.df),
                between="–" if mean.tau2 is None else tau2_text(mean.tau2),
            )
        )
    warnings = list(found.correlated[middle].warnings) if found.correlated else []
    if found.three_level is not None:
        warnings += found.three_level.warnings
    return ModelsView(
        sentence=f"{found.reason} The model is therefore {found.main.value}.",
        rows=tuple(rows) if len(rows) > 1 else (),
        notes=tuple(dict.fromkeys(warning[0].upper() + warning[1:] for warning in warnings)),
    )


def _correlated(scale: Scale, fit: CorrelatedHierarchical) -> ModelRow:
    mean = fit.robust.terms[0] if fit.robust else None
    estimate = "–"
    if mean is not None and mean.ci is not None:
        estimate = f"{scale.text(mean.estimate)} {scale.interval_text(*mean.ci)}"
    return ModelRow(
        name=f"Correlated and hierarchical effects, correlated {number(fit.rho, 1)}, CR2",
        effects=fit.model.k,
        estimate=estimate,
        df="–" if mean is None or mean.df is None else number(mean.df, 1),
        between=_variances(fit.model),
    )


def _three_level(scale: Scale, fit: Multilevel) -> ModelRow:
    mean = fit.terms[0]
    return ModelRow(
        name="Three levels, effects independent given their sample",
        effects=fit.k,
        estimate=f"{scale.text(mean.estimate)} {scale.interval_text(*mean.ci)}",
        df="–" if mean.df is None else number(mean.df, 0),
        between=_variances(fit),
    )


def _variances(fit: Multilevel) -> str:
    return " + ".join("–" if value is None else tau2_text(value) for value in fit.sigma2)
