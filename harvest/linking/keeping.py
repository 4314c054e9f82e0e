"""Links what was harvested since the last time: to the reports of the corpus, to what was known, and to itself.

Never judges a pair twice: what was linked before is taken as it stands, a person's verdict before every rule's.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

from corpus.codebook import ReportKind
from corpus.domain import Report
from corpus.domain.links import REPORT, LinkVerdict, RecordLink, in_order, work_of, works
from corpus.domain.values import Missing
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.record_text import digest
from corpus.works.pages import untraced_pages
from harvest.linking.blocking import keys_of, number_of, stored
from harvest.linking.candidate import Candidate, Kind, candidate
from harvest.linking.harvested import candidate_of
from harvest.linking.index import Index, Pair
from harvest.linking.tracing import keys_named, trace

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
    """Link every record that was not linked as it is now. Of the known ones only those are read that it may be like."""
    seen = links.seen()
    ours = {one.id: one for one in map(candidate_of_report, reports)}
    now = {REPORT + report.key: _checksum(report) for report in reports} | dict(ledger.checksums())
    fresh = {name: sha for name, sha in now.items() if seen.get(name) != sha}
    links.forget((fresh.keys() & seen.keys()) | (seen.keys() - now.keys()))
    candidates = list(_candidates(ledger, ours, fresh))
    keys = {one.id: [stored(number_of(key)) for key, _ in keys_of(one)] for one in candidates}
    before = links.all()
    index = Index()
    _know(
        index, ledger, links, ours, before, now.keys() - fresh.keys(), {key for held in keys.values() for key in held}
    )
    found = index.add(candidates)
    links.add(
        [
            *_links(found.same, LinkVerdict.SAME),
            *_links(found.related, LinkVerdict.RELATED),
            *_links(found.unsure, LinkVerdict.UNSURE),
        ],
        fresh,
    )
    links.enter_keys(keys)
    _trace(ledger, links, ours, now.keys())
    grouped = work_of(works(now, links.all()))
    records = [name for name in fresh if not name.startswith(REPORT)]
    return LinkedNow(
        records=len(records),
        same=len(found.same),
        related=len(found.related),
        unsure=len(found.unsure),
        to_reports=sum(any(member.startswith(REPORT) for member in grouped[name]) for name in records),
    )


def _know(
    index: Index,
    ledger: Ledger,
    links: Links,
    ours: Mapping[str, Candidate],
    before: Sequence[RecordLink],
    known: AbstractSet[str],
    keys: Collection[int],
) -> None:
    """Tell the index of the known records that share a key with a new one, and of those they are one work with."""
    grouped = work_of(works(known, before))
    near = {member for name in links.sharing(keys) if known for member in grouped.get(name, ())}
    index.know(
        _candidates(ledger, ours, near),
        {grouped[name] for name in near},
        [
            *((link.a, link.b) for link in before if link.verdict is LinkVerdict.APART),
            *combinations(ours, 2),  # people coded them as different ones
        ],
    )


def _trace(ledger: Ledger, links: Links, ours: Mapping[str, Candidate], names: Iterable[str]) -> None:
    """Lead the pages that are still untraced to what their references name."""
    made = links.all()
    pages = dict(ledger.records(untraced_pages(names, made)))
    wanted = {stored(number_of(key)) for page in pages.values() for key in keys_named(page)}
    named = links.sharing(wanted) - pages.keys()
    links.add(trace(pages, list(_candidates(ledger, ours, named))), {})


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


def _candidates(ledger: Ledger, ours: Mapping[str, Candidate], names: Iterable[str]) -> Iterator[Candidate]:
    """Reports first, then records."""
    wanted = set(names)
    yield from (one for name, one in ours.items() if name in wanted)
    for name, record in ledger.records(wanted - ours.keys()):
        yield candidate_of(record, name)


def _checksum(report: Report) -> str:
    """Of what is compared."""
    compared = (report.title, report.authors, report.year, report.journal, report.volume, report.pages)
    return digest(repr((*compared, report.doi, report.pmid, report.kind.value)))


def _links(pairs: Sequence[Pair], verdict: LinkVerdict) -> Iterator[RecordLink]:
    for pair in pairs:
        a, b = in_order(pair.a, pair.b)
        if a.startswith(REPORT) and b.startswith(REPORT):
            continue
        yield RecordLink(a=a, b=b, verdict=verdict, reason=pair.reason, relation=pair.relation, score=pair.score)
