"""Reads the rows of a CSV table of records (one row, one record) as candidates.

Never trusts the encoding: UTF-8 with or without mark, else the Western one-byte set that spreadsheets write.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from corpus.errors import InvalidInput
from harvest.linking.candidate import Candidate, candidate
from harvest.linking.normalise import year_of

ID_COLUMNS = ("recordid", "id")  # in the form of COLUMNS
LONGEST_HEADER = 1 << 16
LARGEST_FIELD = 1 << 24  # an abstract is never that long; a broken quotation mark may swallow a file

# What exports call the fields, in lower case and without blanks, dots and underscores.
COLUMNS = {
    "title": ("title", "articletitle", "documenttitle", "ti", "primarytitle"),
    "authors": ("author", "authors", "authornames", "au"),
    "year": ("year", "publicationyear", "py", "date"),
    "container": ("journal", "booktitle", "sourcetitle", "publicationtitle", "secondarytitle"),
    "abbreviation": ("abbreviatedsourcetitle", "journalabbreviation", "isoabbreviation"),
    "volume": ("volume", "vol"),
    "pages": ("pages", "page"),
    "doi": ("doi",),
    "pmid": ("pmid", "pubmedid", "medlinepmid"),
    "abstract": ("abstract",),
    "types": ("documenttype", "publicationtype", "type"),
}


def is_table(path: Path) -> bool:
    """Whether the file begins with a row of column names among which are an id and a title."""
    with _opened(path) as handle:
        columns = _columns(handle.readline(LONGEST_HEADER))
    return "title" in columns and any(name in columns for name in ID_COLUMNS)


def read_table(path: Path) -> Iterator[Candidate]:
    """The candidates of a CSV file, in the order of its rows.

    Raises InvalidInput for a file that is no such table, and for an id that is missing or used twice.
    """
    csv.field_size_limit(LARGEST_FIELD)
    with _opened(path) as handle:
        header = handle.readline(LONGEST_HEADER)
        columns = _columns(header)
        id_column = next((columns[name] for name in ID_COLUMNS if name in columns), "")
        if "title" not in columns or not id_column:
            seen = ", ".join(list(columns.values())[:8]) or "an empty file"
            raise InvalidInput(f"{path}: a table of records needs the columns record_id and title; saw {seen}")
        known = {field: [columns[name] for name in names if name in columns] for field, names in COLUMNS.items()}
        reader = csv.DictReader(handle, fieldnames=_names(header), delimiter=_delimiter(header))
        used: set[str] = set()
        try:
            for row in reader:
                given = (row.get(id_column) or "").strip()
                if not given or given in used:
                    fault = "is used twice" if given else "is missing"
                    line = reader.line_num + 1  # the header was read before
                    raise InvalidInput(f"{path}, line {line}: record_id {given!r} {fault}; number the rows anew")
                used.add(given)
                yield _candidate(given, row, known)
        except csv.Error as error:
            line = reader.line_num + 1
            raise InvalidInput(f"{path}, line {line}: {error}; save the table again as CSV") from error


def split_authors(text: str) -> list[str]:
    """The names of one author field: parted by " and ", by semicolons, or by commas between "Smith J" forms."""
    for mark in (r"\s+and\s+", r"\s*;\s*"):
        parts = [part for part in re.split(mark, text) if part.strip()]
        if len(parts) > 1:
            return parts
    commas = [part.strip() for part in text.split(",") if part.strip()]
    if len(commas) > 1 and all(re.search(r"\s(?:[A-Z]\.?[\s-]?){1,3}$", part) for part in commas):
        return commas
    return [text] if text.strip() else []


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as handle:
            yield handle
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror or error}; name a file that can be read") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as handle:
        if handle.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _columns(header: str) -> dict[str, str]:
    return {re.sub(r"[\s._]", "", name).lower(): name for name in _names(header) if name}


def _names(header: str) -> list[str]:
    return next(csv.reader([header], delimiter=_delimiter(header)), [])


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _candidate(given: str, row: Mapping[str, str | None], known: Mapping[str, list[str]]) -> Candidate:
    def first(field: str) -> str:
        return next((value for name in known[field] if (value := (row.get(name) or "").strip())), "")

    return candidate(
        id=given,
        title=first("title"),
        authors=split_authors(first("authors")),
        year=year_of(first("year")),
        container=first("container"),
        abbreviation=first("abbreviation"),
        volume=first("volume"),
        pages=first("pages"),
        doi=first("doi"),
        pmid=first("pmid"),
        abstract=first("abstract"),
        types=re.split(r"\s*;\s*", first("types")),
    )
