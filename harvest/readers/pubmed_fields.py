"""Reads the elements of a PubMed record into the fields of a draft, each by the reader of its name.

Never looks at the record as a whole; an element that nobody reads and nobody knows is reported.
"""

from collections.abc import Callable, Mapping
from typing import Any

from corpus.domain.harvested import RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed
from harvest.readers.pubmed_names import RELATIONS, UNUSED

REGISTRY = "clinicaltrials.gov"

Element = Any  # lxml has no types of its own


def each(draft: Draft, element: Element, readers: Mapping[str, Callable[[Draft, Element], None]]) -> None:
    """Give every child to the reader of its name; what has none and is not known to carry nothing is reported."""
    for child in element:
        tag = child.tag
        reader = readers.get(tag)
        if reader is not None:
            reader(draft, child)
        elif tag not in UNUSED:
            _unknown(draft, child)


def _pmid(draft: Draft, element: Element) -> None:
    draft.give_pmid(element.text)


def _fields(draft: Draft, element: Element) -> None:
    """The children of Article."""
    each(draft, element, ARTICLE)
    if not draft.date and (online := element.find("ArticleDate")) is not None:
        draft.date = dates.iso(online.findtext("Year"), online.findtext("Month"), online.findtext("Day"))


def _journal(draft: Draft, element: Element) -> None:
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


def _published(draft: Draft, element: Element) -> None:
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


def _title(draft: Draft, element: Element) -> None:
    """The title; brackets around it say that it is a translation and are no part of it."""
    text = _flat(element)
    if text.startswith("["):
        bare = text.rstrip(".")
        if bare.endswith("]"):
            text = bare[1:-1].strip()
    draft.title = text


def _vernacular_title(draft: Draft, element: Element) -> None:
    draft.original_title = _flat(element)


def _pagination(draft: Draft, element: Element) -> None:
    parts = {child.tag: child.text for child in element}
    printed = parts.get("MedlinePgn")
    if printed is None:
        printed = "-".join(filter(None, (parts.get("StartPage"), parts.get("EndPage"))))
    draft.pages = squeezed(printed)


def _location(draft: Draft, element: Element) -> None:
    if element.get("EIdType") != "doi":
        return
    if element.get("ValidYN") == "N":
        draft.warn(f"PubMed marks the DOI {squeezed(element.text)!r} as not valid")
    else:
        draft.give_doi(element.text)


def _abstract(draft: Draft, element: Element) -> None:
    sections = []
    for child in element:
        if child.tag == "AbstractText":
            text, label = _flat(child), child.get("Label")
            sections.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
        elif child.tag != "CopyrightInformation":
            _unknown(draft, child)
    draft.abstract = "\n".join(filter(None, sections))


def _other_abstract(draft: Draft, element: Element) -> None:
    """An abstract in another language or by another house: used only where there is none."""
    if not draft.abstract:
        _abstract(draft, element)


def _authors(draft: Draft, element: Element) -> None:
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


def _language(draft: Draft, element: Element) -> None:
    draft.language.append(squeezed(element.text))


def _publication_type(draft: Draft, element: Element) -> None:
    draft.types.append(squeezed(element.text))


def _publication_types(draft: Draft, element: Element) -> None:
    for child in element:
        _publication_type(draft, child)


def _data_banks(draft: Draft, element: Element) -> None:
    for bank in element:
        if squeezed(bank.findtext("DataBankName")).lower() == REGISTRY:
            for number in bank.iter("AccessionNumber"):
                draft.give_nct(number.text)


def _journal_info(draft: Draft, element: Element) -> None:
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


def _comments(draft: Draft, element: Element) -> None:
    for child in element:
        printed = child.get("RefType") or ""
        kind = RELATIONS.get(printed)
        if kind is None:
            draft.warn(f"unknown RefType {printed!r}: kept as related")
        parts = {part.tag: part.text for part in child}
        draft.relate(kind or RelationKind.RELATED, pmid=parts.get("PMID"), text=squeezed(parts.get("RefSource")))


def _mesh(draft: Draft, element: Element) -> None:
    for heading in element:
        terms = [child.text or "" for child in heading]
        draft.mesh.append("/".join(terms))


def _supplementary_mesh(draft: Draft, element: Element) -> None:
    draft.mesh.extend(child.text or "" for child in element)


def _keywords(draft: Draft, element: Element) -> None:
    for child in element:
        if (keyword := _flat(child)) and keyword not in draft.keywords:
            draft.keywords.append(keyword)


def _containing_book(draft: Draft, element: Element) -> None:
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
            case tag if tag not in UNUSED:
                _unknown(draft, child)


def _article_ids(draft: Draft, element: Element) -> None:
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


def _references(draft: Draft, element: Element) -> None:
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


def _flat(element: Element) -> str:
    """The text of an element without its markup, blanks squeezed."""
    if len(element) == 0:
        return squeezed(element.text)
    return squeezed("".join(element.itertext()))


def _unknown(draft: Draft, element: Element) -> None:
    draft.warn(f"unknown element {element.tag} in {element.getparent().tag}: not used")


CITATION = {
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
DATA = {"ArticleIdList": _article_ids, "ReferenceList": _references}
ARTICLE = {
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
BOOK_DOCUMENT = {
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
