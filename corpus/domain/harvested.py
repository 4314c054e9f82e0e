"""The one shape in which every source, file and page hands over a record.

Never decides anything: an identifier that is not valid stays in the warnings as printed, and nothing is looked up.
"""

from dataclasses import dataclass
from enum import StrEnum

from corpus.domain.identifiers import Doi, NctId, Pmcid, Pmid

# Sources whose records are pages that tell of a study: never evidence, and never works themselves.
AGGREGATOR_PAGE, SECONDARY_PAGE = "aggregator_page", "secondary_page"
PAGES = (AGGREGATOR_PAGE, SECONDARY_PAGE)


class RelationKind(StrEnum):
    """What another publication is to this record; "in" points at a notice, "of" and "for" at the work a notice is about."""

    RETRACTION_IN = "retraction_in"
    RETRACTION_OF = "retraction_of"
    ERRATUM_IN = "erratum_in"
    ERRATUM_FOR = "erratum_for"
    EXPRESSION_OF_CONCERN_IN = "expression_of_concern_in"
    EXPRESSION_OF_CONCERN_FOR = "expression_of_concern_for"
    UPDATE_IN = "update_in"
    UPDATE_OF = "update_of"
    COMMENT_IN = "comment_in"
    COMMENT_ON = "comment_on"
    REPUBLISHED_IN = "republished_in"
    REPUBLISHED_FROM = "republished_from"
    PREPRINT_IN = "preprint_in"  # the target is a preprint of this record
    PREPRINT_OF = "preprint_of"  # this record is a preprint of the target
    RESULT_OF = "result_of"  # a registration names a report of its results
    BACKGROUND_OF = "background_of"  # a registration names a report it builds on
    CITES = "cites"
    RELATED = "related"  # named by the source without saying how


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One name of the author list, a person's or a group's."""

    family: str = ""
    given: str = ""
    collective: str = ""
    orcid: str = ""  # sixteen characters in four groups, the check digit right


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Another publication, by whatever the source gives of it."""

    kind: RelationKind
    doi: Doi | None = None
    pmid: Pmid | None = None
    text: str = ""  # the reference as printed


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestedRecord:
    """A publication or a registration as one source describes it."""

    source: str
    source_id: str = ""  # the source's own number; empty where a file gives none
    title: str = ""
    original_title: str = ""  # in the language of the work, where the title is a translation
    authors: tuple[Author, ...] = ()
    year: int | None = None
    date: str = ""  # ISO, as exact as printed: 2014, 2014-03 or 2014-03-07
    journal: str = ""
    journal_abbreviation: str = ""
    issn: tuple[str, ...] = ()
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: Doi | None = None
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    nct: tuple[NctId, ...] = ()
    abstract: str = ""
    language: tuple[str, ...] = ()  # as the source names them
    types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()  # descriptors with their qualifiers: "Oxytocin/administration & dosage"
    keywords: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    retracted: bool = False  # the source says so; False says nothing
    url: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A record that the source has withdrawn from itself."""

    source: str
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A part of a file or reply that could not be used."""

    file: str
    line: int | None  # from 1; None where the format has no lines
    reason: str
