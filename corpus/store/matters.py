"""What was done about matters that waited for a person, and what readers of the site told.

Never drops what a reader told: it is answered, and stays.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, select
from sqlmodel import Session

from corpus.domain.matters import OUTCOMES, Dealt, MatterKind, Outcome, ReaderReport, standing
from corpus.domain.people import READERS
from corpus.errors import InvalidInput
from corpus.store.kind import Kind
from corpus.store.rows import table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_MATTER = table_of(desk.MatterRow)
_REPORT = table_of(desk.ReaderReportRow)
KINDS = (
    Kind(name="matter", table=_MATTER, key=("kind", "item")),
    # Not who sent it: that is kept as long as it is counted, and is nobody's business afterwards.
    Kind(name="reader_report", table=_REPORT, key=("number",), told=lambda row: _without(row, "sender")),
)
_DEALT, _TOLD = KINDS


class Matters:
    """The matters of one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def dealt(self, kind: MatterKind) -> Mapping[str, Dealt]:
        """What was done, by item."""
        rows = self._session.execute(select(_MATTER).where(_MATTER.c.kind == kind.value))
        return {
            row.item: Dealt(outcome=Outcome(row.outcome), note=row.note, who=row.who, at=utc(row.at)) for row in rows
        }

    def deal(self, kind: MatterKind, item: str, outcome: Outcome, note: str, who: str, *, seen: str) -> None:
        """Enter what was done; it replaces what was said before, which the trail keeps. ``seen`` is the mark of that.

        The same word once more, as a key pressed twice sends it, changes nothing. Raises InvalidInput for an outcome that
        the kind does not know, or an empty note; and SaidMeanwhile where something else was said since.
        """
        if outcome not in OUTCOMES[kind]:
            raise InvalidInput(
                f"{outcome.label!r} is no outcome here; allowed: {', '.join(one.label for one in OUTCOMES[kind])}"
            )
        if not note.strip():
            raise InvalidInput("say in a few words why; it is kept in the trail")
        Trail(self._session).lock()
        known = self.dealt(kind).get(item)
        if known is not None and (known.outcome, known.note) == (outcome, note.strip()):
            return
        mine = f"{outcome.label} ({note.strip()})"
        Trail(self._session).require_seen(seen, standing(known), mine, f"matter/{kind.value}/{item}")
        which = and_(_MATTER.c.kind == kind.value, _MATTER.c.item == item)
        before = self._session.execute(select(_MATTER).where(which)).mappings().first()
        self._session.execute(delete(_MATTER).where(which))
        after: dict[str, Any] = {
            "kind": kind.value,
            "item": item,
            "outcome": outcome.value,
            "note": note.strip(),
            "who": who,
        }
        after["at"] = datetime.now(UTC)
        self._session.execute(insert(_MATTER), after)
        Trail(self._session).tell(*_DEALT.change(before, after), who)

    def take_back(self, kind: MatterKind, item: str, who: str) -> None:
        """Let a matter wait again; what was said of it stays in the trail."""
        which = and_(_MATTER.c.kind == kind.value, _MATTER.c.item == item)
        before = self._session.execute(select(_MATTER).where(which)).mappings().first()
        if before is None:
            return
        self._session.execute(delete(_MATTER).where(which))
        Trail(self._session).tell(*_DEALT.change(before, None), who)

    def tell(self, about: str, said: str, sender: str) -> None:
        """Keep what a reader told."""
        row = {"about": about, "said": said, "sender": sender, "at": datetime.now(UTC)}
        entered = self._session.execute(insert(_REPORT).values(row))
        (number,) = entered.inserted_primary_key  # type: ignore[attr-defined]
        Trail(self._session).tell(*_TOLD.change(None, {"number": number, **row}), READERS)

    def told(self) -> tuple[ReaderReport, ...]:
        """Everything that readers told, the oldest first."""
        rows = self._session.execute(select(_REPORT).order_by(_REPORT.c.number))
        return tuple(ReaderReport(number=row.number, about=row.about, said=row.said, at=utc(row.at)) for row in rows)

    def told_lately(self, sender: str, within: timedelta) -> tuple[int, int]:
        """How many reports one sender has sent of late, and how many everybody has."""
        since = _REPORT.c.at >= datetime.now(UTC) - within
        of_all = select(func.count()).select_from(_REPORT).where(since)
        own = self._session.execute(of_all.where(_REPORT.c.sender == sender)).scalar_one()
        return int(own), int(self._session.execute(of_all).scalar_one())


def _without(row: Mapping[Any, Any], *columns: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in columns}
