"""The queue of found works in the database: in the order of their likely relevance, each with where it stands.

Never the last word: it is made anew from records, links, decisions and ranking; the decisions are kept elsewhere.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlmodel import Session

from corpus.domain.screening import QueuedWork, Stage, Standing, State
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_WORK = table_of(desk.FoundWorkRow)
_MEMBER = table_of(desk.WorkMemberRow)
_DECISION = table_of(desk.ScreeningDecisionRow)
_SKIP = table_of(desk.ScreeningSkipRow)
# Who decides takes the work up again: the decision's event tells that.
KIND = Kind(name="skip", table=_SKIP, key=("record", "stage", "who"), lasts=False)


COUNTED = (
    1000  # works that wait for somebody are counted so far; a queue of a hundred thousand would be read at every key
)


class Queue:
    """The queue of one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def work(self, key: str) -> QueuedWork | None:
        """One work by the id of any of its records, or nothing."""
        row = self._session.execute(_of_record(), {"record": key}).mappings().first()
        return None if row is None else _work(row)

    def of_report(self, report: str) -> QueuedWork | None:
        """The work that is a report of the corpus, or nothing; "" is no report."""
        if not report:
            return None
        asked = select(_WORK).where(_WORK.c.report == report, _WORK.c.report != literal_column("''")).limit(1)
        row = self._session.execute(asked).mappings().first()
        return None if row is None else _work(row)

    def titles(self, records: Collection[str]) -> Mapping[str, str]:
        """The title of the work of each of some records."""
        found: dict[str, str] = {}
        for some in in_parts(sorted(records)):
            asked = select(_MEMBER.c.record, _WORK.c.title).join(_WORK, _WORK.c.key == _MEMBER.c.work)
            found |= {row.record: row.title for row in self._session.execute(asked.where(_MEMBER.c.record.in_(some)))}
        return found

    def members(self, work: str) -> tuple[str, ...]:
        """Ids of the records of a work."""
        return tuple(self._session.scalars(_members(), {"work": work}))

    def next(self, stage: Stage, who: str, most: int = 1) -> tuple[QueuedWork, ...]:
        """The first works that wait for this person's decision; those put off come when no other waits, the oldest first."""
        values = {"who": who, "stage": stage.value, "most": most}
        found = self._session.execute(_first(), values).mappings().all()
        return tuple(_work(row) for row in found or self._session.execute(_first_put_off(), values).mappings())

    def put_off(self, work: str, stage: Stage, who: str) -> None:
        """Move a work to the end of this person's own queue."""
        before = self._session.execute(select(_SKIP).where(_skip(work, stage, who))).mappings().first()
        self._session.execute(delete(_SKIP).where(_skip(work, stage, who)))
        after = {"record": work, "stage": stage.value, "who": who, "at": datetime.now(UTC)}
        self._session.execute(insert(_SKIP), after)
        Trail(self._session).tell(*KIND.change(before, after), who)

    def take_up(self, work: str, stage: Stage, who: str) -> None:
        """No longer put off."""
        self._session.execute(_taken_up(), {"work": work, "stage": stage.value, "who": who})

    def last_put_off(self, stage: Stage, who: str) -> tuple[str, datetime] | None:
        """The work that a person put off last, and when; nothing where none is put off."""
        row = self._session.execute(_last_put_off(), {"stage": stage.value, "who": who}).first()
        return None if row is None else (row.record, utc(row.at))

    def stand(self, work: str, standing: Standing) -> None:
        """Enter where a work stands now."""
        values = {"stage": standing.stage.value, "state": standing.state.value, "excluded_for": standing.reason}
        self._session.execute(_stands(), {"work": work, **values})

    def counts(self) -> Mapping[tuple[Stage, State], int]:
        """Number of works that are in no report, by stage and state."""
        asked = select(_WORK.c.stage, _WORK.c.state, func.count()).where(_WORK.c.report == "")
        rows = self._session.execute(asked.group_by(_WORK.c.stage, _WORK.c.state))
        return {(Stage(stage), State(state)): count for stage, state, count in rows}

    def reasons(self) -> Mapping[tuple[Stage, str], int]:
        """Number of excluded works by stage and reason."""
        asked = select(_WORK.c.stage, _WORK.c.excluded_for, func.count()).where(
            _WORK.c.state == State.EXCLUDED.value, _WORK.c.report == ""
        )
        rows = self._session.execute(asked.group_by(_WORK.c.stage, _WORK.c.excluded_for))
        return {(Stage(stage), reason): count for stage, reason, count in rows}

    def parties(self, stage: Stage, most: int) -> Mapping[str, frozenset[str]]:
        """Who has decided on each of the first works in conflict at a stage, by the key of the work."""
        first = _conflicts(_WORK.c.key, stage=stage, most=most).subquery()
        asked = (
            select(first.c.key, _DECISION.c.who)
            .join(_MEMBER, _MEMBER.c.work == first.c.key)
            .join(_DECISION, _DECISION.c.record == _MEMBER.c.record)
            .where(_DECISION.c.stage == stage.value, _DECISION.c.ended.is_(None))
        )
        people: dict[str, set[str]] = {}
        for work, who in self._session.execute(asked):
            people.setdefault(work, set()).add(who)
        return {work: frozenset(some) for work, some in people.items()}

    def conflicts(self, stage: Stage, most: int) -> Mapping[QueuedWork, frozenset[str]]:
        """The first works in conflict at a stage, in the order of the queue, and who has decided on each."""
        people = self.parties(stage, most)
        rows = self._session.execute(_conflicts(_WORK, stage=stage, most=most)).mappings()
        return {_work(row): people.get(row["key"], frozenset()) for row in rows}

    def undecided(self, stage: Stage, who: str) -> int:
        """Number of works that wait for this person's decision, as far as COUNTED; one more stands for any number more."""
        # Counting along an index is quick; asking of each work whether the person has decided on it would not be.
        decided = self.waiting_decided(stage, who)
        most = decided + COUNTED + 1
        waiting = int(self._session.execute(_waiting(), {"most": most, "stage": stage.value}).scalar_one())
        return waiting - decided

    def waiting_decided(self, stage: Stage, who: str) -> int:
        """Number of works that wait at a stage for others only: this person has decided on them."""
        return int(self._session.execute(_own_waiting(), {"who": who, "stage": stage.value}).scalar_one())

    def listed(
        self,
        *,
        stage: Stage | None = None,
        states: Collection[State] = (),
        reason: str = "",
        words: str = "",
        start: int = 0,
        most: int = 50,
    ) -> tuple[QueuedWork, ...]:
        """Works in the order of the queue, in any of some states; ``words`` must stand in the title, in any case of letters.

        ``reason`` is that of an exclusion.
        """
        # Where words are looked for every title is read: in the order of the table, which is quicker than in the queue's.
        place = _WORK.c.place + 0 if words.strip() else _WORK.c.place
        asked: Select[Any] = select(_WORK).order_by(place, _WORK.c.key).offset(start).limit(most)
        if stage is not None:
            asked = asked.where(_WORK.c.stage == stage.value)
        if states:
            asked = asked.where(_WORK.c.state.in_([state.value for state in states]))
        if reason:
            asked = asked.where(_WORK.c.state == State.EXCLUDED.value, _WORK.c.excluded_for == reason)
        for word in words.split():
            asked = asked.where(_WORK.c.folded.contains(word.casefold(), autoescape=True))
        return tuple(_work(row) for row in self._session.execute(asked).mappings())

    def all(self) -> Mapping[str, QueuedWork]:
        """Every work by its key."""
        return {row["key"]: _work(row) for row in self._session.execute(select(_WORK)).mappings()}

    def belongings(self) -> Mapping[str, str]:
        """The work of every record."""
        return {row.record: row.work for row in self._session.execute(select(_MEMBER))}

    def put(self, works: Iterable[QueuedWork], belongings: Mapping[str, str], gone: Sequence[str] = ()) -> None:
        """Enter works as they are now, the work of records, and take out works that are gone."""
        rows = [_row(work) for work in works]
        for some in in_parts([*(row["key"] for row in rows), *gone]):
            self._session.execute(delete(_WORK).where(_WORK.c.key.in_(some)))
        if rows:
            self._session.execute(insert(_WORK), rows)
        for some in in_parts(list(belongings)):
            self._session.execute(delete(_MEMBER).where(_MEMBER.c.record.in_(some)))
        if belongings:
            self._session.execute(
                insert(_MEMBER), [{"record": record, "work": work} for record, work in belongings.items()]
            )


