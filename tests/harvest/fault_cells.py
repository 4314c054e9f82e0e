"""Plays every fault on every endpoint and writes down what came of it: `python -m tests.harvest.fault_cells OUT.json`.

A process of its own, because Twisted's reactor runs once. The spiders, the ledger and the wire are the real ones; each
cell has a database and a corner of the server of its own.
"""

import asyncio
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

from corpus.database import Transactions, transactions
from corpus.domain.windows import Window, WindowState
from corpus.store import Ledger
from harvest.contract import Contract, read_contract
from harvest.crawling.settings import scrapy_settings
from harvest.crawling.spider import WindowSpider
from harvest.sources import Job, source_named
from harvest.sources.job import MAIN, SIMILAR, VISIT, WATCH
from harvest.walking import Walk
from tests.servers.faulty import Fault, FaultyServer
from tests.servers.works import Work, works
from tests.servers.world import mount, settings_of

SINCE, UNTIL = date(2025, 1, 1), date(2026, 1, 31)  # long enough for the contract's smallest number to count
COUNT = 60
PAGE = 20
LARGEST = 2_000_000  # bytes, instead of the contract's: the replies that are too large are, and memory stays small
TIMEOUT = 4.0  # seconds; a busy machine must not look like a hanging one
PAUSE = 0.01  # seconds between two requests
AT_ONCE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of a source, and the request on which its faults are played."""

    name: str
    source: str
    search: str
    path: str  # below the cell's corner
    after: int  # requests that go well before


ENDPOINTS = (
    Endpoint(name="PubMed esearch", source="pubmed", search=MAIN, path="eutils/esearch", after=0),
    Endpoint(name="PubMed efetch", source="pubmed", search=MAIN, path="eutils/efetch", after=1),
    Endpoint(name="PubMed elink", source="pubmed", search=SIMILAR, path="eutils/elink", after=0),
    Endpoint(name="PubMed efetch by id", source="pubmed", search=WATCH, path="eutils/efetch", after=0),
    Endpoint(name="Europe PMC search", source="europepmc", search=MAIN, path="europepmc", after=1),
    Endpoint(name="Crossref works", source="crossref", search=MAIN, path="crossref", after=1),
    Endpoint(name="Crossref notices", source="crossref", search=WATCH, path="crossref", after=1),
    Endpoint(name="OpenAlex works", source="openalex", search=MAIN, path="openalex", after=1),
    Endpoint(name="ClinicalTrials.gov studies", source="ctgov", search=MAIN, path="ctgov", after=1),
    Endpoint(name="OAI-PMH ListRecords", source="oai", search=MAIN, path="oai", after=1),
    Endpoint(name="Journal issue", source="journal", search=VISIT, path="journal/issue", after=0),
    Endpoint(name="Journal article", source="journal", search=VISIT, path="journal/article", after=1),
    Endpoint(name="Aggregator page", source="pages", search=VISIT, path="pages/aggregator", after=0),
    Endpoint(name="Blog page", source="pages", search=VISIT, path="pages/blog", after=0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One endpoint under one fault, played once or for ever."""

    endpoint: Endpoint
    fault: Fault | None
    stays: bool


def cells() -> Iterator[Cell]:
    """Every endpoint undisturbed, then under every fault, once and for ever."""
    for endpoint in ENDPOINTS:
        yield Cell(endpoint=endpoint, fault=None, stays=False)
        for fault in Fault:
            for stays in (False, True):
                yield Cell(endpoint=endpoint, fault=fault, stays=stays)


@cache
def trials() -> tuple[Work, ...]:
    """Enough works for every tenth, which is registered, to fill several pages."""
    return works(COUNT * 10, since=SINCE, until=UNTIL)


