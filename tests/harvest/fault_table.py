"""The outcomes of all faults as the document that users read."""

from collections.abc import Iterator, Sequence
from typing import Any

_HEAD = """# What goes wrong at a source, and what becomes of it

Written by `tests/harvest/test_faults.py` from what it sees; do not edit. Every fault is played twice on every endpoint:
once, on the request it is most likely to hurt, and on every request from then on. The spiders, the ledger and the wire
are the real ones; the servers are local.

- **recovered**: the window is done with exactly the records of an undisturbed run.
- **kept**: the window is done, every record is there, and the damaged letters of some are not what they were.
- **kept, said**: the window is done with what could be read; its message says what is missing, `oxysynth status` and the
  page of updates show it, and the replies are kept for `oxysynth harvest --reparse`.
- **failed**: nothing of the window is entered, its message says why, and the next run takes it up again.

The number in brackets is that of the requests beyond those of an undisturbed run.
"""


def fault_table(cells: Sequence[dict[str, Any]]) -> str:
    """The document, a table for each endpoint."""
    return "\n".join([_HEAD, *_tables(cells)])


def outcome(cell: dict[str, Any], quiet: dict[str, Any]) -> str:
    """One word for what became of a cell, by comparison with its endpoint undisturbed."""
    if not cell["done"]:
        return "failed"
    if cell["message"]:
        return "kept, said"
    if cell["records"] == quiet["records"]:
        return "recovered"
    return "kept" if cell["ids"] == quiet["ids"] else "GAP"


def undisturbed(cells: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The run without a fault, by endpoint."""
    return {cell["endpoint"]: cell for cell in cells if not cell["fault"]}


def _tables(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    for endpoint, quiet in undisturbed(cells).items():
        yield f"## {endpoint}\n"
        yield "| Fault | Once | On every request | What the window says then |"
        yield "|---|---|---|---|"
        rows: dict[str, dict[bool, dict[str, Any]]] = {}
        for cell in cells:
            if cell["endpoint"] == endpoint and cell["fault"]:
                rows.setdefault(cell["fault"], {})[cell["stays"]] = cell
        for fault, row in rows.items():
            shown = [_shown(row[stays], quiet) for stays in (False, True)]
            message = (row[True]["message"] or row[False]["message"]).replace("|", "\\|")
            yield f"| {fault} | {shown[0]} | {shown[1]} | {_cut(message)} |"
        yield ""


def _shown(cell: dict[str, Any], quiet: dict[str, Any]) -> str:
    more = cell["requests"] - quiet["requests"]
    return outcome(cell, quiet) + (f" (+{more})" if cell["done"] and more > 0 else "")


def _cut(message: str, longest: int = 180) -> str:
    plain = message.replace("<", "&lt;").replace("`", "'")
    return plain if len(plain) <= longest else plain[:longest].rsplit(" ", 1)[0] + " …"