# In the letters of the index of what waits: of a parameter no database knows whether it says the same.
WAITS = (_WORK.c.state == literal_column("'waiting'")) & (_WORK.c.report == literal_column("''"))
# What is asked at every key is put together once: that takes as long as the answer does.
_STAGE, _WHO = bindparam("stage", type_=String), bindparam("who", type_=String)


@cache
def _of_record() -> Select[Any]:
    return select(_WORK).join(_MEMBER, _MEMBER.c.work == _WORK.c.key).where(_MEMBER.c.record == bindparam("record"))


@cache
def _members() -> Select[Any]:
    return select(_MEMBER.c.record).where(_MEMBER.c.work == bindparam("work")).order_by(_MEMBER.c.record)


@cache
def _stands() -> Update:
    return update(_WORK).where(_WORK.c.key == bindparam("work"))


@cache
def _taken_up() -> Delete:
    return delete(_SKIP).where(_SKIP.c.record == bindparam("work"), _SKIP.c.stage == _STAGE, _SKIP.c.who == _WHO)


@cache
def _last_put_off() -> Select[Any]:
    held = (_SKIP.c.stage == _STAGE) & (_SKIP.c.who == _WHO)
    return select(_SKIP.c.record, _SKIP.c.at).where(held).order_by(_SKIP.c.at.desc()).limit(1)


