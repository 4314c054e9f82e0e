"""What the same things look like in every export: dates in parts, pages, ISSNs, names, and DOIs inside links.

Never decides between two values that differ: the first one printed is used, and Draft warns of the second.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from harvest.readers import dates
from harvest.readers.draft import Draft, squeezed

_ISSN = re.compile(r"(?<![\dXx])\d{4}-?\d{3}[\dXx](?![\dXx])")
_ISBN = re.compile(r"(?:97[89])?\d{9}[\dXx]")
_NCT = re.compile(r"NCT\d{8}", re.IGNORECASE)
_PUBMED_LINK = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pubmed/)?(\d{1,8})(?!\d)")
_DOI_LINK = re.compile(r"(?:doi\.org/|doi:)(10\.\d{4,9}/[^\s&?#]+)", re.IGNORECASE)
_INITIALS = re.compile(r"(.+?)\s+((?:[^\W\d_]{1,2}\.[\s-]?)+)")  # "van den Brink G.", "Liu R.-Y."
_NO_PAGES = re.compile(r"no(?:[ -]*pagination)?[ -]*specified|n\.?\s*pag\.?", re.IGNORECASE)
# What exports call the databases, with the source that their records get.
_DATABASES = (
    ("embase", "embase"),
    ("psycinfo", "psycinfo"),
    ("psycarticles", "psycinfo"),
    ("scopus", "scopus"),
    ("web of science", "web_of_science"),
    ("medline", "medline"),
    ("pubmed", "medline"),
    ("proquest", "proquest"),
)


def source_named(texts: Iterable[str]) -> str:
    """The source for the first database named in the texts; empty when none is."""
    for text in texts:
        lowered = text.lower()
        for name, source in _DATABASES:
            if name in lowered:
                return source
    return ""


def date_of(years: Iterable[str], others: Iterable[str]) -> str:
    """The ISO date of a year and of dates that may print it more exactly (`1997/02/01`, `MAY`, `AUG 12`)."""
    best = next(filter(None, map(dates.printed, years)), "")
    for text in others:
        found = dates.printed(text) or (dates.printed(f"{best[:4]} {text}") if best else "")
        if not best or (found.startswith(best) and len(found) > len(best)):
            best = found
    return best


def pages_of(first: str, last: str = "") -> str:
    """Pages as `152-160`; empty where the export says that there are none."""
    printed = re.sub(r"\s*[-–—]+\s*", "-", "-".join(filter(None, (first.strip(), last.strip()))))
    if _NO_PAGES.fullmatch(printed):
        return ""
    start, _, end = printed.partition("-")
    return start if start == end else printed


def give_issns(draft: Draft, texts: Iterable[str]) -> None:
    """Every ISSN of texts in which ISBNs, bars and words like `(Print)` may stand too."""
    for text in texts:
        bare = re.sub(r"[\s-]", "", text)
        found = _ISSN.findall(text)
        if found and not _ISBN.fullmatch(bare):
            for issn in found:
                draft.give_issn(issn)
        elif not _ISBN.search(bare) and not re.fullmatch(r"[\s-]*", text):
            draft.warn(f"ISSN expected, for example 1063-3995; saw {text[:80]!r}")


def give_ncts(draft: Draft, texts: Iterable[str]) -> None:
    for text in texts:
        for number in _NCT.findall(text):
            draft.give_nct(number.upper())


def give_name(draft: Draft, printed: str) -> None:
    """A name as `Family, Given` or as `Family I.J.`; anything else stays whole."""
    text = squeezed(printed)
    if "," not in text and (match := _INITIALS.fullmatch(text)):
        draft.give_author(family=match[1], given=match[2].strip())
    else:
        draft.give_name(text.rstrip(",;"))


def give_links(draft: Draft, texts: Iterable[str]) -> None:
    """The first web address, and the DOI or PMID of an address where the record has none of its own."""
    for text in map(squeezed, texts):
        if not draft.url and re.match(r"https?://\S+$", text):
            draft.url = text
        plain = unquote(text) if "%" in text else text
        if draft.pmid is None and (match := _PUBMED_LINK.search(plain)):
            draft.give_pmid(match[1])
        if draft.doi is None and (match := _DOI_LINK.search(plain)):
            draft.give_doi(match[1].rstrip(".,;"))
