"""Every found work, and everything known of one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.people import Right
from corpus.domain.screening import Stage, State
from corpus.store.queue import Queue

router = APIRouter(prefix="/works")
PAGE = 50


@router.get("", response_model=None)
def works(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    stage: Stage | Literal[""] | None = None,
    state: State | Literal[""] | None = None,
    words: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Found works in the order of the queue, by stage, state and words of the title."""
    stage, state = stage or None, state or None  # "any"
    if state is State.CONFLICT and not visitor.account.may(Right.ADJUDICATE):
        state = None  # that there is a conflict tells each party what the other decided
    with desk_of(request).database.read() as session:
        queue = Queue(session)
        counts = queue.counts()
        found = queue.listed(stage=stage, state=state, words=words, start=start, most=PAGE + 1)
    return page(
        request,
        "works.html",
        visitor,
        found=found[:PAGE],
        more=len(found) > PAGE,
        counts=counts,
        stage=stage,
        state=state,
        words=words,
        start=start,
        step=PAGE,
    )
