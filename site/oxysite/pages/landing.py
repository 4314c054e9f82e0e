"""The landing page: what is known, how sure, and what is not in the numbers, at one look.

Never shows a figure that is not computed from the corpus or an answer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.codebook import ReportStatus, Scope, Tier
from corpus.domain import Corpus
from oxysite.figures import (
    Bar,
    BarFigure,
    BarKind,
    DirectionDot,
    DirectionPanel,
    Interval,
    Miniature,
    draw_bars,
    draw_directions,
    draw_map,
    draw_miniature,
)
from oxysite.links import study_path
from oxysite.pages.certainty import level_words
from oxysite.pages.drawn import SCALES, TOWARDS, prediction, sides
from oxysite.pages.evidence_map import evidence_map
from oxysite.pages.mediation import draw_mediation
from oxysite.pages.page import Page
from oxysite.pages.updates import SearchState
from synthesis.answers import Answer
from synthesis.questions import Form

# A miniature of g shows this range on every card, so that cards can be compared.
_CARD_LIMITS = {"SMD": (-1.5, 1.5), "ZCOR": (-0.9, 0.9)}


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one answer."""

    answer: Answer
    figure: Markup
    foot: str
    certainty: str = ""  # in words; empty where none is rated


def landing_page(corpus: Corpus, answers: Sequence[Answer], search: SearchState | None) -> Page:
    """The first page."""
    figure, _ = evidence_map(corpus)
    scopes = Counter(study.scope for study in corpus.studies)
    effects = sum(len(study.effects) for study in corpus.studies)
    lede = (
        "What happens in the body when therapy works? "
        f"{len(corpus.reports)} reports and {len(corpus.studies)} studies on oxytocin in psychotherapy, {scopes[Scope.CORE]} of them in "
        f"its core; {effects} coded results, each with the place it was read, pooled where pooling is honest."
    )
    return Page(
        path="index.html",
        template="landing.html",
        title="Oxytocin and psychotherapy",
        nav="answers",
        context={
            "lede": lede,
            "cards": [_card(answer) for answer in answers],
            "search": search,
            "bars": draw_bars(_bars(corpus)),
            "evidence_map": draw_map(figure),
        },
    )


def _card(answer: Answer) -> Card:
    selection = answer.selection
    figure = Markup("")
    if answer.question.form is Form.PATHS:
        return Card(
            answer, draw_mediation(answer, "", "card") or figure, "Paths of one model, within persons; never pooled."
        )
    main = answer.main
    if answer.pooled is not None and main is not None:
        figure = draw_miniature(
            Miniature(
                id=f"card-{answer.question.id}",
                title=answer.question.short,
                scale=SCALES[answer.question.measure],
                sides=sides(answer.question),
                interval=Interval(main.estimate, *main.ci),
                prediction=prediction(answer),
                pooled=answer.pooled.k > 1,
                shown_limits=_CARD_LIMITS.get(answer.question.measure),
            )
        )
    elif selection.tier_b or selection.tier_c:
        figure = draw_directions(
            DirectionPanel(
                id=f"card-{answer.question.id}",
                title=answer.question.short,
                sides=sides(answer.question),
                dots=tuple(
                    DirectionDot(
                        name=candidate.study.label,
                        detail=candidate.outcome.construct,
                        towards=TOWARDS[candidate.effect.direction],
                        href=study_path(candidate.study.key, candidate.effect.key),
                    )
                    for candidate in (*selection.tier_b, *selection.tier_c)
                ),
            )
        )
    counts = (
        (len(selection.tier_a), "with an estimate"),
        (len(selection.tier_b), "with a p"),
        (len(selection.tier_c), "with a direction or a null only"),
    )
    foot = ", ".join(f"{n} {words}" for n, words in counts if n) or "no coded effect"
    return Card(
        answer,
        figure,
        f"Samples: {foot}." if any(n for n, _ in counts) else "No coded effect yet.",
        level_words(answer.examination.appraisal.rating) if answer.examination else "",
    )


def _bars(corpus: Corpus) -> BarFigure:
    core = [effect for study in corpus.studies if study.scope is Scope.CORE for effect in study.effects]
    free = [effect for effect in core if effect.hold is None]
    tiers = Counter(effect.tier for effect in free)
    statuses = Counter(report.status for report in corpus.reports)
    return BarFigure(
        id="not-in-the-numbers",
        title="Results of core studies by what can be done with them",
        bars=(
            Bar(label="Estimate with variance", count=tiers[Tier.A], unit="effects", kind=BarKind.NUMBERS),
            Bar(label="Direction and p", count=tiers[Tier.B], unit="effects", kind=BarKind.PARTIAL),
            Bar(label="Direction or null only", count=tiers[Tier.C], unit="effects", kind=BarKind.DIRECTION),
            Bar(
                label="Coded, but held out",
                count=len(core) - len(free),
                unit="effects",
                kind=BarKind.WAITING,
                detail="copies, conflicts, unsettled signs",
            ),
            Bar(
                label="Reports awaiting numbers",
                count=statuses[ReportStatus.AWAITING_NUMBERS],
                unit="reports",
                kind=BarKind.WAITING,
                href="reports/index.html",
            ),
            Bar(
                label="Planned or running",
                count=statuses[ReportStatus.ONGOING],
                unit="reports",
                kind=BarKind.WAITING,
                href="reports/index.html",
            ),
        ),
    )
