"""Reads RIS, in the dialects of Ovid, Embase, ProQuest, Web of Science, Zotero and reference managers.

Never lets one broken record take the others with it: each is given to rispy alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import rispy

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers.draft import Draft
from harvest.readers.exports.fields import cleaned
from harvest.readers.exports.meaning import date_of, give_links, pages_of
from harvest.readers.exports.text import Chunk, chunks

_TYPE = re.compile(r"^﻿?\s{0,2}TY  ?- ?")
_TAGGED = re.compile(r"^﻿?[A-Z][A-Z0-9]  ?- ?")
_NUMBERING = " \t\r.<>0123456789\ufeff"  # what stands between records where a database counts them
_DATABASES = {
    "embase": "embase",
    "psycinfo": "psycinfo",
    "apa psycinfo": "psycinfo",
    "web of science": "web_of_science",
    "medline": "medline",
    "scopus": "scopus",
    "proquest": "proquest",
}
_LINKS = {"proquest.com": "proquest", "embase.com": "embase", "scopus.com": "scopus"}  # where it names no database
_KINDS = {
    "JOUR": "journal article",
    "CHAP": "book chapter",
    "BOOK": "book",
    "THES": "thesis",
    "CONF": "conference paper",
}
_PSYCINFO = re.compile(r"\d{4}-\d{5}-\d{3}")  # an accession number of the APA
_INITIALS = re.compile(r"^([^,]+?)\s+((?:[A-Z]\.[- ]?)+)$")  # "Liu R.", as Embase prints names
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def is_ris(text: str) -> bool:
    """Whether a text looks like RIS: tags of two letters, two blanks and a dash."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()]
    return any(_TYPE.match(line) for line in lines) or sum(bool(_TAGGED.match(line)) for line in lines[:12]) >= 4


def read_ris(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """Every record, or the reason why it could not be used."""
    for chunk in chunks(text, lambda line, _: _TYPE.match(line) is not None):
        if any(_TAGGED.match(line) for line in chunk.lines):
            yield _record(chunk, file)
            yield from _behind(chunk, file)
        elif leftover := " ".join(line.strip() for line in chunk.lines if line.strip(_NUMBERING)):
            yield Rejected(file=file, line=chunk.line, reason=f"no RIS: {leftover[:60]!r}")


def _behind(chunk: Chunk, file: str) -> Iterator[Rejected]:
    """Lines behind the end of a record that are no number of the next one."""
    ended = False
    for number, line in enumerate(chunk.lines, chunk.line):
        if ended and line.strip(_NUMBERING) and not _TAGGED.match(line):
            yield Rejected(file=file, line=number, reason=f"no RIS: {line.strip()[:60]!r}")
        ended = ended or line.startswith("ER  -")


def _record(chunk: Chunk, file: str) -> HarvestedRecord | Rejected:
    lines = [re.sub(r"^﻿?([A-Z][A-Z0-9])  ?- ?", r"\1  - ", line.rstrip()) for line in chunk.lines]
    typed = any(line.startswith("TY  - ") for line in lines)
    end = next((place for place, line in enumerate(lines) if line.startswith("ER  -")), len(lines))
    behind = [line for line in lines[end:] if _TAGGED.match(line) and not line.startswith("ER  -")]
    body = [line for line in lines[:end] if line.strip()] + behind
    whole = "\n".join(([] if typed else ["TY  - GEN"]) + _joined(body) + ["ER  - "]) + "\n"
    try:
        found = rispy.loads(whole, skip_unknown_tags=False)
    except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
        return Rejected(
            file=file, line=chunk.line, reason=f"rispy cannot read this record: {' '.join(str(error).split())}"
        )
    if len(found) != 1:
        return Rejected(file=file, line=chunk.line, reason=f"one record expected, saw {len(found)}")
    record = _made(found[0])
    if not record.title and record.doi is None:
        return Rejected(file=file, line=chunk.line, reason="neither a title nor a DOI")
    if typed:
        return record
    return replace(record, warnings=(*record.warnings, f"line {chunk.line}: no TY line: the kind is not known"))


def _joined(lines: list[str]) -> list[str]:
    """Lines without a tag belong to the one before; a list of keywords goes on as keywords."""
    out: list[str] = []
    for line in lines:
        if _TAGGED.match(line) or not out:
            if _TAGGED.match(line):
                out.append(line)
        elif out[-1].startswith("KW  - "):
            out.append(f"KW  - {line.strip()}")
        else:
            out[-1] += f" {line.strip()}"
    return out


def _made(data: Mapping[str, Any]) -> HarvestedRecord:
    unknown: Mapping[str, Any] = data.get("unknown_tag", {})

    def text(*names: str) -> str:
        for name in names:
            value = data.get(name)
            if isinstance(value, list):
                value = value[0] if value else ""
            if value:
                return cleaned(str(value), draft.warn)
        return ""

    def texts(*names: str) -> list[str]:
        held = [data.get(name) for name in names]
        items = [item for value in held for item in (value if isinstance(value, list) else [value]) if item]
        return [cleaned(str(item), draft.warn) for item in items]

    draft = Draft("ris")
    database = text("name_of_database").lower()
    numbers = texts("accession_number", "id") + [str(one) for one in unknown.get("U2", ())]
    draft.source = next((name for key, name in _DATABASES.items() if key in database), draft.source)
    if draft.source == "ris" and any(_PSYCINFO.fullmatch(number) for number in numbers):
        draft.source = "psycinfo"
    elif draft.source == "ris" and any(number.startswith("WOS:") for number in numbers):
        draft.source = "web_of_science"
    links = texts("urls", "url", "file_attachments1", "file_attachments2")
    if draft.source == "ris":
        draft.source = next((name for key, name in _LINKS.items() if key in " ".join(links)), draft.source)
    # ID is an accession number where the database is known; elsewhere it numbers the lines of one file.
    accession = numbers if draft.source != "ris" else texts("accession_number")
    draft.source_id = next((first for number in accession if (first := number.partition(";")[0].strip())), "")
    draft.title = text("title", "primary_title", "translated_title", "short_title")
    for name in texts("authors", "first_authors"):
        match = _INITIALS.match(name)
        draft.give_name(f"{match[1]}, {match[2]}" if match else name)
    draft.date = date_of([text("year", "publication_year")], [text("date")])
    draft.journal = text("journal_name", "secondary_title", "alternate_title3", "alternate_title2")
    draft.journal_abbreviation = text("alternate_title1")
    draft.volume, draft.issue = text("volume"), text("number")
    draft.pages = pages_of(text("start_page"), text("end_page"))
    _identify(draft, text("doi"), [*links, *texts("notes")])
    give_links(draft, links)
    for issn in re.split(r"[;,\s]+", " ".join(texts("issn"))):
        if re.fullmatch(r"\d{4}-?\d{3}[\dXx]", issn):
            draft.give_issn(issn)
    draft.abstract = text("abstract", "notes_abstract")
    draft.keywords += list(dict.fromkeys(texts("keywords")))
    draft.language += texts("language")[:1]
    kind = text("type_of_reference")
    draft.types += [_KINDS.get(kind, "")] if kind in _KINDS else []
    draft.types += [one for one in texts("type_of_work")[:1] if not _DOI.search(one)]
    return draft.record()


def _identify(draft: Draft, printed: str, elsewhere: list[str]) -> None:
    for text in (printed, *elsewhere):
        if match := _DOI.search(text):
            draft.give_doi(match[0].rstrip(".,;"))
            return
