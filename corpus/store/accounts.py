"""People of the desk in the database, how they prove who they are, and the links that invite them.

Never holds a password or a token itself: only hashes; the audit trail has of a hash what tells that it changed, no more.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlmodel import Session

from corpus.domain.people import Account, Right, Role
from corpus.errors import InvalidInput
from corpus.store.kind import Kind
from corpus.store.rows import table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_ACCOUNT = table_of(desk.AccountRow)
_INVITATION = table_of(desk.InvitationRow)
_SESSION = table_of(desk.LoginSessionRow)
_SHORT = 12  # letters of a token's hash that the trail names it by
KINDS = (
    Kind(name="account", table=_ACCOUNT, key=("key",), told=lambda row: _told(row)),
    Kind(name="invitation", table=_INVITATION, key=("token",), cut=_SHORT, told=lambda row: _place(row), lasts=False),
    Kind(name="session", table=_SESSION, key=("token",), cut=_SHORT, told=lambda row: _entrance(row), lasts=False),
)
_JOINED, _INVITED, _ENTERED = KINDS
# Asked for at every key: put together once.
_SCREENING = select(func.count()).select_from(_ACCOUNT).where(_ACCOUNT.c.active.is_(True), _ACCOUNT.c.screens.is_(True))
_HELD_BY = (
    select(_ACCOUNT, _SESSION.c.csrf, _SESSION.c.expires)
    .join(_SESSION, _SESSION.c.account == _ACCOUNT.c.key)
    .where(_SESSION.c.token == bindparam("token"), _ACCOUNT.c.active.is_(True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session of somebody who has entered."""

    account: Account
    csrf: str  # what every form of the session carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A place that is kept for somebody, or a new password for somebody who has one."""

    token: str  # keyed hash of what the link holds
    role: Role
    name: str
    by: str
    expires: datetime
    account: str = ""  # whose password it renews; "" for a place
    screens: bool = True  # whether who takes the place counts among those who decide on found works

    @property
    def mark(self) -> str:
        """Names it on a page and in the trail; nobody gets in with that."""
        return self.token[:_SHORT]


