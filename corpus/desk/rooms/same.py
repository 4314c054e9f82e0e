"""Two works that a person holds to be one: looked for by words of the title, proposed by anybody who screens, said by an editor."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.links import standing
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.queues.duplicates import PROPOSABLE, propose, say, unsay
from corpus.store.accounts import Accounts
from corpus.store.links import Links
from corpus.store.proposals import Proposals
from corpus.store.queue import Queue

router = APIRouter(prefix="/same")
Reviewer = Annotated[Visitor, Depends(needs(Right.SCREEN))]
Id = Annotated[str, Form(max_length=400)]
SHOWN = 20


@router.get("", response_model=None)
def look(
    request: Request,
    visitor: Reviewer,
    record: Annotated[str, Query(max_length=400)],
    words: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """A work, and those whose titles have the words."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, record, words)


@router.post("", response_model=None)
def tell(
    request: Request,
    visitor: Reviewer,
    record: Id,
    saying: Annotated[str, Form(max_length=20)],
    other: Annotated[str, Form(max_length=400)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    words: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Say what two works are to each other, or propose it where an editor has to say so."""
    desk = desk_of(request)
    mark, _, other = other.partition("|")  # what the page showed of the pair, and the other work
    if not other:
        raise InvalidInput("choose the other work first")
    with desk.database.write() as session:
        if visitor.account.may(Right.EDIT):
            say(
                session, record, other, saying, note, visitor.key, desk.needed(Accounts(session).screening()), seen=mark
            )
        else:
            propose(session, record, other, saying, note, visitor.key)
        return _show(request, visitor, session, record, words, told=True)


@router.post("/back", response_model=None)
def take_back(
    request: Request,
    visitor: Reviewer,
    record: Id,
    a: Id,
    b: Id,
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Take back what one proposed, or what was said: the works stand as they did before."""
    desk = desk_of(request)
    with desk.database.write() as session:
        said = any({link.a, link.b} == {a, b} for link in Links(session).said_of([a]))
        if said and visitor.account.may(Right.EDIT):
            unsay(session, a, b, visitor.key, desk.needed(Accounts(session).screening()), seen=seen)
        else:
            Proposals(session).take_back(a, b, visitor.key)
        return _show(request, visitor, session, record, "")


def _show(
    request: Request, visitor: Visitor, session: Session, record: str, words: str, *, told: bool = False
) -> Response:
    queue = Queue(session)
    work = queue.work(record)
    if work is None:
        raise InvalidInput(f"{record[:100]}: no such record in the queue")
    members = queue.members(work.key)
    found = queue.listed(words=words, most=SHOWN + 2) if words.strip() else ()
    others = [one for one in found if one.key != work.key]
    return page(
        request,
        "same.html",
        visitor,
        work=work,
        words=words,
        others=[(one, _mark(session, work.key, one.key)) for one in others[:SHOWN]],
        more=len(others) > SHOWN,
        sayings=PROPOSABLE,
        proposed=Proposals(session).about(members),
        said=Links(session).said_of(members),
        edits=visitor.may("edit"),
        told=told,
    )


def _mark(session: Session, a: str, b: str) -> str:
    """The mark of what is held of a pair now."""
    return standing(Links(session).of_pair(a, b)).mark
