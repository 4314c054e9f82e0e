"""The one door between the domain and the database.

Never commits: the caller's transaction holds the change and its audit events together.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from corpus.audit import AuditEvent, changes, digests
from corpus.domain import Corpus
from corpus.store.facts import Facts
from corpus.store.rows import Rows, rows_of, table_of
from corpus.store.trail import Trail
from corpus.store.values import UnreadableRow, corpus_of
from corpus.tables import desk, harvest, metadata, shared

WRITTEN = "corpus"  # the fact that names the last event of the trail when the corpus was written
_TRAIL = {table_of(shared.AuditEventRow), table_of(shared.TrailHeadRow)}
# What is harvested, and what people do at the desk, is no part of the coded corpus: a rebuild leaves it alone.
_APART = {
    table_of(row)
    for module in (harvest, desk)
    for row in vars(module).values()
    if isinstance(row, type) and hasattr(row, "__table__")
}
_CONTENT = [table for table in metadata.sorted_tables if table not in _TRAIL | _APART]


class Store:
    """Reads and replaces the corpus of one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def load(self) -> Corpus:
        """The corpus. Raises UnreadableRow where a row does not fit the domain."""
        return corpus_of(self._rows())

    def replace(self, corpus: Corpus, *, who: str, at: datetime) -> tuple[AuditEvent, ...]:
        """Make the database hold this corpus; returns the events added, none where nothing changed."""
        trail = Trail(self._session)
        trail.lock()
        events = trail.all()
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
        trail.add(added)
        Facts(self._session).remember(WRITTEN, {"event": added[-1].hash})
        return added

    def events(self) -> Sequence[AuditEvent]:
        """The audit trail in its order, times in UTC."""
        return Trail(self._session).all()

    def _rows(self) -> Rows:
        return {
            table.name: [dict(row) for row in self._session.execute(select(table)).mappings()] for table in _CONTENT
        }
