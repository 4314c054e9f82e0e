"""Links what was harvested since the last time: to the reports of the corpus, to what was known, and to itself.

Never judges a pair twice: what was linked before is taken as it stands, a person's verdict before every rule's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from corpus.codebook import ReportKind
from corpus.domain import Report
from corpus.domain.links import LinkVerdict, RecordLink, in_order, work_of, works
from corpus.domain.values import Missing
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.record_text import digest
from harvest.linking.candidate import Candidate, Kind, candidate
from harvest.linking.harvested import candidate_of
from harvest.linking.index import Index, Pair
from harvest.linking.tracing import is_page, trace

REPORT = "report:"  # before the key of a report, where it stands among the ids of records

_KINDS = {
    ReportKind.PROTOCOL: Kind.PROTOCOL,
    ReportKind.REGISTRATION: Kind.REGISTRATION,
    ReportKind.CONFERENCE_ABSTRACT: Kind.ABSTRACT,
    ReportKind.LETTER: Kind.COMMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNow:
    """What one linking brought."""

    records: int  # looked at for the first time, or anew because they changed
    same: int
    related: int
    unsure: int
    to_reports: int  # of the records, those that are now one work with a report of the corpus


def link_new(ledger: Ledger, links: Links, reports: Sequence[Report]) -> LinkedNow:
    """Link every record that was not linked as it is now."""
    seen = links.seen()
    held = list(_all(ledger, reports))
    ids = {one.id for one, _ in held}
    fresh = {one.id: (one, sha) for one, sha in held if seen.get(one.id) != sha}
    links.forget((fresh.keys() & seen.keys()) | (seen.keys() - ids))
    before = links.all()
    index = Index()
    index.know(
        (one for one, _ in held if one.id not in fresh),
        works([name for name in seen if name not in fresh], before),
        [
            *((link.a, link.b) for link in before if link.verdict is LinkVerdict.APART),
            *combinations([REPORT + report.key for report in reports], 2),  # people coded them as different ones
        ],
    )
    found = index.add([one for one, _ in fresh.values()])
    links.add(
        [
            *_links(found.same, LinkVerdict.SAME),
            *_links(found.related, LinkVerdict.RELATED),
            *_links(found.unsure, LinkVerdict.UNSURE),
        ],
        {name: sha for name, (_, sha) in fresh.items()},
    )
    pages = {name: record for name, _, record in ledger.records() if is_page(record)}
    links.add(trace(pages, [one for one, _ in held], links.all()), {})
    grouped = work_of(works(ids, links.all()))
    records = [name for name in fresh if not name.startswith(REPORT)]
    return LinkedNow(
        records=len(records),
        same=len(found.same),
        related=len(found.related),
        unsure=len(found.unsure),
        to_reports=sum(any(member.startswith(REPORT) for member in grouped[name]) for name in records),
    )


def candidate_of_report(report: Report) -> Candidate:
    """A report of the corpus in comparable form."""
    return candidate(
        id=REPORT + report.key,
        title=report.title,
        authors=() if isinstance(report.authors, Missing) else report.authors,
        year=None if isinstance(report.year, Missing) else report.year,
        container=report.journal,
        volume=report.volume,
        pages=report.pages,
        doi=report.doi or "",
        pmid=report.pmid or "",
        kind=_KINDS.get(report.kind, Kind.WORK),
    )


def _all(ledger: Ledger, reports: Sequence[Report]) -> Iterator[tuple[Candidate, str]]:
    """Reports first, then records; each with a checksum of what is compared."""
    for report in reports:
        compared = (report.title, report.authors, report.year, report.journal, report.volume, report.pages)
        yield candidate_of_report(report), digest(repr((*compared, report.doi, report.pmid, report.kind.value)))
    for name, sha256, record in ledger.records():
        yield candidate_of(record, name), sha256


def _links(pairs: Sequence[Pair], verdict: LinkVerdict) -> Iterator[RecordLink]:
    for pair in pairs:
        a, b = in_order(pair.a, pair.b)
        if a.startswith(REPORT) and b.startswith(REPORT):
            continue
        yield RecordLink(a=a, b=b, verdict=verdict, reason=pair.reason, relation=pair.relation, score=pair.score)
