"""Reads the records of an OAI-PMH repository, as journal systems give them in Dublin Core.

Never takes an error for an empty list, except the one that says that nothing matches.
"""

import html
import re
from typing import Any

from lxml import etree

from corpus.domain.harvested import Deleted, HarvestedRecord
from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed
from harvest.readers.fields import plain
from harvest.readers.reading import CONTROLS, BadReply, Reading

SOURCE = "oai"

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NOTHING = "noRecordsMatch"  # a week without news is an error document (OAI-PMH 2.0, 3.6)
# "Journal; Vol 1, No 2 (2010): …; 163-165", as OJS writes dc:source.
_SOURCE = re.compile(
    r"(?P<journal>[^;]+);\s*(?:Vol(?:ume|\.)?\s*(?P<volume>\w+))?[\s,]*(?:(?:No|Issue|N)\.?\s*(?P<issue>[\w-]+))?"
    r"[^;(]*(?:\((?P<year>\d{4})\))?[^;]*(?:;\s*(?P<pages>[\w.–-]+))?\s*$"
)
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ISSN = re.compile(r"(?:ISSN:?\s*)?(\d{4}-\d{3}[\dXx])")
_UNUSED = frozenset(["contributor", "coverage", "format", "publisher", "relation", "rights"])

_Element = Any  # lxml has no types of its own


def read(payload: bytes, *, url: str = "") -> Reading:
    """One ListRecords reply. Raises BadReply where it is none, or an error other than noRecordsMatch."""
    name = url or "OAI-PMH reply"
    root = _root(payload, name)
    if root.tag != f"{_OAI}OAI-PMH":
        raise BadReply(f"{name}: OAI-PMH expected; saw a document <{etree.QName(root).localname}>")
    for error in root.iterfind(f"{_OAI}error"):
        if error.get("code") == _NOTHING:
            return Reading(records=(), total=0)
        raise BadReply(f"{name}: the server says: {error.get('code')}: {squeezed(error.text)}")
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise BadReply(f"{name}: ListRecords expected; saw {[etree.QName(one).localname for one in root]}")
    records: list[HarvestedRecord] = []
    deleted: list[Deleted] = []
    for element in listed.iterfind(f"{_OAI}record"):
        header = element.find(f"{_OAI}header")
        number = squeezed(header.findtext(f"{_OAI}identifier")) if header is not None else ""
        if not number:
            raise BadReply(f"{name}: a record without an identifier")
        if header.get("status") == "deleted":
            deleted.append(Deleted(source=SOURCE, source_id=number))
        else:
            records.append(_record(element, number))
    token = listed.find(f"{_OAI}resumptionToken")
    size = token.get("completeListSize", "") if token is not None else ""
    return Reading(
        records=tuple(records),
        deleted=tuple(deleted),
        total=int(size) if size.isdigit() else None,
        next=squeezed(token.text) or None if token is not None else None,
    )


def _root(payload: bytes, name: str) -> _Element:
    if b"<!ENTITY" in payload[:100_000]:
        raise BadReply(f"{name}: the document declares entities; refused")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(payload.translate(None, CONTROLS), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        seen = squeezed(payload[:60].decode("utf-8", "replace"))
        raise BadReply(f"{name}: XML expected; saw {seen!r}: {squeezed(str(error))[:120]}") from error


def _record(element: _Element, number: str) -> HarvestedRecord:
    draft = Draft(SOURCE)
    draft.source_id = number
    held: dict[str, list[str]] = {}
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and child.tag.startswith(_DC) and (text := _text(child)):
            held.setdefault(child.tag.removeprefix(_DC), []).append(text)
    titles = held.pop("title", [])
    draft.title = titles[0] if titles else ""
    draft.original_title = next((title for title in titles[1:] if title != draft.title), "")
    for creator in held.pop("creator", []):
        draft.give_name(creator.partition(";")[0])  # what follows a semicolon is the affiliation
    draft.keywords += [word.strip() for subject in held.pop("subject", []) for word in re.split("[,;]", subject)]
    draft.abstract = "\n".join(held.pop("description", []))
    draft.types += held.pop("type", [])
    draft.language += held.pop("language", [])
    printed = held.pop("date", [])
    draft.date = dates.printed(printed[0]) if printed else ""
    for text in (*held.pop("identifier", []), *held.pop("relation", [])):
        if match := _DOI.fullmatch(text):
            draft.give_doi(match[1])
        elif text.startswith("http") and not draft.url:
            draft.url = text
    for text in held.pop("source", []):
        _place(draft, text)
    for name in sorted(held.keys() - _UNUSED):
        draft.warn(f"unknown element dc:{name}: not used")
    return draft.record()


def _place(draft: Draft, text: str) -> None:
    if match := _ISSN.fullmatch(text):
        draft.give_issn(match[1])
    elif match := _SOURCE.match(text):
        draft.journal = draft.journal or match["journal"].strip()
        draft.volume, draft.issue = draft.volume or match["volume"] or "", draft.issue or match["issue"] or ""
        draft.pages = draft.pages or match["pages"] or ""
    else:
        draft.journal = draft.journal or text


def _text(element: _Element) -> str:
    """The text, also where it was escaped twice."""
    text = squeezed("".join(element.itertext()))
    return plain(html.unescape(text)) if "&" in text else plain(text)
