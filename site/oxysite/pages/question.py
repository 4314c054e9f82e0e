"""The page of a question: the finding, the pictures of each tier, what hangs on what, and every effect left out.

Never words a finding itself; headline and sentences come with the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from corpus.codebook import EffectRole, Relation, ReportStatus
from corpus.domain import Claim, Corpus, Report
from corpus.errors import InvalidInput
from oxysite.figures import (
    DirectionDot,
    DirectionPanel,
    Interval,
    LeaveOneOutPlot,
    PValueRow,
    PValueStrip,
    WithoutRow,
    draw_directions,
    draw_forest,
    draw_leave_one_out,
    draw_pvalues,
)
from oxysite.links import question_path, study_path
from oxysite.numbers import number, p_value
from oxysite.pages.drawn import SCALES, TOWARDS, forest_plot, sides
from oxysite.pages.mediation import draw_mediation
from oxysite.pages.page import Page
from synthesis.answers import Answer
from synthesis.pooling.pool import Pooled
from synthesis.questions import Form, Question
from synthesis.selection import Candidate
from synthesis.wording import SHOWN_PREDICTION_FROM, combined_sentence, direction_sentence, tau2_text

_ROOT = "../"
_P_CAVEAT = (
    "Read with care: a p is printed mostly where it is small, so this tier holds the results that were worth printing. "
    "A small combined p says that some effect exists somewhere, not how large it is."
)
_RELATIONS: dict[Relation, Literal["=", "<", ">"]] = {Relation.EQUALS: "=", Relation.LESS: "<", Relation.GREATER: ">"}


@dataclass(frozen=True, slots=True)
class TierPanel:
    """What a page shows of tier B or C."""

    letter: str
    title: str
    sentence: str
    figure: Markup
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...] = ()


def question_pages(corpus: Corpus, answers: tuple[Answer, ...]) -> Iterator[Page]:
    """One page per question."""
    for answer in answers:
        yield _page(corpus, answer)


def _page(corpus: Corpus, answer: Answer) -> Page:
    question, selection = answer.question, answer.selection
    plot = forest_plot(answer, _ROOT)
    claim_report, claim = _claim(corpus, question)
    return Page(
        path=question_path(question.id),
        template="question.html",
        title=question.short,
        nav="answers",
        crumbs=(("Answers", "index.html"),),
        context={
            "question": question,
            "answer": answer,
            "strip": _strip(answer),
            "paths": draw_mediation(answer, _ROOT, "paths") if question.form is Form.PATHS else None,
            "forest": draw_forest(plot) if plot else None,
            "heterogeneity": _heterogeneity(answer.pooled),
            "measure_name": SCALES[question.measure].symbol,
            "methods": _methods(answer),
            "leave_one_out": _leave_one_out(answer),
            "tiers": _tiers(answer),
            "near": [left for left in selection.left_out if left.near],
            "far": [left for left in selection.left_out if not left.near],
            "awaiting": _awaiting(corpus, answer),
            "claim": claim,
            "claim_report": claim_report,
        },
    )


def _strip(answer: Answer) -> list[tuple[str, str, str]]:
    """(name, value, detail) of the strip under the heading; only what there is."""
    scale = SCALES[answer.question.measure]
    pooled, selection = answer.pooled, answer.selection
    cells = []
    if pooled is not None:
        detail = f"{scale.name}, {scale.text(pooled.ci[0])} to {scale.text(pooled.ci[1])}"
        cells.append(("Estimate" if pooled.k > 1 else "One estimate", scale.text(pooled.estimate), detail))
        if pooled.pi is not None and pooled.k >= SHOWN_PREDICTION_FROM:
            cells.append(
                (
                    "Next study",
                    f"{scale.text(pooled.pi[0])} to {scale.text(pooled.pi[1])}",
                    "95% prediction interval",
                )
            )
        sizes = [c.effect.n for c in selection.tier_a]
        known = [n for n in sizes if isinstance(n, int)]
        people = f"{sum(known)} people" if len(known) == len(sizes) else f"{sum(known)} people or more"
        cells.append(("Rests on", people, f"{pooled.k} of {len(selection.eligible_a)} eligible effects"))
    with_p, without = len(selection.tier_b), len(selection.tier_c)
    if answer.question.form is Form.PATHS:
        cells.append(("Paths", str(with_p + without), f"{with_p} with figures, {without} without"))
    else:
        cells.append(("Without variance", f"{with_p + without} samples", f"{with_p} with a p, {without} without"))
    near = sum(left.near for left in selection.left_out)
    if near:
        cells.append(("Left out", f"{near} effects", "each with its reason, below"))
    return cells


def _heterogeneity(pooled: Pooled | None) -> str:
    if pooled is None or pooled.tau2 is None or pooled.q is None or pooled.q_df is None or pooled.q_p is None:
        return ""
    low, high = pooled.tau2_ci or (None, None)
    parts = [
        f"τ² {tau2_text(pooled.tau2)}"
        + (f" (95% interval {tau2_text(low)} to {tau2_text(high)})" if low is not None and high is not None else ""),
        f"I² {number(pooled.i2 or 0.0, 0)}%",
        f"H² {number(pooled.h2 or 1.0)}",
        f"Q {number(pooled.q)} on {pooled.q_df} df, {p_value(pooled.q_p)}",
    ]
    return "Heterogeneity: " + "; ".join(parts) + "."


def _methods(answer: Answer) -> list[tuple[str, int, str, str]]:
    if answer.pooled is None or answer.pooled.k < 2:
        return []
    scale = SCALES[answer.question.measure]

    def row(name: str, pooled: Pooled) -> tuple[str, int, str, str]:
        text = f"{scale.text(pooled.estimate)} {scale.interval_text(*pooled.ci)}"
        return name, pooled.k, text, "–" if pooled.tau2 is None else tau2_text(pooled.tau2)

    rows = [row(f"{_method_name(p)}", p) for p in answer.by_method]
    if answer.robust is not None:
        robust = answer.robust
        text = f"{scale.text(robust.estimate)} {scale.interval_text(*robust.ci)}"
        rows.append(
            (
                f"All eligible effects, cluster-robust (CR2, {number(robust.df, 1)} df)",
                len(answer.selection.eligible_a),
                text,
                "–",
            )
        )
    if answer.least_favourable is not None:
        rows.append(row("Each sample’s least favourable eligible effect", answer.least_favourable))
    if answer.most_favourable is not None:
        rows.append(row("Each sample’s most favourable eligible effect", answer.most_favourable))
    return rows


def _method_name(pooled: Pooled) -> str:
    names = {"FE": "Equal effects (FE)", "REML": "REML, as the question asks"}
    test = "z" if pooled.test.value == "z" else "Hartung–Knapp"
    return f"{names.get(pooled.method.value, pooled.method.value)}, {test}"


def _leave_one_out(answer: Answer) -> Markup | None:
    if not answer.leave_one_out or answer.pooled is None:
        return None
    rows = []
    for without in answer.leave_one_out:
        candidate = answer.selection.tier_a[without.omitted]
        rows.append(
            WithoutRow(
                name=candidate.study.label,
                interval=Interval(without.estimate, *without.ci),
                href=_ROOT + study_path(candidate.study.key, candidate.effect.key),
            )
        )
    return draw_leave_one_out(
        LeaveOneOutPlot(
            id=f"without-{answer.question.id}",
            title="The pooled effect without each study in turn",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            rows=tuple(rows),
            overall=Interval(answer.pooled.estimate, *answer.pooled.ci),
        )
    )


def _tiers(answer: Answer) -> list[TierPanel]:
    if answer.question.form is Form.PATHS:
        paths = (*answer.selection.tier_a, *answer.selection.tier_b, *answer.selection.tier_c)
        return [TierPanel("paths", "The paths as coded", "", Markup(""), paths)] if paths else []
    unit = ("sample", "samples")
    panels = []
    if answer.selection.tier_b:
        notes = tuple(note for note in (answer.combined[0].notes if answer.combined else ()))
        both = " ".join(f"{c.method}: {p_value(c.p)}." for c in answer.combined)
        panels.append(
            TierPanel(
                "b",
                "Direction with a p",
                combined_sentence(answer.combined[0] if answer.combined else None, unit),
                draw_pvalues(_strip_of_p(answer)),
                answer.selection.tier_b,
                (both, _P_CAVEAT, *notes),
            )
        )
    if answer.selection.tier_c:
        panels.append(
            TierPanel(
                "c",
                "Direction only",
                direction_sentence(answer.sign, unit),
                draw_directions(_panel_of_directions(answer)),
                answer.selection.tier_c,
                ("A null without a direction is shown, and counted on neither side.",),
            )
        )
    return panels


def _strip_of_p(answer: Answer) -> PValueStrip:
    rows = []
    for candidate in answer.selection.tier_b:
        printed = candidate.effect.p
        if printed is not None:
            rows.append(
                PValueRow(
                    name=candidate.study.label,
                    context=candidate.outcome.construct,
                    towards=TOWARDS[candidate.effect.direction],
                    p=printed.value.value,
                    relation=_RELATIONS[printed.relation],
                    sided=1 if printed.sided == 1 else 2,
                    printed=f"p {printed.relation.value} {printed.value}",
                    href=_ROOT + study_path(candidate.study.key, candidate.effect.key),
                )
            )
    return PValueStrip(
        id=f"p-{answer.question.id}",
        title="Printed p-values and where they point",
        rows=tuple(rows),
        sides=sides(answer.question),
    )


def _panel_of_directions(answer: Answer) -> DirectionPanel:
    return DirectionPanel(
        id=f"directions-{answer.question.id}",
        title="Directions reported without a number",
        sides=sides(answer.question),
        dots=tuple(
            DirectionDot(
                name=candidate.study.label,
                detail=candidate.outcome.construct,
                towards=TOWARDS[candidate.effect.direction],
                href=_ROOT + study_path(candidate.study.key, candidate.effect.key),
            )
            for candidate in answer.selection.tier_c
        ),
    )


def _awaiting(corpus: Corpus, answer: Answer) -> list[Report]:
    """Eligible reports without a readable result, shown with the questions on oxytocin given."""
    given = answer.question.select.role == (EffectRole.TREATMENT_EFFECT,)
    studies = {study.key: study for study in corpus.studies}
    return [
        report
        for report in corpus.reports
        if report.status is ReportStatus.AWAITING_NUMBERS
        and (study := studies.get(report.study)) is not None
        and bool(study.ot_given) is given
    ]


def _claim(corpus: Corpus, question: Question) -> tuple[Report | None, Claim | None]:
    """The published claim a question puts to the test. Raises InvalidInput where the corpus does not hold it."""
    if not question.claim:
        return None, None
    report_key, _, claim_key = (part.strip() for part in question.claim.partition(":"))
    for report in corpus.reports:
        for claim in report.claims:
            if (report.key, claim.key) == (report_key, claim_key):
                return report, claim
    raise InvalidInput(
        f"{question.id}.toml: claim {question.claim!r} is in no report of the corpus; name a report and one of its claims"
    )
