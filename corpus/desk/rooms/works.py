"""Every found work, and everything known of one."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.people import Right
from corpus.domain.screening import Stage, State
from corpus.store.queue import Queue
from corpus.works.screened import csv_lines, ris_lines, screened, settled

router = APIRouter(prefix="/works")
PAGE = 50


@router.get("", response_model=None)
def works(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    stage: Stage | Literal[""] | None = None,
    state: State | Literal[""] | None = None,
    reason: Annotated[str, Query(max_length=64)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Found works in the order of the queue, by stage, state, reason of exclusion and words of the title."""
    desk = desk_of(request)
    stage, state = stage or None, state or None  # "any"
    if state is State.CONFLICT and not visitor.account.may(Right.ADJUDICATE):
        state = None  # that there is a conflict tells each party what the other decided
    with desk.database.read() as session:
        queue = Queue(session)
        reasons = queue.reasons()
        found = queue.listed(stage=stage, state=state, reason=reason, words=words, start=start, most=PAGE + 1)
    return page(
        request,
        "works.html",
        visitor,
        found=found[:PAGE],
        more=len(found) > PAGE,
        reasons=[(one, sum(reasons.get((at, one.key), 0) for at in Stage)) for one in desk.criteria.exclude],
        reason=reason,
        labels={one.key: one.label for one in desk.criteria.exclude},
        stage=stage,
        state=state,
        words=words,
        start=start,
        step=PAGE,
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
