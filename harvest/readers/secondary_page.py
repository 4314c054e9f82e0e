"""Reads a page that tells of a study: never evidence, only a way to the primary report by the reference it prints.

Never makes a reference up: a page that prints none says so, and goes to a person.
"""

import re
from collections.abc import Iterator

from corpus.domain.harvested import SECONDARY_PAGE, RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed
from harvest.readers.page import DOI_IN_TEXT, Element, Page
from harvest.readers.reading import Reading

SOURCE = SECONDARY_PAGE

UNTRACED = "no printed reference: cannot be traced to a primary report"
_PMID = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/|PMID:?\s*)(\d{4,8})\b", re.IGNORECASE)
# A reference as people print it: it begins with a name, has a year in parentheses and volume or pages after it
# ("Emotion 11.6 (2011): 1388-396"; "(2011). Title. Emotion, 11(6), 1388"). "Copyright 2011 by" is none.
_REFERENCE = re.compile(
    r"^[A-ZÀ-Þ][\w'’-]+,\s.{20,600}?(?:\b\d{1,4}\s*[.(]\s*\d{1,3}\)?\s*\((?:19|20)\d\d\)\s*:\s*\w+|"
    r"\((?:19|20)\d\d[a-z]?\)[.,]\s.{10,400}?,\s*\d{1,4}(?:\s*\(\d{1,3}\))?\s*[,:]\s*\w+)",
    re.DOTALL,
)
_BLOCKS = frozenset(["p", "li", "blockquote", "cite", "div", "dd", "td"])
_COMMENTS = re.compile(r"comment|respond|reply|sidebar|widget|footer|nav", re.IGNORECASE)
_LONGEST = 1_000  # letters of a reference


def read(payload: bytes, *, url: str = "") -> Reading:
    """The record of one page, with the references it prints."""
    page = Page(payload, url or "secondary page")
    draft = Draft(SOURCE)
    draft.source_id = draft.url = url
    draft.title = page.title()
    draft.types.append("secondary")
    draft.date = dates.printed(page.meta("article:published_time", "date", "dc.date"))
    for warning in page.warnings:
        draft.warn(warning)
    seen: set[str] = set()
    for text, behind in _told(page):
        doi, pmid = DOI_IN_TEXT.search(text + " " + behind), _PMID.search(text + " " + behind)
        key = doi[1] if doi else pmid[1] if pmid else text
        if key not in seen:
            seen.add(key)
            printed = text if len(text) <= _LONGEST else ""  # a whole page in one block is no reference
            draft.relate(
                RelationKind.RELATED, doi=doi[1] if doi else None, pmid=pmid[1] if pmid else None, text=printed
            )
    if not draft.relations:
        draft.warn(UNTRACED)
    return Reading(records=(draft.record(),))


def _told(page: Page) -> Iterator[tuple[str, str]]:
    """(text, addresses behind it) of every block that prints a reference or links an identifier; comments left out."""
    for block in page.root.iter(*_BLOCKS):
        if _in_comments(block) or any(child.tag in _BLOCKS for child in block):
            continue
        text = page.flat(block)
        links = " ".join(squeezed(link) for link in block.xpath(".//a/@href"))
        if _REFERENCE.match(text) or DOI_IN_TEXT.search(text + " " + links) or _PMID.search(text + " " + links):
            yield text, links


def _in_comments(element: Element) -> bool:
    """Whether a block belongs to what readers or the site added around the text."""
    while element is not None and isinstance(element.tag, str):
        if element.tag in ("nav", "footer", "aside") or _COMMENTS.search(
            f"{element.get('id', '')} {element.get('class', '')}"
        ):
            return True
        element = element.getparent()
    return False
