"""Cases: what waits to be coded, who codes it, and the ways out for a case that does not go on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from corpus.casework import Casework
from corpus.codebook import ReportKind
from corpus.companions import KINDS, LONGEST_BASIS, join_study
from corpus.desk.desk import desk_of
from corpus.desk.drafts import case_of
from corpus.desk.entering import Forbidden, Visitor, needs
from corpus.desk.pages import moved, page
from corpus.domain.cases import CaseState
from corpus.domain.people import Right
from corpus.domain.screening import Stage, State
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.current import current_corpus
from corpus.store.queue import Queue

router = APIRouter(prefix="/coding")
Coder = Annotated[Visitor, Depends(needs(Right.CODE))]
Editor = Annotated[Visitor, Depends(needs(Right.EDIT))]
AT_ONCE = 200


@router.get("", response_model=None)
def cases(request: Request, visitor: Coder, words: Annotated[str, Query(max_length=100)] = "") -> Response:
    """What waits to be coded, what is being coded, and the studies of the corpus."""
    with desk_of(request).database.read() as session:
        held = Cases(session).all()
        begun = {case.work for case in held if case.state is not CaseState.CLOSED}
        included = Queue(session).listed(stage=Stage.FULL_TEXT, states=[State.INCLUDED], most=AT_ONCE)
        studies = current_corpus(session).studies if words else ()
        shown = [
            one for one in studies if all(word.lower() in f"{one.key} {one.label}".lower() for word in words.split())
        ]
        return page(
            request,
            "cases.html",
            visitor,
            waiting=[work for work in included if not work.report and work.key not in begun],
            cases=[(case, Cases(session).drafts(case.key)) for case in held],
            own=Cases(session).drafts_of(visitor.key),
            studies=shown[:30],
            words=words,
            companions=tuple(KINDS),
            known=[(one.key, one.label) for one in current_corpus(session).studies] if visitor.may("edit") else (),
        )


@router.post("/begin", response_model=None)
def begin(
    request: Request,
    visitor: Coder,
    work: Annotated[str, Form(max_length=400)] = "",
    study: Annotated[str, Form(max_length=64)] = "",
    case: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Begin to code a work that was included, a study of the corpus once more, or a case that another person has begun."""
    desk = desk_of(request)
    with desk.database.write() as session:
        casework = Casework(session)
        if work:
            found = Queue(session).work(work)
            if found is None:
                raise InvalidInput(f"{work[:100]}: no such work")
            held = casework.open_work(found, visitor.key, min(2, desk.needed(Accounts(session).screening())))
        elif study:
            held = casework.open_study(study, visitor.key)
        else:
            held = case_of(session, case)
        casework.begin(held, visitor.key)
    return moved(request, f"/coding/{held.key}/report")


@router.post("/{case}/release", response_model=None)
def release(request: Request, visitor: Coder, case: str, coder: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Leave a case that one codes; an editor lets another coder's place go free."""
    coder = coder or visitor.key
    if coder != visitor.key and not visitor.may(Right.EDIT.value):
        raise Forbidden("Only an editor lets another coder's place go free.")
    with desk_of(request).database.write() as session:
        Casework(session).release(case_of(session, case), coder, visitor.key)
    return moved(request, "/coding")


@router.post("/{case}/one", response_model=None)
def one_is_enough(request: Request, visitor: Editor, case: str) -> Response:
    """Go on with the one coding that a case has."""
    with desk_of(request).database.write() as session:
        Casework(session).one_is_enough(case_of(session, case), visitor.key)
    return moved(request, "/coding")


@router.post("/join", response_model=None)
def join(
    request: Request,
    visitor: Editor,
    work: Annotated[str, Form(max_length=400)],
    study: Annotated[str, Form(max_length=64)],
    kind: Annotated[ReportKind, Form()],
    basis: Annotated[str, Form(max_length=LONGEST_BASIS)] = "",
) -> Response:
    """Enter an included work as one more report of a study that the corpus holds."""
    with desk_of(request).database.write() as session:
        found = Queue(session).work(work)
        if found is None:
            raise InvalidInput(f"{work[:100]}: no such work")
        join_study(session, found, study, kind, basis, visitor.key)
    return moved(request, "/coding")
