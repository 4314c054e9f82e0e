"""Everything a reviewer sees of one work: its record, merged and amended, what is related to it, and its full texts.

Never shows what another reviewer decided: that is asked for apart, and not always answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import REPORT, LinkVerdict, RecordLink
from corpus.domain.screening import QueuedWork
from corpus.store.additions import Abstracts, FullText, FullTexts
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.proposals import Proposals
from corpus.store.queue import Queue
from corpus.works.merge import Other, merge
from corpus.works.pages import is_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another work that is linked to this one, and how."""

    work: QueuedWork
    relation: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkText:
    """One work, as it is read."""

    work: QueuedWork
    members: tuple[str, ...]
    record: HarvestedRecord
    others: tuple[Other, ...]  # what other sources print otherwise
    abstract_by: str  # who added the abstract; "" where a source gave it
    related: tuple[Neighbour, ...]  # preprint, protocol, erratum: decided together
    doubtful: tuple[Neighbour, ...]  # perhaps the same
    reports: tuple[str, ...]  # reports of the corpus it is related to
    pages: tuple[tuple[str, HarvestedRecord], ...]  # pages that tell of it
    full_texts: Sequence[FullText]
    taken_texts: Sequence[FullText]  # taken away again


def read_work(session: Session, work: QueuedWork) -> WorkText:
    """The work with all that belongs to it."""
    queue, ledger = Queue(session), Ledger(session)
    members = queue.members(work.key)
    links = Links(session).about(members)
    others = {link: link.b if link.a in members else link.a for link in links}
    telling = [name for name in others.values() if is_page(name)]
    read = dict(ledger.records([*members, *telling]))
    held = [read[name] for name in members if name in read]
    merged = merge(held)
    record, abstract_by = merged.record, ""
    added = Abstracts(session).of(members)
    if not record.abstract and added:
        record, abstract_by = replace(record, abstract=added[0].text), added[0].who
    texts = FullTexts(session).every(members)
    return WorkText(
        work=work,
        members=members,
        record=record,
        others=merged.others,
        abstract_by=abstract_by,
        related=_neighbours(queue, work, others, LinkVerdict.RELATED),
        doubtful=(*_neighbours(queue, work, others, LinkVerdict.UNSURE), *_proposed(session, work, members)),
        reports=tuple(sorted({name.removeprefix(REPORT) for name in others.values() if name.startswith(REPORT)})),
        pages=tuple((name, read[name]) for name in sorted(set(telling)) if name in read),
        full_texts=[one for one in texts if not one.taken_by],
        taken_texts=[one for one in texts if one.taken_by],
    )


def _proposed(session: Session, work: QueuedWork, members: Sequence[str]) -> list[Neighbour]:
    """Works that a person holds to be the same, until an editor has said so."""
    found = []
    for one in Proposals(session).about(members):
        other = Queue(session).work(one.b if one.a in members else one.a)
        if other is not None and other.key != work.key:
            found.append(Neighbour(work=other, relation="", reason=f"{one.who}: {one.reason}"))
    return found


def _neighbours(
    queue: Queue, work: QueuedWork, others: Mapping[RecordLink, str], verdict: LinkVerdict
) -> tuple[Neighbour, ...]:
    found: dict[str, Neighbour] = {}
    for link, name in others.items():
        if link.verdict is verdict and not name.startswith(REPORT) and not is_page(name):
            other = queue.work(name)
            if other is not None and other.key != work.key:
                found.setdefault(other.key, Neighbour(work=other, relation=link.relation, reason=link.reason))
    return tuple(found.values())
