"""What the sources said of each report's standing, day by day.

Never forgets an answer: what failed later does not take it back.
"""

import json
from collections.abc import Iterable

from sqlalchemy import and_, delete, insert, select
from sqlmodel import Session

from corpus.domain.watch import Answered, Check, Notice, NoticeKind
from corpus.store.rows import table_of
from corpus.tables import harvest

_CHECK = table_of(harvest.WatchCheckRow)


class Checks:
    """The answers in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Check, ...]:
        """Every answer, the oldest first."""
        asked = select(_CHECK).order_by(_CHECK.c.on, _CHECK.c.report, _CHECK.c.source)
        return tuple(
            Check(
                report=row["report"],
                source=row["source"],
                on=row["on"],
                answered=Answered(row["answered"]),
                notices=tuple(Notice(kind=NoticeKind(kind), where=where) for kind, where in json.loads(row["notices"])),
                message=row["message"],
            )
            for row in self._session.execute(asked).mappings()
        )

    def add(self, checks: Iterable[Check]) -> None:
        """Enter answers; a second one of a source on one day replaces the first."""
        for check in checks:
            key = {"report": check.report, "source": check.source, "on": check.on}
            self._session.execute(delete(_CHECK).where(and_(*(_CHECK.c[name] == key[name] for name in key))))
            self._session.execute(
                insert(_CHECK),
                {
                    **key,
                    "answered": check.answered.value,
                    "notices": json.dumps([[one.kind.value, one.where] for one in check.notices]),
                    "message": check.message,
                },
            )
