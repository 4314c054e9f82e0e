"""What a source said, at one date, of a report's standing: nothing against it, a notice, or no answer.

Never read as more than it is: a source that did not answer says nothing, and a correction is no retraction.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice does to the report it is about."""

    RETRACTION = "retraction"
    EXPRESSION_OF_CONCERN = "expression of concern"
    CORRECTION = "correction"


class Answered(StrEnum):
    """How one question to one source ended."""

    CLEAR = "clear"  # the source holds the report, and no notice about it
    NOTICE = "notice"
    UNKNOWN = "unknown"  # it failed to answer, or does not hold the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A published notice about a report."""

    kind: NoticeKind
    where: str = (
        ""  # the notice's DOI, its PMID as "pmid:…", or the reference as printed; empty where only a flag was set
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One source's answer about one report."""

    report: str  # its key
    source: str
    on: date
    answered: Answered
    notices: tuple[Notice, ...] = ()
    message: str = ""  # why the answer is unknown