def job_of(cell: Cell, base: str, invented: tuple[Work, ...]) -> Job:
    """The window of a cell, at its corner."""
    endpoint = cell.endpoint
    settings = settings_of(base, timeout=TIMEOUT)
    contract: Contract = replace(read_contract(endpoint.source).at(settings), page=PAGE, largest=LARGEST, seconds=PAUSE)
    query = "invented"
    if endpoint.search in (WATCH, SIMILAR):
        known = invented[2:50]  # all are near to the first two
        query = " ".join(work.doi if endpoint.source == "crossref" else work.pmid for work in known)
    elif endpoint.source == "pages":
        query = f"{base}/pages/aggregator/1 {base}/pages/blog/2 {base}/pages/blog/untraced"
    elif endpoint.source == "journal":
        query = contract.query
    days = (SINCE, UNTIL) if endpoint.search == MAIN else (UNTIL, UNTIL)
    window = Window(source=endpoint.source, search=endpoint.search, since=days[0], until=days[1])
    return Job(window=window, query=query, contract=contract, settings=settings)


async def played(
    number: int, cell: Cell, server: FaultyServer, opened: Transactions, invented: tuple[Work, ...]
) -> dict[str, object]:
    """Run one cell; what the ledger says of it afterwards."""
    corner = f"/cell{number}"
    mount(server, corner, invented, registered=trials(), page=PAGE)
    job = job_of(cell, server.url + corner, invented)
    if cell.fault is not None:
        server.inject(
            f"{corner}/{cell.endpoint.path}", cell.fault, after=cell.endpoint.after, times=-1 if cell.stays else 1
        )
    with opened() as session:
        Ledger(session).plan([(job.window, job.query)])

    def open_jobs() -> list[Job]:
        with opened() as session:
            return [replace(job, window=entry.window) for entry in Ledger(session).open()]

    told: list[str] = []
    crawler = Crawler(WindowSpider, scrapy_settings(job.contract, job.settings))
    walk_of = partial(Walk, opened, source_named(cell.endpoint.source))
    await AsyncCrawlerRunner().crawl(crawler, open_jobs=open_jobs, walk_of=walk_of, told=told.append)
    with opened() as session:
        ledger = Ledger(session)
        entries = ledger.entries()
        records = [re.sub(r"/cell\d+", "", line.replace(server.url, "")) for line in ledger.export()]
        if cell.endpoint.search == WATCH:  # its records are answers, and no part of the harvest
            source = source_named(cell.endpoint.source)
            read = [
                one
                for entry in entries
                for reply in ledger.replies(entry.window)
                for one in source.read(reply.payload, reply.url).records
            ]
            records = sorted({str(record.doi) for record in read})
    words = [re.sub(r"/cell\d+", "", line.replace(server.url, "")) for line in told]
    return {
        "endpoint": cell.endpoint.name,
        "fault": cell.fault.value if cell.fault else "",
        "stays": cell.stays,
        "done": all(entry.state is WindowState.DONE for entry in entries) and bool(entries),
        "message": re.sub(r"/cell\d+", "", "; ".join(entry.message for entry in entries).replace(server.url, "")),
        "requests": sum(request.path.startswith(corner + "/") for request in server.log),
        "started_again": any("starting again" in line for line in words),
        "records": records,
        "ids": [" ".join(line.split(" ")[:2]) for line in records],
    }


async def everything(out: Path, folder: Path, server: FaultyServer) -> None:
    """All cells, some at a time."""
    invented = works(COUNT, since=SINCE, until=UNTIL)
    template = folder / "template.sqlite"
    with transactions(f"sqlite:///{template}"):
        pass
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, cell: Cell) -> dict[str, object]:
        async with gate:
            path = folder / f"{number}.sqlite"
            shutil.copy(template, path)
            with transactions(f"sqlite:///{path}") as opened:
                found = await played(number, cell, server, opened, invented)
            path.unlink()
            return found

    results = await asyncio.gather(*(one(number, cell) for number, cell in enumerate(cells())))
    out.write_text(json.dumps(results), encoding="utf-8")


def main(out: Path) -> None:
    """Play all cells and write their outcomes."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor, task

    configure_logging({"LOG_LEVEL": "CRITICAL"})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(FaultyServer())

        async def play(_: object) -> None:
            await everything(out, folder, server)

        task.react(deferred_f_from_coro_f(play), (), reactor)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
