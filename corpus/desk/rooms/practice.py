"""The guided first case, and the made-up paper that is coded in it; only at a practice desk."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.practice.material import read
from corpus.domain.people import Right

router = APIRouter(prefix="/practice")
Reader = Annotated[Visitor, Depends(needs(Right.READ))]


@router.get("/tour", response_model=None)
def tour(request: Request, visitor: Reader) -> Response:
    """Where the visitor stands in the guided case."""
    return page(request, "tour.html", visitor)


@router.get("/paper", response_model=None)
def paper(request: Request, visitor: Reader) -> Response:
    """The made-up full text of the trial."""
    return page(request, "paper.html", visitor, paper=read("paper.toml"))
