"""Reads tagged text of Web of Science (PT … ER) and of Ovid (numbered records, tags or labels).

Never mixes the two up: each has its own grammar, and the same two letters mean different things in them.
"""

import re
from collections.abc import Iterator

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers.draft import Draft, unique
from harvest.readers.exports.fields import Fields, finished, lines_of, pieces
from harvest.readers.exports.meaning import (
    date_of,
    give_issns,
    give_links,
    give_name,
    give_ncts,
    pages_of,
    source_named,
)

_WOS_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|)")
_OVID_NUMBER = re.compile(r"\s*<\s*(\d+)\s*\.?\s*>\s*")
_OVID_TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}- ?(.*)")
_OVID_LABEL = re.compile(r"[A-Z][A-Za-z/()&,. -]{1,60}")
_OVID_SOURCE = re.compile(
    r"(?P<journal>.+?)\. (?:Vol\.? ?)?(?P<volume>[^\s(:,;]+)?(?: ?\((?P<issue>[^)]*)\))?"
    r"(?:, (?P<after>[^,]*\d{4}[^,]*))?(?:[:,] ?(?:pp?\.? ?|ArtID ?)?(?P<pages>[^,;]+?))?(?:[,;] ?(?P<date>[^,;]*\d{4}[^,;]*))?\.?"
)
_NUMBER_OF_AUTHOR = re.compile(r"\s*(?:\[[^\]]*\]|\(\d+\))")  # Ovid sets marks of addresses after names


