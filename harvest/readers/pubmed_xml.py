"""Reads PubMed's article XML, record by record, into harvested records.

Never loads a DTD, resolves an entity or opens a link: PubMed's next yearly DTD cannot stop it, and a bomb is no bomb.
"""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree

from corpus.domain.harvested import Deleted, HarvestedRecord, Rejected, RelationKind
from corpus.errors import InvalidInput
from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed
from harvest.readers.pubmed_split import Part, PubmedStream
from harvest.readers.reading import CONTROLS, BadReply, Reading

SOURCE = "pubmed"
_RETRACTED = "Retracted Publication"
_REGISTRY = "clinicaltrials.gov"
_MENDED = "control characters in the record: left out"

# PubMed's RefType (NLM, "MEDLINE/PubMed Data Element Descriptions") as the relations this project knows.
_RELATIONS = {
    "RetractionIn": RelationKind.RETRACTION_IN,
    "RetractionOf": RelationKind.RETRACTION_OF,
    "PartialRetractionIn": RelationKind.ERRATUM_IN,  # a part is withdrawn, the report stands
    "PartialRetractionOf": RelationKind.ERRATUM_FOR,
    "RetractedandRepublishedIn": RelationKind.RETRACTION_IN,
    "RetractedandRepublishedFrom": RelationKind.RETRACTION_OF,
    "ErratumIn": RelationKind.ERRATUM_IN,
    "ErratumFor": RelationKind.ERRATUM_FOR,
    "CorrectedandRepublishedIn": RelationKind.REPUBLISHED_IN,
    "CorrectedandRepublishedFrom": RelationKind.REPUBLISHED_FROM,
    "RepublishedIn": RelationKind.REPUBLISHED_IN,
    "RepublishedFrom": RelationKind.REPUBLISHED_FROM,
    "ExpressionOfConcernIn": RelationKind.EXPRESSION_OF_CONCERN_IN,
    "ExpressionOfConcernFor": RelationKind.EXPRESSION_OF_CONCERN_FOR,
    "UpdateIn": RelationKind.UPDATE_IN,
    "UpdateOf": RelationKind.UPDATE_OF,
    "CommentIn": RelationKind.COMMENT_IN,
    "CommentOn": RelationKind.COMMENT_ON,
    "PreprintIn": RelationKind.PREPRINT_IN,
    "PreprintOf": RelationKind.PREPRINT_OF,
    "Cites": RelationKind.CITES,
    "AssociatedDataset": RelationKind.RELATED,
    "AssociatedPublication": RelationKind.RELATED,
    "OriginalReportIn": RelationKind.RELATED,
    "ReprintIn": RelationKind.REPUBLISHED_IN,
    "ReprintOf": RelationKind.REPUBLISHED_FROM,
    "SummaryForPatientsIn": RelationKind.RELATED,
}
# Elements that are known and carry no field of the record. What is neither here nor read is reported.
_UNUSED = frozenset(
    [
        "DateCreated",
        "DateCompleted",
        "DateRevised",
        "PersonalNameSubjectList",
        "GeneSymbolList",
        "NumberOfReferences",
        "SpaceFlightMission",
        "GeneralNote",
        "ChemicalList",
        "CitationSubset",
        "InvestigatorList",
        "OtherID",
        "CoiStatement",
        "GrantList",
        "ArticleDate",
        "History",
        "PublicationStatus",
        "ObjectList",
        "Sections",
        "ItemList",
        "ContributionDate",
        "LocationLabel",
        "Publisher",
        "CollectionTitle",
        "BeginningDate",
        "EndingDate",
        "Medium",
        "Edition",
        "ReportNumber",
        "VolumeTitle",
        "ChapterAbstract",
    ]
)

_Element = Any  # lxml has no types of its own


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


def _element(xml: bytes, parser: etree.XMLParser) -> tuple[_Element, bool]:
    """The record's element, and whether control characters had to go before it could be read."""
    try:
        return etree.fromstring(xml, parser), False
    except etree.XMLSyntaxError:
        without = xml.translate(None, CONTROLS)
        if len(without) == len(xml):
            raise
        return etree.fromstring(without, parser), True


def _article(element: _Element, part: Part, file: str, mended: bool) -> HarvestedRecord | Rejected:
    draft = Draft(SOURCE)
    if mended:
        draft.warn(_MENDED)
    cited = False
    for half in element:
        if half.tag == "MedlineCitation":
            cited = True
            _each(draft, half, _CITATION)
        elif half.tag == "PubmedData":
            _each(draft, half, _DATA)
    if not cited:
        return Rejected(file=file, line=part.line, reason="a PubmedArticle without MedlineCitation")
    return _finished(draft)


def _each(draft: Draft, element: _Element, readers: Mapping[str, Callable[[Draft, _Element], None]]) -> None:
    """Give every child to the reader of its name; what has none and is not known to carry nothing is reported."""
    for child in element:
        tag = child.tag
        reader = readers.get(tag)
        if reader is not None:
            reader(draft, child)
        elif tag not in _UNUSED:
            _unknown(draft, child)


