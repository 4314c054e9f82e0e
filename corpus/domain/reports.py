"""Sources, records and reports: what was found where, and how publications relate.

Never holds an abstract or a sentence of a paper: bibliographic facts only.
"""

from dataclasses import dataclass
from datetime import date

from corpus.codebook import LinkKind, ReportKind, ReportStatus
from corpus.domain.identifiers import Doi, NctId, Pmcid, Pmid
from corpus.domain.values import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class BibliographicSource:
    """A place that records come from: a database, a registry, a list of references."""

    key: str
    name: str
    kind: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One item as one source gave it, misprints included."""

    key: str
    source: str
    title: str
    authors: str = ""
    year: int | None = None
    doi_as_printed: str = ""
    report: str = ""  # the report it was linked to
    note: str = ""  # what was corrected while linking, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLink:
    """A relation from the report that holds it to another one."""

    kind: LinkKind
    to: str
    basis: str  # why the two are held to be related


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSearch:
    """A search that a review says it ran."""

    database: str
    start: str  # as printed: year or year-month
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A conclusion of a review, restated by us, to be held against the corpus."""

    key: str
    statement: str
    question: str = ""  # id of the question that answers it


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """That a report was retracted, and what is known of it."""

    notice: str
    reason: str
    corrected: str = ""
    sources: tuple[str, ...] = ()
    noticed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One publication, or one registry entry."""

    key: str
    kind: ReportKind
    status: ReportStatus
    reason: str  # why it has this status
    authors: tuple[str, ...] | Missing
    year: int | Missing
    title: str
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: Doi | None = None
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    nct: NctId | None = None
    registration: str = ""  # a registry number other than NCT
    study: str = ""  # key of the study it tells of
    links: tuple[ReportLink, ...] = ()
    searches: tuple[DatabaseSearch, ...] = ()
    claims: tuple[Claim, ...] = ()
    retraction: Retraction | None = None
    evidence: tuple[str, ...] = ()  # files of the evidence folder that hold its facts
    note: str = ""
