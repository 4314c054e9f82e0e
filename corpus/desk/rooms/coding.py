"""Coding: the form section by section, autosave, and what an effect becomes while it is typed."""

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from pydantic import BaseModel, Field, ValidationError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpus.assembling import Assembling
from corpus.casework import Casework
from corpus.coding.draft import LONGEST_VALUE, check_path, taken_out
from corpus.coding.preview import preview
from corpus.coding.rivals import rivals
from corpus.coding.shape import Items
from corpus.coding.suggestions import suggestions
from corpus.coding.values import items_of
from corpus.coding.ways import BY_KEY, choose
from corpus.desk.appraising import judging
from corpus.desk.desk import desk_of
from corpus.desk.drafts import case_of as _case
from corpus.desk.drafts import editable_values, own_values
from corpus.desk.entering import Visitor, needs
from corpus.desk.formdata import SECTIONS, fault_in_words, in_words, labels_of, part_at, section_of, section_parts
from corpus.desk.pages import moved, page
from corpus.domain.cases import Case, CaseState, Change
from corpus.domain.people import Right
from corpus.errors import InvalidInput
from corpus.store.cases import Cases
from corpus.store.queue import Queue
from corpus.works.reading import read_work

router = APIRouter(prefix="/coding")
Coder = Annotated[Visitor, Depends(needs(Right.CODE))]
Path = Annotated[str, Form(max_length=300)]
MOST_CHANGES = 500
MOST_ITEMS = 500


class ChangeIn(BaseModel):
    """One value that was typed."""

    path: str = Field(max_length=300)
    was: str = Field(max_length=LONGEST_VALUE)
    value: str = Field(max_length=LONGEST_VALUE)


class Saved(BaseModel):
    """What a page of the form sends."""

    changes: list[ChangeIn] = Field(max_length=MOST_CHANGES)


@router.get("/{case}/preview", response_model=None)
def preview_effect(
    request: Request, visitor: Coder, case: str, effect: Annotated[str, Query(max_length=300)]
) -> Response:
    """What an effect of one's own draft becomes, and what does not fit."""
    _check_item(effect, "study/effects")
    with desk_of(request).database.read() as session:
        values = Cases(session).values(_case(session, case).key, visitor.key)
    return page(request, "preview.html", visitor, preview=preview(values, effect))


@router.get("/{case}/rivals", response_model=None)
def rivals_of(request: Request, visitor: Coder, case: str) -> Response:
    """Effects of one's own draft that tell of the same result, side by side."""
    with desk_of(request).database.read() as session:
        values = Cases(session).values(_case(session, case).key, visitor.key)
    return page(request, "rivals.html", visitor, found=rivals(values), labels=labels_of(values))


@router.get("/{case}/item", response_model=None)
def new_item(
    request: Request,
    visitor: Coder,
    case: str,
    where: Annotated[str, Query(max_length=300)],
    number: Annotated[int, Query(ge=1, le=MOST_ITEMS)],
) -> Response:
    """The empty form of one more item of a list."""
    part = part_at(where)
    if not isinstance(part, Items):
        raise InvalidInput(f"{where[:100]!r} is no list of the form")
    with desk_of(request).database.read() as session:
        held = _case(session, case)
        values = editable_values(session, held, visitor)
        return page(
            request, "item.html", visitor, **_form(held, values), part=part, where=where, number=number, alone=False
        )


@router.get("/{case}/{section}", response_model=None)
def section(request: Request, visitor: Coder, case: str, section: str) -> Response:
    """One section of the form, with one's own values."""
    with desk_of(request).database.read() as session:
        held = _case(session, case)
        return _section(request, visitor, session, held, section, own_values(session, held, visitor))


@router.post("/{case}/save", response_model=None)
def save(request: Request, visitor: Coder, case: str, saved: Saved) -> Response:
    """Keep what was typed; what somebody else changed meanwhile comes back, with both values."""
    for change in saved.changes:
        check_path(change.path)
    with desk_of(request).database.write() as session:
        held = _case(session, case)
        editable_values(session, held, visitor)
        changes = [Change(path=one.path, was=one.was, value=one.value) for one in saved.changes]
        clashes = Cases(session).save(held.key, visitor.key, changes)
    told = [{"path": one.path, "mine": one.mine, "theirs": one.theirs} for one in clashes]
    return JSONResponse({"saved": len(changes) - len(clashes), "clashes": told})


