"""Decisions of reviewers on harvested records, with their history in the audit trail.

Never hangs on a link: a decision belongs to the record that was read, and stays when links are made or undone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from corpus.domain.screening import Decision, Stage, Verdict
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_DECISION = table_of(desk.ScreeningDecisionRow)
_MEMBER = table_of(desk.WorkMemberRow)
KIND = Kind(name="screening", table=_DECISION, key=("record", "stage", "who"))


class Decisions:
    """The decisions in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Decision, ...]:
        """Every decision that stands, in the order of records, stages and people."""
        asked = select(_DECISION).order_by(_DECISION.c.record, _DECISION.c.stage, _DECISION.c.who)
        return tuple(_decision(row) for row in self._session.execute(asked).mappings())

    def on(self, records: Collection[str]) -> tuple[Decision, ...]:
        """The decisions on some records."""
        found: list[Decision] = []
        for some in in_parts(sorted(records)):
            asked = select(_DECISION).where(_DECISION.c.record.in_(some)).order_by(_DECISION.c.at)
            found += [_decision(row) for row in self._session.execute(asked).mappings()]
        return tuple(found)

    def on_work(self, work: str) -> tuple[Decision, ...]:
        """The decisions on the records of a work, in the order in which they were made."""
        asked = select(_DECISION).join(_MEMBER, _MEMBER.c.record == _DECISION.c.record).where(_MEMBER.c.work == work)
        return tuple(_decision(row) for row in self._session.execute(asked.order_by(_DECISION.c.at)).mappings())

    def times(self, who: str, most: int, stage: Stage) -> tuple[datetime, ...]:
        """When a person last decided at a stage, the newest first."""
        held = (_DECISION.c.who == who) & (_DECISION.c.stage == stage.value)
        asked = select(_DECISION.c.at).where(held).order_by(_DECISION.c.at.desc()).limit(most)
        return tuple(utc(at) for at in self._session.scalars(asked))

    def last(self, who: str, most: int, stage: Stage | None = None) -> tuple[Decision, ...]:
        """The last decisions of a person, the newest first."""
        asked = select(_DECISION).where(_DECISION.c.who == who).order_by(_DECISION.c.at.desc()).limit(most)
        if stage is not None:
            asked = asked.where(_DECISION.c.stage == stage.value)
        return tuple(_decision(row) for row in self._session.execute(asked).mappings())

    def relevant(self) -> Mapping[str, bool]:
        """Whether each decided record is held relevant, by id: what the latest stage says, and there one voice is enough."""
        return relevant(self.all())

    def decide(self, decision: Decision) -> None:
        """Enter a decision; a second one of the same person on the same record and stage replaces the first."""
        before = self._held(decision.record, decision.stage, decision.who)
        if before is not None:
            self._delete(decision.record, decision.stage, decision.who)
        self._session.execute(insert(_DECISION), _row(decision))
        self._tell(before, decision, decision.who)

    def take_back(self, record: str, stage: Stage, who: str) -> Decision | None:
        """Take a person's own decision back; returns it, or nothing where there was none."""
        before = self._held(record, stage, who)
        if before is not None:
            self._delete(record, stage, who)
            self._tell(before, None, who)
        return before

    def _held(self, record: str, stage: Stage, who: str) -> Decision | None:
        row = self._session.execute(select(_DECISION).where(_is(record, stage, who))).mappings().first()
        return None if row is None else _decision(row)

    def _delete(self, record: str, stage: Stage, who: str) -> None:
        self._session.execute(delete(_DECISION).where(_is(record, stage, who)))

    def _tell(self, before: Decision | None, after: Decision | None, who: str) -> None:
        change = KIND.change(_row(before) if before else None, _row(after) if after else None)
        Trail(self._session).tell(*change, who)


def relevant(decisions: Iterable[Decision]) -> Mapping[str, bool]:
    """Whether each decided record is held relevant: as at the latest stage that was decided; an adjudicator's word counts alone."""
    by_record: dict[str, dict[Stage, list[Decision]]] = {}
    for decision in decisions:
        by_record.setdefault(decision.record, {}).setdefault(decision.stage, []).append(decision)
    found = {}
    for record, stages in by_record.items():
        latest = stages.get(Stage.FULL_TEXT) or stages[Stage.TITLE_ABSTRACT]
        counting = [one for one in latest if one.settles] or latest
        found[record] = any(one.verdict is not Verdict.EXCLUDE for one in counting)
    return found


def _is(record: str, stage: Stage, who: str) -> Any:
    return (_DECISION.c.record == record) & (_DECISION.c.stage == stage.value) & (_DECISION.c.who == who)


def _row(decision: Decision) -> dict[str, Any]:
    return {**asdict(decision), "stage": decision.stage.value, "verdict": decision.verdict.value}


def _decision(row: Mapping[Any, Any]) -> Decision:
    return Decision(
        record=row["record"],
        stage=Stage(row["stage"]),
        who=row["who"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        note=row["note"],
        at=utc(row["at"]),
        settles=row["settles"],
    )
