"""What files and database last agreed on, and the files' side of what they disagree on now.

Never decides a conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from corpus.store.rows import table_of
from corpus.store.times import utc
from corpus.tables import desk

_SYNCED = table_of(desk.SyncedRow)
_CONFLICT = table_of(desk.FileConflictRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileConflict:
    """An entity that files and desk have both changed, or that stands or falls with one."""

    entity: str
    text: str  # the files' side, as YAML; "" where they removed it
    digest: str  # of the files' side; "" where they removed it
    together: str  # names those that are settled at once; the entity itself where it is alone
    at: datetime  # when the files were loaded


class Synced:
    """The agreement in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Mapping[str, str]:
        """Digest of every entity when files and database last agreed on it."""
        return {row.entity: row.digest for row in self._session.execute(select(_SYNCED))}

    def put(self, digests: Mapping[str, str]) -> None:
        """Enter what both agree on now."""
        self._session.execute(delete(_SYNCED))
        if digests:
            rows = [{"entity": entity, "digest": digest} for entity, digest in sorted(digests.items())]
            self._session.execute(insert(_SYNCED), rows)

    def settle(self, entity: str, digest: str) -> None:
        """Enter that the files' side of one entity has been seen, and take its conflict away; "" where they removed it."""
        self._session.execute(delete(_CONFLICT).where(_CONFLICT.c.entity == entity))
        self._session.execute(delete(_SYNCED).where(_SYNCED.c.entity == entity))
        if digest:
            self._session.execute(insert(_SYNCED), {"entity": entity, "digest": digest})

    def conflicts(self) -> tuple[FileConflict, ...]:
        """What a person must settle."""
        rows = self._session.execute(select(_CONFLICT).order_by(_CONFLICT.c.entity)).mappings()
        return tuple(FileConflict(**{**row, "at": utc(row["at"])}) for row in rows)

    def disagree(self, found: Mapping[str, tuple[str, str]], together: Mapping[str, str] | None = None) -> None:
        """Enter the files' side (text, digest) of every conflict there is now, and the name of what it is settled with."""
        self._session.execute(delete(_CONFLICT))
        rows = [
            {
                "entity": entity,
                "text": text,
                "digest": digest,
                "together": (together or {}).get(entity, entity),
                "at": datetime.now(UTC),
            }
            for entity, (text, digest) in sorted(found.items())
        ]
        if rows:
            self._session.execute(insert(_CONFLICT), rows)
