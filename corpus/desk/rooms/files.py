"""Between desk and files: what is not exported yet, and what both have changed, settled by an editor."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.people import Right
from corpus.filework import Filework

router = APIRouter(prefix="/files")


@router.get("", response_model=None)
def files(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """How desk and files stand to each other."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session)


@router.post("", response_model=None)
def settle(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.EDIT))],
    entity: Annotated[str, Form(max_length=300)],
    side: Annotated[str, Form(pattern="^(desk|files)$")],
    seen: Annotated[str, Form(max_length=64)],
) -> Response:
    """Take one side of a conflict; ``seen`` is the digest of the files' side that the page showed."""
    with desk_of(request).database.write() as session:
        Filework(session).settle(entity, side, seen, visitor.key)
        return _show(request, visitor, session)


def _show(request: Request, visitor: Visitor, session: Session) -> Response:
    return page(request, "files.html", visitor, standing=Filework(session).standing())
