"""What holds between us and a source: what is asked, how often, how much may come, and under which licence.

Never asks; a contract is a file that people read and programs keep.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from corpus.errors import InvalidInput
from corpus.searches import Concept, Searches
from corpus.settings import Settings, variable

# In the order in which they are asked: what people curate first.
SOURCES = ("pubmed", "europepmc", "crossref", "openalex", "ctgov", "oai", "journal", "pages")
_FASTEST = 0.01  # seconds; what a local source may be asked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One source's contract. Times in seconds, sizes in bytes."""

    source: str
    publisher: str
    licence: str
    terms: str
    url: str  # base address, without a slash at its end
    query: str  # as it is asked; {oxytocin} and {psychotherapy} are the protocol's terms
    window: str  # the field that a window's days are compared with
    page: int  # records in one reply
    seconds: float  # between two requests
    needs: tuple[str, ...]  # settings without which nothing is asked
    most: int  # records in one window
    fewest: int  # records in a window of at least fewest_days
    fewest_days: int
    overlap: int  # days that two windows share
    timeout: float
    largest: int  # of one reply
    robots: bool  # whether robots.txt is kept: pages yes, interfaces made for programs no
    term: str = "{}"
    mesh: str = ""
    seconds_with_key: float | None = None
    capped: int | None = None  # items that one search gives out

    def at(self, settings: Settings) -> "Contract":
        """The contract at the address and the rate of these settings.

        Another host than the contract's own is a local copy: only there is a rate above the contract's possible.
        Raises InvalidInput for an address that is none.
        """
        address = getattr(settings, f"{self.source}_url", "") or self.url
        if self.source != "pages" and urlsplit(address).scheme not in ("http", "https"):
            raise InvalidInput(
                f"OXYSYNTH_{self.source.upper()}_URL is {address!r}; an address with http:// is expected"
            )
        seconds = self.seconds_with_key if self.seconds_with_key and self._key(settings) else self.seconds
        if urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1"):
            seconds = _FASTEST
        return replace(self, url=address.rstrip("/"), seconds=seconds, timeout=_seconds(settings) or self.timeout)

    def lacking(self, settings: Settings) -> tuple[str, ...]:
        """Names of the settings that are needed and not given, as environment variables."""
        return tuple(variable(name) for name in self.needs if not getattr(settings, name))

    def asked(self, searches: Searches) -> str:
        """The query with the protocol's terms in this source's language."""
        return self.query.format(oxytocin=self._any(searches.oxytocin), psychotherapy=self._any(searches.psychotherapy))

    def against(self, days: int, count: int) -> str:
        """What speaks against this number of records in a window of so many days; empty where nothing does."""
        if count > self.most:
            return f"{count} records, more than the {self.most} of the contract: the query no longer says what it did"
        if days >= self.fewest_days and count < self.fewest:
            return f"{count} records in {days} days, fewer than the {self.fewest} of the contract: the query no longer says what it did"
        return ""

    def _any(self, concept: Concept) -> str:
        words = [self.term.format(term) for term in concept.terms]
        return " OR ".join(words + ([self.mesh.format(term) for term in concept.mesh] if self.mesh else []))

    def _key(self, settings: Settings) -> str:
        return {"pubmed": settings.ncbi_api_key, "openalex": settings.openalex_api_key}.get(self.source, "")


def _seconds(settings: Settings) -> float:
    try:
        given = float(settings.timeout or 0)
    except ValueError:
        given = -1
    if not 0 <= given < 3600:
        raise InvalidInput(f"OXYSYNTH_TIMEOUT is {settings.timeout!r}; seconds are expected, for example 30")
    return given


def read_contract(source: str) -> Contract:
    """The contract of a source. Raises InvalidInput for an unknown source or a broken file."""
    if source not in SOURCES:
        raise InvalidInput(f"{source!r} is no source; known are {', '.join(SOURCES)}")
    text = files("harvest").joinpath("contracts", f"{source}.toml").read_text(encoding="utf-8")
    return parse_contract(source, tomllib.loads(text))


def parse_contract(source: str, data: Mapping[str, Any]) -> Contract:
    """The contract of a table. Raises InvalidInput naming the key."""
    where = f"contracts/{source}.toml"
    kinds = {field.name: field for field in fields(Contract) if field.name != "source"}
    for key, value in data.items():
        if key not in kinds:
            raise InvalidInput(f"{where}: unknown key {key!r}; allowed: {', '.join(kinds)}")
        if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
            raise InvalidInput(f"{where}: {key} is {value}; it cannot be below 0")
    for key, field in kinds.items():
        if key not in data and field.default is MISSING:
            raise InvalidInput(f"{where}: {key} is missing")
    return Contract(source=source, **{**data, "needs": tuple(data["needs"])})
