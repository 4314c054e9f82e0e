"""Comparing two codings of one study, settling what they differ in, and bringing the study into the corpus."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.assembling import Assembling
from corpus.casework import Casework
from corpus.coding.comparing import Difference
from corpus.coding.judgements import WHERE, rows
from corpus.coding.values import Values
from corpus.desk.appraising import Appraisal, appraisals
from corpus.desk.desk import desk_of
from corpus.desk.drafts import case_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.formdata import choices_at, fault_in_words, in_words, labels_of, part_at, section_of, value_in_words
from corpus.desk.pages import moved, page
from corpus.domain.cases import SETTLED, Case, CaseState
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.rebasing import Rebasing
from corpus.settling import Settling
from corpus.store.cases import Cases

router = APIRouter(prefix="/compare")
Coder = Annotated[Visitor, Depends(needs(Right.CODE))]


@router.get("/{case}", response_model=None)
def comparison(request: Request, visitor: Coder, case: str) -> Response:
    """Both codings side by side, value by value."""
    with desk_of(request).database.read() as session:
        return _show(request, visitor, session, case_of(session, case))


@router.post("/{case}/settle", response_model=None)
def settle(
    request: Request,
    visitor: Coder,
    case: str,
    path: Annotated[str, Form(max_length=300)],
    value: Annotated[str, Form(max_length=20_000)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Settle one difference, with the reason; what somebody else settled meanwhile is told, and stays."""
    with desk_of(request).database.write() as session:
        held = case_of(session, case)
        Settling(session).settle(held, visitor.account, path, value, reason, seen)
        return _show(request, visitor, session, held)


@router.post("/{case}/accept", response_model=None)
def accept(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.EDIT))], case: str) -> Response:
    """Bring the settled study into the corpus."""
    with desk_of(request).database.write() as session:
        held = case_of(session, case)
        Casework(session).accept(held, visitor.key)
    return moved(request, f"/compare/{case}")


@router.post("/{case}/take-up", response_model=None)
def take_up(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.EDIT))],
    case: str,
    seen: Annotated[str, Form(max_length=64)],
    stands: Annotated[list[Annotated[str, Form(max_length=320)]], Form(max_length=500)] = [],  # noqa: B006
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Take up what the corpus changed while the study was coded anew; ``stands`` names a side and a path that both changed."""
    with desk_of(request).database.write() as session:
        held = case_of(session, case)
        sides = {path: side for side, _, path in (one.partition(":") for one in stands)}
        unsettled = Settling(session).side_by_side(held).unsettled
        Rebasing(session).take_up(held, visitor.key, sides, reason, seen, unsettled)
        return _show(request, visitor, session, case_of(session, case))


@router.post("/{case}/close", response_model=None)
def close(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.EDIT))], case: str) -> Response:
    """Give a case up."""
    with desk_of(request).database.write() as session:
        Casework(session).close(case_of(session, case), visitor.key)
    return moved(request, "/coding")


def _show(request: Request, visitor: Visitor, session: Session, case: Case) -> Response:
    if case.state is CaseState.CODING:
        raise InvalidInput(f"{case.key}: its coders have not finished; until then nobody sees both codings")
    settling = Settling(session)
    both = settling.side_by_side(case)
    found, differences = both.comparison, both.differences
    drafts = settling.drafts(case)
    settled = Cases(session).values(case.key, SETTLED)
    labels = labels_of({**settled, **found.second, **found.first})
    comparing = case.state is CaseState.COMPARING
    checked = Assembling(session).ready(case, both) if comparing else None
    meanwhile, mark = (Rebasing(session).standing(case) if comparing else None) or (None, "")
    moved_on = meanwhile.paths if meanwhile else ()
    return page(
        request,
        "comparison.html",
        visitor,
        case=case,
        title=settled.get("study/label") or found.first.get("study/label") or case.key,
        drafts=drafts,
        names=[one.who for one in drafts],
        comparison=found,
        differences=differences,
        appraisals=_touched(settled, differences),
        settled=both.settlements,
        unsettled=both.unsettled,
        may_settle=settling.may_settle(case, visitor.account),
        checked=checked,
        meanwhile=meanwhile,
        mark=mark,
        labels=labels,
        said=_said(
            {**settled, **found.second, **found.first},
            [*(one.path for one in (*differences, *found.differences)), *moved_on],
        ),
        value_in_words=lambda path, value: value_in_words(path, value, labels),
        choices_at=lambda path: choices_at(path, labels),
        in_words=lambda path: in_words(path, labels),
        fault_in_words=fault_in_words,
        part_at=part_at,
        section_of=section_of,
    )


def _touched(settled: Values, differences: Sequence[Difference]) -> Sequence[Appraisal]:
    """The judgements, as settled so far, of instruments on which the codings differ."""
    items = {
        one.path.rsplit("/", one.path.count("/") - 2)[0] for one in differences if one.path.startswith(f"{WHERE}/")
    }
    return [one for one in appraisals(settled) if any(row.path in items for row in one.rows)]


def _said(values: Values, paths: Iterable[str]) -> dict[str, str]:
    """Where a path leads, in words; an answer by the question it answers."""
    labels = labels_of(values)
    questions = {
        f"{row.path}/answers/{one.key}": f"{one.number} {one.asks}"
        for row in rows(values)
        for one in row.domain.questions
    }
    found = {}
    for path in paths:
        found[path] = (
            f"{in_words(path.partition('/answers/')[0], labels)} › {questions[path]}"
            if path in questions
            else in_words(path, labels)
        )
    return found
