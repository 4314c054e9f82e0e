"""Makes the queue anew from records, links, decisions and ranking, while people go on deciding.

Never keeps anybody from writing for long: what changed is written in short transactions, and what people did in between
stays, a decision as well as a word on what belongs together.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from corpus.criteria import Criteria
from corpus.database import Transactions
from corpus.domain.links import RecordLink
from corpus.domain.screening import Decision, QueuedWork, Stage, Standing, State, standing
from corpus.protocol import Protocol
from corpus.screening import Ranked
from corpus.store import Ledger, Store
from corpus.store.accounts import Accounts
from corpus.store.additions import Abstracts
from corpus.store.decisions import Decisions
from corpus.store.facts import Facts
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.progress import Progress
from corpus.store.queue import Queue
from corpus.store.rows import in_parts
from corpus.store.trail import Trail
from corpus.works.backlog import Backlog, Unranked, ranked, unranked
from corpus.works.works import Work, read_works

BY = "oxysynth"  # who stands in the trail for what follows from the protocol
RANKING = "ranking"  # the fact that tells what the last ranking said
UNKNOWN = 1000  # decisions after a ranking are counted so far
_AT_ONCE = 100  # works written in one transaction
_PAUSE = 2.0  # after each, times as long as it took: between two of them everybody who waits gets in


@dataclass(frozen=True, slots=True)
class Renewed:
    """What one renewal found, and how much of the queue it changed."""

    backlog: Backlog
    changed: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the database held at the moment when a renewal began."""

    unranked: Unranked
    before: Mapping[str, QueuedWork]
    belonged: Mapping[str, str]
    links: Mapping[str, frozenset[RecordLink]]  # by record
    standings: Mapping[str, Standing]
    titles: Mapping[str, tuple[str, int | None]]
    at: datetime


def renew_queue(opened: Transactions, protocol: Protocol) -> Renewed:
    """Rank what waits, and bring the queue up to date."""
    with opened(writes=False) as session:  # the protocol may ask for fewer reviewers than it did
        needed = reviewers(protocol.screening, Accounts(session).screening())
    restate(opened, needed, BY)
    with opened(writes=False) as session:
        read = _read(session, protocol)
    held = ranked(read.unranked, protocol.search)  # takes long with many records; the database is let go meanwhile
    places = {work.key: one for work, _, one in held.waiting}
    now = {
        work.key: _queued(
            work, places.get(work.key), read.before.get(work.key), read.titles[work.key], read.standings[work.key]
        )
        for work in held.found
    }
    changed = [
        (work, now[work.key])
        for work in held.found
        if read.before.get(work.key) != now[work.key]
        or any(read.belonged.get(record) != work.key for record in work.members)
    ]
    gone: dict[str, list[str]] = {key: [] for key in read.before.keys() - now.keys()}
    for record, key in read.belonged.items():
        if key in gone:
            gone[key].append(record)
    _write(opened, changed, gone, read, protocol.screening)
    with opened() as session:
        Facts(session).remember(RANKING, _told(held, read.at))
    return Renewed(held, len(changed), len(gone))


def decided_since(session: Session, ranking: Mapping[str, Any] | None) -> int:
    """Number of decisions that the last ranking does not know, as far as UNKNOWN."""
    return 0 if ranking is None else Progress(session).made(datetime.fromisoformat(ranking["at"]), UNKNOWN)


def _read(session: Session, protocol: Protocol) -> _Read:
    at = datetime.now(UTC)  # a decision that is made from now on may not be in what is read
    ledger, queue, links, decisions = Ledger(session), Queue(session), Links(session), Decisions(session)
    waiting = unranked(ledger, links, decisions, Matters(session), Store(session).load(), Abstracts(session).all())
    needed, before = reviewers(protocol.screening, Accounts(session).screening()), queue.all()
    return _Read(
        unranked=waiting,
        before=before,
        belonged=queue.belongings(),
        links=_by_record(links.all()),
        standings=standings_of(waiting.found, decisions.all(), needed),
        titles=_titles(waiting, before, ledger),
        at=at,
    )


def reviewers(criteria: Criteria, screening: int) -> int:
    """How many must decide on a work: as the protocol says, or as many as screen where the desk has fewer people."""
    return max(1, min(criteria.reviewers, screening))


def standings_of(found: Iterable[Work], decisions: Iterable[Decision], needed: int) -> Mapping[str, Standing]:
    """Where each work stands, by key."""
    by_record: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_record.setdefault(decision.record, []).append(decision)
    return {
        work.key: standing([one for record in work.members for one in by_record.get(record, ())], needed)
        for work in found
    }


