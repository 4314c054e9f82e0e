"""Links between records in the database, and which records the linker has seen.

Never commits, and never loses a person's verdict to a rule's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import delete, func, insert, or_, select
from sqlmodel import Session

from corpus.domain.links import RULES, LinkVerdict, RecordLink, in_order
from corpus.errors import InvalidInput
from corpus.store.rows import in_parts, table_of
from corpus.tables import harvest

_LINK = table_of(harvest.RecordLinkRow)
_LINKED = table_of(harvest.LinkedRecordRow)
_KEY = table_of(harvest.RecordKeyRow)


class Links:
    """The verdicts in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[RecordLink, ...]:
        """Every verdict, in the order of the ids."""
        rows = self._session.execute(select(_LINK).order_by(_LINK.c.a, _LINK.c.b)).mappings()
        return tuple(RecordLink(**{**row, "verdict": LinkVerdict(row["verdict"])}) for row in rows)

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

    def say(self, a: str, b: str, *, same: bool, reason: str, who: str) -> RecordLink:
        """A person's verdict on two records: it replaces what was said before, and stands against every rule.

        Raises InvalidInput for two equal ids, an empty reason, or a name that is the rules' own.
        """
        if a == b:
            raise InvalidInput(f"{a}: a record cannot be linked to itself")
        if not reason.strip() or who == RULES:
            raise InvalidInput(f"{a} and {b}: a verdict needs a reason and the name of a person")
        first, second = in_order(a, b)
        verdict = LinkVerdict.SAME if same else LinkVerdict.APART
        link = RecordLink(a=first, b=second, verdict=verdict, reason=reason, by=who)
        self._session.execute(delete(_LINK).where(_LINK.c.a == first, _LINK.c.b == second))
        self._session.execute(insert(_LINK), _row(link))
        return link


def _row(link: RecordLink) -> dict[str, object]:
    return {**asdict(link), "verdict": link.verdict.value}
