"""The works that were found: the records of one publication together, and the report of the corpus that they are.

Never ranks and never decides; reads a record only where its words are asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.domain import Report
from corpus.domain.harvested import PAGES, HarvestedRecord
from corpus.domain.links import REPORT, works
from corpus.domain.matters import MatterKind
from corpus.domain.screening import Decision, standing
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.works.merge import merge
from corpus.works.pages import is_page, untraced_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One publication."""

    key: str  # the first id of its records; stays as long as they do
    members: tuple[str, ...]  # ids of its records
    report: str  # key of the report it is in the corpus; empty where it is none yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much was found, and how much of it people have dealt with."""

    found: int
    assessed: int  # in the corpus, or decided at the desk

    @property
    def waiting(self) -> int:
        """Works that nobody has assessed."""
        return self.found - self.assessed


def counts(found: Sequence[Work], settled: Mapping[str, bool]) -> Counts:
    """The counts of works, given those that are settled."""
    assessed = sum(bool(work.report) or work.key in settled for work in found)
    return Counts(found=len(found), assessed=assessed)


def settled(found: Iterable[Work], decisions: Iterable[Decision]) -> Mapping[str, bool]:
    """Whether works are relevant, by key: those on which as many have decided as had to on that day, and agreed.

    What one of two has decided so far is not told: the ranking would carry it to the other.
    """
    by_record: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_record.setdefault(decision.record, []).append(decision)
    told = {}
    for work in found:
        held = [one for record in work.members for one in by_record.get(record, ())]
        if held:
            relevant = standing(held, max(one.needed for one in held)).relevant
            if relevant is not None:
                told[work.key] = relevant
    return told


def untraced(ledger: Ledger, links: Links, matters: Matters) -> tuple[str, ...]:
    """Ids of the pages that lead to no known work and that nobody has dealt with; they wait for a person."""
    dealt = matters.dealt(MatterKind.PAGE)
    pages = ledger.checksums(PAGES)
    return tuple(name for name in untraced_pages(pages, links.about(pages)) if name not in dealt)


def works_found(ledger: Ledger, links: Links, reports: Sequence[Report]) -> Iterator[Work]:
    """Every work of the harvest, in the order of its first record; pages that tell of works are none."""
    names = {name for name in ledger.checksums() if not is_page(name)}
    for members in works([*names, *(REPORT + report.key for report in reports)], links.all()):
        held = tuple(name for name in members if name in names)
        if held:
            report = next((name.removeprefix(REPORT) for name in members if name.startswith(REPORT)), "")
            yield Work(key=held[0], members=held, report=report)


def read_works(
    ledger: Ledger, wanted: Iterable[Work], abstracts: Mapping[str, str] | None = None
) -> Iterator[tuple[Work, HarvestedRecord]]:
    """The works with their records merged; where no source gives an abstract, the one that a person added to a record."""
    chosen = list(wanted)
    records = dict(ledger.records(name for work in chosen for name in work.members))
    for work in chosen:
        held = [records[name] for name in work.members]
        record = held[0] if len(held) == 1 else merge(held).record
        added = (
            [] if record.abstract or not abstracts else [abstracts[name] for name in work.members if name in abstracts]
        )
        yield work, replace(record, abstract=added[0]) if added else record
