"""Entering, leaving, and who belongs to the team."""

import secrets
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk import throttle
from corpus.desk.desk import desk_of
from corpus.desk.entering import (
    Visitor,
    begin,
    cookie_name,
    entered_before,
    forget,
    invite_to,
    keyed,
    link_to_new_password,
    may_prove,
    needs,
)
from corpus.desk.joining import account_for, known_account, name_of, place_of, recovery_of
from corpus.desk.pages import moved, page
from corpus.desk.passwords import hashed, matches
from corpus.domain.people import Account, Right, Role
from corpus.domain.screening import Stage
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts
from corpus.store.attempts import Attempts
from corpus.store.decisions import Decisions
from corpus.works.queueing import restate

router = APIRouter()
SOLO = "reviewer"  # who works at a desk of one person, where the machine does not say
Short = Annotated[str, Form(max_length=200)]


@router.get("/enter", response_model=None)
def enter(request: Request, key: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The door: with accounts a form; at a desk of one person the address that was printed when it was started."""
    desk = desk_of(request)
    if desk.team:
        return page(request, "enter.html", None, wrong="")
    if not desk.entry_key or not secrets.compare_digest(key.encode(), desk.entry_key.encode()):
        said = "Open the address that the terminal printed when the desk was started: it holds the key to this desk."
        return page(request, "message.html", None, text=said, status=403 if key else 401)
    reply = moved(request, "/")
    with desk.database.write() as session:
        accounts = Accounts(session)
        admins = [one for one in accounts.all() if one.role is Role.ADMIN]
        account = admins[0] if admins else Account(key=SOLO, name="Reviewer", role=Role.ADMIN)
        if not admins:
            accounts.add(account, by=account.key)
        begin(desk, accounts, account.key, reply)
    return reply


@router.post("/enter", response_model=None)
def enter_with_password(request: Request, account: Short, password: Short) -> Response:
    """Enter with a short name and a password."""
    desk = desk_of(request)
    if not desk.team:
        return moved(request, "/enter")
    address = _address(request)
    with desk.database.write() as session:
        accounts = Accounts(session)
        at = throttle.admit(Attempts(session), account, address, known=entered_before(desk, request, account))
        known = accounts.get(account)
        stored = accounts.password(account)
    # Outside the transaction: hashing takes long on purpose, and nobody else should wait for it.
    if not matches(password, stored) or known is None or not known.active:
        return page(request, "enter.html", None, wrong="Short name or password is not right.", status=401)
    reply = moved(request, "/")
    with desk.database.write() as session:
        throttle.succeeded(Attempts(session), account, address, at)
        begin(desk, Accounts(session), account, reply)
    return reply


@router.post("/leave", response_model=None)
def leave(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """End the session."""
    desk = desk_of(request)
    with desk.database.write() as session:
        Accounts(session).leave(keyed(desk, request.cookies.get(cookie_name(desk), "")), by=visitor.key)
    reply = moved(request, "/enter")
    forget(desk, reply, cookie_name(desk))
    return reply


@router.get("/invitation", response_model=None)
def invitation(request: Request, token: Annotated[str, Query(max_length=200)]) -> Response:
    """The page where an invited person chooses a short name and a password."""
    return page(request, "invitation.html", None, token=token, held=place_of(desk_of(request), token), wrong="")


@router.post("/invitation", response_model=None)
def accept(request: Request, token: Short, key: Short, name: Short, password: Short, orcid: Short = "") -> Response:
    """Take the place that an invitation keeps."""
    desk = desk_of(request)
    held = place_of(desk, token)
    if held is None:
        return page(request, "invitation.html", None, token=token, held=None, wrong="", status=403)
    try:
        account = account_for(held, key, name, orcid)
        stored = hashed(password)
        with desk.database.write() as session:
            Accounts(session).take(held, account, password=stored)
    except InvalidInput as error:
        return page(request, "invitation.html", None, token=token, held=held, wrong=str(error), status=422)
    reply = moved(request, "/")
    with desk.database.write() as session:
        begin(desk, Accounts(session), account.key, reply)
    return reply


@router.get("/recovery", response_model=None)
def recovery(request: Request, token: Annotated[str, Query(max_length=200)]) -> Response:
    """The page where somebody who is known already chooses a new password."""
    return _recovery(request, token, wrong="")


@router.post("/recovery", response_model=None)
def recover(request: Request, token: Short, password: Short) -> Response:
    """Take the new password; the link is used up, and every session of the person ends but the new one."""
    desk = desk_of(request)
    held = recovery_of(desk, token)
    if held is None:
        return _recovery(request, token, wrong="", status=403)
    reply = moved(request, "/")
    try:
        stored = hashed(password)
        with desk.database.write() as session:
            accounts = Accounts(session)
            begin(desk, accounts, accounts.recover(held, stored).key, reply)
    except InvalidInput as error:
        return _recovery(request, token, wrong=str(error), status=422)
    return reply


@router.get("/people", response_model=None)
def people(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """Who belongs to the team, and who is invited."""
    return _people(request, visitor)


@router.post("/people/invite", response_model=None)
def invite(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.MANAGE))],
    name: Short,
    role: Annotated[Role, Form()],
    aside: Annotated[bool, Form()] = False,
) -> Response:
    """Keep a place for somebody, who with ``aside`` will not screen; the link is shown once."""
    desk = desk_of(request)
    if not desk.team:
        raise InvalidInput("this desk is for one person; start it with --team to invite others")
    with desk.database.write() as session:
        link = invite_to(desk, Accounts(session), name_of(name), role, visitor.key, screens=not aside)
    return _people(request, visitor, link=link)


@router.post("/people/withdraw", response_model=None)
def withdraw(
    request: Request, visitor: Annotated[Visitor, Depends(needs(Right.MANAGE))], invitation: Short
) -> Response:
    """Close an invitation, or the way to a new password, that nobody has taken yet."""
    with desk_of(request).database.write() as session:
        Accounts(session).withdraw(invitation, by=visitor.key)
    return _people(request, visitor)


@router.post("/people/recovery", response_model=None)
def let_recover(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.MANAGE))], key: Short) -> Response:
    """A link with which somebody who forgot the password chooses a new one; it is shown once."""
    desk = desk_of(request)
    if not desk.team:
        raise InvalidInput("this desk is for one person, who enters without a password")
    with desk.database.write() as session:
        accounts = Accounts(session)
        link = link_to_new_password(desk, accounts, known_account(accounts, key), visitor.key)
    return _people(request, visitor, link=link, whose=key)


@router.post("/people/change", response_model=None)
def change(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.MANAGE))],
    key: Short,
    role: Annotated[Role, Form()],
    active: Annotated[bool, Form()] = False,
    screens: Annotated[bool, Form()] = False,
    seen: Short = "",
) -> Response:
    """Change a person's role, whether they screen, or close the door to them; the last admin stays one.

    Works that waited for more people than are left to decide move on before the answer.
    """
    desk = desk_of(request)
    with desk.database.write() as session:
        accounts = Accounts(session)
        known = accounts.get(key)
        if known is None:
            raise InvalidInput(f"{key}: nobody has this short name")
        changed = replace(known, role=role, active=active, screens=screens)
        if known.may(Right.MANAGE) and not changed.may(Right.MANAGE):
            others = [one for one in accounts.all() if one.key != key and one.may(Right.MANAGE)]
            # Who has no way to enter manages nothing: one who once worked alone, for example.
            if not any(may_prove(desk, accounts, one) for one in others):
                raise InvalidInput(f"{key} is the last admin who can enter; make somebody else one first")
        before = desk.needed(accounts.screening())
        accounts.change(changed, by=visitor.key, seen=seen)
        needed = desk.needed(accounts.screening())
    moved_on = restate(desk.database.write, needed, visitor.key) if needed < before else 0
    return _people(request, visitor, said=_kept(changed, before, needed, moved_on))


@router.post("/password", response_model=None)
def change_password(
    request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))], old: Short, new: Short
) -> Response:
    """Change one's own password; every session but the new one ends."""
    desk, address = desk_of(request), _address(request)
    with desk.database.write() as session:
        at = throttle.admit(Attempts(session), visitor.key, address, known=True)
        stored = Accounts(session).password(visitor.key)
    if not matches(old, stored):
        raise InvalidInput("the old password is not right")
    fresh = hashed(new)
    reply = moved(request, "/people")
    with desk.database.write() as session:
        accounts = Accounts(session)
        throttle.succeeded(Attempts(session), visitor.key, address, at)
        accounts.set_password(visitor.key, fresh, by=visitor.key)
        begin(desk, accounts, visitor.key, reply)
    return reply


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _recovery(request: Request, token: str, *, wrong: str, status: int = 200) -> Response:
    held = recovery_of(desk_of(request), token)
    return page(request, "recovery.html", None, token=token, held=held, wrong=wrong, status=status)


def _kept(changed: Account, before: int, needed: int, moved_on: int) -> str:
    """What a change of a person led to."""
    said = [f"Kept for {changed.name}."]
    if needed != before:
        said.append(f"From now on {needed} decide{'s' if needed == 1 else ''} on each work; until now it was {before}.")
    if moved_on:
        said.append(f"{moved_on} work{'s' if moved_on != 1 else ''} that waited for another decision moved on.")
    return " ".join(said)


def _people(request: Request, visitor: Visitor, link: str = "", whose: str = "", said: str = "") -> Response:
    desk = desk_of(request)
    with desk.database.read() as session:
        accounts, decisions = Accounts(session), Decisions(session)
        screening = accounts.screening()
        needed = desk.needed(screening)
        # What would follow if one of those who screen left: that must not come unannounced.
        fewer = max(1, needed - 1) if screening <= needed else needed
        waiting = sum(len(decisions.waiting(stage, fewer)) for stage in Stage) if fewer < needed else 0
        return page(
            request,
            "people.html",
            visitor,
            everybody=accounts.all(),
            invited=accounts.invitations(),
            roles=tuple(Role),
            link=link,
            whose=whose,
            said=said,
            needed=needed,
            screening=screening,
            fewer=fewer,
            waiting=waiting,
        )
