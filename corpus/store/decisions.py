"""Decisions of reviewers on harvested records: which are relevant, who said so, when and why.

Never hangs on a link: a decision belongs to the record that was read, and stays when links are made or undone.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from corpus.store.rows import table_of
from corpus.tables import harvest

_DECISION = table_of(harvest.ScreeningDecisionRow)


class Decisions:
    """The decisions in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def relevant(self) -> Mapping[str, bool]:
        """Whether each decided record is relevant, by id."""
        return {row.record: row.relevant for row in self._session.execute(select(_DECISION))}

    def decide(self, record: str, relevant: bool, *, reason: str, who: str, at: datetime) -> None:
        """Enter a decision; a second one on the same record replaces the first."""
        self._session.execute(delete(_DECISION).where(_DECISION.c.record == record))
        self._session.execute(
            insert(_DECISION), {"record": record, "relevant": relevant, "reason": reason, "who": who, "at": at}
        )
