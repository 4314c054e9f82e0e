"""Reads any file that a database exports, by what is in it.

Never trusts the name of a file, and never takes a file of another kind for an empty one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from corpus.domain.harvested import HarvestedRecord, Rejected
from corpus.errors import InvalidInput
from harvest.readers.exports import bibtex, csv_tables, endnote_xml, jats, json_files, medline, ris, tagged
from harvest.readers.exports.encoding import decoded, unpacked
from harvest.readers.pubmed_xml import read_pubmed_xml

KNOWN = "MEDLINE/nbib, RIS, BibTeX, EndNote XML, PubMed XML, Web of Science tagged, Ovid tagged, Embase CSV, Scopus CSV, JATS, JSON replies"
_HEAD = 200_000  # characters in which a file must show what it is
# What people hand over by mistake, by its first bytes.
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Excel or Word file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a rich text file"),
)

Reader = Callable[[str, str], Iterator[HarvestedRecord | Rejected]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """An export file as it was read."""

    path: Path
    format: str
    encoding: str
    records: tuple[HarvestedRecord, ...]
    rejected: tuple[Rejected, ...]


def read_export(path: Path) -> ReadFile:
    """The records of an export file, and every line of it that could not be used with the reason.

    Raises InvalidInput for a file that cannot be read, is too large, or is of no known format.
    """
    payload = unpacked(path)
    for mark, name in _OTHERS:
        if payload.startswith(mark):
            raise InvalidInput(f"{path.name}: {name}; export the records as one of {KNOWN}")
    text, encoding = decoded(payload, path.name)
    text = text.removeprefix("\ufeff")
    if format_of(text) == "pubmed_xml":
        return _pubmed(path, payload, text, encoding)
    name = format_of(text)
    if name not in _READERS:
        seen = repr(" ".join(text[:60].split())) if text.strip() else "nothing in it"
        raise InvalidInput(f"{path.name}: no known format, saw {seen}; export the records as one of {KNOWN}")
    parts = list(_READERS[name](text, path.name))
    return _read(path, name, encoding, parts)


def format_of(text: str) -> str:
    """The format of a text, empty when it is none that is known."""
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    return next((name for name, shows in _SIGNS if shows(head)), "")


def _pubmed(path: Path, payload: bytes, text: str, encoding: str) -> ReadFile:
    # Its own reader works on bytes and knows ASCII-based encodings only.
    raw = text.encode("utf-8") if encoding.startswith("utf") else payload
    parts = [part for part in read_pubmed_xml(BytesIO(raw), path.name) if isinstance(part, HarvestedRecord | Rejected)]
    return _read(path, "pubmed_xml", encoding, parts)


def _read(path: Path, name: str, encoding: str, parts: list[HarvestedRecord | Rejected]) -> ReadFile:
    return ReadFile(
        path=path,
        format=name,
        encoding=encoding,
        records=tuple(part for part in parts if isinstance(part, HarvestedRecord)),
        rejected=tuple(part for part in parts if isinstance(part, Rejected)),
    )


def _found(pattern: str, times: int = 1) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.MULTILINE)

    def shows(head: str) -> bool:
        return sum(1 for _, _ in zip(range(times), compiled.finditer(head), strict=False)) == times

    return shows


# In this order: a tag of RIS is one of Ovid too, and MEDLINE's tags of two letters look like theirs.
_SIGNS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("pubmed_xml", lambda head: head.startswith("<") and re.search(r"<Pubmed(?:Book)?Article", head) is not None),
    (
        "jats",
        lambda head: head.startswith("<") and re.search(r"<article-meta|<article[\s>][^<]*<front", head) is not None,
    ),
    ("endnote_xml", lambda head: head.startswith("<") and re.search(r"<records?[\s>]", head) is not None),
    ("json", lambda head: head.startswith("{") and head[1:].lstrip().startswith('"')),
    ("ovid", _found(r"\A\s*<\s*\d+\s*\.?\s*>\s*$")),
    ("bibtex", lambda head: re.search(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]\s*[^\s{}]", head, re.MULTILINE) is not None),
    ("web_of_science", _found(r"\A(?:FN .*|PT [A-Z])\r?$")),
    ("ris", _found(r"^\s{0,3}TY {1,2}- ?")),
    ("medline", _found(r"^(?:PMID- ?\d|OWN ?- )")),
    ("scopus_csv", lambda head: csv_tables.table_format(head) == "scopus"),
    ("embase_csv", lambda head: csv_tables.table_format(head) == "embase"),
    ("ris", lambda head: _found(r"^ER {1,2}-")(head) and _found(r"^[A-Z][A-Z0-9] {1,2}- ", 2)(head)),
    ("ovid", _found(r"^(?:UI|AN|VN|TI|AU|SO) {1,2}- ", 3)),
)
_READERS: dict[str, Reader] = {
    "ris": ris.read_ris,
    "medline": medline.read_medline,
    "bibtex": bibtex.read_bibtex,
    "endnote_xml": endnote_xml.read_endnote_xml,
    "web_of_science": tagged.read_web_of_science,
    "ovid": tagged.read_ovid,
    "jats": jats.read_jats,
    "json": json_files.read_json,
    "embase_csv": csv_tables.read_table,
    "scopus_csv": csv_tables.read_table,
}
