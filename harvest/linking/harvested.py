"""Candidates made from harvested records: the fields that linking compares, and what a record says it is.

Never changes a record; its warnings and everything not compared stay with it.
"""

from collections.abc import Iterable, Iterator

from corpus.domain.harvested import Author, HarvestedRecord, RelationKind
from harvest.linking.candidate import Candidate, Kind, candidate

# What a record's own relations say of its kind; checked before its types and its title.
KINDS_BY_RELATION = {
    RelationKind.RETRACTION_OF: Kind.NOTICE,
    RelationKind.ERRATUM_FOR: Kind.NOTICE,
    RelationKind.EXPRESSION_OF_CONCERN_FOR: Kind.NOTICE,
    RelationKind.COMMENT_ON: Kind.COMMENT,
    RelationKind.PREPRINT_OF: Kind.PREPRINT,
    RelationKind.RESULT_OF: Kind.REGISTRATION,
    RelationKind.BACKGROUND_OF: Kind.REGISTRATION,
}


def candidates_of(records: Iterable[HarvestedRecord], file: str) -> Iterator[Candidate]:
    """The candidates of a file's records, each known by its source's number, or by its place in the file."""
    used: set[str] = set()
    for place, record in enumerate(records, 1):
        given = record.source_id if record.source_id and record.source_id not in used else f"{file}#{place}"
        used.add(given)
        yield candidate_of(record, given)


def candidate_of(record: HarvestedRecord, id: str) -> Candidate:  # noqa: A002
    """The comparable form of a record; the caller says by which id it is known."""
    return candidate(
        id=id,
        title=record.title or record.original_title,
        original_title=record.original_title,
        authors=[printed for author in record.authors if (printed := _printed(author))],
        year=record.year,
        container=record.journal,
        abbreviation=record.journal_abbreviation,
        volume=record.volume,
        pages=record.pages,
        doi=record.doi or "",
        pmid=record.pmid or "",
        abstract=record.abstract,
        types=record.types,
        kind=next((KINDS_BY_RELATION[r.kind] for r in record.relations if r.kind in KINDS_BY_RELATION), None),
    )


def _printed(author: Author) -> str:
    return f"{author.family}, {author.given}" if author.family else author.collective or author.given
