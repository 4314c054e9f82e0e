"""Matters that wait for a person beside screening and coding, and what was done about each.

Never the matter itself: that is looked up where it arose, so that it cannot go stale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from corpus.domain.meanwhile import NOTHING, Standing, mark_of


class MatterKind(StrEnum):
    """What kind of thing waits."""

    PAGE = "page"  # a page that tells of a study, and leads to no work
    NOTICE = "notice"  # a retraction, concern or correction of a report of the corpus
    REPORTED = "reported"  # a value that a reader holds to be wrong
    AUTHORS = "authors"  # what only the authors of a study can tell


class Outcome(StrEnum):
    """What was done about a matter."""

    NO_STUDY = "no_study"
    UNCHANGED = "unchanged"
    CODED_AGAIN = "coded_again"
    MENDED = "mended"
    AS_PRINTED = "as_printed"
    NOT_CLEAR = "not_clear"
    ASKED = "asked"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> str:
        """The outcome as a page prints it."""
        return _LABELS[self]

    @property
    def ends(self) -> bool:
        """Whether the matter waits for nobody any more."""
        return self is not Outcome.ASKED


_LABELS = {
    Outcome.NO_STUDY: "it tells of no study",
    Outcome.UNCHANGED: "nothing changes",
    Outcome.CODED_AGAIN: "coded again",
    Outcome.MENDED: "mended",
    Outcome.AS_PRINTED: "the source prints it so",
    Outcome.NOT_CLEAR: "not clear what is meant",
    Outcome.ASKED: "asked",
    Outcome.ANSWERED: "they answered",
    Outcome.NO_ANSWER: "no answer came",
    Outcome.NOT_ASKED: "not to be asked",
}

OUTCOMES = {
    MatterKind.PAGE: (Outcome.NO_STUDY,),
    MatterKind.NOTICE: (Outcome.UNCHANGED, Outcome.CODED_AGAIN),
    MatterKind.REPORTED: (Outcome.MENDED, Outcome.AS_PRINTED, Outcome.NOT_CLEAR),
    MatterKind.AUTHORS: (Outcome.ASKED, Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.NOT_ASKED),
}
LOOKED_UP = frozenset({Outcome.MENDED, Outcome.AS_PRINTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What one person did about a matter."""

    outcome: Outcome
    note: str
    who: str
    at: datetime

    @property
    def mark(self) -> str:
        """Tells this word on a matter from another one."""
        return mark_of({"outcome": self.outcome.value, "note": self.note, "who": self.who})


def standing(dealt: Dealt | None) -> Standing:
    """How a matter stands."""
    if dealt is None:
        return Standing(mark=NOTHING, what="it waits again", who="")
    return Standing(mark=dealt.mark, what=dealt.outcome.label, who=dealt.who, why=dealt.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderReport:
    """What a reader of the site holds to be wrong."""

    number: int
    about: str  # "study/guastella2009/lsas_post": the study and the effect, as the site's link names them
    said: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of a reader's report, as the site shows it: never the reader's words, nor the reviewer's note."""

    about: str
    on: date  # when the reader told it
    outcome: Outcome


def heard(reports: Iterable[ReaderReport], dealt: Mapping[str, Dealt]) -> tuple[Heard, ...]:
    """The reports about something of a study that a reviewer has looked up, in their order; nobody else's word is shown."""
    return tuple(
        Heard(about=one.about, on=one.at.date(), outcome=dealt[str(one.number)].outcome)
        for one in reports
        if one.about and str(one.number) in dealt and dealt[str(one.number)].outcome in LOOKED_UP
    )
