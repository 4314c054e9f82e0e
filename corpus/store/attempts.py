"""Attempts to enter, by the names under which they are counted.

Never knows who somebody is: names are texts, and are forgotten with time.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from corpus.store.rows import table_of
from corpus.tables import desk

_FAILURE = table_of(desk.LoginFailureRow)


class Attempts:
    """The attempts in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, of: Sequence[str], at: datetime) -> None:
        """Note an attempt under each of these names."""
        self._session.execute(insert(_FAILURE), [{"of": name, "at": at} for name in of])

    def counted(self, of: str, since: datetime) -> int:
        """How many were noted under a name since a moment; older ones are cleared away."""
        self._session.execute(delete(_FAILURE).where(_FAILURE.c.at < since))
        asked = select(func.count()).select_from(_FAILURE).where(_FAILURE.c.of == of)
        return int(self._session.execute(asked).scalar_one())

    def forget(self, of: Sequence[str], at: datetime | None = None) -> None:
        """Forget what was noted under these names; with a moment, the attempt of that moment only."""
        which = _FAILURE.c.of.in_(of)
        self._session.execute(delete(_FAILURE).where(which if at is None else which & (_FAILURE.c.at == at)))
