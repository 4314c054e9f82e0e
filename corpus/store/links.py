"""Links between records in the database, and which records the linker has seen.

Never commits, and never loses a person's verdict to a rule's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import String, bindparam, delete, func, insert, or_, select
from sqlmodel import Session

from corpus.domain.links import RULES, LinkVerdict, RecordLink, in_order, standing
from corpus.errors import InvalidInput
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.trail import Trail
from corpus.tables import harvest

_LINK = table_of(harvest.RecordLinkRow)
_LINKED = table_of(harvest.LinkedRecordRow)
_KEY = table_of(harvest.RecordKeyRow)
_BEFORE = table_of(harvest.LinkBeforeRow)
KIND = Kind(name="link", table=_LINK, key=("a", "b"), people=_LINK.c.by != RULES)
_RECORDS = bindparam("records", type_=String, expanding=True)
# Asked for by every screen: put together once.
_ABOUT = select(_LINK).where(or_(_LINK.c.a.in_(_RECORDS), _LINK.c.b.in_(_RECORDS))).order_by(_LINK.c.a, _LINK.c.b)


class Links:
    """The verdicts in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[RecordLink, ...]:
        """Every verdict, in the order of the ids."""
        rows = self._session.execute(select(_LINK).order_by(_LINK.c.a, _LINK.c.b)).mappings()
        return tuple(_link(row) for row in rows)

    def about(self, records: Collection[str]) -> tuple[RecordLink, ...]:
        """Every verdict on any of some records, in the order of the ids."""
        found: dict[tuple[str, str], RecordLink] = {}
        for some in in_parts(sorted(records)):
            for row in self._session.execute(_ABOUT, {"records": some}).mappings():
                found[row["a"], row["b"]] = _link(row)
        return tuple(found.values())

    def by_people(self, relation: str) -> tuple[RecordLink, ...]:
        """What people said with one relation, in the order of the ids."""
        asked = select(_LINK).where(_LINK.c.relation == relation, _LINK.c.by != RULES).order_by(_LINK.c.a, _LINK.c.b)
        return tuple(_link(row) for row in self._session.execute(asked).mappings())

    def unsure(self) -> tuple[RecordLink, ...]:
        """The pairs that wait for a person, the likest first."""
        asked = select(_LINK).where(_LINK.c.verdict == LinkVerdict.UNSURE.value)
        rows = self._session.execute(asked.order_by(_LINK.c.score.desc(), _LINK.c.a, _LINK.c.b)).mappings()
        return tuple(_link(row) for row in rows)

    def open(self) -> int:
        """Number of pairs that wait for a person."""
        asked = select(func.count()).select_from(_LINK).where(_LINK.c.verdict == LinkVerdict.UNSURE.value)
        return int(self._session.execute(asked).scalar_one())

    def seen(self) -> Mapping[str, str]:
        """Checksum of each record when it was linked, by id."""
        return {row.id: row.sha256 for row in self._session.execute(select(_LINKED))}

    def forget(self, ids: Collection[str]) -> None:
        """Drop what rules have said of these records, which have changed or gone; a person's verdicts stay."""
        for name in ids:
            self._session.execute(delete(_LINK).where(_LINK.c.by == RULES, or_(_LINK.c.a == name, _LINK.c.b == name)))
            self._session.execute(delete(_BEFORE).where(or_(_BEFORE.c.a == name, _BEFORE.c.b == name)))
            self._session.execute(delete(_LINKED).where(_LINKED.c.id == name))
            self._session.execute(delete(_KEY).where(_KEY.c.record == name))

    def sharing(self, keys: Collection[int]) -> frozenset[str]:
        """Ids of the records that were entered with one of these keys."""
        found: set[str] = set()
        for some in in_parts(sorted(keys)):
            found.update(self._session.scalars(select(_KEY.c.record).where(_KEY.c.key.in_(some))))
        return frozenset(found)

    def enter_keys(self, keys: Mapping[str, Collection[int]]) -> None:
        """Keep the keys under which records will be looked for."""
        for some in in_parts(
            [{"key": key, "record": name} for name, held in keys.items() for key in set(held)], 50_000
        ):
            self._session.execute(insert(_KEY), some)

    def add(self, links: Iterable[RecordLink], seen: Mapping[str, str]) -> None:
        """Enter the verdicts of rules, and the checksums of the records they are about."""
        known = {(link.a, link.b) for link in self.all()}
        fresh = {(link.a, link.b): link for link in links if (link.a, link.b) not in known}
        if fresh:
            self._session.execute(insert(_LINK), [_row(link) for link in fresh.values()])
        if seen:
            self._session.execute(insert(_LINKED), [{"id": name, "sha256": sha} for name, sha in seen.items()])

    def say(
        self,
        a: str,
        b: str,
        verdict: LinkVerdict,
        *,
        reason: str,
        who: str,
        relation: str = "",
        seen: str | None = None,
    ) -> RecordLink:
        """A person's verdict on two records: it replaces what was said before, and stands against every rule.

        ``seen`` is the mark of what the person's page showed of the pair; None where no page did. The same word once more
        changes nothing. Raises InvalidInput for two equal ids, an empty reason, a name that is the rules' own, or the
        verdict unsure; and SaidMeanwhile where something else was said since.
        """
        if a == b:
            raise InvalidInput(f"{a}: a record cannot be linked to itself")
        if not reason.strip() or who == RULES or verdict is LinkVerdict.UNSURE:
            raise InvalidInput(f"{a} and {b}: a verdict needs a reason and the name of a person")
        first, second = in_order(a, b)
        link = RecordLink(a=first, b=second, verdict=verdict, reason=reason, by=who, relation=relation)
        pair, entity = (_LINK.c.a == first, _LINK.c.b == second), f"link/{first}/{second}"
        Trail(self._session).lock()
        row = self._session.execute(select(_LINK).where(*pair)).mappings().first()
        before = None if row is None else _link(row)
        if before is not None and replace(before, score=link.score) == link:
            return before
        if seen is not None:
            mine = f"{relation or verdict.label} ({reason})"
            Trail(self._session).require_seen(seen, standing(before), mine, entity)
        self._session.execute(delete(_LINK).where(*pair))
        self._session.execute(insert(_LINK), _row(link))
        if before is not None and before.by == RULES:
            self._session.execute(delete(_BEFORE).where(_BEFORE.c.a == first, _BEFORE.c.b == second))
            self._session.execute(insert(_BEFORE), _row(before))
        Trail(self._session).tell(*KIND.change(row, _row(link)), who)
        return link

    def said_of(self, records: Collection[str]) -> tuple[RecordLink, ...]:
        """What people said of any of some records, in the order of the ids."""
        return tuple(link for link in self.about(records) if link.by != RULES)

    def of_pair(self, a: str, b: str) -> RecordLink | None:
        """What is held of two records, or nothing."""
        first, second = in_order(a, b)
        asked = select(_LINK).where(_LINK.c.a == first, _LINK.c.b == second)
        row = self._session.execute(asked).mappings().first()
        return None if row is None else _link(row)

    def take_back(self, a: str, b: str, who: str, *, seen: str) -> None:
        """Take a person's verdict back: what rules said of the pair stands again, if they said anything.

        ``seen`` is the mark of what the page showed. Raises InvalidInput where no person has said anything of it, and
        SaidMeanwhile where something else was said since.
        """
        Trail(self._session).lock()
        first, second = in_order(a, b)
        pair = (_LINK.c.a == first, _LINK.c.b == second)
        said = self._session.execute(select(_LINK).where(*pair)).mappings().first()
        if said is None or said["by"] == RULES:
            raise InvalidInput(f"{a} and {b}: nobody has said anything of this pair, or it was taken back already")
        entity = f"link/{first}/{second}"
        Trail(self._session).require_seen(seen, standing(_link(said)), "nothing any more", entity)
        self._session.execute(delete(_LINK).where(*pair))
        kept = (_BEFORE.c.a == first, _BEFORE.c.b == second)
        before = self._session.execute(select(_BEFORE).where(*kept)).mappings().first()
        if before is not None:
            self._session.execute(delete(_BEFORE).where(*kept))
            self._session.execute(insert(_LINK), _row(_link(before)))
        # The trail tells of people's words; what rules say again is none.
        Trail(self._session).tell(*KIND.change(said, None), who)


def _link(row: Mapping[Any, Any]) -> RecordLink:
    return RecordLink(**{**row, "verdict": LinkVerdict(row["verdict"])})


def _row(link: RecordLink) -> dict[str, object]:
    return {**asdict(link), "verdict": link.verdict.value}
