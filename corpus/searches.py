"""What the protocol says the harvest searches for: terms, dates, saved searches, pages.

Never writes a query: each source's own language is the harvest's affair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from corpus.errors import InvalidInput
from corpus.toml_values import exactly, text, texts

_WHERE = "protocol.toml: search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """Terms of one idea; a record has it when it names any. Words are whole: not every source knows truncation."""

    terms: tuple[str, ...]
    mesh: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search of a published review: where and when it looked."""

    name: str
    databases: tuple[str, ...]
    since: date
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Addresses of pages that tell of studies."""

    aggregator: tuple[str, ...]
    secondary: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """Everything the harvest asks for."""

    first: date  # the first day searched
    reason: str
    oxytocin: Concept
    psychotherapy: Concept
    saved: tuple[SavedSearch, ...]
    pages: Pages


def parse_searches(data: Mapping[str, Any]) -> Searches:
    """The table [search] of the protocol. Raises InvalidInput naming key and what is allowed."""
    exactly(_WHERE, data, [field.name for field in fields(Searches)])
    saved = data["saved"]
    if not isinstance(saved, dict):
        raise InvalidInput(f"{_WHERE}.saved is {saved!r}; tables [search.saved.NAME] are expected")
    return Searches(
        first=_day("first", data),
        reason=text(_WHERE, "reason", data),
        oxytocin=_concept("oxytocin", data["oxytocin"]),
        psychotherapy=_concept("psychotherapy", data["psychotherapy"]),
        saved=tuple(_saved(name, table) for name, table in saved.items()),
        pages=_pages(data["pages"]),
    )


def _concept(name: str, table: Any) -> Concept:
    where = f"{_WHERE}.{name}"
    exactly(where, table, [field.name for field in fields(Concept)])
    found = Concept(
        terms=texts(f"{where}.terms", table["terms"]),
        mesh=texts(f"{where}.mesh", table["mesh"]),
        reason=text(_WHERE, "reason", table),
    )
    if not found.terms:
        raise InvalidInput(f"{where}.terms is empty; a search needs at least one term")
    return found


def _saved(name: str, table: Any) -> SavedSearch:
    where = f"{_WHERE}.saved.{name}"
    exactly(where, table, [field.name for field in fields(SavedSearch) if field.name != "name"])
    since, until = _day("since", table), _day("until", table)
    if since > until:
        raise InvalidInput(f"{where}: since {since} is after until {until}")
    return SavedSearch(
        name=name,
        databases=texts(f"{where}.databases", table["databases"]),
        since=since,
        until=until,
        reason=text(_WHERE, "reason", table),
    )


def _pages(table: Any) -> Pages:
    where = f"{_WHERE}.pages"
    exactly(where, table, [field.name for field in fields(Pages)])
    kinds = {name: texts(f"{where}.{name}", table[name]) for name in ("aggregator", "secondary")}
    for address in (address for addresses in kinds.values() for address in addresses):
        if not address.startswith(("https://", "http://")):
            raise InvalidInput(f"{where}: {address!r} is no address; write it in full, with https://")
    return Pages(**kinds, reason=text(_WHERE, "reason", table))


def _day(key: str, table: Mapping[str, Any]) -> date:
    value = table[key]
    if type(value) is not date:
        raise InvalidInput(f"{_WHERE}: {key} is {value!r}; a day is expected, for example 2015-01-01 without quotes")
    return value
