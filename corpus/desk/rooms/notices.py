"""Notices about reports of the corpus: retractions, concerns, corrections; a person says what follows."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.matters import OUTCOMES, MatterKind, Outcome
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.queues.notices import OpenNotice, notices
from corpus.store.current import current_corpus
from corpus.store.matters import Matters
from corpus.store.watch import Checks

router = APIRouter(prefix="/notices")


@router.get("", response_model=None)
def all_notices(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """Every notice that stands, those nobody has dealt with first."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session)


@router.post("", response_model=None)
def deal(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.EDIT))],
    item: Annotated[str, Form(max_length=300)],
    outcome: Annotated[Outcome, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say what follows from a notice."""
    with desk_of(request).database.write() as session:
        if all(one.item != item for one in _all(session)):
            raise InvalidInput("no such notice stands any more")
        Matters(session).deal(MatterKind.NOTICE, item, outcome, note, visitor.key, seen=seen)
        return _show(request, visitor, session)


def _all(session: Session) -> tuple[OpenNotice, ...]:
    return notices(current_corpus(session).reports, Checks(session).all(), Matters(session).dealt(MatterKind.NOTICE))


def _show(request: Request, visitor: Visitor, session: Session) -> Response:
    return page(
        request, "notices.html", visitor, found=_all(session), outcomes=OUTCOMES[MatterKind.NOTICE], action="/notices"
    )
