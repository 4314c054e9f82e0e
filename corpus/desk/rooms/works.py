"""Every found work, and everything known of one."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from corpus.desk.blindness import Seen, seen
from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.showing import highlighter, shown
from corpus.domain.people import Right
from corpus.domain.screening import QueuedWork, Stage
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.adjudicating import Adjudicators
from corpus.works.deciding import Screening
from corpus.works.reading import read_work
from corpus.works.screened import csv_lines, ris_lines, screened, settled

router = APIRouter(prefix="/works")
Reader = Annotated[Visitor, Depends(needs(Right.READ))]
PAGE = 50
MOST_CONFLICTS = 500


@router.get("", response_model=None)
def works(
    request: Request,
    visitor: Reader,
    stage: Stage | Literal[""] | None = None,
    state: Seen | Literal[""] | None = None,
    reason: Annotated[str, Query(max_length=64)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Found works in the order of the queue, by stage, standing, reason of exclusion and words of the title."""
    desk = desk_of(request)
    stage, state = stage or None, state or None  # "any"
    with desk.database.read() as session:
        queue = Queue(session)
        reasons = queue.reasons()
        if state is Seen.CONFLICT:
            found: Sequence[QueuedWork] = _conflicts(session, visitor, stage, words)[start : start + PAGE + 1]
        else:
            states = state.states if state else ()
            found = queue.listed(stage=stage, states=states, reason=reason, words=words, start=start, most=PAGE + 1)
        stands = seen(session, visitor.account, found)
    return page(
        request,
        "works.html",
        visitor,
        found=found[:PAGE],
        stands=stands,
        more=len(found) > PAGE,
        reasons=[(one, sum(reasons.get((at, one.key), 0) for at in Stage)) for one in desk.criteria.exclude],
        reason=reason,
        labels={one.key: one.label for one in desk.criteria.exclude},
        stage=stage,
        state=state,
        words=words,
        start=start,
        step=PAGE,
        Seen=Seen,
    )


@router.get("/of", response_model=None)
def work_of(request: Request, visitor: Reader, record: Annotated[str, Query(max_length=400)]) -> Response:
    """One work to read: nothing is decided by a key here."""
    desk = desk_of(request)
    with desk.database.read() as session:
        work = Queue(session).work(record)
        if work is None:
            raise InvalidInput(f"{record[:100]}: no such record in the queue")
        screening = Screening(session, desk.criteria, desk.needed(Accounts(session).screening()))
        text = shown(read_work(session, work), highlighter(desk, session))
        own = [one for one in Decisions(session).on_work(work.key) if one.who == visitor.key]
        doors = [
            (stage, any(one.stage is stage for one in own))
            for stage in Stage
            if visitor.account.screens and not screening.why_shut(visitor.key, stage, work)
        ]
        stands = seen(session, visitor.account, [work, *(one.work for one in text.related)])
    labels = {one.key: one.label for one in desk.criteria.exclude}
    return page(
        request, "found.html", visitor, text=text, own=own, doors=doors, stands=stands, labels=labels, Seen=Seen
    )


@router.get("/download", response_model=None)
def download(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    form: Annotated[Literal["csv", "ris"], Query(alias="format")] = "csv",
) -> Response:
    """Every found work with what was decided of it; of what is not settled, only the visitor's own decisions."""
    desk = desk_of(request)
    labels = {one.key: one.label for one in desk.criteria.exclude}
    lines = csv_lines if form == "csv" else ris_lines

    def written() -> Iterator[str]:
        with desk.database.read() as session:
            yield from lines(screened(session, lambda work, one: one.who == visitor.key or settled(work, one)), labels)

    kind = "text/csv" if form == "csv" else "application/x-research-info-systems"
    headers = {
        "content-disposition": f'attachment; filename="screening.{form}"',
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return StreamingResponse(written(), media_type=f"{kind}; charset=utf-8", headers=headers)


def _conflicts(session: Session, visitor: Visitor, stage: Stage | None, words: str) -> Sequence[QueuedWork]:
    """The conflicts that the visitor may settle, whose titles hold some words."""
    people, queue = Adjudicators.of(session), Queue(session)
    found = (
        (work, parties)
        for one in ([stage] if stage else Stage)
        for work, parties in queue.conflicts(one, MOST_CONFLICTS).items()
    )
    return [
        work
        for work, parties in found
        if people.may_settle(visitor.key, parties) and all(word in work.title.lower() for word in words.lower().split())
    ]