def read_web_of_science(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """The records of a Web of Science file in their order, with every line that belongs to none of them."""
    fields: Fields | None = None
    for number, line in enumerate(lines_of(text), 1):
        bare = line.lstrip("\ufeff").rstrip()
        match = _WOS_TAG.fullmatch(bare)
        if match is None:
            if fields is not None:
                fields.extend(bare)
            elif bare:
                yield Rejected(file=file, line=number, reason=f"text outside of a record: {bare.strip()[:80]!r}")
            continue
        tag = match[1]
        if tag in ("FN", "VR", "EF") and fields is None:
            continue
        if tag in ("PT", "ER", "EF"):
            if fields is not None:
                if tag != "ER":
                    fields.warnings.append("the record has no end (ER)")
                yield _of_web_of_science(fields, file)
            elif tag == "ER":
                yield Rejected(file=file, line=number, reason="the end of a record (ER) that has no beginning")
            fields = Fields(number) if tag == "PT" else None
        elif fields is None:
            fields = Fields(number)
            fields.warnings.append("the record has no beginning (PT)")
        if fields is not None:
            fields.add(tag, match[2])
    if fields is not None:
        fields.warnings.append("the record has no end (ER)")
        yield _of_web_of_science(fields, file)


def read_ovid(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """The records of an Ovid file in their order: `<1>` begins one, and tags or labels name the fields."""
    fields: Fields | None = None
    for number, line in enumerate(lines_of(text), 1):
        bare = line.lstrip("\ufeff").rstrip()
        if _OVID_NUMBER.fullmatch(bare):
            if fields:
                yield _of_ovid(fields, file)
            fields = Fields(number)
            continue
        match = _OVID_TAG.fullmatch(bare)
        if match is not None:
            tag = match[1]
            if fields is None or (tag in ("VN", "DB", "UI") and tag in fields):
                if fields:
                    yield _of_ovid(fields, file)
                fields = Fields(number)
            fields.add(tag, match[2])
        elif fields is not None and (label := _OVID_LABELS.get(bare.strip().lower())) and not line.startswith(" "):
            fields.add(label, "")
        elif fields is not None and not line.startswith((" ", "\t")) and _is_label(bare):
            fields.add(bare, "")
        elif fields is not None:
            fields.extend(bare)
        elif bare:
            yield Rejected(file=file, line=number, reason=f"text before the first record: {bare.strip()[:80]!r}")
    if fields:
        yield _of_ovid(fields, file)


def _is_label(line: str) -> bool:
    return _OVID_LABEL.fullmatch(line) is not None and len(line.split()) <= 6


# Labels of "Citation with field names", as the tags that Ovid prints for the same fields.
_OVID_LABELS = {
    "accession number": "AN",
    "unique identifier": "UI",
    "database": "DB",
    "title": "TI",
    "translated title": "TT",
    "original title": "OT",
    "author": "AU",
    "authors": "AU",
    "author/s": "AU",
    "source": "SO",
    "journal name": "JN",
    "journal": "JN",
    "abstract": "AB",
    "digital object identifier": "DO",
    "doi": "DO",
    "doi number": "DO",
    "issn": "IS",
    "issn print": "IS",
    "issn electronic": "ES",
    "year of publication": "YR",
    "publication date": "DP",
    "date of publication": "DP",
    "volume": "VO",
    "issue/part": "IP",
    "issue": "IP",
    "page": "PG",
    "pages": "PG",
    "language": "LG",
    "publication type": "PT",
    "document type": "DT",
    "key phrase identifiers": "ID",
    "key concepts": "ID",
    "keyword heading": "KW",
    "keywords": "KW",
    "subject headings": "MH",
    "index terms": "MH",
    "pmid": "PM",
    "pubmed id": "PM",
    "link to the ovid full text or citation": "XL",
}


def _of_web_of_science(fields: Fields, file: str) -> HarvestedRecord | Rejected:
    draft = Draft("web_of_science")
    draft.source_id = fields.first("UT")
    if draft.source_id.startswith("MEDLINE:"):
        draft.give_pmid(draft.source_id.removeprefix("MEDLINE:"))
    draft.title, draft.original_title = fields.first("TI"), fields.first("FT")
    draft.journal, draft.journal_abbreviation = fields.first("SO"), fields.first("JI", "J9")
    for name in fields.lines("AF") or fields.lines("AU"):
        give_name(draft, name)
    for group in fields.lines("CA"):
        draft.give_author(collective=group)
    draft.date = date_of(fields.all("PY"), fields.all("PD"))
    draft.volume, draft.issue = fields.first("VL"), fields.first("IS")
    draft.pages = pages_of(fields.first("BP"), fields.first("EP")) or fields.first("AR")
    draft.abstract = fields.first("AB")
    draft.language, draft.types = unique(pieces(fields.all("LA"))), unique(pieces(fields.all("DT")))
    draft.keywords = unique(pieces(fields.all("DE", "ID")))
    give_issns(draft, fields.all("SN", "EI"))
    draft.give_doi(fields.first("DI"))
    draft.give_pmid(fields.first("PM"))
    return finished(draft, fields, file)


def _of_ovid(fields: Fields, file: str) -> HarvestedRecord | Rejected:
    draft = Draft(source_named(fields.all("DB")) or _ovid_source(fields))
    draft.source_id = fields.first("AN", "UI")
    draft.title, draft.original_title = fields.first("TI"), fields.first("OT", "TT")
    for line in fields.lines("AU", "FA"):
        for name in pieces([line]):
            give_name(draft, _NUMBER_OF_AUTHOR.sub("", name))
    source = _OVID_SOURCE.fullmatch(fields.first("SO"))
    part = source.groupdict() if source else {}
    draft.journal = fields.first("JN", "JT") or part.get("journal") or ""
    draft.journal_abbreviation = fields.first("JA", "NL")
    printed = [text for text in (part.get("after"), part.get("date")) if text]
    draft.date = date_of([*fields.all("YR"), *printed], fields.all("DP"))
    draft.volume = fields.first("VO", "VI") or part.get("volume") or ""
    draft.issue = fields.first("IP") or part.get("issue") or ""
    draft.pages = pages_of(fields.first("PG") or part.get("pages") or "")
    draft.abstract = fields.first("AB")
    draft.language = unique(pieces(fields.all("LG", "LA")))
    draft.types = unique(pieces(fields.lines("PT", "DT")))
    draft.keywords = unique(pieces(fields.lines("ID", "KW", "KP")))
    draft.mesh = unique(pieces(fields.lines("MH", "SH")))
    give_issns(draft, fields.all("IS", "ES"))
    draft.give_doi(fields.first("DO", "DI"))
    draft.give_pmid(fields.first("PM").split(" ")[0])
    if draft.source == "medline" and draft.pmid is None and re.fullmatch(r"[1-9]\d{0,7}", draft.source_id):
        draft.give_pmid(draft.source_id)
    give_ncts(draft, fields.all("CN", "SI"))
    give_links(draft, pieces(fields.all("XL", "UR", "LK"), " "))
    return finished(draft, fields, file)


def _ovid_source(fields: Fields) -> str:
    """The database by its accession numbers, where the file does not name it."""
    return "psycinfo" if re.fullmatch(r"\d{4}-\d{5}-\d{3}", fields.first("AN", "UI")) else "ovid"
