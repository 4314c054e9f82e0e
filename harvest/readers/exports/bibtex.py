"""Reads BibTeX: pybtex parses each entry alone, LaTeX's accents become letters, and its braces go.

Never runs a macro of LaTeX: a command that is no letter is dropped and what it encloses is kept.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from pybtex.database import Person
from pybtex.database.input.bibtex import Parser, month_names
from pybtex.errors import capture
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers.draft import Draft, unique
from harvest.readers.exports.fields import LONGEST, Fields, finished, pieces
from harvest.readers.exports.meaning import date_of, give_issns, give_links, pages_of, source_named

FORMAT = "bibtex"
_BEGIN = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(]", re.MULTILINE)
_NO_ENTRIES = frozenset(["comment", "preamble"])
_DEEPEST = 50  # braces in braces; pybtex calls itself for each
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*|\\(?=\s|$)")
_WORD = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])")
_MATHS = re.compile(r"(?<!\\)\$")
_BARE_PERCENT = re.compile(r"(?<!\\)%")  # in BibTeX a sign, in LaTeX the beginning of a comment
_PLAIN = frozenset(["doi", "url", "eprint", "issn", "isbn", "file"])


def read_bibtex(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """The entries of a BibTeX file in their order; one that cannot be parsed is told with its line."""
    macros: dict[str, str] = dict(month_names)
    begins = list(_BEGIN.finditer(text))
    line, counted = 1, 0
    for match, following in zip(begins, [*[m.start() for m in begins[1:]], len(text)], strict=True):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        kind, chunk = match[1].lower(), text[match.start() : following]
        if kind in _NO_ENTRIES:
            continue
        entry, reason = _parsed(chunk, macros)
        if reason:
            yield Rejected(file=file, line=line, reason=f"an entry that cannot be read: {reason}")
        elif entry is not None:
            yield _record(entry, Fields(line), file)


def _parsed(chunk: str, macros: dict[str, str]) -> tuple[Any, str]:
    """The entry of one chunk, or why it cannot be read; neither for @string, which adds to the macros."""
    if _depth(chunk) > _DEEPEST:
        return None, f"braces more than {_DEEPEST} deep"
    parser = Parser(macros=macros)
    try:
        with capture() as errors:
            entries = list(parser.parse_string(chunk).entries.values())
    except (PybtexError, UnicodeDecodeError) as error:
        return None, str(error)
    macros.update(parser.macros)
    if errors:
        return None, "; ".join(str(error) for error in errors)[:300]
    return (entries[0], "") if entries else (None, "")


def _depth(chunk: str) -> int:
    deepest = now = 0
    for sign in chunk:
        now += (sign == "{") - (sign == "}")
        deepest = max(deepest, now)
    return deepest


def _record(entry: Any, fields: Fields, file: str) -> HarvestedRecord | Rejected:
    for tag, value in entry.fields.items():
        name = tag.lower()
        fields.add(name, _unbraced(value) if name in _PLAIN else unlatexed(value))
    draft = Draft(source_named(fields.all("source", "database")) or _marked(fields) or FORMAT)
    draft.source_id = fields.first("unique-id", "accession-number", "accessionnumber")
    draft.title = fields.first("title")
    draft.journal = fields.first("journal", "journaltitle", "booktitle")
    draft.journal_abbreviation = fields.first("shortjournal", "journal-iso", "abbrev_source_title")
    for person in entry.persons.get("author", []):
        _name(draft, person)
    year, month = fields.first("year"), fields.first("month")
    draft.date = date_of([year or fields.first("date")], [f"{month} {year}", fields.first("date")])
    draft.volume, draft.issue = fields.first("volume"), fields.first("number", "issue")
    draft.pages = pages_of(fields.first("pages")) or fields.first("article-number", "art_number", "eid")
    draft.abstract = fields.first("abstract")
    draft.keywords = unique(
        part
        for text in fields.all("keywords", "author_keywords", "keywords-plus")
        for part in pieces([text], ";" if ";" in text else ",")
    )
    draft.language = unique(fields.all("language", "langid"))
    draft.types = unique([entry.type.lower(), *fields.all("type", "document_type")])
    give_issns(draft, [part for text in fields.all("issn", "eissn") for part in re.split(r"[,;]\s*", text)])
    draft.give_doi(fields.first("doi"))
    draft.give_pmid(fields.first("pmid", "pubmed_id"))
    draft.give_pmcid(fields.first("pmcid"))
    give_links(draft, fields.all("url"))
    return finished(draft, fields, file)


def _marked(fields: Fields) -> str:
    return "web_of_science" if fields.first("unique-id").startswith(("WOS:", "ISI:")) else ""


def unlatexed(text: str) -> str:
    """LaTeX's accents as letters, without its braces, dollars and commands."""
    if not any(sign in text for sign in "\\{}$~%-`'"):
        return text
    escaped = _BARE_PERCENT.sub(r"\\%", _WORD.sub(_greek, _MATHS.sub("", text[: 2 * LONGEST])))
    try:
        plain = str(Text.from_latex(escaped))
    except (
        PybtexError,
        UnicodeDecodeError,
    ):  # braces or commands that are none: the text as it stands is better than none
        return _unbraced(text)
    return _COMMAND.sub("", plain).replace("\N{NO-BREAK SPACE}", " ")


def _greek(match: re.Match[str]) -> str:
    r"""The letter of a command like `\alpha`; any other command as it stands."""
    size = "CAPITAL" if match[1][0].isupper() else "SMALL"
    name = match[1].upper().replace("LAMBDA", "LAMDA")
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name}")
    except KeyError:
        return match[0]


def _unbraced(text: str) -> str:
    return re.sub(r"\\([_%&#])", r"\1", re.sub(r"[{}]", "", text))


def _name(draft: Draft, person: Person) -> None:
    given = [*person.first_names, *person.middle_names]
    family = [*person.prelast_names, *person.last_names]
    if not given and len(person.last_names) == 1 and person.last_names[0].startswith("{"):
        draft.give_author(collective=unlatexed(person.last_names[0]))
    else:
        draft.give_author(
            family=unlatexed(" ".join([*family, *person.lineage_names])), given=unlatexed(" ".join(given))
        )
