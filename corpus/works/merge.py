"""One description of a work out of the records that tell of it: per field the best source's value, the others kept.

Never mixes two sources within one field, except for identifiers and relations that add up; never drops what was printed.

The rule, field by field:
- title, authors, abstract, journal, date, volume, issue, pages: the most complete value, of equals the one from the
  source that stands first in `TRUSTED` (a curated index before a publisher's deposit, a crawler or an export file);
- identifiers: the value most records give, of equals the more trusted source's;
- terms, types, languages, numbers of registration, relations: everything that any record gives, in order of trust;
- retracted: true as soon as one source says so.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from corpus.domain.harvested import HarvestedRecord
from corpus.errors import InvalidInput

# Curated by people first; then registries and publishers' deposits; then what is gathered by machine.
TRUSTED = ("pubmed", "medline", "europepmc", "crossref", "ctgov", "oai", "openalex", "article_page")

MOST_COMPLETE = (
    "title",
    "original_title",
    "authors",
    "year",
    "date",
    "journal",
    "journal_abbreviation",
    "volume",
    "issue",
    "pages",
    "abstract",
    "url",
)
MOST_GIVEN = ("doi", "pmid", "pmcid")
LENGTHS_ALIKE = 200  # letters; abstracts that differ by less differ in headings and blanks
ADDED_UP = ("issn", "nct", "language", "types", "mesh", "keywords", "relations", "warnings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A value that was not chosen, and where it was printed."""

    field: str
    source: str
    source_id: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The merged record, which source each field came from, and what the other sources print."""

    record: HarvestedRecord
    chosen: dict[str, str]  # field: source
    others: tuple[Other, ...]


def merge(records: Sequence[HarvestedRecord]) -> Merged:
    """Merge the records of one work by the rule above; the order in which they come does not matter.

    Raises InvalidInput if there is none.
    """
    if not records:
        raise InvalidInput("no record to merge; give at least one")
    ranked = sorted(records, key=_trust)
    values: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    others: list[Other] = []
    for names, choose in ((MOST_COMPLETE, _most_complete), (MOST_GIVEN, _most_given)):
        for name in names:
            giving = [record for record in ranked if _given(getattr(record, name))]
            if giving:
                best = choose(giving, name)
                values[name], chosen[name] = getattr(best, name), best.source
                others += _others(giving, name, values[name])
    for name in ADDED_UP:
        values[name] = tuple(dict.fromkeys(value for record in ranked for value in getattr(record, name)))
    return Merged(
        record=replace(ranked[0], retracted=any(record.retracted for record in records), **values),
        chosen=chosen,
        others=tuple(others),
    )


def _trust(record: HarvestedRecord) -> tuple[int, str, str, str]:
    rank = TRUSTED.index(record.source) if record.source in TRUSTED else len(TRUSTED)
    return rank, record.source, record.source_id, repr([getattr(record, field.name) for field in fields(record)])


def _given(value: object) -> bool:
    return value is not None and value not in ("", ())


def _most_complete(giving: list[HarvestedRecord], name: str) -> HarvestedRecord:
    return max(giving, key=lambda record: _completeness(name)(getattr(record, name)))  # max keeps the first of equals


def _completeness(name: str) -> Callable[[Any], int]:
    if name == "authors":
        return lambda authors: sum(2 + bool(author.given) + bool(author.orcid) for author in authors)
    if name == "date":
        return len  # a day is more than a month
    if name == "abstract":
        return lambda text: len(text) // LENGTHS_ALIKE
    if name == "pages":
        return lambda text: "-" in text or "–" in text
    return lambda value: 1  # a longer title or journal name is not a better one


def _most_given(giving: list[HarvestedRecord], name: str) -> HarvestedRecord:
    counts = Counter(getattr(record, name) for record in giving)
    return max(giving, key=lambda record: counts[getattr(record, name)])


def _others(giving: list[HarvestedRecord], name: str, value: object) -> list[Other]:
    return [
        Other(field=name, source=record.source, source_id=record.source_id, value=getattr(record, name))
        for record in giving
        if getattr(record, name) != value
    ]
