"""A work as a template shows it: texts in highlighted pieces, links that lead where they say, nothing that could run.

Never builds markup: templates do, and they escape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from sqlmodel import Session

from corpus.desk.desk import Desk
from corpus.domain.harvested import Author
from corpus.domain.screening import QueuedWork
from corpus.screening.highlighting import Highlighter, Segment
from corpus.store.additions import FullText, Highlights
from corpus.works.reading import Neighbour, WorkText

AUTHORS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address outside the desk."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWork:
    """One work as a page shows it."""

    work: QueuedWork
    members: tuple[str, ...]
    title: Sequence[Segment]
    original_title: str
    abstract: Sequence[Segment]
    abstract_text: str
    abstract_by: str
    authors: str
    where: str  # journal, volume, pages
    year: int | None
    types: tuple[str, ...]
    terms: Sequence[Sequence[Segment]]  # MeSH and keywords
    language: tuple[str, ...]
    retracted: bool
    links: tuple[Link, ...]
    related: tuple[Neighbour, ...]
    doubtful: tuple[Neighbour, ...]
    reports: tuple[str, ...]
    pages: tuple[Link, ...]
    full_texts: Sequence[FullText]
    taken_texts: Sequence[FullText]


def shown(text: WorkText, marks: Highlighter) -> ShownWork:
    """The work as a page shows it."""
    record = text.record
    volume = f"{record.volume}({record.issue})" if record.volume and record.issue else record.volume or record.issue
    named = [
        Link(text=f"{identifier.name} {identifier}", url=identifier.url)
        for identifier in (record.doi, record.pmid, record.pmcid, *record.nct)
        if identifier is not None
    ]
    return ShownWork(
        work=text.work,
        members=text.members,
        title=marks.segments(record.title or record.original_title or "(without a title)"),
        original_title=record.original_title if record.title else "",
        abstract=marks.segments(record.abstract),
        abstract_text=record.abstract,
        abstract_by=text.abstract_by,
        authors=_authors(record.authors),
        where=", ".join(part for part in (record.journal, volume, record.pages) if part),
        year=record.year,
        types=record.types,
        terms=[marks.segments(term) for term in (*record.mesh, *record.keywords)],
        language=record.language,
        retracted=record.retracted,
        links=(*named, *address("page of the source", record.url)),
        related=text.related,
        doubtful=text.doubtful,
        reports=text.reports,
        pages=tuple(link for name, one in text.pages for link in address(one.title or name, one.url)),
        full_texts=text.full_texts,
        taken_texts=text.taken_texts,
    )


def highlighter(desk: Desk, session: Session) -> Highlighter:
    """What is highlighted now."""
    kinds = words_of(desk, session)
    by_kind = {kind: tuple(word for word, one in kinds.items() if one == kind) for kind in ("for", "against")}
    return _highlighter(by_kind["for"], by_kind["against"])


def words_of(desk: Desk, session: Session) -> Mapping[str, str]:
    """Every word that was ever highlighted, and what it speaks for: the protocol's, then what people said."""
    search = desk.protocol.search
    kinds = {word.lower(): "for" for word in (*search.oxytocin.terms, *search.psychotherapy.terms)}
    kinds |= {word.lower(): "against" for word in desk.criteria.words_against}
    return dict(sorted((kinds | dict(Highlights(session).all())).items()))


@lru_cache(maxsize=8)
def _highlighter(words_for: tuple[str, ...], words_against: tuple[str, ...]) -> Highlighter:
    return Highlighter(words_for, words_against)


def _authors(authors: Sequence[Author]) -> str:
    names = [one.collective or " ".join(part for part in (one.family, one.given) if part) for one in authors]
    if len(names) > AUTHORS_SHOWN:
        return f"{', '.join(names[:AUTHORS_SHOWN])} and {len(names) - AUTHORS_SHOWN} more"
    return ", ".join(names)


def address(text: str, url: str) -> tuple[Link, ...]:
    """A link, where the address is one that a browser may follow without running anything."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    return (Link(text=text, url=url),) if parts.scheme in ("http", "https") and parts.netloc else ()
