"""Who is asking: the session that a cookie names, the token that every change must carry, and the right a route asks for.

Never keeps a token: the database holds keyed hashes.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import Desk, desk_of
from corpus.desk.guard import SAFE
from corpus.desk.sealed import seal, unseal
from corpus.domain.people import Account, Right, Role
from corpus.store.accounts import Accounts, Invitation

LASTS = timedelta(days=14)
INVITED_FOR = timedelta(days=7)
RECOVERED_WITHIN = timedelta(days=1)
REMEMBERED = timedelta(days=365)
KNOWN = "known"  # what a browser is sealed for that somebody has entered with
CSRF_HEADER = "x-csrf-token"


class NotEntered(Exception):
    """Nobody known is asking."""


class Forbidden(Exception):
    """Somebody asks for what their role, or the lack of the page's token, does not allow."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking."""

    account: Account
    csrf: str

    @property
    def key(self) -> str:
        """The short name."""
        return self.account.key

    def may(self, right: str) -> bool:
        """Whether the person has a right, by its word."""
        return self.account.may(Right(right))


def cookie_name(desk: Desk) -> str:
    """With TLS the name itself makes browsers insist on it, and on the one host.

    Cookies know no ports: without one in its name, a second desk on a machine would end the sessions of the first.
    """
    name, port = "__Host-oxysynth" if desk.https else "oxysynth", urlsplit(desk.origin).port
    return f"{name}-{port}" if port else name


def keyed(desk: Desk, token: str) -> str:
    """What the database holds of a token."""
    return hmac.new(desk.secret, token.encode(), hashlib.sha256).hexdigest()


def begin(desk: Desk, accounts: Accounts, key: str, response: Response) -> None:
    """Begin a session for a person, and hand its cookie out; a team's desk knows the browser again afterwards."""
    token = secrets.token_urlsafe(32)
    accounts.enter(key, token=keyed(desk, token), csrf=secrets.token_urlsafe(24), lasts=LASTS)
    keep(desk, response, cookie_name(desk), token, LASTS)
    if desk.team:
        held = seal(desk, KNOWN, {"account": key}, REMEMBERED)
        keep(desk, response, f"{cookie_name(desk)}-{KNOWN}", held, REMEMBERED)


def entered_before(desk: Desk, request: Request, key: str) -> bool:
    """Whether a person has entered with this browser before. It lets nobody in: it only tells a stranger's attempts apart."""
    held = unseal(desk, KNOWN, request.cookies.get(f"{cookie_name(desk)}-{KNOWN}", ""))
    return held is not None and held.get("account") == key


def keep(desk: Desk, response: Response, name: str, value: str, lasts: timedelta) -> None:
    """Let the browser keep a value that no script and no other site gets at."""
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=desk.https,
        httponly=True,
        samesite="lax",
    )


def forget(desk: Desk, response: Response, name: str) -> None:
    """Let the browser forget it. A browser takes this only with all that the cookie was given with."""
    response.delete_cookie(name, path="/", secure=desk.https, httponly=True, samesite="lax")


def invite_to(desk: Desk, accounts: Accounts, name: str, role: Role, by: str, *, screens: bool = True) -> str:
    """Keep a place for somebody; the address where it is taken, which nobody can read again."""
    token = secrets.token_urlsafe(32)
    expires = datetime.now(UTC) + INVITED_FOR
    accounts.invite(Invitation(token=keyed(desk, token), role=role, name=name, by=by, expires=expires, screens=screens))
    return f"{desk.origin}/invitation?token={token}"


def link_to_new_password(desk: Desk, accounts: Accounts, account: Account, by: str) -> str:
    """The address where somebody who has an account chooses a new password, once; nobody can read it again."""
    token = secrets.token_urlsafe(32)
    expires = datetime.now(UTC) + RECOVERED_WITHIN
    invitation = Invitation(
        token=keyed(desk, token), role=account.role, name=account.name, by=by, expires=expires, account=account.key
    )
    accounts.invite(invitation)
    return f"{desk.origin}/recovery?token={token}"


def may_prove(desk: Desk, accounts: Accounts, account: Account) -> bool:
    """Whether a person has a way to show who they are; who works alone at a machine of their own needs none."""
    known = desk.identity is not None and accounts.subject(account.key).startswith(f"{desk.identity.issuer}|")
    return not desk.team or known or bool(accounts.password(account.key))


def visitor_of(request: Request) -> Visitor | None:
    """Who holds the session of the request's cookie."""
    desk = desk_of(request)
    token = request.cookies.get(cookie_name(desk), "")
    if not token:
        return None
    with desk.database.read() as session:
        entered = Accounts(session).entered(keyed(desk, token))
    return None if entered is None else Visitor(entered.account, entered.csrf)


def needs(right: Right) -> Callable[[Request], Visitor]:
    """What a route depends on: a visitor with this right and, where something changes, with the token of the page.

    The function that is given names its right, so that the tests can ask every route with every role.
    """

    def asked(request: Request) -> Visitor:
        visitor = visitor_of(request)
        if visitor is None:
            raise NotEntered
        if request.method not in SAFE:
            given = request.headers.get(CSRF_HEADER, "")
            if not secrets.compare_digest(given.encode(), visitor.csrf.encode()):
                raise Forbidden("The page is from an earlier session; load it again. What you typed is still in it.")
        if not visitor.account.may(right):
            raise Forbidden(
                f"This needs the right to {right.value}, which the role {visitor.account.role.value} lacks."
            )
        return visitor

    asked.right = right  # type: ignore[attr-defined]
    return asked
