"""Reads EndNote's XML export, record by record.

Never loads a DTD, resolves an entity or opens a link; a record that is no XML costs only itself.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers.draft import Draft, unique
from harvest.readers.exports.fields import Fields, finished
from harvest.readers.exports.meaning import date_of, give_issns, give_links, give_name, pages_of, source_named

FORMAT = "endnote"
_BEGIN, _END = re.compile(r"<record(?=[\s>])"), "</record>"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_Element = Any  # lxml has no types of its own


def read_endnote_xml(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """The records of an EndNote XML file in their order; one that is cut or no XML is told with its line."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    line, counted = 1, 0
    begins = [match.start() for match in _BEGIN.finditer(text)]
    for begin, following in zip(begins, [*begins[1:], len(text)], strict=True):
        line += text.count("\n", counted, begin)
        counted = begin
        end = text.find(_END, begin, following)
        if end < 0:
            yield Rejected(file=file, line=line, reason="a record that is cut: it has no </record>")
            continue
        cleaned, controls = _CONTROL.subn("", text[begin : end + len(_END)])
        try:
            element = etree.fromstring(cleaned.encode("utf-8"), parser)
        except etree.XMLSyntaxError as error:
            yield Rejected(file=file, line=line, reason=f"a record that is no XML: {error.msg}")
            continue
        fields = Fields(line)
        if controls:
            fields.warnings.append(f"{controls} control characters removed")
        yield _record(element, fields, file)


def _record(element: _Element, fields: Fields, file: str) -> HarvestedRecord | Rejected:
    for child in element.iter(tag=etree.Element):
        if child.tag not in ("style", "record"):
            path = f"{child.getparent().tag}/{child.tag}" if child.tag in ("title", "author") else child.tag
            fields.add(path, "".join(child.itertext()))
    kind = element.find("ref-type")
    draft = Draft(source_named(fields.all("remote-database-name")) or FORMAT)
    draft.source_id = fields.first("accession-num")
    if draft.source == "medline" and re.fullmatch(r"[1-9]\d{0,7}", draft.source_id):
        draft.give_pmid(draft.source_id)
    draft.title, draft.original_title = fields.first("titles/title"), fields.first("orig-pub", "translated-title")
    draft.journal = fields.first("full-title", "secondary-title", "alt-title")
    draft.journal_abbreviation = next(
        (short for short in fields.all("abbr-1", "alt-title") if short != draft.journal), ""
    )
    for name in fields.all("authors/author"):
        give_name(draft, name)
    draft.date = date_of(fields.all("year"), fields.all("date"))
    draft.volume, draft.issue, draft.pages = (
        fields.first("volume"),
        fields.first("number"),
        pages_of(fields.first("pages")),
    )
    draft.abstract = fields.first("abstract")
    draft.keywords = unique(fields.all("keyword"))
    draft.language = unique(fields.all("language"))
    draft.types = unique([kind.get("name") or "" if kind is not None else "", *fields.all("work-type")])
    give_issns(draft, fields.all("isbn"))
    draft.give_doi(fields.first("electronic-resource-num"))
    for text in fields.all("custom2"):
        if text.upper().startswith("PMC"):
            draft.give_pmcid(text)
    give_links(draft, fields.all("url"))
    return finished(draft, fields, file)
