"""The process that asks: `python -m harvest.crawl SEARCH… -- SOURCE…`, settings from the environment.

Never says by its exit code how a source did: the ledger does. A process of its own, because Twisted's reactor runs once.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from threading import Thread

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor
from tqdm import tqdm

from corpus.database import Transactions, transactions
from corpus.settings import Settings, read_settings
from corpus.store.ledger import Ledger
from harvest.contract import read_contract
from harvest.crawling.settings import scrapy_settings
from harvest.crawling.spider import WindowSpider
from harvest.sources import Job, source_named
from harvest.walking import Walk


def main(arguments: Sequence[str]) -> None:
    """Walk the open windows of these searches in these sources, all sources side by side."""
    Thread(target=_end_with_parent, daemon=True).start()
    middle = arguments.index("--")
    searches, sources = frozenset(arguments[:middle]), arguments[middle + 1 :]
    settings = read_settings(os.environ)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor, task

    configure_logging({"LOG_LEVEL": "ERROR"})  # what a source does wrong is in the ledger, in words
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    with (
        transactions(settings.database) as opened,
        tqdm(desc="windows", unit="window", disable=not sys.stderr.isatty(), leave=False) as bar,
    ):

        def told(line: str) -> None:
            bar.update()
            tqdm.write(line, file=sys.stderr)

        async def all_sources(_reactor: object) -> None:
            runner = AsyncCrawlerRunner()
            await asyncio.gather(*(_crawl(runner, name, searches, settings, opened, told) for name in sources))

        task.react(deferred_f_from_coro_f(all_sources), (), reactor)


async def _crawl(
    runner: AsyncCrawlerRunner,
    name: str,
    searches: frozenset[str],
    settings: Settings,
    opened: Transactions,
    told: Callable[[str], None],
) -> None:
    contract, source = read_contract(name).at(settings), source_named(name)

    def open_jobs() -> list[Job]:
        with opened() as session:
            entries = Ledger(session).open(name)
        return [
            Job(window=entry.window, query=entry.query, contract=contract, settings=settings)
            for entry in entries
            if entry.window.search in searches
        ]

    crawler = Crawler(WindowSpider, scrapy_settings(contract, settings))
    await runner.crawl(crawler, open_jobs=open_jobs, walk_of=partial(Walk, opened, source), told=told)


def _end_with_parent() -> None:
    """Wait for the end of stdin, which is that of the process which started this one; then end at once."""
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
