"""Small-study effects of an answer: the cautions first, the funnel, and every test and adjustment with its reading.

Never computes a test, and never lets one be read where the examination says that it must not be.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from oxysite.figures import FunnelCone, FunnelDot, FunnelPlot, Scale, draw_funnel
from oxysite.links import study_path
from oxysite.numbers import number, p_value
from oxysite.pages.drawn import ROOT, SCALES, sides
from synthesis.answers import Answer
from synthesis.small_study.egger import Egger
from synthesis.small_study.funnel import Cone
from synthesis.small_study.small_study import SmallStudy
from synthesis.small_study.trim_and_fill import Side
from synthesis.small_study.weighted_line import Coefficient

_DRAWN_FROM = 3  # two points make no funnel
# Every analysis in the order of the table, by the name under which a reason stands where it is not computed.
_NAMES = {
    "egger": "Egger’s test",
    "egger_mixed": "Egger’s test, with between-study variance",
    "egger_size": "Egger’s test, on sample size",
    "egger_dependent": "Egger’s test, all eligible effects (CR2)",
    "rank": "Rank test (Begg and Mazumdar)",
    "trimfill": "Trim and fill",
    "pet": "PET",
    "peese": "PEESE",
    "pet_peese": "PET-PEESE",
    "selection": "Selection model (step function)",
    "limit": "Limit meta-analysis",
    "henmi_copas": "Henmi-Copas interval",
    "excess": "Test of excess significance",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRow:
    """One analysis: the estimate it gives, its test, and what that says; dashes where it has none."""

    name: str
    estimate: str = "–"
    test: str = "–"
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudyView:
    """Small-study effects of one answer."""

    heading: str
    readable: bool
    cautions: tuple[str, ...]
    funnel: Markup | None
    rows: tuple[AnalysisRow, ...]  # empty where nothing can be computed
    nothing: str  # said in that case


def small_study_view(answer: Answer) -> SmallStudyView | None:
    """Small-study effects, or None where nothing has an estimate."""
    found = answer.examination.small_study if answer.examination else None
    if found is None:
        return None
    studies = "1 study" if found.k == 1 else f"{found.k} studies"
    computed = dict(_computed(answer, found))
    reasons = dict(found.not_computed)
    dependent = answer.examination.dependent_asymmetry if answer.examination else None
    if isinstance(dependent, str):
        reasons["egger_dependent"] = dependent
    rows = _in_order(reasons, computed) if computed else ()
    heading = "Small-study effects" if found.readable else f"Small-study effects: not readable from {studies}"
    return SmallStudyView(
        heading=heading,
        readable=found.readable,
        cautions=found.cautions,
        funnel=_funnel(answer, found) if found.k >= _DRAWN_FROM else None,
        rows=rows,
        nothing="" if rows else f"None of the {len(_NAMES)} tests and adjustments is defined for so few.",
    )


def _funnel(answer: Answer, found: SmallStudy) -> Markup:
    funnel, fill = found.funnel, found.trimfill
    held = [candidate for candidate in answer.selection.tier_a if candidate.estimate is not None]
    filled = list(zip(fill.filled_yi, fill.filled_vi, strict=True)) if fill else []

    def cone(of: Cone) -> FunnelCone:
        return FunnelCone(low=of.low, high=of.high, p=of.level)

    return draw_funnel(
        FunnelPlot(
            id=f"funnel-{answer.question.id}",
            title="Estimates against their standard errors",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            dots=tuple(
                FunnelDot(
                    name=candidate.study.label,
                    estimate=point.estimate,
                    se=point.se,
                    href=ROOT + study_path(candidate.study.key, candidate.effect.key),
                )
                for candidate, point in zip(held, funnel.points, strict=True)
            ),
            se_max=funnel.se_max,
            centre=funnel.centre,
            region=cone(funnel.pseudo_confidence),
            contours=tuple(cone(contour) for contour in funnel.contours),
            filled=tuple(FunnelDot(name="mirror image", estimate=y, se=math.sqrt(v)) for y, v in filled),
            adjusted=fill.pooled.estimate if fill and filled else None,
            random_effects=funnel.random_effects,
        )
    )


def _in_order(reasons: Mapping[str, str], computed: Mapping[str, AnalysisRow]) -> tuple[AnalysisRow, ...]:
    rows = []
    for key, name in _NAMES.items():
        if key in computed:
            rows.append(computed[key])
        elif key in reasons:
            rows.append(AnalysisRow(name=name, words=_reason(reasons[key])))
    return tuple(rows)


def _reason(reason: str) -> str:
    said = reason if "not computed" in reason else f"not computed: {reason}"
    return f"{said[0].upper()}{said[1:]}."


def _computed(answer: Answer, found: SmallStudy) -> Iterator[tuple[str, AnalysisRow]]:
    scale = SCALES[answer.question.measure]
    yield from _asymmetry(answer, found, scale)
    if found.trimfill is not None:
        fill = found.trimfill
        side = sides(answer.question)
        where = side.low if fill.side is Side.LEFT else side.high
        words = f"{fill.missing} added on the side “{where}”" if fill.missing else "none added"
        text = f"{scale.text(fill.pooled.estimate)} {scale.interval_text(*fill.pooled.ci)}"
        yield "trimfill", AnalysisRow(name=_NAMES["trimfill"], estimate=text, words=words)
    for key in ("pet", "peese"):
        line = found.pet if key == "pet" else found.peese
        if line is not None:
            words = f"slope: {_lean(answer, line.slope.estimate)}"
            yield (
                key,
                AnalysisRow(
                    name=_NAMES[key], estimate=_estimate(scale, line.intercept), test=_test(line.slope), words=words
                ),
            )
    if found.pet_peese is not None:
        words = f"its rule takes {found.pet_peese.chosen.value.upper()}"
        text = _estimate(scale, found.pet_peese.estimate)
        yield "pet_peese", AnalysisRow(name=_NAMES["pet_peese"], estimate=text, words=words)
    yield from _models(answer, found, scale)


def _asymmetry(answer: Answer, found: SmallStudy, scale: Scale) -> Iterator[tuple[str, AnalysisRow]]:
    tests = {
        "egger": found.egger,
        "egger_mixed": found.egger_mixed,
        "egger_size": found.egger_size,
        "egger_dependent": answer.examination.dependent_asymmetry if answer.examination else None,
    }
    for key, test in tests.items():
        if isinstance(test, Egger):
            yield (
                key,
                AnalysisRow(
                    name=_NAMES[key],
                    estimate=_estimate(scale, test.limit) if test.limit else "–",
                    test=_test(test.slope),
                    words=_lean(answer, test.slope.estimate),
                ),
            )
    if found.rank is not None:
        yield (
            "rank",
            AnalysisRow(
                name=_NAMES["rank"],
                test=f"τ {number(found.rank.tau)}, {p_value(found.rank.p)}",
                words=_lean(answer, found.rank.tau),
            ),
        )


def _models(answer: Answer, found: SmallStudy, scale: Scale) -> Iterator[tuple[str, AnalysisRow]]:
    if found.selection is not None:
        model = found.selection
        seen = ", ".join(
            f"one-sided p {number(one.above, 3)} to {number(one.up_to, 3)}: {number(one.weight)} times"
            for one in model.weights[1:]
        )
        side = sides(answer.question)
        towards = side.high if model.alternative.value == "greater" else side.low
        yield (
            "selection",
            AnalysisRow(
                name=_NAMES["selection"],
                estimate=_estimate(scale, model.mean),
                test=f"χ² {number(model.lrt)} on {model.lrt_df} df, {p_value(model.lrt_p)}",
                words=f"seen as often as what points clearly to “{towards}”: {seen}",
            ),
        )
    if found.limit is not None:
        words = f"asymmetry: {_lean(answer, found.limit.alpha.estimate)}"
        yield (
            "limit",
            AnalysisRow(
                name=_NAMES["limit"],
                estimate=_estimate(scale, found.limit.adjusted),
                test=_test(found.limit.alpha),
                words=words,
            ),
        )
    if found.henmi_copas is not None:
        fixed = found.henmi_copas
        text = f"{scale.text(fixed.estimate)} {scale.interval_text(*fixed.ci)}"
        words = "gives small studies less weight than random effects do"
        yield "henmi_copas", AnalysisRow(name=_NAMES["henmi_copas"], estimate=text, words=words)
    if found.excess is not None:
        excess = found.excess
        yield (
            "excess",
            AnalysisRow(
                name=_NAMES["excess"],
                test=p_value(excess.p),
                words=(
                    f"{excess.observed} of {excess.k} significant, whichever way they point; "
                    f"{number(excess.expected, 1)} expected from their power"
                ),
            ),
        )


def _lean(answer: Answer, slope: float) -> str:
    """Which way the less precise studies lie."""
    if slope == 0:
        return "less precise studies lie no further to either side"
    both = sides(answer.question)
    return f"less precise studies lie further to “{both.high if slope > 0 else both.low}”"


def _estimate(scale: Scale, coefficient: Coefficient) -> str:
    return f"{scale.text(coefficient.estimate)} {scale.interval_text(*coefficient.ci)}"


def _test(coefficient: Coefficient) -> str:
    if coefficient.statistic is None or coefficient.p is None:
        return "fits all effects exactly: no test"
    name = "z" if coefficient.df is None else f"t({number(coefficient.df, 0)})"
    return f"{name} {number(coefficient.statistic)}, {p_value(coefficient.p)}"
