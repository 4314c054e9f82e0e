"""Pairs that may be one work: a person says what they are, and can take it back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import moved, page
from corpus.domain.links import standing
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.queues.duplicates import SAYINGS, pair_of, say, waiting_pairs
from corpus.store.accounts import Accounts
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.works.pages import is_page

router = APIRouter(prefix="/duplicates")
Id = Annotated[str, Form(max_length=400)]


@router.get("", response_model=None)
def pairs(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """The likeliest pair that waits, or the one so many places after it."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, after)


@router.post("", response_model=None)
def say_of_pair(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.EDIT))],
    a: Id,
    b: Id,
    saying: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(max_length=2000)] = "",
    after: Annotated[int, Form(ge=0, le=10_000_000)] = 0,
    of: Annotated[str, Form(max_length=400)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say what a pair is; then the next pair, or the links of the record where it was said."""
    desk = desk_of(request)
    with desk.database.write() as session:
        say(session, a, b, saying, note, visitor.key, desk.needed(Accounts(session).screening()), seen=seen)
        return _links(request, visitor, session, of) if of else _show(request, visitor, session, after)


@router.get("/of", response_model=None)
def links_of(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    record: Annotated[str, Query(max_length=400)],
) -> Response:
    """Why a work's records are held to be one, and what else they are linked to; of a page, where it is taken back."""
    if is_page(record):
        return moved(request, "/untraced/said")
    with desk_of(request).database.read() as session:
        return _links(request, visitor, session, record)


def _show(request: Request, visitor: Visitor, session: Session, after: int) -> Response:
    waiting = waiting_pairs(session)
    at = after % len(waiting) if waiting else 0
    pair = pair_of(session, waiting[at]) if waiting else None
    mark = standing(Links(session).of_pair(pair.left, pair.right)).mark if pair else ""
    return page(request, "duplicates.html", visitor, pair=pair, mark=mark, left=len(waiting), at=at, sayings=SAYINGS)


def _links(request: Request, visitor: Visitor, session: Session, record: str) -> Response:
    queue = Queue(session)
    work = queue.work(record)
    if work is None:
        raise InvalidInput(f"{record[:100]!r}: no such record")
    links = Links(session).about(queue.members(work.key))
    return page(
        request,
        "links.html",
        visitor,
        work=work,
        links=links,
        sayings=SAYINGS,
        record=record,
        edits=visitor.may("edit"),
    )