class Accounts:
    """The people in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[Account]:
        """Everybody, in the order of the keys."""
        return [_account(row) for row in self._session.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.key)).mappings()]

    def screening(self) -> int:
        """How many screen: they may enter, and are not marked as somebody who does other things only."""
        return int(self._session.execute(_SCREENING).scalar_one())

    def get(self, key: str) -> Account | None:
        """One person, or nothing."""
        row = self._session.execute(select(_ACCOUNT).where(_ACCOUNT.c.key == key)).mappings().first()
        return None if row is None else _account(row)

    def password(self, key: str) -> str:
        """The hash of a person's password; "" where there is none."""
        found = self._session.execute(select(_ACCOUNT.c.password).where(_ACCOUNT.c.key == key)).scalar()
        return found or ""

    def subject(self, key: str) -> str:
        """Who the identity provider says a person is; "" where it was never asked."""
        found = self._session.execute(select(_ACCOUNT.c.subject).where(_ACCOUNT.c.key == key)).scalar()
        return found or ""

    def of_subject(self, subject: str) -> Account | None:
        """The person that the identity provider names, or nothing."""
        asked = select(_ACCOUNT).where(_ACCOUNT.c.subject == subject, _ACCOUNT.c.subject != "")
        row = self._session.execute(asked).mappings().first()
        return None if row is None else _account(row)

    def add(self, account: Account, *, by: str, password: str = "", subject: str = "") -> None:
        """Enter a person. Raises InvalidInput where the key is taken, or the identity is somebody's already."""
        if self.get(account.key) is not None:
            raise InvalidInput(f"{account.key}: somebody has this short name already; choose another")
        if subject and (known := self.of_subject(subject)) is not None:
            raise InvalidInput(f"{known.key} has this identity already; enter with it")
        row = {**_row(account), "password": password, "subject": subject}
        self._session.execute(insert(_ACCOUNT), row)
        Trail(self._session).tell(*_JOINED.change(None, row), by)

    def change(self, account: Account, *, by: str, seen: str) -> None:
        """Put a person's role, name and standing in place of what they were.

        ``seen`` is the mark of what they were on the page. Raises SaidMeanwhile where somebody changed it since.

        Who may not enter has no session left and no link to a new password; who may not manage, no invitation that is open.
        """
        Trail(self._session).lock()
        before = self.get(account.key)
        if before is None:
            raise InvalidInput(f"{account.key}: nobody has this short name")
        if before == account:
            return
        Trail(self._session).require_seen(seen, before.standing, account.in_words, f"account/{account.key}")
        self._put(account.key, _row(account), by)
        if not account.active:
            self._end(_SESSION.c.account == account.key, by)
            self._withdraw(_INVITATION.c.account == account.key, by)
        if not account.may(Right.MANAGE):
            self._withdraw(_INVITATION.c.by == account.key, by)

    def set_password(self, key: str, hashed: str, *, by: str) -> None:
        """Put a password in place of the one before, and end every session of the person, and every link to a new one."""
        self._put(key, {"password": hashed}, by)
        self._end(_SESSION.c.account == key, by)
        self._withdraw(_INVITATION.c.account == key, by)

    def enter(self, key: str, *, token: str, csrf: str, lasts: timedelta) -> None:
        """Begin a session; sessions that have ended are cleared away."""
        now = datetime.now(UTC)
        self._session.execute(delete(_SESSION).where(_SESSION.c.expires < now))
        row = {"token": token, "account": key, "csrf": csrf, "expires": now + lasts}
        self._session.execute(insert(_SESSION), row)
        Trail(self._session).tell(*_ENTERED.change(None, row), key)

    def entered(self, token: str) -> Entered | None:
        """Who holds the session, if it has not ended and the person may still enter."""
        row = self._session.execute(_HELD_BY, {"token": token}).mappings().first()
        if row is None or utc(row["expires"]) < datetime.now(UTC):
            return None
        return Entered(account=_account(row), csrf=row["csrf"])

    def leave(self, token: str, *, by: str) -> None:
        """End a session."""
        self._end(_SESSION.c.token == token, by)

    def invite(self, invitation: Invitation) -> None:
        """Keep a place, or the way to a new password; an earlier way to the same person's is closed."""
        if invitation.account:
            self._withdraw(_INVITATION.c.account == invitation.account, invitation.by)
        row = {
            "token": invitation.token,
            "role": invitation.role.value,
            "name": invitation.name,
            "by": invitation.by,
            "expires": invitation.expires,
            "account": invitation.account,
            "screens": invitation.screens,
        }
        self._session.execute(insert(_INVITATION), row)
        Trail(self._session).tell(*_INVITED.change(None, row), invitation.by)

    def withdraw(self, mark: str, *, by: str) -> None:
        """Close an invitation, by its mark. Raises InvalidInput where it is not open."""
        found = [one for one in self.invitations() if one.mark == mark]
        if not found:
            raise InvalidInput("this invitation is not open any more: it was taken, withdrawn, or its time is over")
        self._withdraw(_INVITATION.c.token == found[0].token, by)

    def withdraw_places(self, of: str, *, by: str) -> None:
        """Close every invitation of somebody new that one person gave."""
        self._withdraw((_INVITATION.c.by == of) & (_INVITATION.c.account == ""), by)

    def invitation(self, token: str) -> Invitation | None:
        """The place that a link keeps, if it is still open."""
        row = self._session.execute(select(_INVITATION).where(_INVITATION.c.token == token)).mappings().first()
        if row is None or utc(row["expires"]) < datetime.now(UTC):
            return None
        return _invitation(row)

    def invitations(self) -> Sequence[Invitation]:
        """Places that are kept and not taken."""
        rows = self._session.execute(select(_INVITATION).order_by(_INVITATION.c.expires)).mappings()
        return [_invitation(row) for row in rows if utc(row["expires"]) >= datetime.now(UTC)]

    def take(self, invitation: Invitation, account: Account, *, password: str = "", subject: str = "") -> None:
        """Take the place: the link is used up. Raises InvalidInput where it was, or where the place is no new one."""
        if invitation.account or not self._withdraw(_INVITATION.c.token == invitation.token, account.key):
            raise InvalidInput("this invitation was used already; ask for another")
        self.add(account, by=account.key, password=password, subject=subject)

    def recover(self, invitation: Invitation, password: str) -> Account:
        """Take the new password: the link is used up. Raises InvalidInput where it was, or where the person may not enter."""
        account = self.get(invitation.account)
        if account is None or not account.active:
            raise InvalidInput("whom this link is for may not enter this desk any more")
        if not self._withdraw(_INVITATION.c.token == invitation.token, account.key):
            raise InvalidInput("this link was used already; ask for another")
        self.set_password(account.key, password, by=account.key)
        return account

    def _put(self, key: str, values: Mapping[str, Any], by: str) -> None:
        is_it = _ACCOUNT.c.key == key
        before = self._session.execute(select(_ACCOUNT).where(is_it)).mappings().first()
        if before is None:
            raise InvalidInput(f"{key}: nobody has this short name")
        self._session.execute(update(_ACCOUNT).where(is_it).values(values))
        Trail(self._session).tell(*_JOINED.change(before, {**before, **values}), by)

    def _end(self, which: ColumnElement[bool], by: str) -> int:
        return self._gone(_ENTERED, which, by)

    def _withdraw(self, which: ColumnElement[bool], by: str) -> int:
        return self._gone(_INVITED, which, by)

    def _gone(self, kind: Kind, which: ColumnElement[bool], by: str) -> int:
        """Take rows out and tell so; how many."""
        rows = self._session.execute(select(kind.table).where(which)).mappings().all()
        self._session.execute(delete(kind.table).where(which))
        Trail(self._session).tell_all([kind.change(row, None) for row in rows], by)
        return len(rows)


def _row(account: Account) -> dict[str, Any]:
    return {
        "key": account.key,
        "name": account.name,
        "role": account.role.value,
        "active": account.active,
        "screens": account.screens,
        "orcid": account.orcid,
    }


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        key=row["key"],
        name=row["name"],
        role=Role(row["role"]),
        active=row["active"],
        screens=row["screens"],
        orcid=row["orcid"],
    )


def _invitation(row: Mapping[Any, Any]) -> Invitation:
    return Invitation(**{**row, "role": Role(row["role"]), "expires": utc(row["expires"])})


def _told(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What the trail seals of an account: also that the password or the identity is another one, but neither of them."""
    plain = {name: value for name, value in row.items() if name not in ("password", "subject")}
    return {**plain, "password": _print_of(row["password"]), "identity": _print_of(row["subject"])}


def _print_of(text: str) -> str:
    """Tells one text from another; a password's hash has a salt in it, so that nobody can guess from this."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def _place(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("name", "role", "by", "expires", "account", "screens")}


def _entrance(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("account", "expires")}
