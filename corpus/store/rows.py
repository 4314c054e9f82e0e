"""From domain values to the rows of every table.

Never talks to a database.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from sqlalchemy import Table

from corpus.codebook import Term
from corpus.domain import Corpus, Missing, Printed, Source
from corpus.store.parts import ROOTS, Named, Part, References
from corpus.tables import Row, shared

IN_ONE = 400  # values in one IN (…): old SQLite takes 999 parameters
Columns = dict[str, Any]
Rows = Mapping[str, list[Columns]]  # by name of the table


def rows_of(corpus: Corpus) -> Rows:
    """Every row of a corpus."""
    rows: dict[str, list[Columns]] = defaultdict(list)
    for part in ROOTS:
        for position, value in enumerate(getattr(corpus, part.field)):
            _add(rows, part, value, {}, position)
    return rows


Value = TypeVar("Value")


def in_parts(values: Sequence[Value], size: int = IN_ONE) -> Iterator[Sequence[Value]]:
    """The values in runs that one statement takes."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def table_of(row: type[Row]) -> Table:
    """The table behind a table class."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


def entity_key(table: Table, row: Mapping[str, Any]) -> str:
    """A row's primary key as one text, as the shared tables hold it."""
    return "/".join(str(row[column.name]) for column in table.primary_key.columns)


def _add(rows: dict[str, list[Columns]], part: Part, value: Any, owner: Columns, position: int) -> None:
    table = table_of(part.row)
    row: Columns = dict.fromkeys(table.columns.keys()) | owner | {"position": position}
    own_tables = {below.field for below in part.parts}
    apart: list[tuple[str, Any]] = []  # what the shared tables hold
    for column, held in _leaves(value, own_tables, ""):
        if isinstance(held, Missing | Source | tuple):
            apart.append((column, held))
        elif isinstance(held, Printed):
            row[column], row[f"{column}_number"] = str(held), held.value
        elif isinstance(held, str):
            plain = held.value if isinstance(held, Term) else str(held)
            row[column] = None if plain == "" and table.columns[column].nullable else plain
        else:
            row[column] = held
    rows[table.name].append(row)
    for column, held in apart:
        _add_shared(rows, {"entity": table.name, "entity_key": entity_key(table, row)}, column, held)
    names = zip(part.as_owner, table.primary_key.columns, strict=False)
    below_owner = {name: row[column.name] for name, column in names}
    for below in part.parts:
        _add_below(rows, below, getattr(value, below.field), below_owner)


def _add_below(rows: dict[str, list[Columns]], below: Part | References | Named, held: Any, owner: Columns) -> None:
    table = table_of(below.row)
    if isinstance(below, References):
        rows[table.name] += [{**owner, "position": at, below.column: key} for at, key in enumerate(held)]
    elif isinstance(below, Named):
        for at, (name, value) in enumerate(held.items()):
            number = {"value_number": value.value} if isinstance(value, Printed) else {}
            plain = str(value) if isinstance(value, str) else value
            rows[table.name].append({**owner, "position": at, "name": name, "value": plain, **number})
    elif isinstance(held, tuple):
        for at, value in enumerate(held):
            _add(rows, below, value, owner, at)
    elif held is not None:
        _add(rows, below, held, owner, 0)


def _add_shared(
    rows: dict[str, list[Columns]], entity: Columns, column: str, held: Missing | Source | tuple[str, ...]
) -> None:
    if isinstance(held, Missing):
        row = {**entity, "field": column, "reason": held.missing.value, "note": held.note or None}
        rows[table_of(shared.MissingValueRow).name].append(row)
    elif isinstance(held, Source):
        row = {"report": held.report, "locator": held.locator, "tier": held.tier.value, "read_at": held.read_at or None}
        rows[table_of(shared.ProvenanceRow).name].append({**entity, **row})
    else:
        rows[table_of(shared.TextItemRow).name] += [
            {**entity, "field": column, "position": at, "text": text} for at, text in enumerate(held)
        ]


def _leaves(value: Any, own_tables: set[str], prefix: str) -> Iterator[tuple[str, Any]]:
    for item in fields(value):
        held = getattr(value, item.name)
        if not prefix and item.name in own_tables:
            continue
        if is_dataclass(held) and not isinstance(held, Missing | Source):
            yield from _leaves(held, own_tables, f"{prefix}{item.name}_")
        elif held is not None:
            yield prefix + item.name, held