@router.post("/{case}/way", response_model=None)
def way(
    request: Request, visitor: Coder, case: str, effect: Path, way: Annotated[str, Form(max_length=64)]
) -> Response:
    """Choose what the paper prints of an effect; values that this does not take are dropped."""
    number = _check_item(effect, "study/effects")
    if way not in BY_KEY:
        raise InvalidInput(f"{way!r} is no way of printing a result")
    with desk_of(request).database.write() as session:
        held = _case(session, case)
        values = dict(editable_values(session, held, visitor))
        changed = choose(values, effect, BY_KEY[way])
        changes = [Change(path=path, was=values.get(path, ""), value=value) for path, value in changed.items()]
        Cases(session).save(held.key, visitor.key, changes)
        values = Cases(session).values(held.key, visitor.key)
        part = part_at("study/effects")
        return page(
            request,
            "item.html",
            visitor,
            **_form(held, values),
            part=part,
            where="study/effects",
            number=number,
            alone=True,
        )


@router.post("/{case}/drop", response_model=None)
def drop(request: Request, visitor: Coder, case: str, item: Path) -> Response:
    """Take an item out of one's own draft, and what refers to it; the page offers the way back."""
    with desk_of(request).database.write() as session:
        held = _case(session, case)
        values = editable_values(session, held, visitor)
        name = in_words(item, labels_of(values))
        changes = taken_out(values, item)
        Cases(session).save(held.key, visitor.key, changes)
        values = Cases(session).values(held.key, visitor.key)
        back = [{"path": one.path, "was": one.value, "value": one.was} for one in changes]
        return _section(
            request,
            visitor,
            session,
            held,
            section_of(item),
            values,
            item=item,
            dropped=name,
            back=json.dumps({"changes": back}),
        )


@router.post("/{case}/restore", response_model=None)
def restore(request: Request, visitor: Coder, case: str, item: Path, back: Annotated[str, Form()]) -> Response:
    """Bring back an item that was taken out; what was typed in its place meanwhile stays."""
    try:
        saved = Saved.model_validate_json(back)
    except ValidationError as error:
        raise InvalidInput("this does not say what was taken out; type it again") from error
    for change in saved.changes:
        check_path(change.path)
    with desk_of(request).database.write() as session:
        held = _case(session, case)
        editable_values(session, held, visitor)
        changes = [Change(path=one.path, was=one.was, value=one.value) for one in saved.changes]
        clashes = Cases(session).save(held.key, visitor.key, changes)
        if clashes:
            raise InvalidInput(
                f"{clashes[0].path}: “{clashes[0].theirs[:100]}” was typed there meanwhile; nothing was brought back"
            )
        values = Cases(session).values(held.key, visitor.key)
        return _section(request, visitor, session, held, section_of(item), values)


@router.post("/{case}/finish", response_model=None)
def finish(request: Request, visitor: Coder, case: str) -> Response:
    """Say that one has finished."""
    with desk_of(request).database.write() as session:
        Casework(session).finish(_case(session, case), visitor.key)
        now = _case(session, case)
    return moved(request, f"/compare/{case}" if now.state is CaseState.COMPARING else "/coding")


@router.post("/{case}/reopen", response_model=None)
def reopen(request: Request, visitor: Coder, case: str) -> Response:
    """Take one's own draft up again."""
    with desk_of(request).database.write() as session:
        Casework(session).reopen(_case(session, case), visitor.key)
    return moved(request, f"/coding/{case}/finish")


def _section(
    request: Request,
    visitor: Visitor,
    session: Session,
    case: Case,
    section: str,
    values: dict[str, str],
    *,
    item: str = "",
    dropped: str = "",
    back: str = "",
) -> Response:
    return page(
        request,
        "section.html",
        visitor,
        **_form(case, values),
        section=section,
        sections=SECTIONS,
        parts=section_parts(section),
        item=item,
        dropped=dropped,
        back=back,
        **_beside(session, case, values, section, visitor.key),
    )


def _check_item(path: str, where: str) -> int:
    found = re.fullmatch(rf"{where}/([1-9][0-9]{{0,3}})", path)
    if found is None or int(found[1]) > MOST_ITEMS:
        raise InvalidInput(f"{path[:100]!r} is no item of the form")
    return int(found[1])


def _form(case: Case, values: dict[str, str]) -> dict[str, Any]:
    return {
        "case": case,
        "values": values,
        "labels": labels_of(values),
        "items_of": lambda where: items_of(values, where),
    }


def _beside(session: Session, case: Case, values: dict[str, str], section: str, who: str) -> dict[str, Any]:
    """What stands beside a section: what was found in the abstract, samples that may overlap, and what is lacking."""
    assembling, queue = Assembling(session), Queue(session)
    work = queue.work(case.work) if case.work else queue.of_report(values.get("report/key", ""))
    text = read_work(session, work).record.abstract if work else ""
    return {
        "suggested": suggestions(text),
        "samples": assembling.overlapping(values) if section == "people" else (),
        "checked": assembling.look(case, values) if section == "finish" else None,
        "draft": next(one for one in Cases(session).drafts(case.key) if one.who == who),
        "section_of": section_of,
        "in_words": lambda path: in_words(path, labels_of(values)),
        "fault_in_words": fault_in_words,
        "judging": judging(session, case, values) if section == "bias" else None,
    }
