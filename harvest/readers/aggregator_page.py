"""Reads an aggregator's page of a paper, with its table of concepts (Type, Source, Name).

Never trusts an aggregator for names and dates: its records say where they come from.
"""

import re

from corpus.domain.harvested import AGGREGATOR_PAGE, RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft, unique
from harvest.readers.page import DOI_IN_TEXT, Element, Page
from harvest.readers.reading import BadReply, Reading

SOURCE = AGGREGATOR_PAGE

HEADINGS = ("type", "source", "name")
_PUBLISHED = re.compile(r"publi(?:cation date|shed)\s*:?\s*(.{4,20})", re.IGNORECASE)


def read(payload: bytes, *, url: str = "") -> Reading:
    """The record of one page. Raises BadReply where it has no table of concepts."""
    name = url or "aggregator's page"
    page = Page(payload, name)
    rows = _concepts(page, name)
    draft = Draft(SOURCE)
    draft.source_id = draft.url = url
    draft.title = page.title()
    draft.types.append("secondary")
    draft.keywords += unique(concept for _, _, concept in rows)
    text = page.flat(page.root)
    if match := _PUBLISHED.search(text):
        draft.date = dates.printed(match[1].strip())[:10] or _year(match[1])
    if match := DOI_IN_TEXT.search(text):
        draft.relate(RelationKind.RELATED, doi=match[1], text=match[1])
    elif draft.title:
        draft.relate(RelationKind.RELATED, text=draft.title)  # the page bears the title of the paper it tells of
    draft.warn("read from an aggregator, not from the publisher")
    for warning in page.warnings:
        draft.warn(warning)
    return Reading(records=(draft.record(),))


def _concepts(page: Page, name: str) -> list[tuple[str, str, str]]:
    seen: list[str] = []
    for table in page.root.iter("table"):
        rows = [[page.flat(cell) for cell in row if cell.tag in ("td", "th")] for row in _rows(table)]
        rows = [row for row in rows if row]
        if not rows:
            continue
        head = [cell.lower() for cell in rows[0]]
        seen.append("/".join(rows[0])[:60])
        if set(HEADINGS) <= set(head):
            places = [head.index(heading) for heading in HEADINGS]
            return [
                (row[places[0]], row[places[1]], row[places[2]])
                for row in rows[1:]
                if len(row) > max(places) and row[places[2]]
            ]
    tables = f"tables are {', '.join(map(repr, seen))}" if seen else "there is no table"
    raise BadReply(f"{name}: a table with Type, Source and Name expected; {tables}")


def _rows(table: Element) -> list[Element]:
    return list(table.iter("tr"))


def _year(text: str) -> str:
    match = re.search(r"\b(19|20)\d\d\b", text)
    return match[0] if match else ""
