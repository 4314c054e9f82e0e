"""The normalised fields of one record by which links are judged, made from a harvested record or from a table's row.

Never keeps an abstract: only its beginning, without blanks, for comparison.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from corpus.domain.identifiers import Doi, Pmid
from corpus.errors import InvalidInput
from harvest.linking import normalise

AUTHORS_COMPARED = 25  # lists are cut by "et al." at different places; the first names decide
ABSTRACT_COMPARED = 160  # letters; enough to tell abstracts apart once headings such as "Background" are gone


class Kind(StrEnum):
    """What sort of publication a record is; different sorts are related at most, never the same work."""

    WORK = "work"
    NOTICE = "notice"  # erratum, correction, retraction, expression of concern
    COMMENT = "comment"  # comment on, reply to
    PROTOCOL = "protocol"
    REGISTRATION = "registration"
    PREPRINT = "preprint"
    ABSTRACT = "abstract"  # of a congress
    SECONDARY = "secondary"  # a page that tells of a work


KINDS = (
    (
        Kind.NOTICE,
        re.compile(
            r"^\W*(?:(?:author |publisher )?(?:erratum|errata|corrigend\w+)\b|(?:author |publisher )?correction(?: to\b|\s*:)|"
            r"retraction(?: notice\b| note\b| to\b| statement\b|\s*:|\W+of\W*[\"'“‘:])|retraction of publication\b|"
            r"expression of concern\b)|\((?:vol\.? |volume )\d+.{0,40}(?:pg|page|p)\b|(?:erratum|corrigendum)\W*$",
        ),
    ),
    (
        Kind.COMMENT,
        re.compile(
            r"^\W*(?:re\s?:|(?:comment|commentary|response|reply|reply by author) (?:on|to)\b|author'?s'? reply)"
        ),
    ),
    (
        Kind.PROTOCOL,
        re.compile(
            r"\b(?:study|trial) protocol\b|\bprotocol (?:for|of) (?:an?|the)\b|[:.\-–—]\s*(?:an? )?protocol\.?$",
        ),
    ),
    (Kind.ABSTRACT, re.compile(r"[\[(](?:meeting |conference )?abstracts?\b[^\])]*[\])]\W*$")),
)
KINDS_BY_TYPE = {
    "preprint": Kind.PREPRINT,
    "posted-content": Kind.PREPRINT,
    "clinical trial protocol": Kind.PROTOCOL,
    "published erratum": Kind.NOTICE,
    "erratum": Kind.NOTICE,
    "correction": Kind.NOTICE,
    "retraction of publication": Kind.NOTICE,
    "retraction notice": Kind.NOTICE,
    "retraction": Kind.NOTICE,
    "expression of concern": Kind.NOTICE,
    "comment": Kind.COMMENT,
    "registration": Kind.REGISTRATION,
    "clinical trial registration": Kind.REGISTRATION,
    "meeting abstract": Kind.ABSTRACT,
    "conference abstract": Kind.ABSTRACT,
    "secondary": Kind.SECONDARY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One record in comparable form; an empty field was not printed."""

    id: str
    titles: tuple[str, ...]  # the whole title, then its versions in other languages
    squeezed: tuple[str, ...]  # the same without blanks
    numbers: frozenset[str]  # numbers, numerals and single letters of the whole title
    families: tuple[str, ...]
    names: frozenset[str]  # every word of the names: families and given names are sometimes swapped
    year: int | None
    container: tuple[str, ...]
    volume: str
    pages: normalise.Pages
    doi: str
    pmid: str
    abstract: str
    kind: Kind


def candidate(
    *,
    id: str,  # noqa: A002
    title: str,
    original_title: str = "",
    authors: Sequence[str] = (),
    year: int | None = None,
    container: str = "",
    abbreviation: str = "",
    volume: str = "",
    pages: str = "",
    doi: str = "",
    pmid: str = "",
    abstract: str = "",
    types: Sequence[str] = (),
    kind: Kind | None = None,
) -> Candidate:
    """The comparable form of what a source printed; an identifier that is none is left out; `kind` if known."""
    titles = normalise.title_forms(title)
    if original_title:
        titles = tuple(dict.fromkeys((*titles, *normalise.title_forms(original_title))))
    compared = [name for name in authors[:AUTHORS_COMPARED] if normalise.printed(name)]
    families = tuple(family for name in compared if (family := normalise.family_name(name)))
    return Candidate(
        id=id,
        titles=titles,
        squeezed=tuple(normalise.squeezed(form) for form in titles),
        numbers=title_numbers(titles[0]),
        families=families,
        names=frozenset(word for name in compared for word in normalise.name_words(name)),
        year=year,
        container=tuple(
            dict.fromkeys((*normalise.container_forms(container), *normalise.container_forms(abbreviation)))
        ),
        volume=normalise.number_of(volume),
        pages=normalise.pages_of(pages),
        doi=_identifier(Doi, doi),
        pmid=_identifier(Pmid, pmid),
        abstract=_beginning(abstract),
        kind=kind or kind_of(title, types),
    )


def title_numbers(title: str) -> frozenset[str]:
    """What numbers a title as one of a series: digits, roman numerals, and the letter or word after "part"."""
    return frozenset(_SERIES.get(word, word) for word in _NUMBER.findall(title))


def kind_of(title: str, types: Sequence[str]) -> Kind:
    """The sort of publication, by the source's own type first, then by the wording of the title."""
    for name in types:
        if kind := KINDS_BY_TYPE.get(name.strip().lower()):
            return kind
    lowered = title.lower()
    return next((kind for kind, pattern in KINDS if pattern.search(lowered)), Kind.WORK)


_SERIES = {"one": "1", "two": "2", "three": "3", "four": "4", "i": "1", "ii": "2", "iii": "3", "iv": "4", "vi": "6"}
_NUMBER = re.compile(r"\b(?:\d+|ii|iii|iv|vi|vii|viii|ix)\b|(?<=\bpart )(?:[a-f]|one|two|three|four|i|v)\b|\bi\b")


def _identifier(of: type[Doi] | type[Pmid], text: str) -> str:
    if not text.strip():
        return ""
    try:
        return of(unquote(text) if "%" in text else text)
    except InvalidInput:  # the reader of the file has already said so
        return ""


def _beginning(abstract: str) -> str:
    if not abstract:
        return ""
    letters = normalise.WORD.findall(normalise.folded(abstract[: 2 * ABSTRACT_COMPARED]))
    return "".join(letters)[:ABSTRACT_COMPARED]
