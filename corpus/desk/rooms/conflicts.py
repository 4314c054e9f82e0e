"""Conflicts: what two reviewers disagree on, the reason of an exclusion included, and the one who settles it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.showing import highlighter, shown
from corpus.domain.people import Right
from corpus.domain.screening import QueuedWork, Stage, State, Verdict
from corpus.store.accounts import Accounts
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.deciding import Screening
from corpus.works.reading import read_work

router = APIRouter(prefix="/conflicts")
Adjudicator = Annotated[Visitor, Depends(needs(Right.ADJUDICATE))]
AT_ONCE = 500


@router.get("/{stage}", response_model=None)
def conflicts(
    request: Request, visitor: Adjudicator, stage: Stage, record: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """The first conflict that the visitor may settle, or the one that is named."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, stage, record)


@router.post("/{stage}", response_model=None)
def settle(
    request: Request,
    visitor: Adjudicator,
    stage: Stage,
    record: Annotated[str, Form(max_length=400)],
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Settle a conflict, then the next one."""
    desk = desk_of(request)
    with desk.database.write() as session:
        screening = Screening(Queue(session), Decisions(session), desk.criteria, desk.needed(Accounts(session)))
        screening.settle(visitor.key, stage, record, verdict, reason, note)
        reply = _show(request, visitor, session, stage, "")
    desk.decided()
    return reply


def _show(request: Request, visitor: Visitor, session: Session, stage: Stage, record: str) -> Response:
    desk = desk_of(request)
    queue, decisions = Queue(session), Decisions(session)
    waiting: list[QueuedWork] = []
    own = 0
    for one in queue.listed(stage=stage, state=State.CONFLICT, most=AT_ONCE):
        parties = {made.who for made in decisions.on(queue.members(one.key)) if made.stage is stage}
        if visitor.key in parties:
            own += 1
        else:
            waiting.append(one)
    work = next((one for one in waiting if one.key == record), waiting[0] if waiting else None)
    text, held = None, []
    if work is not None:
        text = shown(read_work(session, work), highlighter(desk, session))
        held = [one for one in decisions.on(text.members) if one.stage is stage]
    return page(
        request,
        "conflict.html",
        visitor,
        stage=stage,
        text=text,
        held=held,
        labels={one.key: one.label for one in desk.criteria.exclude},
        reasons=desk.criteria.reasons(stage),
        criteria=desk.criteria,
        left=len(waiting),
        own=own,
    )
