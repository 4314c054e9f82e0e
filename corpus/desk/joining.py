"""What a person gives when they take the place that an invitation keeps: a short name, a name, an ORCID.

Never knows how they prove who they are: by a password, or by an identity provider.
"""

import re

from corpus.desk.desk import Desk
from corpus.desk.entering import keyed
from corpus.domain.people import RESERVED, Account
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts, Invitation

_SHORT_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", re.ASCII)


def place_of(desk: Desk, token: str) -> Invitation | None:
    """The place that a link keeps for somebody new, if it is still open."""
    held = _invitation(desk, token)
    return None if held is None or held.account else held


def recovery_of(desk: Desk, token: str) -> Invitation | None:
    """The new password that a link is good for, if it still is and its person may enter."""
    held = _invitation(desk, token)
    if held is None or not held.account:
        return None
    with desk.database.read() as session:
        account = Accounts(session).get(held.account)
    return held if account is not None and account.active else None


def known_account(accounts: Accounts, key: str) -> Account:
    """Somebody who may enter already. Raises InvalidInput."""
    found = accounts.get(key)
    if found is None or not found.active:
        raise InvalidInput(f"{key[:64]}: nobody of this short name may enter")
    return found


def account_for(held: Invitation, key: str, name: str, orcid: str) -> Account:
    """The account of who takes the place. Raises InvalidInput."""
    if not _SHORT_NAME.fullmatch(key):
        raise InvalidInput(
            f"a short name has 2 to 40 small letters, digits and _, and begins with a letter; saw {key!r}"
        )
    if key in RESERVED:
        raise InvalidInput(f"{key} is no name of a person here; choose another")
    if orcid and not _ORCID.fullmatch(orcid):
        raise InvalidInput(f"an ORCID is written 0000-0002-1825-0097; saw {orcid!r}")
    return Account(key=key, name=name_of(name), role=held.role, orcid=orcid, screens=held.screens)


def name_of(text: str) -> str:
    """A person's name as it is kept. Raises InvalidInput."""
    name = " ".join(text.split())
    if not name or len(name) > 100 or not name.isprintable():
        raise InvalidInput("a name has 1 to 100 letters")
    return name


def short_name_like(text: str) -> str:
    """A short name to offer to somebody who is called so elsewhere."""
    return re.sub(r"[^a-z0-9_]+", "_", text.partition("@")[0].lower()).lstrip("_0123456789")[:40]


def _invitation(desk: Desk, token: str) -> Invitation | None:
    with desk.database.read() as session:
        return Accounts(session).invitation(keyed(desk, token))
