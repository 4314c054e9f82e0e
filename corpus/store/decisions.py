"""Decisions of reviewers on harvested records: those that stand, and those that stood before them.

Never hangs on a link: a decision belongs to the record that was read, and stays when links are made or undone; what was
taken back or replaced stays too, with the moment when it ended.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, Row, bindparam, func, insert, select, update
from sqlmodel import Session

from corpus.domain.screening import Decision, Stage, State, Verdict
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.store.trail import Change, Trail
from corpus.tables import desk

_DECISION = table_of(desk.ScreeningDecisionRow)
_MEMBER = table_of(desk.WorkMemberRow)
_WORK = table_of(desk.FoundWorkRow)
_STANDS = _DECISION.c.ended.is_(None)
# What has ended was told when it stood; which row it is, and which it replaced, is the table's own business.
KIND = Kind(
    name="screening",
    table=_DECISION,
    key=("record", "stage", "who"),
    told=lambda row: {name: value for name, value in row.items() if name not in ("number", "replaces")},
    people=_STANDS,
    past=~_STANDS,
    kept_with="needed",
)
# Asked for at every key: put together once.
_ON_WORK = select(_DECISION).join(_MEMBER, _MEMBER.c.record == _DECISION.c.record)
_ON_WORK = _ON_WORK.where(_MEMBER.c.work == bindparam("work"), _STANDS).order_by(_DECISION.c.at)
_OWN = (_DECISION.c.who == bindparam("who")) & (_DECISION.c.stage == bindparam("stage")) & _STANDS
_OF_PERSON = select(_DECISION).where(_DECISION.c.record == bindparam("record"), _OWN)
_TIMES = select(_DECISION.c.at).where(_OWN).order_by(_DECISION.c.at.desc()).limit(bindparam("most", type_=Integer))


class Decisions:
    """The decisions in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Decision, ...]:
        """Every decision that stands, in the order of records, stages and people."""
        asked = select(_DECISION).where(_STANDS).order_by(_DECISION.c.record, _DECISION.c.stage, _DECISION.c.who)
        return tuple(_decision(row) for row in self._session.execute(asked).mappings())

    def made(self) -> tuple[Decision, ...]:
        """Every decision that was ever made, in the order in which they were."""
        asked = select(_DECISION).order_by(_DECISION.c.at, _DECISION.c.number)
        return tuple(_decision(row) for row in self._session.execute(asked).mappings())

    def on(self, records: Collection[str]) -> tuple[Decision, ...]:
        """The decisions that stand on some records."""
        found: list[Decision] = []
        for some in in_parts(sorted(records)):
            asked = select(_DECISION).where(_DECISION.c.record.in_(some), _STANDS).order_by(_DECISION.c.at)
            found += [_decision(row) for row in self._session.execute(asked).mappings()]
        return tuple(found)

    def on_work(self, work: str) -> tuple[Decision, ...]:
        """The decisions that stand on the records of a work, in the order in which they were made."""
        return tuple(_decision(row) for row in self._session.execute(_ON_WORK, {"work": work}).mappings())

    def on_works(self, works: Collection[str]) -> Mapping[str, Sequence[Decision]]:
        """The decisions that stand, by work; nothing for a work without any."""
        found: dict[str, list[Decision]] = {}
        for some in in_parts(sorted(works)):
            asked = select(_DECISION, _MEMBER.c.work).join(_MEMBER, _MEMBER.c.record == _DECISION.c.record)
            asked = asked.where(_MEMBER.c.work.in_(some), _STANDS).order_by(_DECISION.c.at)
            for row in self._session.execute(asked).mappings():
                found.setdefault(row["work"], []).append(_decision(row))
        return found

    def waiting(self, stage: Stage, people: int) -> tuple[str, ...]:
        """The works that wait at a stage although at least so many people have decided on them."""
        asked = (
            select(_WORK.c.key)
            .select_from(_DECISION)
            .join(_MEMBER, _MEMBER.c.record == _DECISION.c.record)
            .join(_WORK, _WORK.c.key == _MEMBER.c.work)
            .where(_DECISION.c.stage == stage.value, _STANDS)
            .where(_WORK.c.stage == stage.value, _WORK.c.state == State.WAITING.value)
            .group_by(_WORK.c.key)
            .having(func.count(_DECISION.c.who.distinct()) >= people)
            .order_by(_WORK.c.key)
        )
        return tuple(self._session.scalars(asked))

    def times(self, who: str, most: int, stage: Stage) -> tuple[datetime, ...]:
        """When a person last decided at a stage, the newest first."""
        values = {"who": who, "stage": stage.value, "most": most}
        return tuple(utc(at) for at in self._session.scalars(_TIMES, values))

    def last(self, who: str, most: int, stage: Stage | None = None) -> tuple[Decision, ...]:
        """The last decisions of a person that stand, the newest first."""
        asked = select(_DECISION).where(_DECISION.c.who == who, _STANDS).order_by(_DECISION.c.at.desc()).limit(most)
        if stage is not None:
            asked = asked.where(_DECISION.c.stage == stage.value)
        return tuple(_decision(row) for row in self._session.execute(asked).mappings())

    def settled(self, stage: Stage, most: int) -> tuple[Decision, ...]:
        """The last decisions that ended a conflict and stand, the newest first."""
        asked = select(_DECISION).where(_DECISION.c.settles.is_(True), _DECISION.c.stage == stage.value, _STANDS)
        rows = self._session.execute(asked.order_by(_DECISION.c.at.desc()).limit(most)).mappings()
        return tuple(_decision(row) for row in rows)

    def decide(self, decision: Decision) -> None:
        """Enter a decision; what the same person said of the same record and stage before ends, and is kept."""
        before = self._standing(decision.record, decision.stage, decision.who)
        if before is not None:
            self._end(before.number, decision.at)
        replaces = None if before is None else before.number
        self._session.execute(insert(_DECISION), {**_row(decision), "replaces": replaces})
        was = None if before is None else _decision(before._mapping)
        self._tell(was, decision, decision.who)

    def replaced(self, record: str, stage: Stage, who: str) -> Decision | None:
        """What would stand again if a person's decision were taken back."""
        row = self._standing(record, stage, who)
        if row is None or row.replaces is None:
            return None
        before = self._session.execute(select(_DECISION).where(_DECISION.c.number == row.replaces)).mappings().one()
        return replace(_decision(before), ended=None)

    def take_back(self, record: str, stage: Stage, who: str, by: str = "") -> Decision | None:
        """Take a person's decision back: what it had replaced stands again. Returns what was taken back, if anything was.

        ``by`` names whoever takes it back for somebody else, as an adjudicator does who opens what another has settled.
        """
        row = self._standing(record, stage, who)
        if row is None:
            return None
        self._end(row.number, datetime.now(UTC))
        again = None
        if row.replaces is not None:
            self._session.execute(update(_DECISION).where(_DECISION.c.number == row.replaces).values(ended=None))
            again = self._standing(record, stage, who)
        taken = _decision(row._mapping)
        self._tell(taken, None if again is None else _decision(again._mapping), by or who)
        return taken

    def need_fewer(self, works: Collection[str], stage: Stage, needed: int, by: str) -> None:
        """Note that works have moved on at a stage with so many decisions: they stay there when more are needed again."""
        changes: list[Change] = []
        for some in in_parts(sorted(works)):
            members = select(_MEMBER.c.record).where(_MEMBER.c.work.in_(some))
            held = _DECISION.c.record.in_(members) & (_DECISION.c.stage == stage.value) & (_DECISION.c.needed > needed)
            found = self._session.execute(
                select(_DECISION).where(held, _STANDS).order_by(_DECISION.c.number)
            ).mappings()
            for before in [_decision(row) for row in found]:
                changes.append(_change(before, replace(before, needed=needed)))
            self._session.execute(update(_DECISION).where(held, _STANDS).values(needed=needed))
        Trail(self._session).tell_all(changes, by)

    def _standing(self, record: str, stage: Stage, who: str) -> Row[Any] | None:
        return self._session.execute(_OF_PERSON, {"record": record, "stage": stage.value, "who": who}).first()

    def _end(self, number: int, at: datetime) -> None:
        self._session.execute(update(_DECISION).where(_DECISION.c.number == number).values(ended=at))

    def _tell(self, before: Decision | None, after: Decision | None, by: str) -> None:
        Trail(self._session).tell(*_change(before, after), by)


def _change(before: Decision | None, after: Decision | None) -> Change:
    return KIND.change(_row(before) if before else None, _row(after) if after else None)


def _row(decision: Decision) -> dict[str, Any]:
    values = {**asdict(decision), "stage": decision.stage.value, "verdict": decision.verdict.value}
    del values["ended"]  # what is entered or told stands
    return values


def _decision(row: Mapping[Any, Any]) -> Decision:
    return Decision(
        record=row["record"],
        stage=Stage(row["stage"]),
        who=row["who"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        note=row["note"],
        at=utc(row["at"]),
        needed=row["needed"],
        settles=row["settles"],
        together=row["together"],
        ended=None if row["ended"] is None else utc(row["ended"]),
    )
