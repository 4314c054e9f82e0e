"""What must stay hidden so that two people work independently.

Never hides anything for good: what is settled may be seen by everybody.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlmodel import Session

from corpus.audit import AuditEvent
from corpus.domain.people import Account
from corpus.domain.screening import QueuedWork, Stage, State, passed
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.adjudicating import Adjudicators


class Seen(StrEnum):
    """Where a work stands, as far as somebody may know: whether it waits or is in conflict would tell a party too much."""

    OPEN = "open"
    CONFLICT = "conflict"  # to those who may settle it
    EXCLUDED = "excluded"
    INCLUDED = "included"

    @property
    def states(self) -> Collection[State]:
        """What may be behind it."""
        return (State.WAITING, State.CONFLICT) if self is Seen.OPEN else (State(self.value),)


def seen(session: Session, account: Account, works: Collection[QueuedWork]) -> Mapping[str, Seen]:
    """How works stand for somebody, by key."""
    conflicts = [work for work in works if work.state is State.CONFLICT]
    held = Decisions(session).on_works([work.key for work in conflicts]) if conflicts else {}
    people = Adjudicators.of(session) if conflicts else None
    found = {}
    for work in works:
        hidden = work.state is State.WAITING
        if people is not None and work.state is State.CONFLICT:
            parties = {one.who for one in held.get(work.key, ()) if one.stage is work.stage}
            hidden = not people.may_settle(account.key, parties)
        found[work.key] = Seen.OPEN if hidden else Seen(work.state.value)
    return found


def may_see(session: Session, account: Account, event: AuditEvent) -> bool:
    """Whether somebody may read an event of the trail now."""
    kind, _, rest = event.entity.partition("/")
    if kind == "draft":  # whoever opens a case to code a study anew enters the first coding, and must not read it
        case, _, below = rest.partition("/")
        return below.partition("/")[0] == account.key or coded_openly(session, case)
    if event.who == account.key:
        return True
    if kind in ("screening", "skip"):
        record, stage, _ = rest.rsplit("/", 2)
        return decided_openly(session, account, record, Stage(stage))
    return True


def decided_openly(session: Session, account: Account, record: str, stage: Stage) -> bool:
    """Whether the decisions on a record at a stage may be seen by somebody who did not make them.

    They may once the work has left the stage; and while it is in conflict, by those who may settle it.
    """
    work = Queue(session).work(record)
    if work is None:
        return False
    if passed(work, stage):
        return True
    return work.stage is stage and seen(session, account, [work])[work.key] is Seen.CONFLICT


def coded_openly(session: Session, case: str) -> bool:
    """Whether the codings of a case may be seen: when nobody codes it any more."""
    found = Cases(session).get(case)
    return found is None or found.open_to_see
