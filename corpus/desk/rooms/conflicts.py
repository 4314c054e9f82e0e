"""Conflicts: what two reviewers disagree on, the reason of an exclusion included, and the one who settles it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.companions import Companion, conflicts_beside
from corpus.desk.desk import Desk, desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import ask_whether_sure, page
from corpus.desk.showing import highlighter, shown
from corpus.domain.people import Right
from corpus.domain.screening import Stage, Verdict, newest
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.adjudicating import Adjudicators
from corpus.works.deciding import MovedOn, Screening
from corpus.works.reading import read_work

router = APIRouter(prefix="/conflicts")
# Open to everybody: where no adjudicator is left, the parties settle; what one may see is asked for each conflict.
Reader = Annotated[Visitor, Depends(needs(Right.READ))]
RecordId = Annotated[str, Form(max_length=400)]
AT_ONCE = 500


@router.get("/{stage}", response_model=None)
def conflicts(
    request: Request, visitor: Reader, stage: Stage, record: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """The first conflict that the visitor may settle, or the one that is named."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, stage, record)


@router.post("/{stage}", response_model=None)
def settle(
    request: Request,
    visitor: Reader,
    stage: Stage,
    record: RecordId,
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=5000)] = "",
    also: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Settle a conflict, and those that are settled with it; then the next one."""
    desk = desk_of(request)
    with desk.database.write() as session:
        names = [record, *(also or ())]
        _screening(desk, session).settle(visitor.key, stage, names, verdict, reason, note)
        reply = _show(request, visitor, session, stage, "")
    desk.decided()
    return reply


@router.get("/{stage}/settled", response_model=None)
def settled(request: Request, visitor: Reader, stage: Stage) -> Response:
    """What was settled, the newest first, each with the way to open it again."""
    desk = desk_of(request)
    with desk.database.read() as session:
        queue, decisions, people = Queue(session), Decisions(session), Adjudicators.of(session)
        found = []
        for one in decisions.settled(stage, AT_ONCE):
            work = queue.work(one.record)
            if work is not None and not work.report:
                made = [each for each in decisions.on_work(work.key) if each.stage is stage]
                parties = {each.who for each in made if not each.settles or each.together}
                found.append((one, work, one.who == visitor.key or people.may_settle(visitor.key, parties)))
    labels = {one.key: one.label for one in desk.criteria.exclude}
    return page(request, "settled.html", visitor, stage=stage, found=found, labels=labels)


@router.post("/{stage}/reopen", response_model=None)
def reopen(
    request: Request, visitor: Reader, stage: Stage, record: RecordId, sure: Annotated[bool, Form()] = False
) -> Response:
    """Take back what settled a conflict, and show the conflict again."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            work = _screening(desk, session).reopen(visitor.key, stage, record, sure=sure)
            reply = _show(request, visitor, session, stage, work.key, said="Open again.")
    except MovedOn as error:
        return ask_whether_sure(
            request, visitor, str(error), f"/conflicts/{stage.value}", "reopen", [("record", record)]
        )
    desk.decided()
    return reply


@router.post("/{stage}/undo", response_model=None)
def undo(request: Request, visitor: Reader, stage: Stage, sure: Annotated[bool, Form()] = False) -> Response:
    """Take back what one last said on a conflict, and show it again."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            work = _screening(desk, session).unsettle(visitor.key, stage, sure=sure)
            if work is None:
                raise InvalidInput("there is no conflict at this stage that you have settled")
            reply = _show(request, visitor, session, stage, work.key, said="Taken back.")
    except MovedOn as error:
        return ask_whether_sure(request, visitor, str(error), f"/conflicts/{stage.value}", "undo", [])
    desk.decided()
    return reply


def _screening(desk: Desk, session: Session) -> Screening:
    return Screening(session, desk.criteria, desk.needed(Accounts(session).screening()))


def _show(
    request: Request, visitor: Visitor, session: Session, stage: Stage, record: str, *, said: str = ""
) -> Response:
    desk = desk_of(request)
    queue, people = Queue(session), Adjudicators.of(session)
    waiting = {
        work: parties
        for work, parties in queue.conflicts(stage, AT_ONCE).items()
        if people.may_settle(visitor.key, parties)
    }
    named = queue.work(record) if record else None
    # What the visitor has said already on a conflict among the parties waits for the others: it comes last.
    said_on = {one.record for one in Decisions(session).last(visitor.key, AT_ONCE, stage) if one.together}
    order = sorted(waiting, key=lambda work: not said_on.isdisjoint(queue.members(work.key)) if said_on else False)
    work = next((one for one in order if named and one.key == named.key), order[0] if order else None)
    text, held = None, []
    beside: Sequence[Companion] = ()
    if work is not None:
        text = shown(read_work(session, work), highlighter(desk, session))
        held = list(newest(one for one in Decisions(session).on(text.members) if one.stage is stage).values())
        beside = conflicts_beside(session, visitor.account, stage, text.related)
    return page(
        request,
        "conflict.html",
        visitor,
        stage=stage,
        text=text,
        held=held,
        beside=beside,
        party=work is not None and visitor.key in waiting[work],
        labels={one.key: one.label for one in desk.criteria.exclude},
        reasons=desk.criteria.reasons(stage),
        criteria=desk.criteria,
        left=len(waiting),
        last=any(one.settles or one.together for one in Decisions(session).last(visitor.key, AT_ONCE, stage)),
        said=said,
    )
