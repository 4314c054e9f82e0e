"""Runs of the refresh in the database, stage by stage.

Never commits: a stage is done when its caller's transaction is.
"""

import json
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from corpus.domain.runs import Run, RunState, Stage
from corpus.store.rows import table_of
from corpus.tables import harvest

_RUN = table_of(harvest.RefreshRow)
_STAGE = table_of(harvest.RefreshStageRow)


class Runs:
    """The runs in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last(self, count: int = 1) -> tuple[Run, ...]:
        """The newest runs, the newest first."""
        rows = self._session.execute(select(_RUN).order_by(_RUN.c.started_at.desc()).limit(count)).mappings().all()
        return tuple(
            Run(
                started_at=_utc(row["started_at"]),
                ended_at=_utc(row["ended_at"]) if row["ended_at"] else None,
                state=RunState(row["state"]),
                stages=self._stages(row["started_at"]),
            )
            for row in rows
        )

    def begin(self, at: datetime) -> None:
        """Enter a run."""
        self._session.execute(insert(_RUN), {"started_at": at, "state": RunState.STARTED.value, "ended_at": None})

    def end(self, started_at: datetime, state: RunState, at: datetime) -> None:
        """Close a run."""
        self._session.execute(
            update(_RUN).where(_RUN.c.started_at == started_at).values(state=state.value, ended_at=at)
        )

    def add(self, started_at: datetime, stage: Stage) -> None:
        """Enter a stage that has ended."""
        self._session.execute(
            insert(_STAGE),
            {
                "refresh": started_at,
                "position": len(self._stages(started_at)),
                "stage": stage.name,
                "state": stage.state.value,
                "message": stage.message,
                "told": json.dumps(stage.told, ensure_ascii=False),
                "seconds": stage.seconds,
            },
        )

    def _stages(self, started_at: datetime) -> tuple[Stage, ...]:
        asked = select(_STAGE).where(_STAGE.c.refresh == started_at).order_by(_STAGE.c.position)
        return tuple(
            Stage(
                name=row["stage"],
                state=RunState(row["state"]),
                message=row["message"],
                told=json.loads(row["told"]),
                seconds=row["seconds"],
            )
            for row in self._session.execute(asked).mappings()
        )


def _utc(at: datetime) -> datetime:
    """SQLite gives back a time without its zone, PostgreSQL one in the session's zone."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
