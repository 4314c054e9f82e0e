"""What the command line does with the harvest: ask the sources, read files, link, tell how each source stands.

Never prints and never parses arguments: that is ``oxysynth``.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from corpus.database import Transactions, only_run, reading, transactions
from corpus.domain import Corpus
from corpus.domain.windows import LedgerEntry, WindowState
from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.settings import Settings, variable
from corpus.store import Ledger, Store
from corpus.store.decisions import Decisions
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.works.queueing import renew_queue
from corpus.works.works import counts as counts_of
from corpus.works.works import settled, untraced, works_found
from harvest.contract import SOURCES, read_contract
from harvest.importing import FILE, reread_files
from harvest.linking.keeping import LinkedNow, link_new
from harvest.planning import Span, plan_searches
from harvest.readers import aggregator_page, article_page, secondary_page
from harvest.sources import source_named
from harvest.sources.job import MAIN, SIMILAR, VISIT
from harvest.walking import reread

SKIPPED = "skipped"
# Sources whose records bear the name of what was read, because the same pages may come as files.
_NAMED = {"journal": (article_page.SOURCE,), "pages": (aggregator_page.SOURCE, secondary_page.SOURCE)}


def harvest(settings: Settings, names: Sequence[str], *, span: Span | None, today: date) -> dict[str, Any]:
    """Ask the named sources, or all, for what is due or for a span; then link what is new."""
    with only_run(settings.database), transactions(settings.database) as opened:
        told = ask_sources(settings, names, span=span, today=today)
        with opened() as session:
            corpus = Store(session).load()
        now = linked(opened, corpus)
        renew_queue(opened, read_protocol())
        return {"sources": told, "linked": now}


def ask_sources(
    settings: Settings, names: Sequence[str], *, span: Span | None, today: date
) -> dict[str, dict[str, Any]]:
    """Ask the named sources, or all whose settings are given, and keep what they answer.

    For each source: state (done, failed, skipped), records new and changed, message. Raises InvalidInput where nothing
    can be asked at all.
    """
    if not settings.email:
        raise InvalidInput(f"{variable('email')} is not set; the sources ask for an address to write to")
    contracts = {name: read_contract(name).at(settings) for name in names or SOURCES}
    lacking = {name: missing for name, one in contracts.items() if (missing := one.lacking(settings))}
    for name in names:
        if name in lacking:
            raise InvalidInput(f"{name}: {' and '.join(lacking[name])} is not set; get it from {contracts[name].terms}")
    asked = [name for name in contracts if name not in lacking]
    protocol = read_protocol()
    searches = [MAIN, SIMILAR, VISIT, *(search.name for search in protocol.search.saved)]
    began = datetime.now(UTC)
    with transactions(settings.database) as opened:
        with opened() as session:
            corpus = Store(session).load()
            for name in asked:
                plan_searches(Ledger(session), contracts[name], protocol.search, corpus, today=today, span=span)
        crawl(settings, asked, searches)
        with opened() as session:
            ledger = Ledger(session)
            told = {name: told_since(ledger, name, searches, began) for name in asked}
    told |= {name: {"state": SKIPPED, "message": f"{' and '.join(lacking[name])} is not set"} for name in lacking}
    return {name: told[name] for name in contracts}


def crawl(settings: Settings, sources: Sequence[str], searches: Sequence[str]) -> None:
    """Walk the open windows of these searches in a process of its own. Raises OSError where it cannot be started."""
    command = [sys.executable, "-m", "harvest.crawl", *searches, "--", *sources]
    # The process says what it does on stderr, and the ledger holds what came of it; its exit code says nothing more.
    # It ends when the pipe on its stdin does: a killed run leaves nobody behind who goes on writing.
    with subprocess.Popen(
        command, env={**os.environ, **settings.environment()}, stdin=subprocess.PIPE, stdout=sys.stderr.fileno()
    ) as process:
        process.wait()


def linked(opened: Transactions, corpus: Corpus) -> dict[str, int]:
    """Link what is new, and tell how much of it is known already."""
    with opened() as session:
        found: LinkedNow = link_new(Ledger(session), Links(session), corpus.reports)
    return {
        "records": found.records,
        "same": found.same,
        "related": found.related,
        "unsure": found.unsure,
        "in_corpus": found.to_reports,
    }


def told_since(ledger: Ledger, source: str, searches: Sequence[str], began: datetime) -> dict[str, Any]:
    """How a source did in the windows of these searches that were tried since a moment."""
    entries = [entry for entry in ledger.entries(source) if entry.window.search in searches]
    if not entries:
        return {"state": SKIPPED, "message": "nothing to ask for"}
    tried = [entry for entry in entries if entry.started_at is not None and entry.started_at >= began]
    stuck = [entry for entry in entries if entry.state is not WindowState.DONE]
    incomplete = [entry for entry in tried if entry.state is WindowState.DONE and entry.message]
    return {
        "state": (WindowState.FAILED if stuck else WindowState.DONE).value,
        "windows": len(tried),
        "new": sum(entry.new for entry in tried if entry.state is WindowState.DONE),
        "changed": sum(entry.changed for entry in tried if entry.state is WindowState.DONE),
        "message": "; ".join(f"{entry.window}: {_why(entry)}" for entry in [*stuck, *incomplete]),
    }


def reparse(settings: Settings, names: Sequence[str]) -> dict[str, object]:
    """Rebuild the records from the kept replies; no source is asked."""
    told = {}
    with only_run(settings.database), transactions(settings.database) as opened:
        for name in names or (*SOURCES, FILE):
            with opened() as session:
                ledger = Ledger(session)
                kept = (
                    reread_files(ledger) if name == FILE else reread(ledger, source_named(read_contract(name).source))
                )
            told[name] = {"new": kept.new, "changed": kept.changed, "unchanged": kept.unchanged}
        with opened() as session:
            corpus = Store(session).load()
        now = linked(opened, corpus)
        renew_queue(opened, read_protocol())
        return {"sources": told, "linked": now}


def harvest_status(url: str) -> dict[str, object]:
    """For each source: when it last succeeded, up to which day, what came, what failed; and what waits for people."""
    with reading(url) as session:
        ledger, links = Ledger(session), Links(session)
        counts = ledger.counts()
        found = tuple(works_found(ledger, links, Store(session).load().reports))
        held = counts_of(found, settled(found, Decisions(session).all()))
        return {
            "sources": {
                name: _standing(ledger.entries(name), sum(counts.get(one, 0) for one in _NAMED.get(name, (name,))))
                for name in SOURCES
            },
            "records": dict(counts),
            "backlog": {
                "found": held.found,
                "assessed": held.assessed,
                "waiting": held.waiting,
                "unsure_pairs": links.open(),
                "untraced_pages": len(untraced(ledger, links, Matters(session))),
            },
        }


def span(since: date | None, until: date | None, today: date) -> Span | None:
    """The days that a person asks for, or nothing. Raises InvalidInput where they are in the wrong order."""
    if since is None:
        if until is not None:
            raise InvalidInput(f"--until {until} without --since; give the first day too")
        return None
    last = until or today
    if since > last:
        raise InvalidInput(f"--since {since} is after --until {last}; give the earlier day first")
    return Span(since=since, until=last)


def _standing(entries: Sequence[LedgerEntry], records: int) -> Mapping[str, object]:
    done = [entry for entry in entries if entry.state is WindowState.DONE]
    failed = [entry for entry in entries if entry.state is WindowState.FAILED]
    main = [entry for entry in done if entry.window.search == MAIN] or done
    newest = {entry.window.search: entry for entry in sorted(done, key=lambda entry: entry.window.until)}
    last = max((entry.ended_at for entry in done if entry.ended_at), default=None)
    return {
        "last_success": last.isoformat(timespec="seconds") if last else None,
        "searched_until": max((entry.window.until.isoformat() for entry in main), default=None),
        "windows_done": len(done),
        "windows_open": len(entries) - len(done),
        "records": records,
        "failures": [f"{entry.window}: {_why(entry)}" for entry in failed],
        "incomplete": [f"{entry.window}: {entry.message}" for entry in newest.values() if entry.message],
    }


def _why(entry: LedgerEntry) -> str:
    return entry.message or f"{entry.state.value}, not finished"
