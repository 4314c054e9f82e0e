"""Pages that tell of a study and lead to no work: a person ties them to one, says that they tell of none, or takes it back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.showing import address
from corpus.domain.people import Right
from corpus.queues.pages import Pages
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.queue import Queue
from corpus.works.works import untraced

router = APIRouter(prefix="/untraced")
Reader = Annotated[Visitor, Depends(needs(Right.READ))]
Editor = Annotated[Visitor, Depends(needs(Right.EDIT))]
Id = Annotated[str, Form(max_length=400)]
Note = Annotated[str, Form(max_length=2000)]
Seen = Annotated[str, Form(max_length=64)]
CANDIDATES = 8


@router.get("", response_model=None)
def pages(
    request: Request,
    visitor: Reader,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    words: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One page that waits, and the works whose titles have the words that are looked for."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, after, words)


@router.get("/said", response_model=None)
def said(request: Request, visitor: Reader) -> Response:
    """What people have said of pages, each of which can be taken back."""
    with desk_of(request).database.read() as session:
        return _said(request, visitor, session)


@router.post("/tie", response_model=None)
def tie(request: Request, visitor: Editor, name: Id, work: Id, note: Note = "", seen: Seen = "") -> Response:
    """Say of which work a page tells."""
    with desk_of(request).database.write() as session:
        Pages(session, visitor.key).tie(name, work, note, seen)
        return _show(request, visitor, session, 0, "")


@router.post("/none", response_model=None)
def none(request: Request, visitor: Editor, name: Id, note: Note = "", seen: Seen = "") -> Response:
    """Say that a page tells of no study."""
    with desk_of(request).database.write() as session:
        Pages(session, visitor.key).none(name, note, seen)
        return _show(request, visitor, session, 0, "")


@router.post("/again", response_model=None)
def again(request: Request, visitor: Editor, name: Id, seen: Seen = "") -> Response:
    """Take back what was said of a page: it waits again."""
    with desk_of(request).database.write() as session:
        Pages(session, visitor.key).wait_again(name, seen)
        return _said(request, visitor, session)


def _said(request: Request, visitor: Visitor, session: Session) -> Response:
    return page(request, "said_pages.html", visitor, found=Pages(session).said(), address=address)


def _show(request: Request, visitor: Visitor, session: Session, after: int, words: str) -> Response:
    ledger = Ledger(session)
    waiting = untraced(ledger, Links(session), Matters(session))
    at = after % len(waiting) if waiting else 0
    record = dict(ledger.records([waiting[at]]))[waiting[at]] if waiting else None
    return page(
        request,
        "untraced.html",
        visitor,
        name=waiting[at] if waiting else "",
        record=record,
        link=address("the page itself", record.url) if record else (),
        left=len(waiting),
        at=at,
        words=words,
        found=Queue(session).listed(words=words, most=CANDIDATES) if words else (),
    )
