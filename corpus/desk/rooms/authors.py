"""What only authors can tell: the studies, what is missing in each, and a letter to read over and send."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import Desk, desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.matters import OUTCOMES, MatterKind, Outcome
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.queues.authors import Asking, askings, letter
from corpus.store.current import current_corpus
from corpus.store.matters import Matters

router = APIRouter(prefix="/authors")
Coder = Annotated[Visitor, Depends(needs(Right.CODE))]


@router.get("", response_model=None)
def authors(request: Request, visitor: Coder) -> Response:
    """Every study whose authors could tell more."""
    with desk_of(request).database.read() as session:
        return page(request, "authors.html", visitor, found=_all(session))


@router.get("/{study}", response_model=None)
def drafted(request: Request, visitor: Coder, study: str) -> Response:
    """What is missing in a study, and the letter that asks for it."""
    desk = desk_of(request)
    with desk.database.read() as session:
        return _show(request, desk, visitor, _one(session, study))


@router.post("/{study}", response_model=None)
def deal(
    request: Request,
    visitor: Coder,
    study: str,
    outcome: Annotated[Outcome, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say that the authors were asked, or what came of it."""
    desk = desk_of(request)
    with desk.database.write() as session:
        _one(session, study)
        Matters(session).deal(MatterKind.AUTHORS, study, outcome, note, visitor.key, seen=seen)
        return _show(request, desk, visitor, _one(session, study))


def _all(session: Session) -> tuple[Asking, ...]:
    return askings(current_corpus(session), Matters(session).dealt(MatterKind.AUTHORS))


def _one(session: Session, study: str) -> Asking:
    found = next((one for one in _all(session) if one.study.key == study), None)
    if found is None:
        raise InvalidInput(f"{study[:64]!r}: no study whose results lack numbers")
    return found


def _show(request: Request, desk: Desk, visitor: Visitor, asking: Asking) -> Response:
    return page(
        request,
        "asking.html",
        visitor,
        asking=asking,
        letter=letter(asking, visitor.account.name, desk.origin if desk.https else ""),
        outcomes=OUTCOMES[MatterKind.AUTHORS],
        action=f"/authors/{asking.study.key}",
    )
