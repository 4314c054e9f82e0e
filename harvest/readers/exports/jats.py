"""Reads the front matter of articles in JATS, one or a set, and their lists of references.

Never keeps the text of an article.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from corpus.domain.harvested import HarvestedRecord, Rejected, RelationKind
from corpus.errors import InvalidInput
from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed

_Element = Any  # lxml has no types of its own


def read_jats(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """Every article. Raises InvalidInput where the whole is no XML, or declares entities."""
    if "<!ENTITY" in text[:100_000]:
        raise InvalidInput(f"{file}: the document declares entities; refused")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"{file}: not well-formed: {error.msg}; export it again") from error
    for article in [root] if root.tag == "article" else root.iter("article"):
        record = _made(article)
        if record.title or record.doi:
            yield record
        else:
            yield Rejected(file=file, line=article.sourceline, reason="neither a title nor a DOI")


def _made(article: _Element) -> HarvestedRecord:
    draft = Draft("jats")

    def flat(element: _Element | None) -> str:
        return "" if element is None else squeezed("".join(element.itertext()))

    def text(path: str) -> str:
        return flat(article.find(f"front//{path}"))

    titles = [flat(one) for one in article.iterfind("front//title-group/article-title")]
    draft.title = next(iter(titles), "")
    translated = article.find("front//trans-title")
    draft.original_title = next((one for one in (*titles[1:], flat(translated)) if one and one != draft.title), "")
    for number in article.iterfind("front/article-meta/article-id"):
        match number.get("pub-id-type"):
            case "doi":
                draft.give_doi(number.text)
            case "pmid":
                draft.give_pmid(number.text)
            case "pmc" | "pmcid":
                digits = (number.text or "").strip()
                draft.give_pmcid(digits if digits.upper().startswith("PMC") else f"PMC{digits}")
    for one in article.iterfind("front//contrib-group/contrib"):
        if one.get("contrib-type", "author") == "author":
            draft.give_author(
                family=flat(one.find(".//surname")),
                given=flat(one.find(".//given-names")),
                collective=flat(one.find("collab")),
            )
    printed = [
        dates.iso(one.findtext("year"), one.findtext("month"), one.findtext("day"))
        for one in article.iterfind("front/article-meta/pub-date")
    ]
    draft.date = next((one for one in printed if one), "")
    draft.journal = text("journal-title")
    draft.journal_abbreviation = text("abbrev-journal-title")
    for issn in article.iterfind("front//journal-meta/issn"):
        draft.give_issn(issn.text)
    draft.volume, draft.issue = text("article-meta/volume"), text("article-meta/issue")
    first, last = text("article-meta/fpage"), text("article-meta/lpage")
    draft.pages = f"{first}-{last}" if first and last and first != last else first or text("article-meta/elocation-id")
    draft.abstract = text("article-meta/abstract")
    draft.keywords += [flat(one) for one in article.iterfind("front//kwd-group/kwd")]
    draft.types += [kind for kind in (article.get("article-type"),) if kind]
    for reference in article.iterfind("back//ref-list//ref"):
        ids = {one.get("pub-id-type"): one.text for one in reference.iter("pub-id")}
        draft.relate(RelationKind.CITES, doi=ids.get("doi"), pmid=ids.get("pmid"), text=flat(reference))
    draft.source_id = str(draft.doi or draft.pmcid or draft.pmid or "")
    return draft.record()
