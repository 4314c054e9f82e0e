"""What must stay hidden so that two people work independently.

Never hides anything for good: what is settled may be seen by everybody.
"""

from sqlmodel import Session

from corpus.audit import AuditEvent
from corpus.domain.people import Account, Right
from corpus.domain.screening import Stage, State
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue


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

    They may once the work has left the stage; and while it is in conflict, by those who could settle it.
    """
    queue = Queue(session)
    work = queue.work(record)
    if work is None:
        return False
    if work.stage is not stage:
        return list(Stage).index(work.stage) > list(Stage).index(stage)
    if work.state is State.CONFLICT:
        parties = {one.who for one in Decisions(session).on(queue.members(work.key)) if one.stage is stage}
        return account.may(Right.ADJUDICATE) and account.key not in parties
    return work.state is not State.WAITING


def coded_openly(session: Session, case: str) -> bool:
    """Whether the codings of a case may be seen: when nobody codes it any more."""
    found = Cases(session).get(case)
    return found is None or found.open_to_see
