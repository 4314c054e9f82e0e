"""The weekly question about every report of the corpus, to two sources: is there a notice about it?

Never takes a failure for an answer: what was not answered is unknown, with the reason.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from corpus.database import transactions
from corpus.domain import Report
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.watch import Check
from corpus.domain.windows import Window, WindowState
from corpus.settings import Settings, variable
from corpus.store import Ledger, Store
from corpus.store.watch import Checks
from corpus.watch import Standing, standings
from harvest.commands import crawl
from harvest.planning import WATCHERS, plan_watch
from harvest.sources import source_named
from harvest.sources.job import WATCH
from harvest.watching import checked, unanswered


def watch(settings: Settings, *, today: date) -> dict[str, object]:
    """Ask, and enter the answers. The document counts reports by standing, and names the sources that failed."""
    with transactions(settings.database) as opened:
        with opened() as session:
            corpus = Store(session).load()
            plan_watch(Ledger(session), corpus, today=today)
        if settings.email:
            crawl(settings, WATCHERS, [WATCH])
        with opened() as session:
            ledger, checks = Ledger(session), Checks(session)
            failures = dict[str, str]()
            for source in WATCHERS:
                held, failure = _answers(ledger, source, today, settings)
                failures |= {source: failure} if failure else {}
                checks.add(_checks(corpus.reports, source, today, held, failure))
            known = standings(corpus.reports, checks.all())
    counted = Counter(one.standing for one in known.values())
    return {
        "reports": len(corpus.reports),
        "standings": {standing.value: counted[standing] for standing in Standing if counted[standing]},
        "retracted": sorted(key for key, one in known.items() if one.standing is Standing.RETRACTED),
        "failures": failures,
    }


def _answers(ledger: Ledger, source: str, today: date, settings: Settings) -> tuple[tuple[HarvestedRecord, ...], str]:
    """The records of a source's answer, and why there is none."""
    entry = ledger.entry(Window(source=source, search=WATCH, since=today, until=today))
    if entry is None:
        return (), "no report has an identifier that this source knows"
    if not settings.email:
        return (), f"{variable('email')} is not set"
    if entry.state is not WindowState.DONE:
        return (), entry.message or "not finished"
    reader = source_named(source)
    return tuple(
        record for reply in ledger.replies(entry.window) for record in reader.read(reply.payload, reply.url).records
    ), ""


def _checks(
    reports: Sequence[Report], source: str, today: date, records: Sequence[HarvestedRecord], failure: str
) -> Iterator[Check]:
    about = _about(records)
    for report in reports:
        identifier = report.pmid if source == "pubmed" else report.doi
        if failure or identifier is None:
            reason = failure or f"it has no {'PMID' if source == 'pubmed' else 'DOI'}"
            yield unanswered(report, source, today, reason)
        else:
            yield checked(report, source, today, about.get(str(identifier), ()))


def _about(records: Sequence[HarvestedRecord]) -> Mapping[str, Sequence[HarvestedRecord]]:
    """The records that speak of an identifier: as their own, or as that of the work they are a notice of."""
    found: dict[str, list[HarvestedRecord]] = {}
    for record in records:
        spoken = {record.doi, record.pmid, *(one for r in record.relations for one in (r.doi, r.pmid))}
        for identifier in spoken - {None}:
            found.setdefault(str(identifier), []).append(record)
    return found
