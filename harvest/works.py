"""The works that were found: the records of one publication together, and the report of the corpus that they are.

Never ranks and never decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.domain import Report
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import works
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from harvest.linking.keeping import REPORT
from harvest.linking.merge import merge
from harvest.linking.tracing import is_page, traced_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One publication as its records tell it together."""

    key: str  # the first id of its records; stays as long as they do
    members: tuple[str, ...]  # ids of its records
    report: str  # key of the report it is in the corpus; empty where it is none yet
    record: HarvestedRecord  # merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much was found, and how much of it people have dealt with."""

    found: int
    assessed: int  # in the corpus, or decided at the desk

    @property
    def waiting(self) -> int:
        """Works that nobody has assessed."""
        return self.found - self.assessed


def counts(found: Sequence[Work], relevant: Mapping[str, bool]) -> Counts:
    """The counts of works, given the decisions by record."""
    assessed = sum(bool(work.report) or any(member in relevant for member in work.members) for work in found)
    return Counts(found=len(found), assessed=assessed)


def untraced(ledger: Ledger, links: Links) -> tuple[str, ...]:
    """Ids of the pages that lead to no known work; they wait for a person."""
    traced = traced_pages(links.all())
    return tuple(name for name, _, record in ledger.records() if is_page(record) and name not in traced)


def works_found(ledger: Ledger, links: Links, reports: Sequence[Report]) -> Iterator[Work]:
    """Every work of the harvest, in the order of its first record; pages that tell of works are none."""
    records = {name: record for name, _, record in ledger.records() if not is_page(record)}
    keys = [REPORT + report.key for report in reports]
    for members in works([*records, *keys], links.all()):
        held = tuple(name for name in members if name in records)
        if held:
            report = next((name.removeprefix(REPORT) for name in members if name.startswith(REPORT)), "")
            merged = records[held[0]] if len(held) == 1 else merge([records[name] for name in held]).record
            yield Work(key=held[0], members=held, report=report, record=merged)
