"""Reads PubMed's article XML, record by record, into harvested records.

Never loads a DTD, resolves an entity or opens a link: PubMed's next yearly DTD cannot stop it, and a bomb is no bomb.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from corpus.domain.harvested import Deleted, HarvestedRecord, Rejected, RelationKind
from corpus.errors import InvalidInput
from harvest.readers.draft import Draft, squeezed
from harvest.readers.pubmed_fields import BOOK_DOCUMENT, CITATION, DATA, Element, each
from harvest.readers.pubmed_split import Part, PubmedStream
from harvest.readers.reading import CONTROLS, BadReply, Reading

SOURCE = "pubmed"
_RETRACTED = "Retracted Publication"
_MENDED = "control characters in the record: left out"


def read_pubmed_xml(stream: BinaryIO, file: str = "PubMed reply") -> Iterator[HarvestedRecord | Deleted | Rejected]:
    """The articles, books and deletions of a PubmedArticleSet in their order, with what could not be read.

    Raises InvalidInput when the stream is something else: an HTML page, an error reply, a document with entities.
    """
    yield from _read(PubmedStream(stream, file), file)


def read(payload: bytes, *, url: str = "") -> Reading:
    """One efetch reply.

    Raises BadReply where it is something else, or where it is cut: whole records before the cut are no whole reply.
    """
    name = url or "PubMed reply"
    try:
        source = PubmedStream(BytesIO(payload), name)
        found = list(_read(source, name))
    except InvalidInput as error:
        raise BadReply(str(error)) from error
    records = tuple(part for part in found if isinstance(part, HarvestedRecord))
    if source.cut:
        raise BadReply(f"{name}: the reply is cut after {len(records)} whole records")
    return Reading(
        records=records,
        deleted=tuple(part for part in found if isinstance(part, Deleted)),
        rejected=tuple(part for part in found if isinstance(part, Rejected)),
    )


def _read(source: PubmedStream, file: str) -> Iterator[HarvestedRecord | Deleted | Rejected]:
    try:
        parser = etree.XMLParser(
            encoding=source.encoding,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )
    except LookupError:
        raise InvalidInput(f"{file}: unknown encoding {source.encoding!r}; save the file as UTF-8") from None
    for part in source.parts():
        if isinstance(part, Rejected):
            yield part
            continue
        try:
            element, mended = _element(part.xml, parser)
        except etree.XMLSyntaxError as error:
            yield _malformed(part, error, file)
            continue
        if part.kind == "PubmedArticle":
            yield _article(element, part, file, mended)
        elif part.kind == "PubmedBookArticle":
            yield _book(element, part, file, mended)
        else:
            for pmid in element:
                yield Deleted(source=SOURCE, source_id=squeezed(pmid.text))


def _element(xml: bytes, parser: etree.XMLParser) -> tuple[Element, bool]:
    """The record's element, and whether control characters had to go before it could be read."""
    try:
        return etree.fromstring(xml, parser), False
    except etree.XMLSyntaxError:
        without = xml.translate(None, CONTROLS)
        if len(without) == len(xml):
            raise
        return etree.fromstring(without, parser), True


def _article(element: Element, part: Part, file: str, mended: bool) -> HarvestedRecord | Rejected:
    draft = Draft(SOURCE)
    if mended:
        draft.warn(_MENDED)
    cited = False
    for half in element:
        if half.tag == "MedlineCitation":
            cited = True
            each(draft, half, CITATION)
        elif half.tag == "PubmedData":
            each(draft, half, DATA)
    if not cited:
        return Rejected(file=file, line=part.line, reason="a PubmedArticle without MedlineCitation")
    return _finished(draft)


def _book(element: Element, part: Part, file: str, mended: bool) -> HarvestedRecord | Rejected:
    draft = Draft(SOURCE)
    if mended:
        draft.warn(_MENDED)
    document = element.find("BookDocument")
    if document is None:
        return Rejected(file=file, line=part.line, reason="a PubmedBookArticle without BookDocument")
    each(draft, document, BOOK_DOCUMENT)
    data = element.find("PubmedBookData")
    if data is not None:
        each(draft, data, DATA)
    if not draft.title:  # a record of the whole book
        draft.title, draft.journal = draft.journal, ""
    return _finished(draft)


def _finished(draft: Draft) -> HarvestedRecord:
    if draft.pmid is None:
        draft.warn("no PMID")
    else:
        draft.source_id, draft.url = draft.pmid, draft.pmid.url
    if not draft.title and draft.original_title:
        draft.title = draft.original_title
    draft.retracted = _RETRACTED in draft.types or any(
        relation.kind is RelationKind.RETRACTION_IN for relation in draft.relations
    )
    return draft.record()


def _malformed(part: Part, error: etree.XMLSyntaxError, file: str) -> Rejected:
    """A record that is no well-formed XML, with its line in the file and its PMID as far as it can be seen."""
    line = part.line + (error.lineno or 1) - 1
    said = (error.msg or "not well-formed").rsplit(", line ", 1)[0]
    _, found, after = part.xml.partition(b"<PMID")
    number = after.partition(b">")[2].partition(b"<")[0][:12].decode("ascii", "replace").strip() if found else ""
    named = f"record {number}: " if number.isdigit() else "record: "
    return Rejected(file=file, line=line, reason=f"{named}{said}")
