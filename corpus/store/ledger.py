"""The ledger of the harvest: which window of which source is planned, started, done or failed, and what it brought.

Never commits, and never asks a source: what the caller's transaction holds survives a kill, and nothing else does.
"""

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, delete, func, insert, select, update
from sqlmodel import Session

from corpus.domain.harvested import Deleted, HarvestedRecord
from corpus.domain.windows import Kept, LedgerEntry, Reply, Window, WindowState
from corpus.errors import InvalidInput
from corpus.store.record_text import digest, from_text, record_id, to_text
from corpus.store.rows import in_parts, table_of
from corpus.tables import harvest

_WINDOW = table_of(harvest.HarvestWindowRow)
_REPLY = table_of(harvest.HarvestReplyRow)
_PAYLOAD = table_of(harvest.PayloadRow)
_RECORD = table_of(harvest.HarvestedRecordRow)
_KEY = tuple(field.name for field in fields(Window))
# Asked for by every screen: put together once.
_NUMBERED = (
    select(_RECORD.c.source_id, _RECORD.c.record)
    .where(
        _RECORD.c.source == bindparam("source"),
        _RECORD.c.source_id.in_(bindparam("numbers", type_=String, expanding=True)),
    )
    .order_by(_RECORD.c.source_id)
)


class Ledger:
    """Windows, replies and records in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, windows: Iterable[tuple[Window, str]]) -> None:
        """Enter windows with what is asked for. A known window keeps its state, unless another thing is asked now."""
        for window, query in windows:
            known = self.entry(window)
            if known is None:
                self._session.execute(insert(_WINDOW), _row(LedgerEntry(window=window, query=query)))
            elif known.query != query:
                self.drop(window)
                self._session.execute(insert(_WINDOW), _row(LedgerEntry(window=window, query=query)))

    def entry(self, window: Window) -> LedgerEntry | None:
        """One window, or nothing."""
        row = self._session.execute(select(_WINDOW).where(_is(_WINDOW, window))).mappings().first()
        return None if row is None else _entry(dict(row))

    def entries(self, source: str | None = None, search: str | None = None) -> tuple[LedgerEntry, ...]:
        """All windows, the oldest first."""
        asked = select(_WINDOW).order_by(_WINDOW.c.source, _WINDOW.c.search, _WINDOW.c.since, _WINDOW.c.until)
        if source is not None:
            asked = asked.where(_WINDOW.c.source == source)
        if search is not None:
            asked = asked.where(_WINDOW.c.search == search)
        return tuple(_entry(dict(row)) for row in self._session.execute(asked).mappings())

    def open(self, source: str | None = None) -> tuple[LedgerEntry, ...]:
        """Windows that are not done, the oldest first."""
        return tuple(entry for entry in self.entries(source) if entry.state is not WindowState.DONE)

    def start(self, window: Window) -> LedgerEntry:
        """One more attempt. What an earlier one kept stays, so that a killed run goes on where it was."""
        known = self._known(window)
        self._set(
            window,
            state=WindowState.STARTED,
            attempts=known.attempts + 1,
            message="",
            started_at=datetime.now(UTC),
            ended_at=None,
        )
        return self._known(window)

    def restart(self, window: Window) -> None:
        """Forget the replies and the cursor: a session has expired, or what was kept cannot be continued."""
        self._session.execute(delete(_REPLY).where(_is(_REPLY, window)))
        self._set(window, replies=0, received=0, total=None, cursor=None)

    def drop(self, window: Window) -> None:
        """Take a window out, with its replies."""
        self._session.execute(delete(_REPLY).where(_is(_REPLY, window)))
        self._session.execute(delete(_WINDOW).where(_is(_WINDOW, window)))

    def keep(
        self, window: Window, payload: bytes, *, url: str, received: int, total: int | None, cursor: str | None
    ) -> None:
        """Keep one reply, and where the next one begins (None: this was the last)."""
        known = self._known(window)
        sha256 = hashlib.sha256(payload).hexdigest()
        if self._session.execute(select(_PAYLOAD.c.size).where(_PAYLOAD.c.sha256 == sha256)).first() is None:
            self._session.execute(
                insert(_PAYLOAD), {"sha256": sha256, "size": len(payload), "packed": zlib.compress(payload)}
            )
        self._session.execute(
            insert(_REPLY),
            {**_key(window), "position": known.replies, "url": url, "sha256": sha256, "at": datetime.now(UTC)},
        )
        self._set(
            window,
            replies=known.replies + 1,
            received=known.received + received,
            total=known.total if total is None else total,
            cursor=cursor,
        )

    def finish(
        self,
        window: Window,
        records: Iterable[HarvestedRecord],
        deleted: Iterable[Deleted] = (),
        *,
        message: str = "",
    ) -> Kept:
        """Enter the records of the window's replies and close it; ``message`` tells what of them could not be read."""
        kept = self.enter(records, found=window.until)
        for gone in deleted:
            self._session.execute(
                update(_RECORD)
                .where(_RECORD.c.source == gone.source, _RECORD.c.source_id == gone.source_id)
                .values(deleted=True)
            )
        self._set(
            window,
            state=WindowState.DONE,
            cursor=None,
            message=message,
            new=kept.new,
            changed=kept.changed,
            ended_at=datetime.now(UTC),
        )
        return kept

    def fail(self, window: Window, message: str) -> None:
        """Close the attempt with what went wrong; the window stays open for the next run."""
        self._set(window, state=WindowState.FAILED, message=message, ended_at=datetime.now(UTC))

    def enter(self, records: Iterable[HarvestedRecord], *, found: date) -> Kept:
        """Add or renew records by source and number; of two with one number the later stands."""
        fresh: dict[tuple[str, str], str] = {}
        for record in records:
            fresh[record.source, record_id(record)] = to_text(record)
        known = self._digests(fresh)
        new, changed = [], 0
        for key, text in fresh.items():
            sha256 = digest(text)
            if key not in known:
                row = {"source": key[0], "source_id": key[1], "sha256": sha256, "record": text}
                new.append({**row, "found": found, "deleted": False})
            elif known[key] != sha256:
                changed += 1
                self._session.execute(
                    update(_RECORD)
                    .where(_RECORD.c.source == key[0], _RECORD.c.source_id == key[1])
                    .values(sha256=sha256, record=text, deleted=False)
                )
        if new:
            self._session.execute(insert(_RECORD), new)
        return Kept(new=len(new), changed=changed, unchanged=len(fresh) - len(new) - changed)

    def replies(self, window: Window) -> Iterator[Reply]:
        """The kept replies in their order. Raises InvalidInput where a payload is not what its checksum says."""
        asked = select(_REPLY.c.url, _REPLY.c.sha256).where(_is(_REPLY, window)).order_by(_REPLY.c.position)
        for url, sha256 in self._session.execute(asked).all():
            packed = self._session.execute(select(_PAYLOAD.c.packed).where(_PAYLOAD.c.sha256 == sha256)).scalar_one()
            payload = zlib.decompress(packed)
            if hashlib.sha256(payload).hexdigest() != sha256:
                raise InvalidInput(f"{window}: the kept reply of {url} was changed; harvest this window again")
            yield Reply(url=url, sha256=sha256, payload=payload)

    def checksums(self, sources: Collection[str] | None = None) -> Mapping[str, str]:
        """The checksum of every record that its source still holds, by id, in the order of the ids; of some sources only.

        The id is the source's name, a colon, and its number of the record.
        """
        asked = select(_RECORD.c.source, _RECORD.c.source_id, _RECORD.c.sha256).where(_RECORD.c.deleted.is_(False))
        if sources is not None:
            asked = asked.where(_RECORD.c.source.in_(sorted(sources)))
        rows = self._session.execute(asked.order_by(_RECORD.c.source, _RECORD.c.source_id))
        return {f"{source}:{number}": sha256 for source, number, sha256 in rows}

    def records(self, ids: Iterable[str]) -> Iterator[tuple[str, HarvestedRecord]]:
        """(id, record) of those of these ids that are records, by source and then by number; a few are in memory at a time."""
        by_source: dict[str, list[str]] = {}
        for name in sorted(ids):
            source, _, number = name.partition(":")
            by_source.setdefault(source, []).append(number)
        for source, numbers in by_source.items():
            for some in in_parts(numbers):
                for number, text in self._session.execute(_NUMBERED, {"source": source, "numbers": some}):
                    yield f"{source}:{number}", from_text(text)

    def counts(self) -> Mapping[str, int]:
        """Number of records by source."""
        asked = select(_RECORD.c.source, func.count()).where(_RECORD.c.deleted.is_(False)).group_by(_RECORD.c.source)
        return dict(sorted((source, count) for source, count in self._session.execute(asked)))

    def export(self) -> Iterator[str]:
        """Every record as one line of canonical JSON, sorted: equal harvests are equal byte for byte."""
        asked = select(_RECORD).order_by(_RECORD.c.source, _RECORD.c.source_id)
        for row in self._session.execute(asked).mappings():
            gone = " deleted" if row["deleted"] else ""
            yield f"{row['source']} {row['source_id']} {row['found'].isoformat()}{gone} {row['record']}\n"

    def _known(self, window: Window) -> LedgerEntry:
        known = self.entry(window)
        if known is None:
            raise InvalidInput(f"{window}: not in the ledger; plan it first")
        return known

    def _set(self, window: Window, **values: object) -> None:
        self._session.execute(update(_WINDOW).where(_is(_WINDOW, window)).values(values))

    def _digests(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        by_source: dict[str, list[str]] = {}
        for source, number in keys:
            by_source.setdefault(source, []).append(number)
        return {
            (source, number): sha256
            for source, numbers in by_source.items()
            for some in in_parts(numbers)
            for number, sha256 in self._session.execute(
                select(_RECORD.c.source_id, _RECORD.c.sha256).where(
                    _RECORD.c.source == source, _RECORD.c.source_id.in_(some)
                )
            )
        }


def _is(table: Any, window: Window) -> ColumnElement[bool]:
    return and_(*(table.c[name] == getattr(window, name) for name in _KEY))


def _key(window: Window) -> dict[str, object]:
    return {name: getattr(window, name) for name in _KEY}


def _row(entry: LedgerEntry) -> dict[str, object]:
    rest = {field.name: getattr(entry, field.name) for field in fields(entry) if field.name != "window"}
    return {**_key(entry.window), **rest}


def _entry(row: Mapping[str, Any]) -> LedgerEntry:
    values = {field.name: row[field.name] for field in fields(LedgerEntry) if field.name != "window"}
    values["state"] = WindowState(values["state"])
    for name in ("started_at", "ended_at"):
        at: datetime | None = values[name]
        if at is not None:  # SQLite gives back a time without its zone, PostgreSQL one in the session's zone
            values[name] = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return LedgerEntry(window=Window(**{name: row[name] for name in _KEY}), **values)
