"""From the rows of every table back to domain values.

Never talks to a database, and never accepts a row that the domain refuses.
"""

import types
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from corpus.codebook import MissingReason, SourceTier, Term
from corpus.domain import Corpus, Identifier, Missing, Printed, Source
from corpus.errors import InvalidInput
from corpus.store.parts import ROOTS, Named, Part, References
from corpus.store.rows import Columns, Rows, entity_key, table_of
from corpus.tables import shared

_Owner = tuple[Any, ...]


class UnreadableRow(InvalidInput):
    """A row that does not fit the domain: older than the program, or changed by hand."""


def corpus_of(rows: Rows) -> Corpus:
    """The corpus that the rows hold. Raises UnreadableRow naming table, key and column."""
    reader = _Reader(rows)
    return Corpus(**{part.field: reader.many(part, ()) for part in ROOTS})


class _Reader:
    """The rows of the shared tables by entity, and of every other table by owner."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.grouped: dict[tuple[str, tuple[str, ...]], dict[_Owner, list[Columns]]] = {}
        self.missing: dict[tuple[str, str, str], Missing] = {}
        for row in rows.get(table_of(shared.MissingValueRow).name, ()):
            where = f"missing_value {row['entity']} {row['entity_key']}"
            reason = _made(where, "reason", MissingReason, row["reason"])
            self.missing[row["entity"], row["entity_key"], row["field"]] = Missing(reason, row["note"] or "")
        self.sources: dict[tuple[str, str], Source] = {}
        for row in rows.get(table_of(shared.ProvenanceRow).name, ()):
            where = f"provenance {row['entity']} {row['entity_key']}"
            tier = _made(where, "tier", SourceTier, row["tier"])
            source = Source(report=row["report"], locator=row["locator"], tier=tier, read_at=row["read_at"] or "")
            self.sources[row["entity"], row["entity_key"]] = source
        self.texts: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for row in sorted(rows.get(table_of(shared.TextItemRow).name, ()), key=lambda row: row["position"]):
            self.texts[row["entity"], row["entity_key"], row["field"]].append(row["text"])

    def many(self, part: Part, names: tuple[str, ...], owner: _Owner = ()) -> tuple[Any, ...]:
        """The values of a part that one owner holds, in order."""
        return tuple(self._value(part, row) for row in self._of_owner(part, names, owner))

    def _of_owner(self, below: Part | References | Named, names: tuple[str, ...], owner: _Owner) -> Sequence[Columns]:
        table = table_of(below.row).name
        if (table, names) not in self.grouped:
            groups: dict[_Owner, list[Columns]] = defaultdict(list)
            for row in sorted(self.rows.get(table, ()), key=lambda row: row["position"]):
                groups[tuple(row[name] for name in names)].append(row)
            self.grouped[table, names] = groups
        return self.grouped[table, names].get(owner, [])

    def _value(self, part: Part, row: Columns) -> Any:
        table = table_of(part.row)
        entity = (table.name, entity_key(table, row))
        key_columns = [column.name for column in table.primary_key.columns]
        owner = tuple(row[name] for name in key_columns[: len(part.as_owner)])
        values = {}
        for below in part.parts:
            values[below.field] = self._below(part, below, owner)
        hints = _hints(part.cls)
        for item in fields(part.cls):
            if item.name not in values:
                values[item.name] = self._field(entity, row, item.name, hints[item.name])
        return part.cls(**values)

    def _below(self, part: Part, below: Part | References | Named, owner: _Owner) -> Any:
        rows = self._of_owner(below, part.as_owner, owner)
        if isinstance(below, References):
            return tuple(row[below.column] for row in rows)
        kind = _hints(part.cls)[below.field]
        if isinstance(below, Named):
            value = get_args(kind)[1]
            where = f"{table_of(below.row).name} {'/'.join(str(one) for one in owner)}"
            return {row["name"]: _made(where, row["name"], value, row["value"]) for row in rows}
        values = self.many(below, part.as_owner, owner)
        if get_origin(kind) is tuple:
            return values
        return values[0] if values else None

    def _field(self, entity: tuple[str, str], row: Columns, column: str, kind: Any) -> Any:
        missing = self.missing.get((*entity, column))
        if missing is not None:
            return missing
        members = _members(kind)
        if Source in members:
            return self.sources.get(entity)
        where = " ".join(entity)
        for member in members:
            if get_origin(member) is tuple:
                return tuple(self.texts.get((*entity, column), ()))
            if is_dataclass(member) and member is not Missing:
                return self._nested(entity, row, column, member, types.NoneType in members)
        held = row[column]
        if held is None:
            if types.NoneType in members:
                return None
            if str in members:
                return ""
            raise UnreadableRow(
                f"{where}: {column} is empty without a reason; rebuild the database with `oxysynth init`"
            )
        return _made(where, column, members[0], held)

    def _nested(self, entity: tuple[str, str], row: Columns, column: str, cls: Any, optional: bool) -> Any:
        prefix = f"{column}_"
        hints = _hints(cls)
        if optional and all(row[prefix + item.name] is None for item in fields(cls)):
            return None
        return cls(
            **{item.name: self._field(entity, row, prefix + item.name, hints[item.name]) for item in fields(cls)}
        )


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls)


@cache
def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _made(where: str, column: str, cls: Any, held: Any) -> Any:
    if not issubclass(cls, Term | Identifier | Printed):
        return held
    try:
        return cls(held)
    except (ValueError, InvalidInput) as error:
        raise UnreadableRow(
            f"{where}: {column} is {held!r}, which this version does not know; rebuild the database with `oxysynth init`"
        ) from error
