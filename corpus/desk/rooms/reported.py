"""Values that readers of the site hold to be wrong: the door where they tell, and the queue where they are answered."""

import hashlib
import hmac
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import Desk, desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.throttle import TooOften
from corpus.domain.matters import OUTCOMES, MatterKind, Outcome
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.queues.reported import told
from corpus.store.matters import Matters

router = APIRouter()
About = Annotated[str, Query(max_length=200, pattern=r"^[A-Za-z0-9_./#-]*$")]
WITHIN = timedelta(hours=1)
MOST_OF_ONE, MOST_OF_ALL = 5, 200  # reports within that time
LONGEST = 4000


@router.get("/tell", response_model=None)
def tell(request: Request, about: About = "") -> Response:
    """The form for readers, to which the site's links lead; nobody needs an account."""
    return page(request, "tell.html", None, about=about, done=False)


@router.post("/tell", response_model=None)
def tell_it(
    request: Request,
    said: Annotated[str, Form(max_length=LONGEST)] = "",
    about: Annotated[str, Form(max_length=200, pattern=r"^[A-Za-z0-9_./#-]*$")] = "",
    website: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep what a reader tells. ``website`` is hidden from people: what fills it in is a machine."""
    desk = desk_of(request)
    if not said.strip():
        raise InvalidInput("say in a few words what is wrong, and where the right value stands")
    if not website:
        with desk.database.write() as session:
            matters, sender = Matters(session), _sender(desk, request)
            own, everybody = matters.told_lately(sender, WITHIN)
            if own >= MOST_OF_ONE or everybody >= MOST_OF_ALL:
                raise TooOften("many reports came in the last hour; please come back later")
            matters.tell(about, said.strip(), sender)
    return page(request, "tell.html", None, about=about, done=True)


@router.get("/reported", response_model=None)
def reported(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """What readers told, with what is coded there now; what nobody has answered first."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session)


@router.post("/reported", response_model=None)
def deal(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.EDIT))],
    item: Annotated[int, Form(ge=1, le=2**31 - 1)],
    outcome: Annotated[Outcome, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say what became of it."""
    with desk_of(request).database.write() as session:
        matters = Matters(session)
        if all(one.number != item for one in matters.told()):
            raise InvalidInput("no reader told that")
        matters.deal(MatterKind.REPORTED, str(item), outcome, note, visitor.key, seen=seen)
        return _show(request, visitor, session)


def _sender(desk: Desk, request: Request) -> str:
    host = request.client.host if request.client else ""
    return hmac.new(desk.secret, host.encode(), hashlib.sha256).hexdigest()


def _show(request: Request, visitor: Visitor, session: Session) -> Response:
    return page(
        request,
        "reported.html",
        visitor,
        found=told(session),
        outcomes=OUTCOMES[MatterKind.REPORTED],
        action="/reported",
    )
