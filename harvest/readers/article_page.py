"""Reads a journal's article page: Highwire's citation fields, JSON-LD, Dublin Core, and the list of references below.

Never reads more into a page than its own fields say: a page without any is no article page.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from corpus.domain.harvested import RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed, unique
from harvest.readers.fields import plain
from harvest.readers.page import DOI_IN_TEXT, Page
from harvest.readers.reading import BadReply, Reading

SOURCE = "article_page"

_PMID = re.compile(r"\bpmid:?\s*(\d{4,8})\b", re.IGNORECASE)
_ARTICLES = {"ScholarlyArticle", "MedicalScholarlyArticle", "Article", "NewsArticle"}
_LONGEST = 2_000  # letters of one printed reference
# Where journal systems put the list: OJS 3's section, and lists that say so by class or id.
_LISTS = (
    "//section[contains(concat(' ', @class, ' '), ' references ')]",
    "//*[contains(concat(' ', @class, ' '), ' item references ')]",
    "//*[@id='references' or @id='citations' or @id='articleCitations']",
    "//ol[contains(@class, 'references')]",
)


def read(payload: bytes, *, url: str = "") -> Reading:
    """The record of one article page. Raises BadReply where the page says nothing of an article."""
    name = url or "article page"
    page = Page(payload, name)
    draft = Draft(SOURCE)
    draft.url = url
    for warning in page.warnings:
        draft.warn(warning)
    linked = list(_json_ld(page, draft))
    draft.title = plain(
        page.meta("citation_title", "dc.title") or next((_text(one, "headline", "name") for one in linked), "")
    )
    if not draft.title:
        raise BadReply(f"{name}: no citation metadata in this page, titled {page.title()[:80]!r}")
    _identifiers(page, draft, linked)
    _authors(page, draft, linked)
    _place(page, draft)
    printed = page.meta(
        "citation_publication_date", "citation_date", "citation_online_date", "dc.date.issued", "dc.date"
    )
    draft.date = dates.printed(printed or next((_text(one, "datePublished") for one in linked), ""))
    draft.abstract = plain(page.meta("citation_abstract", "dc.description"))
    words = page.metas("citation_keywords", "dc.subject")
    draft.keywords += unique(word.strip() for text in words for word in re.split("[;,]", text))
    draft.language += unique([page.meta("citation_language", "dc.language")])
    draft.types += unique([page.meta("citation_article_type", "dc.type.articletype")])
    _references(page, draft)
    draft.source_id = str(draft.doi or url or draft.title)
    return Reading(records=(draft.record(),))


def _identifiers(page: Page, draft: Draft, linked: list[dict[str, Any]]) -> None:
    printed = page.metas("citation_doi", "dc.identifier.doi", "dc.identifier", "prism.doi")
    printed += [text for one in linked for text in _identified(one)]
    for text in printed:
        if match := DOI_IN_TEXT.search(unquote(text)):
            draft.give_doi(match[1])
            break
    draft.give_pmid(page.meta("citation_pmid"))
    for issn in (*page.metas("citation_issn"), *page.metas("dc.source.issn")):
        draft.give_issn(issn)


def _authors(page: Page, draft: Draft, linked: list[dict[str, Any]]) -> None:
    names = page.metas("citation_author", "citation_authors") or page.metas("dc.creator.personalname", "dc.creator")
    for one in linked if not names else ():
        people = one.get("author")
        names += [_text(person, "name") for person in (people if isinstance(people, list) else [people])]
    for name in names:
        family, comma, given = plain(name).partition(",")
        if not comma:  # "Given Family"
            given, _, family = plain(name).rpartition(" ")
        draft.give_author(family=family.strip(), given=given.strip())


def _place(page: Page, draft: Draft) -> None:
    draft.journal = plain(page.meta("citation_journal_title", "dc.source"))
    draft.journal_abbreviation = plain(page.meta("citation_journal_abbrev"))
    draft.volume = page.meta("citation_volume", "dc.source.volume")
    draft.issue = page.meta("citation_issue", "dc.source.issue")
    first, last = page.meta("citation_firstpage"), page.meta("citation_lastpage")
    draft.pages = f"{first}-{last}" if first and last and first != last else first


def _references(page: Page, draft: Draft) -> None:
    """What the article cites: the references that the page prints, or those of its fields."""
    seen: set[str] = set()
    for text in _printed(page) or page.metas("citation_reference"):
        if text and text not in seen:
            seen.add(text)
            doi, pmid = DOI_IN_TEXT.search(text), _PMID.search(text)
            draft.relate(
                RelationKind.CITES,
                doi=doi[1] if doi else None,
                pmid=pmid[1] if pmid else None,
                text=text[:_LONGEST],
            )


def _printed(page: Page) -> list[str]:
    for path in _LISTS:
        for found in page.root.xpath(path):
            items = found.xpath(".//li[not(ancestor::li)]") or found.xpath(".//p")
            if items:
                return [_with_links(page, item) for item in items]
    return []


def _with_links(page: Page, item: Any) -> str:
    """A printed reference; a DOI that stands only in its link is added."""
    links = [unquote(str(link)) for link in item.xpath(".//a/@href")]
    for buttons in item.xpath(".//ul|.//ol"):  # "View Article", "Google Scholar"
        buttons.drop_tree()
    text = page.flat(item)
    behind = next((match[1] for link in links if (match := DOI_IN_TEXT.search(link))), "")
    return text if DOI_IN_TEXT.search(text) or not behind else f"{text} https://doi.org/{behind}"


def _json_ld(page: Page, draft: Draft) -> Iterator[dict[str, Any]]:
    """The articles that the page describes as linked data."""
    for script in page.root.iter("script"):
        if (script.get("type") or "").lower() == "application/ld+json":
            try:
                data = json.loads(script.text or "")
            except (ValueError, RecursionError):
                draft.warn("linked data that is no JSON: not used")
                continue
            waiting = [data]
            while waiting:
                one = waiting.pop(0)
                if isinstance(one, list):
                    waiting += one
                elif isinstance(one, dict):
                    waiting += [one["@graph"]] if "@graph" in one else []
                    kinds = one.get("@type")
                    if _ARTICLES & set(kinds if isinstance(kinds, list) else [str(kinds)]):
                        yield one


def _identified(one: dict[str, Any]) -> Iterator[str]:
    for key in ("identifier", "sameAs", "@id"):
        held = one.get(key)
        for value in held if isinstance(held, list) else [held]:
            yield _text(value, "value", "@id") if isinstance(value, dict) else str(value or "")


def _text(one: Any, *keys: str) -> str:
    held = next((one[key] for key in keys if isinstance(one.get(key), str)), "") if isinstance(one, dict) else one
    return squeezed(held) if isinstance(held, str) else ""
