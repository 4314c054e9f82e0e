"""People of the desk in the database, how they prove who they are, and the links that invite them.

Never holds a password or a token itself: only hashes; and never puts a hash into the audit trail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlmodel import Session

from corpus.domain.people import Account, Role
from corpus.errors import InvalidInput
from corpus.store.rows import table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_ACCOUNT = table_of(desk.AccountRow)
_INVITATION = table_of(desk.InvitationRow)
_SESSION = table_of(desk.LoginSessionRow)
_FAILURE = table_of(desk.LoginFailureRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session of somebody who has entered."""

    account: Account
    csrf: str  # what every form of the session carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A place that is kept for somebody."""

    token: str  # keyed hash of what the link holds
    role: Role
    name: str
    by: str
    expires: datetime


class Accounts:
    """The people in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[Account]:
        """Everybody, in the order of the keys."""
        return [_account(row) for row in self._session.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.key)).mappings()]

    def screening(self) -> int:
        """How many screen: they may enter, and are not marked as somebody who does other things only."""
        held = _ACCOUNT.c.active.is_(True) & _ACCOUNT.c.screens.is_(True)
        return int(self._session.execute(select(func.count()).select_from(_ACCOUNT).where(held)).scalar_one())

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
        self._session.execute(insert(_ACCOUNT), {**_row(account), "password": password, "subject": subject})
        Trail(self._session).tell(f"account/{account.key}", None, _row(account), by)

    def change(self, account: Account, *, by: str, seen: str) -> None:
        """Put a person's role, name and standing in place of what they were; without a right there is no session left.

        ``seen`` is the mark of what they were on the page. Raises SaidMeanwhile where somebody changed it since.
        """
        Trail(self._session).lock()
        before = self.get(account.key)
        if before is None:
            raise InvalidInput(f"{account.key}: nobody has this short name")
        if before == account:
            return
        Trail(self._session).require_seen(seen, before.standing, account.in_words, f"account/{account.key}")
        self._session.execute(update(_ACCOUNT).where(_ACCOUNT.c.key == account.key).values(_row(account)))
        if not account.active:
            self._session.execute(delete(_SESSION).where(_SESSION.c.account == account.key))
        Trail(self._session).tell(f"account/{account.key}", _row(before), _row(account), by)

    def set_password(self, key: str, hashed: str) -> None:
        """Put a password in place of the one before, and end every session of the person."""
        self._session.execute(update(_ACCOUNT).where(_ACCOUNT.c.key == key).values(password=hashed))
        self._session.execute(delete(_SESSION).where(_SESSION.c.account == key))

    def enter(self, key: str, *, token: str, csrf: str, lasts: timedelta) -> None:
        """Begin a session; sessions that have ended are cleared away."""
        now = datetime.now(UTC)
        self._session.execute(delete(_SESSION).where(_SESSION.c.expires < now))
        row = {"token": token, "account": key, "csrf": csrf, "expires": now + lasts}
        self._session.execute(insert(_SESSION), row)

    def entered(self, token: str) -> Entered | None:
        """Who holds the session, if it has not ended and the person may still enter."""
        asked = (
            select(_ACCOUNT, _SESSION.c.csrf, _SESSION.c.expires)
            .join(_SESSION, _SESSION.c.account == _ACCOUNT.c.key)
            .where(_SESSION.c.token == token, _ACCOUNT.c.active.is_(True))
        )
        row = self._session.execute(asked).mappings().first()
        if row is None or utc(row["expires"]) < datetime.now(UTC):
            return None
        return Entered(account=_account(row), csrf=row["csrf"])

    def leave(self, token: str) -> None:
        """End a session."""
        self._session.execute(delete(_SESSION).where(_SESSION.c.token == token))

    def invite(self, invitation: Invitation) -> None:
        """Keep a place."""
        row = {
            "token": invitation.token,
            "role": invitation.role.value,
            "name": invitation.name,
            "by": invitation.by,
            "expires": invitation.expires,
        }
        self._session.execute(insert(_INVITATION), row)
        told = {"name": invitation.name, "role": invitation.role.value, "expires": invitation.expires}
        Trail(self._session).tell(f"invitation/{invitation.token[:12]}", None, told, invitation.by)

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
        """Take the place: the link is used up."""
        gone = self._session.execute(delete(_INVITATION).where(_INVITATION.c.token == invitation.token))
        if not gone.rowcount:  # type: ignore[attr-defined]
            raise InvalidInput("this invitation was used already; ask for another")
        self.add(account, by=account.key, password=password, subject=subject)

    def failed(self, of: Sequence[str]) -> None:
        """Note a failed attempt to enter, under each of these names."""
        self._session.execute(insert(_FAILURE), [{"of": name, "at": datetime.now(UTC)} for name in of])

    def failures(self, of: Sequence[str], since: datetime) -> int:
        """The most failed attempts under any of these names since a moment; older ones are cleared away."""
        self._session.execute(delete(_FAILURE).where(_FAILURE.c.at < since))
        asked = select(func.count()).select_from(_FAILURE).where(_FAILURE.c.of.in_(of)).group_by(_FAILURE.c.of)
        return max(self._session.scalars(asked), default=0)

    def forgive(self, of: Sequence[str]) -> None:
        """Forget the failed attempts under these names."""
        self._session.execute(delete(_FAILURE).where(or_(*(_FAILURE.c.of == name for name in of))))


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
    return Invitation(
        token=row["token"], role=Role(row["role"]), name=row["name"], by=row["by"], expires=utc(row["expires"])
    )
