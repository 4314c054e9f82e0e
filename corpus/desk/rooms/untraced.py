"""Pages that tell of a study and lead to no work: a person ties them to one, or says that they tell of none."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.showing import address
from corpus.domain.links import SECONDARY_OF, LinkVerdict
from corpus.domain.matters import MatterKind, Outcome
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.queue import Queue
from corpus.works.pages import is_page
from corpus.works.works import untraced

router = APIRouter(prefix="/untraced")
Editor = Annotated[Visitor, Depends(needs(Right.EDIT))]
Id = Annotated[str, Form(max_length=400)]
Note = Annotated[str, Form(max_length=2000)]
CANDIDATES = 8


@router.get("", response_model=None)
def pages(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    words: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One page that waits, and the works whose titles have the words that are looked for."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, after, words)


@router.post("/tie", response_model=None)
def tie(request: Request, visitor: Editor, name: Id, work: Id, note: Note = "") -> Response:
    """Say of which work a page tells."""
    with desk_of(request).database.write() as session:
        _page(session, name)
        found = Queue(session).work(work)
        if found is None:
            raise InvalidInput(f"{work[:100]!r}: no such work")
        reason = note.strip() or "read by a person"
        Links(session).say(name, found.key, LinkVerdict.RELATED, reason=reason, who=visitor.key, relation=SECONDARY_OF)
        return _show(request, visitor, session, 0, "")


@router.post("/none", response_model=None)
def none(request: Request, visitor: Editor, name: Id, note: Note = "") -> Response:
    """Say that a page tells of no study."""
    with desk_of(request).database.write() as session:
        _page(session, name)
        Matters(session).deal(MatterKind.PAGE, name, Outcome.NO_STUDY, note or "read by a person", visitor.key)
        return _show(request, visitor, session, 0, "")


def _page(session: Session, name: str) -> None:
    if not is_page(name) or name not in dict(Ledger(session).records([name])):
        raise InvalidInput(f"{name[:100]!r}: no such page")


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
