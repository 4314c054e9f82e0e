"""The document behind `oxysynth pool`: anyone's CSV in, the JSON of the contract out.

Never drops a row: a value that cannot be used stops the run with its line, column and remedy.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import TypeVar

from corpus.errors import InvalidInput
from synthesis.dependence.robust import robust
from synthesis.influence.deletion import influence as influence_of
from synthesis.pooling.pool import Method, Pooled, Test, pool

_DELIMITERS = ",;\t"
Choice = TypeVar("Choice", Method, Test)


@dataclass(frozen=True, slots=True)
class _Table:
    """A CSV as text: column names, and rows with the line each one ends on."""

    path: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]


def pool_file(
    path: Path,
    *,
    yi: str = "yi",
    vi: str = "vi",
    cluster: str | None = None,
    method: str = "REML",
    test: str = "knha",
    influence: bool = False,
) -> dict[str, object]:
    """Pool the effects of a CSV file (UTF-8, with comma, semicolon or tab).

    Parameters
    ----------
    path : Path
        The file; one row per effect, column names in the first line.
    yi, vi, cluster : str
        Names of the columns of estimates, sampling variances and, for `robust`, sample labels.
    method, test : str
        A `Method` and a `Test` by value.
    influence : bool
        Adds leave-one-out and deletion diagnostics.

    Returns
    -------
    dict
        The document of `oxysynth pool`; None where a quantity is not defined, never NaN.

    Raises
    ------
    InvalidInput
        For anything in the file or the options that cannot be used; one line, with file, line, column, value and remedy.
    """
    chosen_method, chosen_test = _choice(Method, "--method", method), _choice(Test, "--test", test)
    table = _read(path)
    estimates = _numbers(table, yi)
    variances = _numbers(table, vi)
    for (line, _), variance in zip(table.rows, variances, strict=True):
        if variance <= 0:
            raise InvalidInput(
                f"{path}, line {line}, column {vi!r}: {variance:g} is not above 0; give the sampling variance (se²)"
            )
    labels = _labels(table, cluster) if cluster is not None else None
    try:
        pooled = pool(estimates, variances, method=chosen_method, test=chosen_test)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from None
    document = _document(pooled)
    if labels is not None:
        document["robust"] = _robust(estimates, variances, labels, pooled)
    if influence:
        document["influence"] = asdict(influence_of(estimates, variances, method=chosen_method, test=chosen_test))
    return document


def _choice(kind: type[Choice], option: str, value: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput(f"{option} {value!r} does not exist; choose one of {', '.join(kind)}") from None


def _read(path: Path) -> _Table:
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
    return _Table(path, header, lines[1:])


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


def _column(table: _Table, name: str) -> int:
    count = table.header.count(name)
    if count == 0:
        raise InvalidInput(f"{table.path} has no column {name!r}; it has {', '.join(map(repr, table.header))}")
    if count > 1:
        raise InvalidInput(f"{table.path} has {count} columns {name!r}; rename all but the one to use")
    return table.header.index(name)


def _numbers(table: _Table, name: str) -> list[float]:
    column = _column(table, name)
    return [_number(table.path, line, name, cells[column].strip()) for line, cells in table.rows]


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


def _labels(table: _Table, name: str) -> list[str]:
    column = _column(table, name)
    labels = [cells[column].strip() for _, cells in table.rows]
    for (line, _), label in zip(table.rows, labels, strict=True):
        if not label:
            raise InvalidInput(f"{table.path}, line {line}, column {name!r} is empty; name the sample of each effect")
    return labels


def _document(pooled: Pooled) -> dict[str, object]:
    document = asdict(pooled)
    del document["weights"]  # as long as the file; --influence gives them as hat values
    return {key: list(value) if isinstance(value, tuple) else value for key, value in document.items()}


def _robust(estimates: Sequence[float], variances: Sequence[float], labels: Sequence[str], pooled: Pooled) -> object:
    """Cluster-robust results; with a single cluster only the estimate is defined."""
    if len(set(labels)) < 2:
        return {"estimate": pooled.estimate, "se": None, "df": None, "p": None, "ci": None, "clusters": 1}
    return asdict(robust(estimates, variances, labels, tau2=pooled.tau2 or 0.0))