def _waits() -> ColumnElement[bool]:
    return (_WORK.c.stage == _STAGE) & WAITS


def _undecided() -> Select[Any]:
    """Works that wait for a person, who has decided on none of their records."""
    # One within the other, so that SQLite goes from each work to its records and not through all that the person decided.
    own = (_DECISION.c.stage == _STAGE) & (_DECISION.c.who == _WHO) & _DECISION.c.ended.is_(None)
    said = select(_DECISION.c.number).where(_DECISION.c.record == _MEMBER.c.record, own).correlate(_MEMBER).exists()
    decided = select(_MEMBER.c.record).where(_MEMBER.c.work == _WORK.c.key, said).correlate(_WORK)
    return select(_WORK).where(_waits(), ~decided.exists())


def _put_off() -> ColumnElement[bool]:
    return (_SKIP.c.record == _WORK.c.key) & (_SKIP.c.stage == _STAGE) & (_SKIP.c.who == _WHO)


@cache
def _first() -> Select[Any]:
    """The first works that wait for a person, of those not put off."""
    held = _undecided().where(~select(_SKIP.c.record).where(_put_off()).exists())
    return held.order_by(_WORK.c.place, _WORK.c.key).limit(bindparam("most", type_=Integer))


@cache
def _first_put_off() -> Select[Any]:
    """The works that a person put off first."""
    return _undecided().join(_SKIP, _put_off()).order_by(_SKIP.c.at).limit(bindparam("most", type_=Integer))


@cache
def _waiting() -> Select[Any]:
    """Number of works that wait at a stage, as far as ``most``."""
    return select(func.count()).select_from(
        select(_WORK.c.key).where(_waits()).limit(bindparam("most", type_=Integer)).subquery()
    )


@cache
def _own_waiting() -> Select[Any]:
    """Number of works that still wait at a stage where a person has decided on them already."""
    # The joins are outer ones so that SQLite begins with the person's decisions, which are few.
    return (
        select(func.count(_WORK.c.key.distinct()))
        .select_from(_DECISION)
        .outerjoin(_MEMBER, _MEMBER.c.record == _DECISION.c.record)
        .outerjoin(_WORK, (_WORK.c.key == _MEMBER.c.work) & _waits())
        .where(_DECISION.c.who == _WHO, _DECISION.c.stage == _STAGE, _DECISION.c.ended.is_(None))
    )


def _conflicts(*what: Any, stage: Stage, most: int) -> Select[Any]:
    """Something of the first works in conflict at a stage, in the order of the queue."""
    conflict = (_WORK.c.stage == stage.value) & (_WORK.c.state == State.CONFLICT.value) & (_WORK.c.report == "")
    return select(*what).where(conflict).order_by(_WORK.c.place, _WORK.c.key).limit(most)


def _skip(work: str, stage: Stage, who: str) -> ColumnElement[bool]:
    return (_SKIP.c.record == work) & (_SKIP.c.stage == stage.value) & (_SKIP.c.who == who)


def _row(work: QueuedWork) -> dict[str, Any]:
    values = {**asdict(work), "stage": work.stage.value, "state": work.state.value}
    return {**values, "folded": work.title.casefold()}


def _work(row: Mapping[Any, Any]) -> QueuedWork:
    values = {field.name: row[field.name] for field in fields(QueuedWork)}
    return QueuedWork(**{**values, "stage": Stage(row["stage"]), "state": State(row["state"])})
