"""The one door between the domain and the database.

Never commits: the caller's transaction holds the change and its audit events together.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from corpus.audit import AuditEvent, changes, digests
from corpus.domain import Corpus
from corpus.store.rows import Rows, rows_of, table_of
from corpus.store.values import UnreadableRow, corpus_of
from corpus.tables import harvest, metadata, shared

_AUDIT = table_of(shared.AuditEventRow)
# What is harvested is no part of the coded corpus: a rebuild from the curated files leaves it alone.
_HARVEST = {table_of(row) for row in vars(harvest).values() if isinstance(row, type) and hasattr(row, "__table__")}
_CONTENT = [table for table in metadata.sorted_tables if table is not _AUDIT and table not in _HARVEST]


class Store:
    """Reads and replaces the corpus of one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def load(self) -> Corpus:
        """The corpus. Raises UnreadableRow where a row does not fit the domain."""
        return corpus_of(self._rows())

    def replace(self, corpus: Corpus, *, who: str, at: datetime) -> tuple[AuditEvent, ...]:
        """Make the database hold this corpus; returns the events added, none where nothing changed."""
        events = self.events()
        wanted = digests(corpus)
        try:
            held = digests(self.load())
        except UnreadableRow:
            held = {}  # rows older than the codebook: every one is written anew
        added = changes(events, held, wanted, who, at)
        if not added:
            return ()
        for table in reversed(_CONTENT):
            self._session.execute(delete(table))
        rows = rows_of(corpus)
        for table in _CONTENT:
            if rows.get(table.name):
                self._session.execute(insert(table), rows[table.name])
        self._session.execute(insert(_AUDIT), [asdict(event) for event in added])
        return added

    def events(self) -> Sequence[AuditEvent]:
        """The audit trail in its order, times in UTC."""
        names = [item.name for item in fields(AuditEvent)]
        found = []
        for row in self._session.execute(select(_AUDIT).order_by(_AUDIT.c.sequence)).mappings():
            values = {name: row[name] for name in names}
            # SQLite gives back a time without its zone, PostgreSQL one in the session's zone.
            at = values["at"]
            values["at"] = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
            found.append(AuditEvent(**values))
        return found

    def _rows(self) -> Rows:
        return {
            table.name: [dict(row) for row in self._session.execute(select(table)).mappings()] for table in _CONTENT
        }
