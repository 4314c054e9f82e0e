"""What a source says of a publication, as the corpus writes it: a short name, a report, the first values of a draft.

Never adds what the source does not say.
"""

from collections.abc import Collection

from corpus.codebook import MissingReason, ReportKind, ReportStatus
from corpus.coding.keys import slug
from corpus.domain import Missing, Report
from corpus.domain.harvested import HarvestedRecord


def key_of(record: HarvestedRecord) -> str:
    """A short name: first author and year."""
    name = slug(record.authors[0].family or record.authors[0].collective) if record.authors else ""
    return f"{name.replace('_', '') or 'unnamed'}{record.year or ''}"


def free_key(record: HarvestedRecord, taken: Collection[str]) -> str:
    """A short name that nothing else has."""
    return free(key_of(record), taken)


def free(key: str, taken: Collection[str]) -> str:
    """A key, with a number behind it where it is taken."""
    number, found = 2, key
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    return found


def report_of(key: str, record: HarvestedRecord, kind: ReportKind, reason: str) -> Report:
    """A report without a result of its own."""
    unsaid = Missing(MissingReason.NOT_REPORTED, "the source does not give it")
    return Report(
        key=key,
        kind=kind,
        status=ReportStatus.BACKGROUND,
        reason=reason,
        authors=tuple(authors_of(record)) or unsaid,
        year=record.year or unsaid,
        title=record.title or record.original_title,
        journal=record.journal,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        doi=record.doi,
        pmid=record.pmid,
        pmcid=record.pmcid,
        nct=record.nct[0] if record.nct and kind is ReportKind.REGISTRATION else None,
    )


def draft_of(key: str, record: HarvestedRecord) -> dict[str, str]:
    """The first values of a draft."""
    first = record.authors[0].family if record.authors else ""
    found = {
        "report/key": key,
        "report/authors": "\n".join(authors_of(record)),
        "report/year": str(record.year or ""),
        "report/title": record.title or record.original_title,
        "report/journal": record.journal,
        "report/volume": record.volume,
        "report/issue": record.issue,
        "report/pages": record.pages,
        "report/doi": str(record.doi or ""),
        "report/pmid": str(record.pmid or ""),
        "report/pmcid": str(record.pmcid or ""),
        "study/key": key,
        "study/label": f"{first} {record.year or ''}".strip(),
        "sample/key": f"{key}_sample",
    }
    return {path: value for path, value in found.items() if value}


def authors_of(record: HarvestedRecord) -> list[str]:
    """Family name and initials of each author."""
    return [
        one.collective or " ".join(part for part in (one.family, _initials(one.given)) if part)
        for one in record.authors
    ]


def _initials(given: str) -> str:
    return "".join(part[0].upper() for part in given.replace("-", " ").replace(".", " ").split() if part)
