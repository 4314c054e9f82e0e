"""One kind of what people change at the desk: how its rows are called in the audit trail, and what of them is sealed there.

Never told in two ways: the event that tells of a row and the check that reads the row later ask the same kind.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session

from corpus.store.trail import Change

Columns = Mapping[Any, Any]  # a row by the names of its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How the rows of one table stand in the trail."""

    name: str  # of the kind, the first part of every entity's name
    table: Table
    key: tuple[str, ...]  # columns whose values are the rest of the name
    cut: int | None = None  # letters of a key that is too telling to be written whole
    told: Callable[[Columns], Mapping[str, Any]] = dict  # what of a row is sealed
    lasts: bool = True  # whether a row goes only with an event; others end by themselves
    people: ColumnElement[bool] | None = None  # which rows people made, where others are in the table too
    past: ColumnElement[bool] | None = None  # which rows stood once, where they are kept
    kept_with: str = ""  # a column that is as old as this keeping

    def entity(self, row: Columns) -> str:
        """The name of a row in the trail."""
        return "/".join((self.name, *(str(row[column])[: self.cut] for column in self.key)))

    def change(self, before: Columns | None, after: Columns | None) -> Change:
        """What became of a row, as the trail takes it; None is nothing."""
        row = after if after is not None else before
        assert row is not None
        was, now = (None if one is None else self.told(one) for one in (before, after))
        return self.entity(row), was, now

    def rows(self, session: Session) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every row as it is now: its name in the trail, and what of it is sealed there."""
        yield from self._read(session, self.people)

    def past_rows(self, session: Session) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every row that stood once, in the same way."""
        if self.past is not None:
            yield from self._read(session, self.past)

    def _read(self, session: Session, which: ColumnElement[bool] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
        asked = select(self.table) if which is None else select(self.table).where(which)
        for row in session.execute(asked).mappings():
            yield self.entity(row), self.told(row)
