"""Reads the CSV tables of Embase and Scopus by their headings, whatever their order.

Never lets an open quotation mark swallow the rows after it, and never computes what a cell that begins with = says.
"""

import csv
import re
from collections.abc import Iterator

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers.draft import Draft, unique
from harvest.readers.exports.fields import Fields, finished, lines_of, pieces
from harvest.readers.exports.meaning import date_of, give_issns, give_links, give_name, give_ncts, pages_of

_LONGEST_ROW = 400  # lines: structured abstracts keep their line breaks, and no abstract has this many
_DELIMITERS = ",;\t"
_EMBASE_SOURCE = re.compile(
    r"(?P<journal>.+?) \((?P<year>\d{4})\)(?: (?P<volume>[^:()]+?)?(?::(?P<issue>\S+?))?)?"
    r"(?: \((?P<pages>[^)]*)\))?\.?(?: (?:Article Number: (?P<article>[^.]+)\.?))?(?: Date of Publication: (?P<date>.+))?"
)
_SCOPUS_ID = re.compile(r"\s*\(\d+\)")  # the author's number, after the name
_EMBASE_ID = re.compile(r"[?&]id=(L\d+)")


def table_format(head: str) -> str:
    """`scopus` or `embase` when the text's first line is the heading of such a table, else nothing."""
    columns = _columns(head)
    if "eid" in columns and ("title" in columns or "authors" in columns):
        return "scopus"
    if "title" in columns and ("author names" in columns or any(name.startswith("emtree ") for name in columns)):
        return "embase"
    return ""


def read_table(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """The rows of a table as records; a row with more or fewer cells than there are headings is told with its line."""
    lines = lines_of(text)
    columns, make = _columns(text), _scopus if table_format(text) == "scopus" else _embase
    delimiter = _delimiter(lines[0])
    csv.field_size_limit(1 << 27)  # the default of 128 kB stops at long cells, and stops the whole file
    at = 1
    while at < len(lines):
        following = (f"{lines[place]}\n" for place in range(at, min(at + _LONGEST_ROW, len(lines))))
        reader = csv.reader(following, delimiter=delimiter, strict=True)
        try:
            row = next(reader)
        except csv.Error as error:
            yield Rejected(file=file, line=at + 1, reason=f"a row that is no CSV: {error}")
            at += 1  # only this line is lost: what an open quotation mark ran into is read again
            continue
        if not any(cell.strip() for cell in row) and reader.line_num == 1:
            at += 1
        elif len(row) != len(columns):
            yield Rejected(
                file=file, line=at + 1, reason=f"a row of {len(row)} cells under a heading of {len(columns)}"
            )
            at += 1
        else:
            fields = Fields(at + 1)
            for column, cell in zip(columns, row, strict=True):
                fields.add(column, cell)
            yield make(fields, file)
            at += reader.line_num


def _columns(text: str) -> list[str]:
    head = lines_of(text[:20_000])[0].lstrip("\ufeff")
    row = next(csv.reader([head], delimiter=_delimiter(head)), [])
    return [" ".join(name.lower().split()) for name in row]


def _delimiter(head: str) -> str:
    return max(_DELIMITERS, key=head.count)


def _embase(fields: Fields, file: str) -> HarvestedRecord | Rejected:
    draft = Draft("embase")
    draft.title, draft.original_title = fields.first("title"), fields.first("original title")
    for name in pieces(fields.all("author names", "authors"), ","):
        give_name(draft, name)
    printed = fields.first("source")
    match = _EMBASE_SOURCE.fullmatch(printed)
    if printed and match is None:
        draft.warn(f"Embase source expected, for example Cancer (2004) 102:4 (253-258); saw {printed[:120]!r}")
    part = match.groupdict() if match else {}
    draft.journal = fields.first("source title", "publication title", "journal") or part.get("journal") or ""
    years = [*fields.all("publication year", "year"), *filter(None, [part.get("year")])]
    draft.date = date_of(years, [*fields.all("date of publication"), *filter(None, [part.get("date")])])
    draft.volume = fields.first("volume") or part.get("volume") or ""
    draft.issue = fields.first("issue") or part.get("issue") or ""
    draft.pages = (
        pages_of(fields.first("first page"), fields.first("last page"))
        or pages_of(fields.first("page range", "pages") or part.get("pages") or "")
        or fields.first("article number")
        or part.get("article")
        or ""
    )
    draft.abstract = fields.first("abstract", "original abstract")
    draft.keywords = unique(_outside_brackets(fields.all("keywords", "author keywords")))
    draft.types = unique(pieces(fields.all("publication type")))
    draft.language = unique(pieces(fields.all("article language", "language of article", "language")))
    give_issns(draft, pieces([re.sub(r"[,\s]+", ";", text) for text in fields.all("issn")]))
    give_ncts(draft, fields.all("clinical trial numbers"))
    draft.give_doi(fields.first("doi"))
    draft.give_pmid(fields.first("medline pmid", "pmid"))
    links = fields.all("embase link", "full text link", "open url link", "link")
    found = next((match[1] for text in links if (match := _EMBASE_ID.search(text))), "")
    draft.source_id = fields.first("embase accession id", "pui", "accession number") or found
    give_links(draft, links)
    return finished(draft, fields, file)


def _scopus(fields: Fields, file: str) -> HarvestedRecord | Rejected:
    draft = Draft("scopus")
    draft.source_id = fields.first("eid")
    draft.title, draft.original_title = fields.first("title"), fields.first("original title")
    names = fields.first("author full names")
    if names:
        for name in pieces([names]):
            give_name(draft, _SCOPUS_ID.sub("", name))
    elif "[no author" not in (short := fields.first("authors")).lower():
        for name in pieces([short], ";" if ";" in short else ","):  # until 2022 a comma stood between the names
            give_name(draft, name.replace(",", ""))
    draft.date = date_of(fields.all("year"), ())
    draft.journal, draft.journal_abbreviation = (
        fields.first("source title"),
        fields.first("abbreviated source title"),
    )
    draft.volume, draft.issue = fields.first("volume"), fields.first("issue")
    draft.pages = pages_of(fields.first("page start"), fields.first("page end")) or fields.first("art. no.")
    abstract = fields.first("abstract")
    draft.abstract = "" if abstract.lower() == "[no abstract available]" else abstract
    draft.keywords = unique(pieces(fields.all("author keywords", "index keywords")))
    draft.language = unique(pieces(fields.all("language of original document")))
    draft.types = unique(fields.all("document type"))
    give_issns(draft, [part.zfill(8) if part.isdigit() else part for part in pieces(fields.all("issn"))])
    draft.give_doi(fields.first("doi"))
    draft.give_pmid(fields.first("pubmed id"))
    give_links(draft, fields.all("link"))
    return finished(draft, fields, file)


def _outside_brackets(texts: list[str]) -> Iterator[str]:
    """Embase's key words: a comma parts them, but not within brackets: `duplication cyst (diagnosis, surgery)`."""
    for text in texts:
        yield from filter(None, (" ".join(word.split()) for word in re.split(r",(?![^(]*\))", text)))
