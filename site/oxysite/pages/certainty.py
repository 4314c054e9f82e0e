"""How sure an answer is: its level in words, its statement, and each domain with the number that decided.

Never rates; levels and reasons come with the answer.
"""

from dataclasses import dataclass

from synthesis.answers import Answer
from synthesis.certainty.rating import Rating
from synthesis.certainty.sentences import Size, statement
from synthesis.certainty.vocabulary import Certainty

_TOO_WIDE = (
    "The sentence is the one of very low certainty: the estimate is near zero, and its interval holds important effects "
    "on both sides, so it shows neither a difference nor that there is none."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """One domain as the page shows it; ``computed`` is set where a person decided otherwise."""

    domain: str
    concern: str
    reason: str
    computed: str = ""
    decided: str = ""  # who decided otherwise, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyView:
    """The certainty of one answer."""

    level: str
    statement: str
    summary: str
    rows: tuple[DomainRow, ...]
    notes: tuple[str, ...]


def level_words(rating: Rating) -> str:
    """ "at most low", "very low"; "nothing to rate" where there is no evidence."""
    if rating.level is None:
        return "nothing to rate"
    return f"at most {rating.level.value}" if rating.at_most else rating.level.value


def certainty_view(answer: Answer) -> CertaintyView | None:
    """The certainty of an answer, or None where none is rated (the paths of a mediation)."""
    if answer.examination is None:
        return None
    appraisal = answer.examination.appraisal
    rating = appraisal.rating
    rows = tuple(
        DomainRow(
            domain=rated.domain.value,
            concern=rated.concern.value,
            reason=rated.computed.reason,
            computed=rated.computed.concern.value if rated.override else "",
            decided=f"{rated.override.by}: {rated.override.reason}" if rated.override else "",
        )
        for rated in rating.domains
    )
    return CertaintyView(
        level=level_words(rating),
        statement=appraisal.statement,
        summary=f"{rating.start_reason} {rating.summary}",
        rows=rows if rating.level is not None else (),
        notes=_notes(answer),
    )


def _notes(answer: Answer) -> tuple[str, ...]:
    notes = []
    question, examination = answer.question, answer.examination
    if examination is not None and examination.appraisal.rating.level not in (None, Certainty.VERY_LOW):
        uncertain = statement(
            Certainty.VERY_LOW, Size.TRIVIAL, at_most=False, measure=question.measure, direction=question.towards
        )
        if examination.appraisal.statement == uncertain:
            notes.append(_TOO_WIDE)
    return tuple(notes)
