"""Leads pages that tell of a study to the report they tell of: by the identifier or the title in the reference they print.

Never takes a page for evidence, and never guesses: a page without a match stays untraced, for a person.
"""

from collections.abc import Iterator, Mapping, Sequence

from corpus.domain.harvested import HarvestedRecord, Relation
from corpus.domain.links import LinkVerdict, RecordLink, in_order
from harvest.linking.candidate import SECONDARY_OF, Candidate, Kind
from harvest.linking.normalise import squeezed, title_forms

_TELLING = 30  # letters that a title needs before finding it in a reference says anything


def trace(
    records: Mapping[str, HarvestedRecord], candidates: Sequence[Candidate], links: Sequence[RecordLink]
) -> Iterator[RecordLink]:
    """A link from every page that none leads to a work yet, for each reference that names a known one."""
    pages = [one for one in candidates if one.kind is Kind.SECONDARY]
    works = [one for one in candidates if one.kind is not Kind.SECONDARY]
    traced = traced_pages(links)
    for page in pages:
        if page.id not in traced:
            for printed in records[page.id].relations:
                for work, reason in _named(printed, works):
                    a, b = in_order(page.id, work.id)
                    yield RecordLink(a=a, b=b, verdict=LinkVerdict.RELATED, reason=reason, relation=SECONDARY_OF)


def traced_pages(links: Sequence[RecordLink]) -> frozenset[str]:
    """Ids that a link of this sort has; a page is among them when it has been traced."""
    found = [link for link in links if link.verdict is LinkVerdict.RELATED and link.relation == SECONDARY_OF]
    return frozenset(name for link in found for name in (link.a, link.b))


def is_page(record: HarvestedRecord) -> bool:
    """Whether a record is a page that tells of a study."""
    return Kind.SECONDARY.value in record.types


def _named(printed: Relation, works: Sequence[Candidate]) -> Iterator[tuple[Candidate, str]]:
    reference = squeezed(title_forms(printed.text)[0]) if printed.text else ""
    for work in works:
        if printed.doi and printed.doi == work.doi:
            yield work, f"its reference has the DOI {work.doi}"
        elif printed.pmid and printed.pmid == work.pmid:
            yield work, f"its reference has the PMID {work.pmid}"
        elif not (printed.doi or printed.pmid) and any(len(t) >= _TELLING and t in reference for t in work.squeezed):
            yield work, "its reference has the title"
