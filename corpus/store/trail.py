"""The audit trail in the database: only added to, in the transaction of the change it tells of.

Never commits; whoever adds holds the end of the chain until the caller's transaction ends.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, insert, or_, select, text
from sqlmodel import Session

from corpus.audit import AuditEvent, Head, digest_of, following
from corpus.domain.meanwhile import SaidMeanwhile, Standing
from corpus.domain.people import PROGRAM
from corpus.store.heads import Heads
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.tables import shared

_AUDIT = table_of(shared.AuditEventRow)
SEALING = "seal/desk"  # the event that tells since when the desk seals
_NAMES = tuple(item.name for item in fields(AuditEvent))
_LAST = select(_AUDIT).order_by(_AUDIT.c.sequence.desc()).limit(1)
_LOCK = 0x0C1707  # names the advisory lock of the chain's end on PostgreSQL; SQLite has one writer anyway
_LOCKED = text(f"SELECT pg_advisory_xact_lock({_LOCK})")

Change = tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]  # entity, its values before and after


class Trail:
    """The chain of one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tell(self, entity: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, who: str) -> None:
        """Add what became of an entity that people change at the desk: its values before and after, None for nothing.

        Nothing is added where nothing changed.
        """
        self.tell_all([(entity, before, after)], who)

    def tell_all(self, changes: Iterable[Change], who: str) -> None:
        """Add what became of several entities, in their order."""
        texts = [(entity, told(before), told(after)) for entity, before, after in changes]
        changed = [(entity, was, now) for entity, was, now in texts if was != now]
        if not changed:
            return
        self.lock()
        last, at, added = self._last(), datetime.now(UTC), []
        for entity, was, now in changed:
            last = following(last, entity, digest_of(was), digest_of(now), who, at, now)
            added.append(last)
        self.add(added)

    def begin_sealing(self) -> None:
        """Seal the chain from now on, where the session has a secret.

        That it began is told in the chain, once: a seal that somebody took out is not made anew.
        """
        self.lock()
        begun = self._session.execute(select(_AUDIT.c.sequence).where(_AUDIT.c.entity == SEALING)).first()
        if begun is None and Heads(self._session).begin(self.head()):
            self.tell(SEALING, None, {"with": "the desk's secret"}, PROGRAM)

    def lock(self) -> None:
        """Hold the end of the chain until the transaction ends: two events must not follow the same one."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(_LOCKED)

    def require_seen(self, seen: str, now: Standing, mine: str, entity: str) -> None:
        """Raises SaidMeanwhile where what stands is not what the page showed that somebody looked at.

        Whoever calls has held the end of the chain since before what stands was read. The last who changed the entity
        is named where the standing names nobody.
        """
        if seen == now.mark:
            return
        if not now.who:
            last = self.of([entity], most=1)
            now = replace(now, who=last[0].who if last else "somebody")
        raise SaidMeanwhile(now, mine)

    def add(self, events: Sequence[AuditEvent]) -> None:
        """Enter events that follow from the last one, at least one."""
        rows = [{name: getattr(event, name) for name in _NAMES} | {"told": event.told or None} for event in events]
        self._session.execute(insert(_AUDIT), rows)
        Heads(self._session).advance(events)

    def head(self) -> Head:
        """Where the chain ends."""
        last = self._last()
        return Head(last.sequence, last.hash) if last else Head()

    def all(self) -> Sequence[AuditEvent]:
        """Every event in its order."""
        return self._events(select(_AUDIT).order_by(_AUDIT.c.sequence))

    def of(self, entities: Sequence[str], most: int = 200) -> Sequence[AuditEvent]:
        """The last events about some entities, the newest first; a name that ends in / stands for all below it."""
        exact = [name for name in entities if not name.endswith("/")]
        below = [_AUDIT.c.entity.startswith(name, autoescape=True) for name in entities if name.endswith("/")]
        chosen = or_(_AUDIT.c.entity.in_(exact), *below)
        return self._events(select(_AUDIT).where(chosen).order_by(_AUDIT.c.sequence.desc()).limit(most))

    def by(self, who: str, most: int = 200, before: int | None = None) -> Sequence[AuditEvent]:
        """The last events of a person (everybody's for ""), the newest first; ``before`` a sequence number."""
        asked = select(_AUDIT).order_by(_AUDIT.c.sequence.desc()).limit(most)
        if who:
            asked = asked.where(_AUDIT.c.who == who)
        if before is not None:
            asked = asked.where(_AUDIT.c.sequence < before)
        return self._events(asked)

    def before(self, events: Sequence[AuditEvent]) -> Mapping[int, AuditEvent]:
        """The event that told what the entity of each event was before it, by the number of the event."""
        wanted = [event for event in events if event.before]
        found: dict[tuple[str, str], AuditEvent] = {}
        for some in in_parts(wanted):
            asked = select(_AUDIT).where(
                _AUDIT.c.entity.in_({event.entity for event in some}),
                _AUDIT.c.after.in_({event.before for event in some}),
            )
            found |= {(event.entity, event.after): event for event in self._events(asked)}
        held = {event.sequence: found.get((event.entity, event.before)) for event in wanted}
        return {sequence: event for sequence, event in held.items() if event is not None}

    def _last(self) -> AuditEvent | None:
        found = self._events(_LAST)
        return found[0] if found else None

    def _events(self, asked: Select[Any]) -> Sequence[AuditEvent]:
        found = []
        for row in self._session.execute(asked).mappings():
            values = {name: row[name] for name in _NAMES}
            found.append(AuditEvent(**{**values, "at": utc(values["at"]), "told": values["told"] or ""}))
        return found


def told(values: Mapping[str, Any] | None) -> str:
    """The values of an entity as one text, the same on every database; "" for nothing."""
    if values is None:
        return ""
    plain = {name: utc(value).isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
