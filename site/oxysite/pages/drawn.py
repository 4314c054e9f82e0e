"""From coded effects and answers to the inputs of the figures.

Never draws and never pools; it only renames and formats.
"""

import math
from dataclasses import replace

from corpus.codebook import Design, Direction
from corpus.domain import Effect, Estimate, Missing, Study
from oxysite.figures import ForestPlot, ForestRow, ForestSummary, Interval, Scale, ScaleKind, Sides, Towards
from oxysite.links import study_path
from oxysite.numbers import number
from synthesis.answers import Answer
from synthesis.models import MainModel
from synthesis.pooling.pool import Pooled, Test
from synthesis.questions import Question
from synthesis.selection import Candidate
from synthesis.wording import SHOWN_PREDICTION_FROM, tau2_text

ROOT = "../"  # from the page of a question to the root of the site
SCALES = {
    "SMD": Scale("Hedges g", "g"),
    "ZCOR": Scale("Correlation r", "r", ScaleKind.FISHER),
    "OR": Scale("Odds ratio", "OR", ScaleKind.LOG),
}
TOWARDS = {
    Direction.FAVOURS_OXYTOCIN: Towards.OXYTOCIN,
    Direction.FAVOURS_COMPARATOR: Towards.COMPARATOR,
    Direction.NO_DIFFERENCE: Towards.NONE,
    Direction.CONDITIONAL: Towards.CONDITIONAL,
    Direction.OXYTOCIN_HIGHER: Towards.HIGHER,
    Direction.OXYTOCIN_LOWER: Towards.LOWER,
    Direction.NOT_ALIGNED: Towards.UNKNOWN,
}
_TESTS = {Test.KNHA: "Hartung–Knapp", Test.ADHOC: "Hartung–Knapp, not below z", Test.T: "t", Test.Z: "z"}
_SHORT = 12  # letters: what fits the column without breaking, as abbreviations of scales do
_Z95 = 1.959963984540054


def sides(question: Question) -> Sides:
    """What lies left and right of zero for a question."""
    return Sides(low=question.away, high=question.towards)


def interval(pooled: Pooled) -> Interval:
    """A pooled result with its interval."""
    return Interval(pooled.estimate, *pooled.ci)


def interval_95(estimate: Estimate) -> Interval:
    """One study's estimate with its 95% normal interval, on the scale of the analysis."""
    return interval_of(estimate.yi, math.sqrt(estimate.vi))


def interval_of(estimate: float, se: float) -> Interval:
    """An estimate with its 95% normal interval."""
    return Interval(estimate, estimate - _Z95 * se, estimate + _Z95 * se)


def prediction(answer: Answer) -> tuple[float, float] | None:
    """The prediction interval of the main result, where there are studies enough to show it."""
    shown = answer.pooled is not None and answer.pooled.k >= SHOWN_PREDICTION_FROM
    return answer.main.pi if shown and answer.main is not None else None


def context(study: Study) -> str:
    """Who and what, in one short line: "social anxiety disorder · exposure therapy"."""
    diagnosis = study.population.diagnosis.split(" (")[0].split(",")[0]
    therapy = study.therapies[0].description.split(" (")[0].split(",")[0] if study.therapies else ""
    return " · ".join(part for part in (diagnosis, therapy) if part)


def people(study: Study, effect: Effect) -> str:
    """ "12 / 13" for two arms, "17 (crossover)" or the n alone; a dash where no n was read."""
    inputs = effect.computation.inputs if effect.computation else {}
    if "n1" in inputs and "n2" in inputs:
        return f"{inputs['n1']} / {inputs['n2']}"
    if set("abcd") <= set(inputs):
        a, b, c, d = (int(inputs[cell].value) for cell in "abcd")
        return f"{a + b} / {c + d}"
    if isinstance(effect.n, Missing):
        return "–"
    return f"{effect.n} (crossover)" if study.design is Design.CROSSOVER_RCT else str(effect.n)


def forest_plot(answer: Answer, root: str) -> ForestPlot | None:
    """The forest plot of an answer, or None where there is no estimate."""
    pooled = answer.pooled
    if pooled is None:
        return None
    rows = []
    for candidate, weight in zip(answer.selection.tier_a, pooled.weights, strict=True):
        estimate = candidate.estimate
        if estimate is not None:
            rows.append(
                ForestRow(
                    name=candidate.study.label,
                    context=context(candidate.study),
                    outcome=outcome_name(candidate),
                    n=people(candidate.study, candidate.effect),
                    interval=interval_95(estimate),
                    weight=weight,
                    href=root + study_path(candidate.study.key, candidate.effect.key),
                )
            )
    return ForestPlot(
        id=f"forest-{answer.question.id}",
        title=answer.question.short,
        scale=SCALES[answer.question.measure],
        sides=sides(answer.question),
        rows=tuple(rows),
        summaries=_summaries(answer, pooled) if pooled.k > 1 else (),
        heads=("Study", "Outcome", "n OT / control" if answer.question.measure == "SMD" else "n"),
    )


def outcome_name(candidate: Candidate) -> str:
    """The instrument by its short name, else the construct; empty where the source does not name the outcome."""
    outcome = candidate.outcome
    if isinstance(outcome.higher_is_better, Missing):
        return ""
    short = not isinstance(outcome.instrument, Missing) and len(outcome.instrument) <= _SHORT
    return str(outcome.instrument) if short else outcome.construct


def _summaries(answer: Answer, pooled: Pooled) -> tuple[ForestSummary, ...]:
    """The main result first, the other treatment of several effects of one sample beside it."""
    eligible = len(answer.selection.eligible_a)
    one_each = ForestSummary(
        name=f"Pooled ({pooled.method.value}, {_TESTS[pooled.test]})",
        interval=interval(pooled),
        weight="100%",
        detail=_detail(answer, pooled),
    )
    main = answer.main
    if main is not None and main.model is MainModel.CORRELATED_HIERARCHICAL:
        together = ForestSummary(
            name=f"All {eligible} effects, correlated and hierarchical (CR2)",
            interval=Interval(main.estimate, *main.ci),
            prediction=prediction(answer),
        )
        return together, replace(one_each, name=f"One effect per sample ({pooled.method.value})")
    one_each = replace(one_each, prediction=prediction(answer))
    if answer.robust is None:
        return (one_each,)
    beside = ForestSummary(
        name=f"All {eligible} eligible effects, cluster-robust (CR2)",
        interval=Interval(answer.robust.estimate, *answer.robust.ci),
    )
    return one_each, beside


def _detail(answer: Answer, pooled: Pooled) -> str:
    """The second line of the pooled row: prediction interval and heterogeneity."""
    scale = SCALES[answer.question.measure]
    parts = []
    shown = pooled.pi if pooled.k >= SHOWN_PREDICTION_FROM else None
    if shown is not None:
        parts.append(f"prediction interval {scale.text(shown[0])} to {scale.text(shown[1])}")
    if pooled.tau2 is not None and pooled.i2 is not None:
        parts += [f"τ² {tau2_text(pooled.tau2)}", f"I² {number(pooled.i2, 0)}%"]
    return " · ".join((*parts, f"k {pooled.k}"))
