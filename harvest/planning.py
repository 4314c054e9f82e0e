"""Which windows of which searches are to be walked: planned from the contracts, the protocol, the corpus and the day.

Never asks a source; what is planned stands in the ledger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.codebook import Scope
from corpus.domain import Corpus
from corpus.domain.windows import Window
from corpus.searches import Searches
from corpus.store.ledger import Ledger
from harvest.contract import Contract
from harvest.sources.job import MAIN, SIMILAR, VISIT, WATCH
from harvest.windows import due

_DATABASES = {"PubMed": "pubmed"}  # of saved searches, those that can be asked
WATCHERS = ("pubmed", "crossref")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days that a person asks for, instead of what is due."""

    since: date
    until: date


def plan_searches(
    ledger: Ledger, contract: Contract, searches: Searches, corpus: Corpus, *, today: date, span: Span | None
) -> None:
    """Plan what one source is to be asked for. Open windows are taken up first; nothing new is planned beside them."""
    if ledger.open(contract.source) and span is None:
        return
    ledger.plan(_wanted(ledger, contract, searches, corpus, today, span))


def plan_watch(ledger: Ledger, corpus: Corpus, *, today: date) -> None:
    """Plan the questions about every report of the corpus, to each source that answers them. One each day."""
    for source in WATCHERS:
        if query := watched(corpus, source):
            window = Window(source=source, search=WATCH, since=today, until=today)
            for entry in ledger.entries(source, WATCH):
                if entry.window.until < today and entry in ledger.open(source):
                    ledger.drop(entry.window)  # the question of another week; this week's asks it again
            ledger.plan([(window, query)])


def watched(corpus: Corpus, source: str) -> str:
    """The identifiers of all reports that a source can be asked about, with blanks between them."""
    found = [report.pmid if source == "pubmed" else report.doi for report in corpus.reports]
    return " ".join(sorted({str(one) for one in found if one is not None}))


def _wanted(
    ledger: Ledger, contract: Contract, searches: Searches, corpus: Corpus, today: date, span: Span | None
) -> Iterator[tuple[Window, str]]:
    name = contract.source
    if name in ("journal", "pages"):
        pages = (*searches.pages.aggregator, *searches.pages.secondary)
        query = contract.asked(searches) if name == "journal" else " ".join(sorted(pages))
        if query:
            yield Window(source=name, search=VISIT, since=today, until=today), query
        return
    query = contract.asked(searches)
    if span is not None:
        yield Window(source=name, search=MAIN, since=span.since, until=span.until), query
        return
    entries = ledger.entries(name, MAIN)
    window = due(name, MAIN, query, entries, first=searches.first, today=today, overlap=contract.overlap)
    if window is not None:
        yield window, query
    for saved in searches.saved:
        if name in {_DATABASES.get(database) for database in saved.databases}:
            yield Window(source=name, search=saved.name, since=saved.since, until=saved.until), query
    if name == "pubmed" and (near := _core(corpus)):
        yield Window(source=name, search=SIMILAR, since=today, until=today), " ".join(near)


def _core(corpus: Corpus) -> Sequence[str]:
    """PMIDs of the reports that tell of core studies."""
    core = {study.key for study in corpus.studies if study.scope is Scope.CORE}
    return sorted({str(report.pmid) for report in corpus.reports if report.study in core and report.pmid is not None})