def _book(element: _Element, part: Part, file: str, mended: bool) -> HarvestedRecord | Rejected:
    draft = Draft(SOURCE)
    if mended:
        draft.warn(_MENDED)
    document = element.find("BookDocument")
    if document is None:
        return Rejected(file=file, line=part.line, reason="a PubmedBookArticle without BookDocument")
    _each(draft, document, _BOOK_DOCUMENT)
    data = element.find("PubmedBookData")
    if data is not None:
        _each(draft, data, _DATA)
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


def _pmid(draft: Draft, element: _Element) -> None:
    draft.give_pmid(element.text)


def _fields(draft: Draft, element: _Element) -> None:
    """The children of Article."""
    _each(draft, element, _ARTICLE)
    if not draft.date and (online := element.find("ArticleDate")) is not None:
        draft.date = dates.iso(online.findtext("Year"), online.findtext("Month"), online.findtext("Day"))


def _journal(draft: Draft, element: _Element) -> None:
    for child in element:
        match child.tag:
            case "ISSN":
                draft.give_issn(child.text)
            case "JournalIssue":
                for part in child:
                    match part.tag:
                        case "Volume":
                            draft.volume = squeezed(part.text)
                        case "Issue":
                            draft.issue = squeezed(part.text)
                        case "PubDate":
                            _published(draft, part)
                        case _:
                            _unknown(draft, part)
            case "Title":
                draft.journal = _flat(child)
            case "ISOAbbreviation":
                draft.journal_abbreviation = squeezed(child.text)
            case _:
                _unknown(draft, child)


def _published(draft: Draft, element: _Element) -> None:
    """The printed date: its parts, or MedlineDate, which is free text ("1998 Dec-1999 Jan")."""
    parts = {child.tag: child.text for child in element}
    if "MedlineDate" in parts:
        printed = squeezed(parts["MedlineDate"])
        draft.date = dates.printed(printed)
    else:
        printed = squeezed(parts.get("Year"))
        draft.date = dates.iso(printed, parts.get("Month"), parts.get("Day"))
    if not draft.date:
        draft.warn(f"no year in the date of publication {printed!r}")


def _title(draft: Draft, element: _Element) -> None:
    """The title; brackets around it say that it is a translation and are no part of it."""
    text = _flat(element)
    if text.startswith("["):
        bare = text.rstrip(".")
        if bare.endswith("]"):
            text = bare[1:-1].strip()
    draft.title = text


def _vernacular_title(draft: Draft, element: _Element) -> None:
    draft.original_title = _flat(element)


def _pagination(draft: Draft, element: _Element) -> None:
    parts = {child.tag: child.text for child in element}
    printed = parts.get("MedlinePgn")
    if printed is None:
        printed = "-".join(filter(None, (parts.get("StartPage"), parts.get("EndPage"))))
    draft.pages = squeezed(printed)


def _location(draft: Draft, element: _Element) -> None:
    if element.get("EIdType") != "doi":
        return
    if element.get("ValidYN") == "N":
        draft.warn(f"PubMed marks the DOI {squeezed(element.text)!r} as not valid")
    else:
        draft.give_doi(element.text)


def _abstract(draft: Draft, element: _Element) -> None:
    sections = []
    for child in element:
        if child.tag == "AbstractText":
            text, label = _flat(child), child.get("Label")
            sections.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
        elif child.tag != "CopyrightInformation":
            _unknown(draft, child)
    draft.abstract = "\n".join(filter(None, sections))


def _other_abstract(draft: Draft, element: _Element) -> None:
    """An abstract in another language or by another house: used only where there is none."""
    if not draft.abstract:
        _abstract(draft, element)


def _authors(draft: Draft, element: _Element) -> None:
    if element.get("Type") == "editors":
        return
    for author in element:
        family = given = initials = suffix = collective = orcid = ""
        for child in author:
            match child.tag:  # the commonest first: there are ten authors to a record
                case "LastName":
                    family = _flat(child)
                case "ForeName":
                    given = _flat(child)
                case "Initials":
                    initials = child.text or ""
                case "AffiliationInfo" | "Affiliation" | "EqualContrib":
                    pass
                case "Suffix":
                    suffix = _flat(child)
                case "CollectiveName":
                    collective = _flat(child)
                case "Identifier":
                    orcid = (child.text or "") if child.get("Source") == "ORCID" else orcid
                case _:
                    _unknown(draft, child)
        draft.give_author(
            family=f"{family} {suffix}" if suffix else family,
            given=given or initials,
            collective=collective,
            orcid=orcid,
        )
    if element.get("CompleteYN") == "N":
        draft.warn("the author list is not complete")


def _language(draft: Draft, element: _Element) -> None:
    draft.language.append(squeezed(element.text))


def _publication_type(draft: Draft, element: _Element) -> None:
    draft.types.append(squeezed(element.text))


def _publication_types(draft: Draft, element: _Element) -> None:
    for child in element:
        _publication_type(draft, child)


def _data_banks(draft: Draft, element: _Element) -> None:
    for bank in element:
        if squeezed(bank.findtext("DataBankName")).lower() == _REGISTRY:
            for number in bank.iter("AccessionNumber"):
                draft.give_nct(number.text)