def restate(opened: Transactions, needed: int, who: str) -> int:
    """Let works move on that waited for more people than must decide now; returns how many did.

    In short transactions, so that everybody goes on deciding meanwhile; what a killed process leaves over, the next
    renewal does. Where more must decide than before nothing changes: works that have moved on stay where they are.
    """
    moved = 0
    for stage in Stage:
        with opened(writes=False) as session:
            waiting = Decisions(session).waiting(stage, needed)
        for some in in_parts(waiting, _AT_ONCE):
            with opened() as session:
                queue, decisions = Queue(session), Decisions(session)
                held = decisions.on_works(some)
                now = {work: standing(held[work], needed) for work in some if work in held}
                gone = [work for work, one in now.items() if one.state is not State.WAITING or one.stage is not stage]
                for work in gone:
                    queue.stand(work, now[work])
                decisions.need_fewer(gone, stage, needed, who)
                moved += len(gone)
    return moved


def settle_standing(queue: Queue, decisions: Decisions, work: str, needed: int) -> Standing:
    """Work out where one work stands now, and enter it."""
    now = standing(decisions.on_work(work), needed)
    queue.stand(work, now)
    return now


def _write(
    opened: Transactions,
    changed: list[tuple[Work, QueuedWork]],
    gone: Mapping[str, Sequence[str]],
    read: _Read,
    criteria: Criteria,
) -> None:
    """Write what changed and take out what is gone, apart from works about whose records the links say something new."""
    for some in in_parts(changed, _AT_ONCE):
        with _short(opened) as session:
            fresh = _said_anew(session, [record for work, _ in some for record in work.members], read.links)
            still = [(work, one) for work, one in some if fresh.isdisjoint(work.members)]
            records = [record for work, _ in still for record in work.members]
            needed = reviewers(
                criteria, Accounts(session).screening()
            )  # people may have come or gone while it was ranked
            now = standings_of([work for work, _ in still], Decisions(session).on(records), needed)
            queued = [
                replace(one, stage=now[one.key].stage, state=now[one.key].state, excluded_for=now[one.key].reason)
                for _, one in still
            ]
            Queue(session).put(queued, {record: work.key for work, _ in still for record in work.members})
    for names in in_parts(sorted(gone), _AT_ONCE):
        with _short(opened) as session:
            fresh = _said_anew(session, [record for name in names for record in gone[name]], read.links)
            Queue(session).put((), {}, [name for name in names if fresh.isdisjoint(gone[name])])


@contextmanager
def _short(opened: Transactions) -> Iterator[Session]:
    """A transaction in which nobody decides between what is read and what is written; then a pause, so that people get in."""
    began = time.monotonic()
    with opened() as session:
        Trail(session).lock()
        yield session
    time.sleep(_PAUSE * (time.monotonic() - began))


def _said_anew(
    session: Session, records: Collection[str], known: Mapping[str, frozenset[RecordLink]]
) -> frozenset[str]:
    """The records about which the links say something else now than when they were read."""
    now = _by_record(Links(session).about(records))
    return frozenset(name for name in records if now.get(name) != known.get(name))


def _by_record(links: Iterable[RecordLink]) -> Mapping[str, frozenset[RecordLink]]:
    found: dict[str, set[RecordLink]] = {}
    for link in links:
        for name in (link.a, link.b):
            found.setdefault(name, set()).add(link)
    return {name: frozenset(held) for name, held in found.items()}


def _titles(held: Unranked, before: Mapping[str, QueuedWork], ledger: Ledger) -> Mapping[str, tuple[str, int | None]]:
    titles = {work.key: (record.title or record.original_title, record.year) for work, record in held.waiting.values()}
    lacking = [work for work in held.found if work.key not in titles and work.key not in before]
    titles |= {
        work.key: (record.title or record.original_title, record.year) for work, record in read_works(ledger, lacking)
    }
    return {key: (one.title, one.year) for key, one in before.items()} | titles


def _queued(
    work: Work, ranked: Ranked | None, before: QueuedWork | None, title: tuple[str, int | None], now: Standing
) -> QueuedWork:
    if ranked is not None:
        place, likely, probability, reason = ranked.place, ranked.likely, ranked.probability, ranked.reason
    elif before is not None:  # decided by somebody: it keeps the place it had
        place, likely, probability, reason = before.place, before.likely, before.probability, before.reason
    else:
        place, likely, probability, reason = 0, False, None, ""
    return QueuedWork(
        key=work.key,
        place=place,
        likely=likely,
        probability=probability,
        reason=reason,
        title=title[0],
        year=title[1],
        report=work.report,
        stage=now.stage,
        state=now.state,
        excluded_for=now.reason,
    )


def _told(held: Backlog, at: datetime) -> Mapping[str, object]:
    left = held.ranking.unseen
    return {
        "at": at.isoformat(),
        "basis": held.ranking.basis.value,
        "relevant": held.ranking.relevant,
        "irrelevant": held.ranking.irrelevant,
        "waiting": left.waiting,
        "expected": left.expected,
        "lowest": left.lowest,
        "highest": left.highest,
        "level": left.level,
    }
