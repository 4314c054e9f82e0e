"""What people add to harvested records: a field that the source left empty, a full text, a word to highlight.

Never changes a record: what a source gave stays as it gave it.
"""

import hashlib
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, bindparam, delete, func, insert, or_, select, update
from sqlmodel import Session

from corpus.domain.meanwhile import NOTHING, Standing, mark_of
from corpus.errors import InvalidInput
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk, harvest

_AMENDMENT = table_of(desk.AmendmentRow)
_FULL_TEXT = table_of(desk.FullTextRow)
_MEMBER = table_of(desk.WorkMemberRow)
_HIGHLIGHT = table_of(desk.HighlightRow)
_PAYLOAD = table_of(harvest.PayloadRow)
KINDS = (
    Kind(name="amendment", table=_AMENDMENT, key=("record",)),
    Kind(name="full_text", table=_FULL_TEXT, key=("record", "position")),
    Kind(name="highlight", table=_HIGHLIGHT, key=("text",)),
)
_AMENDED, _ATTACHED, _HIGHLIGHTED = KINDS
# Asked for by every screen: put together once.
_RECORDS = bindparam("records", type_=String, expanding=True)
_ADDED_TO = select(_AMENDMENT).where(_AMENDMENT.c.record.in_(_RECORDS))
_ATTACHED_TO = select(_FULL_TEXT).where(_FULL_TEXT.c.record.in_(_RECORDS)).order_by(_FULL_TEXT.c.at)
_WORDS = select(_HIGHLIGHT).order_by(_HIGHLIGHT.c.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A text that a person added where the source gave none."""

    record: str
    text: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FullText:
    """A file attached to a record, or the address of one."""

    record: str
    position: int
    name: str
    url: str  # "" for a file
    sha256: str  # "" for an address
    size: int  # bytes
    who: str
    at: datetime
    taken_by: str  # who took it away; "" while it is there

    @property
    def mark(self) -> str:
        """Tells this file or address from another one that was kept at the same place later."""
        return mark_of(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of which a person said what it speaks for."""

    text: str
    kind: str  # "for", "against", or "" for one that is not highlighted any more
    who: str

    @property
    def mark(self) -> str:
        """Tells this word's meaning from another one."""
        return mark_of(asdict(self))


class Abstracts:
    """Abstracts that people added, in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Mapping[str, str]:
        """The text added to each record."""
        return {row.record: row.text for row in self._session.execute(select(_AMENDMENT))}

    def of(self, records: Collection[str]) -> Sequence[Amendment]:
        """What was added to some records."""
        rows = self._session.execute(_ADDED_TO, {"records": list(records)})
        return [Amendment(record=row.record, text=row.text, who=row.who) for row in rows]

    def put(self, record: str, text: str, who: str) -> None:
        """Add an abstract, or put it in place of the one that was added before; an empty one takes it away."""
        is_it = _AMENDMENT.c.record == record
        before = self._session.execute(select(_AMENDMENT).where(is_it)).mappings().first()
        self._session.execute(delete(_AMENDMENT).where(is_it))
        after = None
        if text:
            after = {"record": record, "field": "abstract", "text": text, "who": who, "at": datetime.now(UTC)}
            self._session.execute(insert(_AMENDMENT), after)
        if before is not None or after is not None:
            Trail(self._session).tell(*_AMENDED.change(before, after), who)


class FullTexts:
    """Full texts in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, records: Collection[str]) -> Sequence[FullText]:
        """What is attached to some records, in the order in which it came; what was taken away is left out."""
        return [one for one in self.every(records) if not one.taken_by]

    def taken(self, records: Collection[str]) -> Sequence[FullText]:
        """What was taken away from some records."""
        return [one for one in self.every(records) if one.taken_by]

    def attach(self, record: str, name: str, content: bytes, who: str) -> None:
        """Keep a file with a record; the same file is kept once, and comes back where it had been taken away."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self._session.execute(select(_PAYLOAD.c.size).where(_PAYLOAD.c.sha256 == sha256)).first() is None:
            row = {"sha256": sha256, "size": len(content), "packed": zlib.compress(content)}
            self._session.execute(insert(_PAYLOAD), row)
        self._add(record, name=name, url="", sha256=sha256, size=len(content), who=who)

    def link(self, record: str, url: str, who: str) -> None:
        """Note where the full text is; the same address is kept once, and comes back where it had been taken away."""
        self._add(record, name=url, url=url, sha256="", size=0, who=who)

    def detach(self, record: str, position: int, who: str, *, seen: str) -> None:
        """Take a file or an address away from a record: nobody sees it, and it can be put back.

        ``seen`` is the mark of what the page showed there.
        """
        self._take(record, position, by=who, who=who, seen=seen)

    def put_back(self, record: str, position: int, who: str) -> None:
        """Put back what was taken away from a record."""
        self._take(record, position, by="", who=who, seen=None)

    def content(self, record: str, position: int) -> tuple[str, bytes] | None:
        """Name and content of an attached file."""
        asked = (
            select(_FULL_TEXT.c.name, _PAYLOAD.c.packed)
            .join(_PAYLOAD, _PAYLOAD.c.sha256 == _FULL_TEXT.c.sha256)
            .where(_FULL_TEXT.c.record == record, _FULL_TEXT.c.position == position, _FULL_TEXT.c.taken_by == "")
        )
        row = self._session.execute(asked).first()
        return None if row is None else (row.name, zlib.decompress(row.packed))

    def damaged(self) -> Sequence[str]:
        """Records of which a file is not what was attached, as the checksum in the trail tells it; each is read once."""
        asked = select(_FULL_TEXT.c.sha256, func.min(_FULL_TEXT.c.record).label("record")).where(
            _FULL_TEXT.c.sha256 != ""
        )
        found = []
        for row in self._session.execute(asked.group_by(_FULL_TEXT.c.sha256).order_by("record")).all():
            packed = self._session.execute(select(_PAYLOAD.c.packed).where(_PAYLOAD.c.sha256 == row.sha256)).scalar()
            if packed is None or _checksum(packed) != row.sha256:
                found.append(row.record)
        return found

    def every(self, records: Collection[str]) -> Sequence[FullText]:
        """What is attached to some records or was, in the order in which it came."""
        found: list[FullText] = []
        for some in in_parts(sorted(records)):
            for row in self._session.execute(_ATTACHED_TO, {"records": some}).mappings():
                found.append(_full_text(row))
        return found

    def _take(self, record: str, position: int, *, by: str, who: str, seen: str | None) -> None:
        Trail(self._session).lock()
        is_it = (_FULL_TEXT.c.record == record) & (_FULL_TEXT.c.position == position)
        row = self._session.execute(select(_FULL_TEXT).where(is_it)).mappings().first()
        if row is None or bool(row["taken_by"]) == bool(by):
            raise InvalidInput("it was taken away already" if by else "it was put back already")
        if seen is not None and _full_text(row).mark != seen:
            raise InvalidInput("what stands there is not what you saw; open the record again")
        self._session.execute(update(_FULL_TEXT).where(is_it).values(taken_by=by))
        Trail(self._session).tell(*_ATTACHED.change(row, {**row, "taken_by": by}), who)

    def _add(self, record: str, *, name: str, url: str, sha256: str, size: int, who: str) -> None:
        members = select(_MEMBER.c.record).where(
            _MEMBER.c.work.in_(select(_MEMBER.c.work).where(_MEMBER.c.record == record))
        )
        same = or_(_FULL_TEXT.c.record == record, _FULL_TEXT.c.record.in_(members))
        same &= (_FULL_TEXT.c.url == url) & (_FULL_TEXT.c.sha256 == sha256)
        held = self._session.execute(select(_FULL_TEXT).where(same).order_by(_FULL_TEXT.c.taken_by)).mappings().first()
        if held is not None:
            if held["taken_by"]:
                self.put_back(held["record"], held["position"], who)
            return
        highest = select(func.max(_FULL_TEXT.c.position)).where(_FULL_TEXT.c.record == record)
        position = (self._session.execute(highest).scalar() or 0) + 1
        row = {"record": record, "position": position, "name": name, "url": url, "sha256": sha256, "size": size}
        row |= {"who": who, "at": datetime.now(UTC), "taken_by": ""}
        self._session.execute(insert(_FULL_TEXT), row)
        Trail(self._session).tell(*_ATTACHED.change(None, row), who)


class Highlights:
    """Words that people added to those of the protocol, or took out, in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Mapping[str, str]:
        """What each word speaks for: "for", "against", or "" for one that is not highlighted any more."""
        rows = self._session.execute(_WORDS)
        return {row.text: row.kind for row in rows}

    def marks(self) -> Mapping[str, str]:
        """The mark of what was said last of each word, which whoever says something else must have seen."""
        rows = self._session.execute(select(_HIGHLIGHT)).mappings()
        return {row["text"]: Word(**row).mark for row in rows}

    def put(self, text: str, kind: str, who: str, *, seen: str) -> None:
        """Say what a word speaks for, from now on; ``seen`` is the mark of what was said of it before.

        The same once more changes nothing. Raises SaidMeanwhile where something else was said since.
        """
        Trail(self._session).lock()
        row = self._session.execute(select(_HIGHLIGHT).where(_HIGHLIGHT.c.text == text)).mappings().first()
        if row is not None and row["kind"] == kind:
            return
        held = Standing(mark=NOTHING, what=_in_words(text, ""), who="")
        if row is not None:
            held = Standing(mark=Word(**row).mark, what=_in_words(text, row["kind"]), who=row["who"])
        Trail(self._session).require_seen(seen, held, _in_words(text, kind), f"highlight/{text}")
        self._session.execute(delete(_HIGHLIGHT).where(_HIGHLIGHT.c.text == text))
        now = {"text": text, "kind": kind, "who": who}
        self._session.execute(insert(_HIGHLIGHT), now)
        Trail(self._session).tell(*_HIGHLIGHTED.change(row, now), who)


def _checksum(packed: bytes) -> str:
    """The checksum of a content; "" where it cannot be unpacked."""
    try:
        return hashlib.sha256(zlib.decompress(packed)).hexdigest()
    except zlib.error:
        return ""


def _full_text(row: Mapping[Any, Any]) -> FullText:
    return FullText(**{**row, "at": utc(row["at"])})


def _in_words(text: str, kind: str) -> str:
    speaks = {"for": "speaks for inclusion", "against": "speaks for exclusion"}.get(kind, "is not highlighted")
    return f"“{text}” {speaks}"