def _journal_info(draft: Draft, element: _Element) -> None:
    for child in element:
        match child.tag:
            case "MedlineTA":
                draft.journal_abbreviation = draft.journal_abbreviation or squeezed(child.text)
            case "ISSNLinking":
                draft.give_issn(child.text)
            case "Country" | "NlmUniqueID" | "NLMUniqueID" | "VernacularTitle":
                pass
            case _:
                _unknown(draft, child)


def _comments(draft: Draft, element: _Element) -> None:
    for child in element:
        printed = child.get("RefType") or ""
        kind = _RELATIONS.get(printed)
        if kind is None:
            draft.warn(f"unknown RefType {printed!r}: kept as related")
        parts = {part.tag: part.text for part in child}
        draft.relate(kind or RelationKind.RELATED, pmid=parts.get("PMID"), text=squeezed(parts.get("RefSource")))


def _mesh(draft: Draft, element: _Element) -> None:
    for heading in element:
        terms = [child.text or "" for child in heading]
        draft.mesh.append("/".join(terms))


def _supplementary_mesh(draft: Draft, element: _Element) -> None:
    draft.mesh.extend(child.text or "" for child in element)


def _keywords(draft: Draft, element: _Element) -> None:
    for child in element:
        if (keyword := _flat(child)) and keyword not in draft.keywords:
            draft.keywords.append(keyword)


def _containing_book(draft: Draft, element: _Element) -> None:
    """The book of a BookDocument: its title stands where a journal's would."""
    for child in element:
        match child.tag:
            case "BookTitle":
                draft.journal = _flat(child)
            case "PubDate":
                _published(draft, child)
            case "AuthorList":
                if not draft.authors:
                    _authors(draft, child)
            case "ELocationID":
                _location(draft, child)
            case "Volume":
                draft.volume = squeezed(child.text)
            case "Isbn":
                pass
            case tag if tag not in _UNUSED:
                _unknown(draft, child)


def _article_ids(draft: Draft, element: _Element) -> None:
    for child in element:
        match child.get("IdType"):
            case "doi":
                draft.give_doi(child.text)
            case "pmc":
                draft.give_pmcid(child.text)
            case "pubmed":
                if draft.pmid is None and child.text:
                    draft.warn("the PMID stands only in ArticleIdList")
                draft.give_pmid(child.text)


def _references(draft: Draft, element: _Element) -> None:
    for reference in element.iter("Reference"):
        doi = pmid = None
        text = ""
        for child in reference:
            match child.tag:
                case "Citation":
                    text = _flat(child)
                case "ArticleIdList":
                    for number in child:
                        match number.get("IdType"):
                            case "doi":
                                doi = number.text
                            case "pubmed":
                                pmid = number.text
        draft.relate(RelationKind.CITES, doi=doi, pmid=pmid, text=text)


def _flat(element: _Element) -> str:
    """The text of an element without its markup, blanks squeezed."""
    if len(element) == 0:
        return squeezed(element.text)
    return squeezed("".join(element.itertext()))


def _unknown(draft: Draft, element: _Element) -> None:
    draft.warn(f"unknown element {element.tag} in {element.getparent().tag}: not used")


def _malformed(part: Part, error: etree.XMLSyntaxError, file: str) -> Rejected:
    """A record that is no well-formed XML, with its line in the file and its PMID as far as it can be seen."""
    line = part.line + (error.lineno or 1) - 1
    said = (error.msg or "not well-formed").rsplit(", line ", 1)[0]
    _, found, after = part.xml.partition(b"<PMID")
    number = after.partition(b">")[2].partition(b"<")[0][:12].decode("ascii", "replace").strip() if found else ""
    named = f"record {number}: " if number.isdigit() else "record: "
    return Rejected(file=file, line=line, reason=f"{named}{said}")


_CITATION = {
    "PMID": _pmid,
    "Article": _fields,
    "MedlineJournalInfo": _journal_info,
    "CommentsCorrectionsList": _comments,
    "MeshHeadingList": _mesh,
    "SupplMeshList": _supplementary_mesh,
    "KeywordList": _keywords,
    "OtherAbstract": _other_abstract,
}
# Most DOIs stand only here.
_DATA = {"ArticleIdList": _article_ids, "ReferenceList": _references}
_ARTICLE = {
    "Journal": _journal,
    "ArticleTitle": _title,
    "VernacularTitle": _vernacular_title,
    "Pagination": _pagination,
    "ELocationID": _location,
    "Abstract": _abstract,
    "AuthorList": _authors,
    "Language": _language,
    "PublicationTypeList": _publication_types,
    "DataBankList": _data_banks,
}
_BOOK_DOCUMENT = {
    "PMID": _pmid,
    "ArticleIdList": _article_ids,
    "Book": _containing_book,
    "ArticleTitle": _title,
    "VernacularTitle": _vernacular_title,
    "Pagination": _pagination,
    "Language": _language,
    "AuthorList": _authors,
    "PublicationType": _publication_type,
    "Abstract": _abstract,
    "KeywordList": _keywords,
    "ReferenceList": _references,
}
