"""What waits for the reviewers: the works that were found and are in no report, in the order of their likely relevance.

Never leaves a work out, and never decides one.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from corpus.codebook import ReportStatus, Scope
from corpus.domain import Corpus, Missing, Report
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import REPORT
from corpus.screening import ColdStart, Ranked, Ranking, ScreeningRecord, rank
from corpus.searches import Searches
from corpus.store.decisions import Decisions
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.record_text import digest
from corpus.works.works import Counts, Work, counts, read_works, settled, untraced, works_found

# Decisions that the ranking learns from, beside those that found something relevant: more make it slower, not better.
MOST_DECISIONS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits, in order, and what has been decided."""

    found: tuple[Work, ...]
    counts: Counts
    waiting: tuple[tuple[Work, HarvestedRecord, Ranked], ...]
    ranking: Ranking
    unsure: int  # pairs of records that wait for a person
    untraced: int  # pages that tell of an unknown work

    @property
    def likely(self) -> int:
        """Waiting works that are likely relevant."""
        return sum(ranked.likely for _, _, ranked in self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unranked:
    """What a ranking needs of the database: the database can be let go while it is ranked, which takes long."""

    found: tuple[Work, ...]
    counts: Counts
    waiting: Mapping[str, tuple[Work, HarvestedRecord]]
    screened: tuple[ScreeningRecord, ...]
    decided: Mapping[str, bool]
    sample: frozenset[str]
    unsure: int
    untraced: int


def backlog(
    ledger: Ledger,
    links: Links,
    decisions: Decisions,
    matters: Matters,
    corpus: Corpus,
    searches: Searches,
    abstracts: Mapping[str, str] | None = None,
) -> Backlog:
    """The backlog as the database has it now; ``abstracts`` are those that people added, by record."""
    return ranked(unranked(ledger, links, decisions, matters, corpus, abstracts), searches)


def unranked(
    ledger: Ledger,
    links: Links,
    decisions: Decisions,
    matters: Matters,
    corpus: Corpus,
    abstracts: Mapping[str, str] | None = None,
) -> Unranked:
    """Everything that is read before the ranking begins."""
    found = tuple(works_found(ledger, links, corpus.reports))
    known, said = _known(corpus), settled(found, decisions.all())
    waiting = {work.key: work for work in found if not work.report and work.key not in said}
    sample = _sample([work.key for work in found if not work.report and work.key in said])
    screened = {REPORT + report.key: _title_only(report) for report in corpus.reports if report.key in known}
    decided = {REPORT + key: relevant for key, relevant in known.items()}
    records: dict[str, HarvestedRecord] = {}
    taught = (work for work in found if work.report in known or work.key in sample or said.get(work.key))
    for work, record in read_works(ledger, [*waiting.values(), *taught], abstracts):
        if work.report:  # its abstract teaches more than its title alone
            screened[REPORT + work.report] = _screened(REPORT + work.report, record)
        else:
            screened[work.key] = _screened(work.key, record)
            records[work.key] = record
    decided |= {key: relevant for key, relevant in said.items() if key in screened}
    return Unranked(
        found=found,
        counts=counts(found, said),
        waiting={key: (work, records[key]) for key, work in waiting.items()},
        screened=tuple(screened.values()),
        decided=decided,
        sample=sample,
        unsure=links.open(),
        untraced=len(untraced(ledger, links, matters)),
    )


def ranked(held: Unranked, searches: Searches) -> Backlog:
    """What was read, in the order of its likely relevance."""
    # Reports of the corpus were chosen, not met: they teach words, but no share of relevant ones among what is found.
    ranking = rank(held.screened, held.decided, cold=cold_start(searches), drawn=held.sample)
    return Backlog(
        found=held.found,
        counts=held.counts,
        waiting=tuple((*held.waiting[one.key], one) for one in ranking.records),
        ranking=ranking,
        unsure=held.unsure,
        untraced=held.untraced,
    )


def _sample(keys: Sequence[str]) -> frozenset[str]:
    """At most `MOST_DECISIONS` of the decided works, drawn blindly and always the same ones: in the order of a checksum."""
    return frozenset(keys if len(keys) <= MOST_DECISIONS else sorted(keys, key=digest)[:MOST_DECISIONS])


def cold_start(searches: Searches) -> ColdStart:
    """What the ranking goes by before there are decisions: the protocol's terms, and the bibliography sorted by hand."""
    titles: dict[str, list[str]] = {"core": [], "adjacent": []}
    with files("corpus").joinpath("curated", "bibliography.csv").open("r", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            titles[row["class"]].append(row["title"])
    return ColdStart(
        groups={
            "oxytocin": searches.oxytocin.terms,
            "psychotherapy": searches.psychotherapy.terms,
        },
        core=titles["core"],
        adjacent=titles["adjacent"],
    )


def _known(corpus: Corpus) -> Mapping[str, bool]:
    """What reports of the corpus teach: those of core studies are relevant, adjacent and excluded ones are not.

    Reviews, methods and borderline studies teach nothing: they are about the subject without answering a question.
    """
    scopes = {study.key: study.scope for study in corpus.studies}
    known = {}
    for report in corpus.reports:
        scope = scopes.get(report.study)
        if scope is Scope.CORE:
            known[report.key] = True
        elif scope is Scope.ADJACENT or report.status is ReportStatus.EXCLUDED:
            known[report.key] = False
    return known


def _title_only(report: Report) -> ScreeningRecord:
    year = None if isinstance(report.year, Missing) else report.year
    return ScreeningRecord(key=REPORT + report.key, title=report.title, year=year)


def _screened(key: str, record: HarvestedRecord) -> ScreeningRecord:
    return ScreeningRecord(
        key=key,
        title=record.title or record.original_title,
        abstract=record.abstract,
        year=record.year,
        keywords=(*record.keywords, *record.mesh),
    )


def waiting_rows(held: Backlog, most: int) -> list[Mapping[str, object]]:
    """The first of the waiting works as a document shows them."""
    return [
        {
            "place": ranked.place,
            "title": record.title or record.original_title,
            "year": record.year,
            "likely": ranked.likely,
            "reason": ranked.reason,
            "records": list(work.members),
        }
        for work, record, ranked in held.waiting[:most]
    ]
