"""What waits beside screening and coding: one line for each queue."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.people import Right
from corpus.queues.waiting import waiting

router = APIRouter()


@router.get("/queues", response_model=None)
def queues(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """Every queue with how much waits in it."""
    with desk_of(request).database.read() as session:
        return page(request, "queues.html", visitor, waiting=waiting(session))
