"""What the weekly search did: the last refresh stage by stage, the sources, what waits, and the retraction watch.

Never calls a source empty that did not answer, and never shows more of a found publication than its bibliographic facts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.domain.runs import Run, RunState
from corpus.living import Living
from corpus.watch import ReportStanding, Standing
from oxysite.pages.page import Page

_STAGES = {
    "harvest": "Ask the sources",
    "link": "Link duplicates",
    "rank": "Order what waits",
    "watch": "Ask after retractions",
    "synthesise": "Answer the questions",
    "build": "Build the site",
}
# As they call themselves.
_SOURCES = {
    "pubmed": "PubMed",
    "europepmc": "Europe PMC",
    "crossref": "Crossref",
    "openalex": "OpenAlex",
    "ctgov": "ClinicalTrials.gov",
    "oai": "Research in Psychotherapy (OAI-PMH)",
    "journal": "Research in Psychotherapy (articles)",
    "pages": "Named pages",
}
_TOLD = (Standing.RETRACTED, Standing.EXPRESSION_OF_CONCERN, Standing.CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """The last search in numbers."""

    on: date
    failed: tuple[str, ...]  # sources without an answer
    ranked: bool
    found: int
    assessed: int
    waiting: int
    likely: int


def search_state(living: Living) -> SearchState | None:
    """The newest run that asked the sources; nothing where none has."""
    run = _searched(living.runs)
    if run is None:
        return None
    ranked = run.told("rank")
    return SearchState(
        on=run.started_at.date(),
        failed=tuple(_SOURCES.get(name, name) for name, told in _sources(run).items() if told["state"] == "failed"),
        ranked=bool(ranked),
        found=ranked.get("found", 0),
        assessed=ranked.get("assessed", 0),
        waiting=ranked.get("waiting", 0),
        likely=ranked.get("likely_relevant", 0),
    )


def updates_page(living: Living) -> Page:
    """The report of the last refresh, and those before it in one line each."""
    run = _searched(living.runs)
    ranked = run.told("rank") if run else {}
    standings = living.standings
    return Page(
        path="updates.html",
        template="updates.html",
        title="Updates",
        nav="updates",
        context={
            "run": run,
            "headline": headline(run) if run else "",
            "started": in_words(run.started_at.date()) if run else "",
            "stages": [(_STAGES.get(stage.name, stage.name), stage) for stage in run.stages] if run else [],
            "sources": {_SOURCES.get(name, name): told for name, told in _sources(run).items()} if run else {},
            "ranked": ranked,
            "waiting": ranked.get("first", []),
            "standings": _counted(standings),
            "notices": [
                (report, standings[report.key])
                for report in living.corpus.reports
                if report.key in standings and standings[report.key].standing in _TOLD
            ],
            "silent": _silent(standings),
            "earlier": [(in_words(one.started_at.date()), headline(one)) for one in living.runs if one is not run],
        },
    )


def headline(run: Run) -> str:
    """A run in one sentence: "17 found, 4 likely relevant, 1 source failed, nothing changed in the estimates"."""
    parts = []
    sources = _sources(run)
    if sources:
        failed = sum(told["state"] == "failed" for told in sources.values())
        asked = sum(told["state"] != "skipped" for told in sources.values())
        parts.append(f"{sum(told.get('new', 0) for told in sources.values())} records found")
        if failed:
            parts.append("no source answered" if failed == asked else _count(failed, "source") + " failed")
    if ranked := run.told("rank"):
        parts.append(f"{ranked['likely_relevant']} likely relevant among {ranked['waiting']} that wait")
    if watched := run.told("watch"):
        retracted = watched.get("retracted", [])
        silent = watched.get("standings", {}).get(Standing.UNKNOWN.value, 0) == watched.get("reports")
        clear = "nothing known of retractions" if silent else "no retraction"
        parts.append(_count(len(retracted), "retracted report") if retracted else clear)
    if synthesised := run.told("synthesise"):
        changed = synthesised["changed"]
        parts.append(_count(len(changed), "answer") + " changed" if changed else "nothing changed in the estimates")
    if run.state is RunState.ABANDONED:
        parts.append("not finished")
    return ", ".join(parts) or "nothing done"


def in_words(day: date) -> str:
    """ "23 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def _searched(runs: Sequence[Run]) -> Run | None:
    return next((run for run in runs if any(stage.name == "harvest" for stage in run.stages)), None)


def _sources(run: Run) -> Mapping[str, Mapping[str, Any]]:
    sources: Mapping[str, Mapping[str, Any]] = run.told("harvest").get("sources", {})
    return sources


def _counted(standings: Mapping[str, ReportStanding]) -> list[tuple[str, int]]:
    counts = Counter(one.standing for one in standings.values())
    return [(standing.value, counts[standing]) for standing in Standing if counts[standing]]


def _silent(standings: Mapping[str, ReportStanding]) -> list[tuple[str, str, int]]:
    """(source, why, reports) of every silence, the commonest first."""
    counts = Counter((check.source, check.message) for one in standings.values() for check in one.silent)
    return [(source, why, count) for (source, why), count in counts.most_common()]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
