"""How far screening has come, counted along the indexes.

Never what somebody decided: only how many decisions there are, and how many works wait.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import DateTime, Integer, Select, String, bindparam, func, select
from sqlmodel import Session

from corpus.domain.screening import Stage
from corpus.store.queue import WAITS
from corpus.store.rows import table_of
from corpus.tables import desk

_WORK = table_of(desk.FoundWorkRow)
_DECISION = table_of(desk.ScreeningDecisionRow)
_ACCOUNT = table_of(desk.AccountRow)


class Progress:
    """The counts in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def decided(self, stage: Stage, who: str, since: datetime | None = None) -> int:
        """Number of decisions of a person at a stage; with a moment, of those made after it."""
        values: dict[str, Any] = {"who": who, "stage": stage.value}
        if since is None:
            return int(self._session.execute(_decided(), values).scalar_one())
        return int(self._session.execute(_decided_since(), {**values, "since": since}).scalar_one())

    def waiting(self, stage: Stage) -> int:
        """Number of works that wait at a stage, for anybody."""
        asked = select(func.count()).select_from(_WORK).where(_WORK.c.stage == stage.value, WAITS)
        return int(self._session.execute(asked).scalar_one())

    def made(self, since: datetime, most: int) -> int:
        """Number of decisions that were made after a moment, by anybody, as far as about ``most``."""
        return int(self._session.execute(_made(), {"since": since, "most": most}).scalar_one())


@cache
def _decided() -> Select[Any]:
    who, stage = bindparam("who", type_=String), bindparam("stage", type_=String)
    held = (_DECISION.c.who == who) & (_DECISION.c.stage == stage) & _DECISION.c.ended.is_(None)
    held &= _DECISION.c.settles.is_(False)  # settling is no decision of one's own
    return select(func.count()).select_from(_DECISION).where(held)


@cache
def _decided_since() -> Select[Any]:
    return _decided().where(_DECISION.c.at > bindparam("since", type_=DateTime(timezone=True)))


@cache
def _made() -> Select[Any]:
    # An outer join, so that SQLite goes from each person along the index on people and times, past no other decision.
    on = (_DECISION.c.who == _ACCOUNT.c.key) & (_DECISION.c.at > bindparam("since", type_=DateTime(timezone=True)))
    each = select(_DECISION.c.at).select_from(_ACCOUNT.outerjoin(_DECISION, on)).limit(bindparam("most", type_=Integer))
    return select(func.count(each.subquery().c.at))
