"""Entering through an identity provider: who is known there enters; who also holds an invitation joins.

Never lets an unknown person in, and never links an identity to an account that somebody else holds.
"""

import secrets
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from corpus.desk.desk import Desk, Identity, desk_of
from corpus.desk.entering import begin, cookie_name, forget, keep
from corpus.desk.identity import Attempt, Known, NotVouchedFor, address_to_ask, known_by
from corpus.desk.joining import account_for, place_of, short_name_like
from corpus.desk.pages import moved, page
from corpus.desk.sealed import seal, unseal
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts

router = APIRouter(prefix="/identity")
BACK = "/identity/back"  # the address that is registered with the provider
LASTS = timedelta(minutes=15)
ATTEMPT, JOINING = "attempt", "joining"  # what the browser holds: before the provider has answered, and after
Short = Annotated[str, Form(max_length=200)]


@router.get("", response_model=None)
def ask(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Go to the provider; with the token of an invitation to join, without one to enter."""
    desk, identity = _both(request)
    if token and place_of(desk, token) is None:
        return page(request, "invitation.html", None, token=token, held=None, wrong="", status=403)
    attempt = Attempt.fresh(token)
    reply = RedirectResponse(address_to_ask(identity, desk.origin + BACK, attempt), status_code=303)
    _hold(desk, reply, ATTEMPT, attempt.values)
    return reply


@router.get("/back", response_model=None)
def back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """The provider sends the person back here."""
    desk, identity = _both(request)
    held = _held(request, ATTEMPT)
    if held is None or not secrets.compare_digest(state.encode(), held["state"].encode()):
        raise NotVouchedFor("this attempt to enter has ended, or another browser began it; enter again")
    if iss and iss != identity.issuer:
        raise NotVouchedFor("another identity provider than the desk's has answered; enter again")
    if error or not code:
        raise NotVouchedFor(f"the identity provider let nobody in ({error[:60] or 'without a word'}); enter again")
    attempt = Attempt(**{one.name: held[one.name] for one in fields(Attempt)})
    person = known_by(identity, desk.origin + BACK, attempt, code)
    with desk.database.write() as session:
        accounts = Accounts(session)
        account = accounts.of_subject(person.subject)
        if account is not None and account.active:
            reply = RedirectResponse("/", status_code=303)
            begin(desk, accounts, account.key, reply)
            forget(desk, reply, _cookie(desk))
            return reply
    if account is not None:
        raise NotVouchedFor(f"{account.key} may not enter this desk any more; its admin can change that")
    return _to_joining(desk, person, attempt.invitation)


@router.get("/welcome", response_model=None)
def welcome(request: Request) -> Response:
    """The page where somebody whom the provider has named chooses a short name."""
    return _welcome(request, _joining(request), wrong="")


@router.post("/welcome", response_model=None)
def join(request: Request, proof: Short, key: Short, name: Short, orcid: Short = "") -> Response:
    """Take the place that the invitation keeps; the identity stands in place of a password."""
    desk, joining = desk_of(request), _joining(request)
    if not secrets.compare_digest(proof.encode(), joining["proof"].encode()):
        raise NotVouchedFor("the page is from an earlier attempt; enter again")
    held = place_of(desk, joining["invitation"])
    if held is None:
        return page(request, "invitation.html", None, token="", held=None, wrong="", status=403)
    reply = moved(request, "/")
    try:
        account = account_for(held, key, name, orcid)
        with desk.database.write() as session:
            accounts = Accounts(session)
            accounts.take(held, account, subject=joining["subject"])
            begin(desk, accounts, account.key, reply)
    except InvalidInput as error:
        return _welcome(request, joining, wrong=str(error), status=422)
    forget(desk, reply, _cookie(desk))
    return reply


def _to_joining(desk: Desk, person: Known, invitation: str) -> Response:
    if not invitation or place_of(desk, invitation) is None:
        raise NotVouchedFor(
            "nobody at this desk is known by this identity; join it with an invitation, from the desk's admin"
        )
    reply = RedirectResponse("/identity/welcome", status_code=303)
    values = {"subject": person.subject, "name": person.name, "short": short_name_like(person.short)}
    _hold(desk, reply, JOINING, {**values, "invitation": invitation, "proof": secrets.token_urlsafe(24)})
    return reply


def _welcome(request: Request, joining: Mapping[str, str], *, wrong: str, status: int = 200) -> Response:
    held = place_of(desk_of(request), joining["invitation"])
    if held is None:
        return page(request, "invitation.html", None, token="", held=None, wrong="", status=403)
    return page(request, "joining.html", None, joining=joining, held=held, wrong=wrong, status=status)


def _joining(request: Request) -> Mapping[str, str]:
    _both(request)
    held = _held(request, JOINING)
    if held is None:
        raise NotVouchedFor("this attempt to join has ended; open the invitation again")
    return held


def _both(request: Request) -> tuple[Desk, Identity]:
    desk = desk_of(request)
    if desk.identity is None:
        raise HTTPException(404)
    return desk, desk.identity


def _hold(desk: Desk, reply: Response, purpose: str, values: Mapping[str, str]) -> None:
    keep(desk, reply, _cookie(desk), seal(desk, purpose, values, LASTS), LASTS)


def _held(request: Request, purpose: str) -> Mapping[str, str] | None:
    desk = desk_of(request)
    return unseal(desk, purpose, request.cookies.get(_cookie(desk), ""))


def _cookie(desk: Desk) -> str:
    return f"{cookie_name(desk)}-identity"
