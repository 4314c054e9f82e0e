"""Anyone's CSV as columns of numbers and labels, with the line and column of whatever cannot be used.

Never guesses a value and never drops a row.
"""

import csv
import math
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from corpus.errors import InvalidInput

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV as text: column names, and rows with the line each one ends on."""

    path: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(path: Path) -> CsvTable:
    """A UTF-8 file with comma, semicolon or tab. Raises InvalidInput in one line for whatever cannot be read."""
    text = _text(path)
    first = text.partition("\n")[0]
    # The delimiter is the one that cuts the header into most columns.
    delimiter = max(_DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise InvalidInput(f"{path}, line {reader.line_num}: {error}; mend the quotes or save the file again") from None
    if not lines:
        raise InvalidInput(f"{path} is empty; give a CSV with column names and one row per effect")
    header = [name.strip() for name in lines[0][1]]
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            raise InvalidInput(
                f"{path}, line {line}: {len(cells)} cells, but the header names {len(header)} columns; "
                "quote cells that hold the delimiter, and use a point for decimals"
            )
    if len(lines) == 1:
        raise InvalidInput(f"{path} has column names but no rows; give one row per effect")
    return CsvTable(path, header, lines[1:])


def numbers(table: CsvTable, name: str) -> list[float]:
    """The column ``name`` as finite numbers. Raises InvalidInput with the line of the first that is not."""
    column = _column(table, name)
    return [_number(table.path, line, name, cells[column].strip()) for line, cells in table.rows]


def labels(table: CsvTable, name: str, remedy: str = "name the sample of each effect") -> list[str]:
    """The column ``name`` as texts. Raises InvalidInput for an empty cell, with its line."""
    column = _column(table, name)
    found = [cells[column].strip() for _, cells in table.rows]
    for (line, _), label in zip(table.rows, found, strict=True):
        if not label:
            raise InvalidInput(f"{table.path}, line {line}, column {name!r} is empty; {remedy}")
    return found


def moderator(table: CsvTable, name: str) -> list[float] | list[str]:
    """A column as numbers where every cell is one, and as labels of a factor otherwise; none may be empty."""
    words = labels(table, name, "give the moderator's value or delete the row")
    try:
        return [_number(table.path, line, name, word) for (line, _), word in zip(table.rows, words, strict=True)]
    except InvalidInput:
        return words


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InvalidInput(f"{path} does not exist; check the name and the folder") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path} is a folder; name the CSV file inside it") from None
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path} is not UTF-8 (byte {error.object[error.start]:#04x} at position {error.start}); save it as UTF-8"
        ) from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}; choose a file you may read") from None


def _column(table: CsvTable, name: str) -> int:
    count = table.header.count(name)
    if count == 0:
        raise InvalidInput(f"{table.path} has no column {name!r}; it has {', '.join(map(repr, table.header))}")
    if count > 1:
        raise InvalidInput(f"{table.path} has {count} columns {name!r}; rename all but the one to use")
    return table.header.index(name)


def _number(path: Path, line: int, column: str, cell: str) -> float:
    where = f"{path}, line {line}, column {column!r}"
    if not cell:
        raise InvalidInput(f"{where} is empty; give the number or delete the row")
    try:
        value = float(cell.replace("_", "x"))  # Python would read 1_000 as a thousand
    except ValueError:
        remedy = "use a point for decimals" if "," in cell else "give a number or delete the row"
        raise InvalidInput(f"{where}: {cell!r} is not a number; {remedy}") from None
    if not math.isfinite(value):
        raise InvalidInput(f"{where}: {cell!r} is not a finite number; give the number or delete the row")
    return value
