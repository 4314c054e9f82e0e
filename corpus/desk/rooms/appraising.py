"""Judging bias and trust: an instrument is taken up for a result, its questions come as they are asked, the algorithm shows
what it says.

Never saves an answer: that is what the form's autosave does.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.coding import judgements
from corpus.coding.values import Values
from corpus.desk.appraising import judging, results
from corpus.desk.desk import desk_of
from corpus.desk.drafts import case_of, editable_values, own_values
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.cases import Case, Change
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.instruments import instruments
from corpus.store.cases import Cases

router = APIRouter(prefix="/appraising")
Coder = Annotated[Visitor, Depends(needs(Right.CODE))]
Name = Annotated[str, Form(max_length=64)]


@router.get("/{case}", response_model=None)
def show(request: Request, visitor: Coder, case: str) -> Response:
    """The judgements of one's own draft, for the section of the form."""
    with desk_of(request).database.read() as session:
        return _section(request, visitor, session, case_of(session, case))


@router.post("/{case}/take-up", response_model=None)
def take_up(request: Request, visitor: Coder, case: str, instrument: Name, result: Name = "") -> Response:
    """Take an instrument up for a result: one judgement for each of its domains."""
    if instrument not in instruments():
        raise InvalidInput(f"{instrument[:60]!r} is no instrument; choose one")
    with desk_of(request).database.write() as session:
        held = case_of(session, case)
        values = editable_values(session, held, visitor)
        if result not in {key for key, _ in results(values)}:
            raise InvalidInput(f"{result[:60]!r} is no result of this study; choose one")
        kind, _, number = result.partition(" ")
        of = {"effect": "", "outcome": ""} | ({kind: number} if kind else {})
        new = judgements.new_rows(values, instrument, **of)
        if not new:
            raise InvalidInput("That instrument is taken up for this result already")
        changes = [Change(path=path, was="", value=value) for path, value in new.items()]
        Cases(session).save(case, visitor.key, changes)
        return _section(request, visitor, session, held)


@router.post("/{case}/take-out", response_model=None)
def take_out(request: Request, visitor: Coder, case: str, judgement: Annotated[str, Form(max_length=300)]) -> Response:
    """Take out an instrument's judgements for a result, given one of them; the trail keeps what they said."""
    with desk_of(request).database.write() as session:
        held = case_of(session, case)
        values = editable_values(session, held, visitor)
        result = _row(values, judgement).result
        gone = [f"{row.path}/" for row in judgements.rows(values) if row.result == result]
        changes = [
            Change(path=path, was=value, value="")
            for path, value in values.items()
            if any(path.startswith(one) for one in gone)
        ]
        Cases(session).save(case, visitor.key, changes)
        return _section(request, visitor, session, held)


@router.get("/{case}/judgement", response_model=None)
def judgement(
    request: Request, visitor: Coder, case: str, judgement: Annotated[str, Query(max_length=300)]
) -> Response:
    """What the algorithm says of one domain so far, and the questions that have come up or dropped out.

    The form sends the names of the questions it shows; only those that changed are put in place, so that nothing moves
    under the fingers of whoever types.
    """
    with desk_of(request).database.read() as session:
        held = case_of(session, case)
        values = own_values(session, held, visitor)
        row = _row(values, judgement)
        asked = {question.key for question in row.judged.asked}
        shown = request.query_params.keys()
        return page(
            request,
            "judgement.html",
            visitor,
            row=row,
            values=values,
            changed=[one for one in row.domain.questions if (one.key in shown) != (one.key in asked)],
            pointers=judging(session, held, values).pointers,
        )


def _section(request: Request, visitor: Visitor, session: Session, case: Case) -> Response:
    values = own_values(session, case, visitor)
    return page(request, "judgements.html", visitor, case=case, values=values, judging=judging(session, case, values))


def _row(values: Values, path: str) -> judgements.Row:
    for row in judgements.rows(values):
        if row.path == path:
            return row
    raise InvalidInput(f"{path[:100]!r} is no judgement of your draft")
