"""Cases, drafts and settlements in the database: one row for each value, so that two people can save at once.

Never overwrites what somebody else changed meanwhile: that comes back as a clash.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, bindparam, delete, insert, select, update
from sqlmodel import Session

from corpus.domain.cases import Case, CaseState, Change, Clash, Draft, DraftState, Settlement
from corpus.errors import InvalidInput
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_CASE = table_of(desk.CaseRow)
_DRAFT = table_of(desk.DraftRow)
_VALUE = table_of(desk.DraftValueRow)
_SETTLEMENT = table_of(desk.SettlementRow)
KINDS = (
    Kind(name="case", table=_CASE, key=("key",)),
    # When something was typed into a draft last is told by the event of what was typed.
    Kind(name="draft", table=_DRAFT, key=("case", "who"), told=lambda row: _only(row, "case", "who", "state")),
    Kind(name="draft", table=_VALUE, key=("case", "who", "path"), told=lambda row: _only(row, "value")),
    Kind(name="settlement", table=_SETTLEMENT, key=("case", "path")),
)
_OPENED, _DRAFTED, _TYPED, _SETTLED = KINDS
# Asked for by every save: put together once.
_OF_KEY = select(_CASE).where(_CASE.c.key == bindparam("key"))
_OF_CASE = select(_DRAFT).where(_DRAFT.c.case == bindparam("case")).order_by(_DRAFT.c.who)
_VALUES = select(_VALUE).order_by(_VALUE.c.path)
_VALUES = _VALUES.where(_VALUE.c.case == bindparam("case"), _VALUE.c.who == bindparam("who"))
_SOME_VALUES = _VALUES.where(_VALUE.c.path.in_(bindparam("paths", type_=String, expanding=True)))


class Cases:
    """The cases of one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_work(self, records: Collection[str]) -> Case | None:
        """The case that came from any of some records and was not given up, or nothing."""
        asked = select(_CASE).where(_CASE.c.work.in_(list(records)), _CASE.c.state != CaseState.CLOSED.value)
        row = self._session.execute(asked).mappings().first()
        return None if row is None else _case(row)

    def all(self) -> Sequence[Case]:
        """Every case, the newest first."""
        return [_case(row) for row in self._session.execute(select(_CASE).order_by(_CASE.c.at.desc())).mappings()]

    def get(self, key: str) -> Case | None:
        """One case, or nothing."""
        row = self._session.execute(_OF_KEY, {"key": key}).mappings().first()
        return None if row is None else _case(row)

    def open(self, case: Case) -> None:
        """Enter a new case. Raises InvalidInput where the key is taken."""
        if self.get(case.key) is not None:
            raise InvalidInput(f"{case.key}: there is a case of this name already")
        row = {**asdict(case), "state": case.state.value}
        self._session.execute(insert(_CASE), row)
        Trail(self._session).tell(*_OPENED.change(None, row), case.opened_by)

    def move(self, case: Case, state: CaseState, who: str) -> None:
        """Let a case go on to another state."""
        self._set(_OPENED, _CASE.c.key == case.key, {"state": state.value}, who)

    def rebase(self, case: Case, base: str, who: str) -> None:
        """Enter that the corpus, as it is now, was looked at."""
        self._session.execute(update(_CASE).where(_CASE.c.key == case.key).values(base=base))
        before = {**asdict(case), "state": case.state.value}
        Trail(self._session).tell(f"case/{case.key}", before, before | {"base": base}, who)

    def drafts(self, case: str) -> Sequence[Draft]:
        """Who codes a case, in the order of the names."""
        rows = self._session.execute(_OF_CASE, {"case": case}).mappings()
        return [_draft(row) for row in rows]

    def drafts_of(self, who: str) -> Mapping[str, Draft]:
        """What a person codes, by case."""
        rows = self._session.execute(select(_DRAFT).where(_DRAFT.c.who == who)).mappings()
        return {row["case"]: _draft(row) for row in rows}

    def begin(self, case: str, who: str, values: Mapping[str, str], by: str = "") -> None:
        """Begin a person's draft with some values; nothing happens where it has been begun."""
        if any(one.who == who for one in self.drafts(case)):
            return
        row = {"case": case, "who": who, "state": DraftState.OPEN.value, "at": datetime.now(UTC)}
        self._session.execute(insert(_DRAFT), row)
        Trail(self._session).tell(*_DRAFTED.change(None, row), by or who)
        self.save(case, who, [Change(path=path, was="", value=value) for path, value in values.items()], by)

    def mark(self, draft: Draft, state: DraftState) -> None:
        """Say that a person has finished a draft, or takes it up again."""
        is_it = (_DRAFT.c.case == draft.case) & (_DRAFT.c.who == draft.who)
        self._set(_DRAFTED, is_it, {"state": state.value, "at": datetime.now(UTC)}, draft.who)

    def drop(self, draft: Draft, by: str) -> None:
        """Take a person's draft out, with all its values; the trail keeps what they were."""
        held = self.values(draft.case, draft.who)
        self._session.execute(delete(_VALUE).where(self._of(draft.case, draft.who)))
        self._session.execute(delete(_DRAFT).where(_DRAFT.c.case == draft.case, _DRAFT.c.who == draft.who))
        before = {"case": draft.case, "who": draft.who, "state": draft.state.value}
        gone = [_TYPED.change(_value(before | {"path": path}, value), None) for path, value in held.items()]
        Trail(self._session).tell_all([*gone, _DRAFTED.change(before, None)], by)

    def need(self, case: Case, coders: int, by: str) -> None:
        """Say how many must have finished before a case is compared."""
        self._set(_OPENED, _CASE.c.key == case.key, {"coders": coders}, by)

    def values(self, case: str, who: str) -> dict[str, str]:
        """Every value of a draft by its path, in the order of the paths."""
        return {row.path: row.value for row in self._session.execute(_VALUES, {"case": case, "who": who})}

    def save(self, case: str, who: str, changes: Sequence[Change], by: str = "") -> Sequence[Clash]:
        """Keep what was typed; what somebody else changed meanwhile is left as it is, and comes back.

        A change that was kept before (a reply that was lost on the way) is kept once.
        """
        Trail(self._session).lock()
        held = self._held(case, who, [change.path for change in changes])
        clashes, fresh = [], []
        for change in changes:
            now = held.get(change.path, "")
            if now == change.value:
                continue
            if now != change.was:
                clashes.append(Clash(path=change.path, mine=change.value, theirs=now))
            else:
                fresh.append((change, now))
        for some in in_parts([change.path for change, _ in fresh]):
            self._session.execute(delete(_VALUE).where(self._of(case, who), _VALUE.c.path.in_(some)))
        rows = [
            {"case": case, "who": who, "path": change.path, "value": change.value}
            for change, _ in fresh
            if change.value
        ]
        if rows:
            self._session.execute(insert(_VALUE), rows)
        if fresh:
            is_it = (_DRAFT.c.case == case) & (_DRAFT.c.who == who)
            self._session.execute(update(_DRAFT).where(is_it).values(at=datetime.now(UTC)))
            at = {"case": case, "who": who}
            told = [
                _TYPED.change(_value(at | {"path": change.path}, now), _value(at | {"path": change.path}, change.value))
                for change, now in fresh
            ]
            Trail(self._session).tell_all(told, by or who)
        return clashes

    def settlements(self, case: str) -> Mapping[str, Settlement]:
        """How differences were settled, by path."""
        rows = self._session.execute(select(_SETTLEMENT).where(_SETTLEMENT.c.case == case)).mappings()
        return {row["path"]: _settlement(row) for row in rows}

    def settle(self, case: str, settlement: Settlement) -> None:
        """Enter how a difference was settled, in place of what was said before."""
        is_it = (_SETTLEMENT.c.case == case) & (_SETTLEMENT.c.path == settlement.path)
        before = self._session.execute(select(_SETTLEMENT).where(is_it)).mappings().first()
        self._session.execute(delete(_SETTLEMENT).where(is_it))
        after = {"case": case, **asdict(settlement)}
        self._session.execute(insert(_SETTLEMENT), after)
        Trail(self._session).tell(*_SETTLED.change(before, after), settlement.who)

    def _set(self, kind: Kind, which: Any, values: Mapping[str, Any], by: str) -> None:
        """Change a row and tell so: from what it holds now, which may be later than what somebody has read of it."""
        before = self._session.execute(select(kind.table).where(which)).mappings().one()
        self._session.execute(update(kind.table).where(which).values(values))
        Trail(self._session).tell(*kind.change(before, {**before, **values}), by)

    def _held(self, case: str, who: str, paths: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for some in in_parts(paths):
            rows = self._session.execute(_SOME_VALUES, {"case": case, "who": who, "paths": some})
            found |= {row.path: row.value for row in rows}
        return found

    def _of(self, case: str, who: str) -> Any:
        return (_VALUE.c.case == case) & (_VALUE.c.who == who)


def _value(at: Mapping[str, str], value: str) -> Mapping[str, str] | None:
    return {**at, "value": value} if value else None


def _only(row: Mapping[Any, Any], *columns: str) -> dict[str, Any]:
    return {name: row[name] for name in columns}


def _case(row: Mapping[Any, Any]) -> Case:
    return Case(**{**row, "state": CaseState(row["state"]), "at": utc(row["at"])})


def _draft(row: Mapping[Any, Any]) -> Draft:
    return Draft(case=row["case"], who=row["who"], state=DraftState(row["state"]), at=utc(row["at"]))


def _settlement(row: Mapping[Any, Any]) -> Settlement:
    return Settlement(path=row["path"], value=row["value"], reason=row["reason"], who=row["who"], at=utc(row["at"]))
