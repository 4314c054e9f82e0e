"""A document as lines for the eye: parts indented, rows as tables, numbers to six digits.

Never the contract: what programs read is the JSON document, which has every digit.
"""

from collections.abc import Iterator, Mapping, Sequence


def lines(document: Mapping[str, object], indent: str = "") -> Iterator[str]:
    """The lines of a document; ``indent`` stands before each."""
    for key, value in document.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{key}:"
            yield from lines(value, indent + "  ")
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            yield f"{indent}{key}:"
            yield from (f"{indent}  {line}" for line in _table(value))
        elif isinstance(value, list) and any(isinstance(item, str | list | tuple) for item in value):
            yield f"{indent}{key}:"
            yield from (f"{indent}  {item if isinstance(item, str) else _cell(item)[1:-1]}" for item in value)
        else:
            yield f"{indent}{key}: {_cell(value)}"


def _table(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    for line in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple) and value:
        return f"[{', '.join(_cell(item) for item in value)}]"
    return "-" if value is None or value in ({}, [], ()) else str(value)
