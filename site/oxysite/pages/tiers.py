"""The panels of tiers B and C: combined p with their bounds, and directions, each row with what was printed.

Never gives an effect size, and never mixes tiers.
"""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from corpus.codebook import Relation
from oxysite.figures import DirectionDot, DirectionPanel, PValueRow, PValueStrip, draw_directions, draw_pvalues
from oxysite.links import study_path
from oxysite.numbers import p_value
from oxysite.pages.drawn import ROOT, TOWARDS, sides
from synthesis.answers import Answer
from synthesis.questions import Form
from synthesis.selection import Candidate
from synthesis.without_pooling.bounded import CombinedBounds
from synthesis.wording import combined_sentence, direction_sentence

_P_CAVEAT = (
    "Read with care: a p is printed mostly where it is small, so this tier holds the results that were worth printing. "
    "A small combined p says that some effect exists somewhere, not how large it is."
)
_UNIT = ("sample", "samples")
_RELATIONS: dict[Relation, Literal["=", "<", ">"]] = {Relation.EQUALS: "=", Relation.LESS: "<", Relation.GREATER: ">"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundRow:
    """One way to combine p: with bounds at their weakest, and over all that they allow."""

    way: str
    printed: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPanel:
    """What a page shows of tier B or C."""

    letter: str
    title: str
    sentence: str
    figure: Markup
    candidates: tuple[Candidate, ...]
    bounds: tuple[BoundRow, ...] = ()
    notes: tuple[str, ...] = ()


def tier_panels(answer: Answer) -> list[TierPanel]:
    """The panels of tiers B and C; of a mediation, one panel with its paths."""
    selection = answer.selection
    if answer.question.form is Form.PATHS:
        paths = (*selection.tier_a, *selection.tier_b, *selection.tier_c)
        title = "The paths as coded"
        return (
            [TierPanel(letter="paths", title=title, sentence="", figure=Markup(""), candidates=paths)] if paths else []
        )
    panels = []
    if selection.tier_b:
        panels.append(
            TierPanel(
                letter="b",
                title="Direction with a p",
                sentence=combined_sentence(answer.combined[0] if answer.combined else None, _UNIT),
                figure=draw_pvalues(_strip_of_p(answer)),
                candidates=selection.tier_b,
                bounds=_bounds(answer),
                notes=_p_notes(answer),
            )
        )
    if selection.tier_c:
        panels.append(
            TierPanel(
                letter="c",
                title="Direction only",
                sentence=direction_sentence(answer.sign, _UNIT),
                figure=draw_directions(_panel_of_directions(answer)),
                candidates=selection.tier_c,
                notes=("A null without a direction is shown, and counted on neither side.",),
            )
        )
    return panels


def _bounds(answer: Answer) -> tuple[BoundRow, ...]:
    """Every way to combine; those that read a bound at its weakest have that p beside their range. None for one p."""
    found = answer.examination.without_variance.bounds if answer.examination else ()
    printed = {combined.method: p_value(combined.p) for combined in answer.combined}
    rows = []
    for bounds in found:
        way = bounds.combination.value
        allowed = _allowed(bounds)
        rows.append(BoundRow(way=way[0].upper() + way[1:], printed=printed.get(way, "–"), allowed=allowed))
    return tuple(rows) if found and found[0].k > 1 else ()


def _p_notes(answer: Answer) -> tuple[str, ...]:
    """What to know of the combined p: why this tier is not to be trusted far, and how bounds were read."""
    notes = answer.combined[0].notes if answer.combined else ()
    if not notes:
        return (_P_CAVEAT,)
    read = f"Of a bound, the weakest p counts: {'; '.join(notes)}."
    found = answer.examination.without_variance.bounds if answer.examination else ()
    if found and found[0].k == 1:
        read += f" All that it allows, one-sided: {_allowed(found[0])}."
    return _P_CAVEAT, read


def _allowed(bounds: CombinedBounds) -> str:
    low, high = p_value(bounds.low), p_value(bounds.high)
    return low if low == high else f"{low} to {high}"


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
                    href=ROOT + study_path(candidate.study.key, candidate.effect.key),
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
                href=ROOT + study_path(candidate.study.key, candidate.effect.key),
            )
            for candidate in answer.selection.tier_c
        ),
    )
