"""An incremental week: 2,000 new records against 100,000 known ones in the database, linked and ranked.

Never part of the tests: a machine's speed is not a property of the code.
Usage: .venv/bin/python bench/week.py [--known 100000] [--new 2000]
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from dedupe import vocabulary

from corpus.commands import initialise
from corpus.database import Transactions, transactions
from corpus.domain.harvested import Author, HarvestedRecord
from corpus.domain.identifiers import Doi, Pmid
from corpus.domain.screening import Decision, Stage, Verdict
from corpus.protocol import read_protocol
from corpus.store import Ledger, Store
from corpus.store.decisions import Decisions
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.works.backlog import backlog
from harvest.linking.keeping import link_new

AGAIN = 0.15  # share of records that tell of a work already told of, by another source
RELEVANT = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'week.sqlite'}"
        initialise(url)
        records = list(made(options.known + options.new))
        with transactions(url) as opened:
            start = time.perf_counter()
            known(opened, records[: options.known])
            print(f"{options.known:,} known records entered, linked and decided in {time.perf_counter() - start:.1f} s")
            with opened() as session:
                Ledger(session).enter(records[options.known :], found=date(2026, 11, 23))
            start = time.perf_counter()
            with opened() as session:
                corpus = Store(session).load()
                found = link_new(Ledger(session), Links(session), corpus.reports)
            linked = time.perf_counter() - start
            with opened() as session:
                held = backlog(
                    Ledger(session),
                    Links(session),
                    Decisions(session),
                    Matters(session),
                    corpus,
                    read_protocol().search,
                )
            ranked = time.perf_counter() - start - linked
    print(
        f"a week of {options.new:,}: linked in {linked:.1f} s ({found.same:,} links), {held.counts.waiting:,} works that "
        f"wait ranked in {ranked:.1f} s on {held.ranking.relevant + held.ranking.irrelevant:,} decisions; "
        f"{linked + ranked:.1f} s in all (wanted: below 30)"
    )


def known(opened: Transactions, records: list[HarvestedRecord]) -> None:
    """Enter, link and decide what is known."""
    draw = random.Random(5)
    with opened() as session:
        ledger = Ledger(session)
        ledger.enter(records, found=date(2026, 11, 1))
        link_new(ledger, Links(session), Store(session).load().reports)
        decisions = Decisions(session)
        for name in ledger.checksums():
            verdict = Verdict.INCLUDE if draw.random() < RELEVANT else Verdict.EXCLUDE
            at = datetime(2026, 11, 1, tzinfo=UTC)
            decisions.decide(
                Decision(
                    record=name, stage=Stage.TITLE_ABSTRACT, who="bench", verdict=verdict, reason="", at=at, needed=1
                )
            )


def made(count: int) -> Iterator[HarvestedRecord]:
    """Made records; some tell again of an earlier work. Words, names and journals are drawn from the labelled sets."""
    draw = random.Random(4)
    words, names, journals = vocabulary()
    works: list[HarvestedRecord] = []
    for number in range(count):
        if works and draw.random() < AGAIN:
            work = draw.choice(works)
            yield HarvestedRecord(
                source="crossref",
                source_id=f"{work.doi}#{number}",
                title=work.title.upper(),
                authors=work.authors,
                year=work.year,
                journal=work.journal,
                volume=work.volume,
                pages=work.pages,
                doi=work.doi,
            )
            continue
        first = draw.randrange(1, 3000)
        work = HarvestedRecord(
            source="pubmed",
            source_id=str(10_000_000 + number),
            title=" ".join(draw.choices(words, k=draw.randrange(6, 18))),
            authors=tuple(
                Author(family=family, given=given.strip())
                for family, _, given in (name.partition(",") for name in draw.choices(names, k=draw.randrange(1, 9)))
            ),
            year=draw.randrange(2000, 2027),
            journal=draw.choice(journals),
            volume=str(draw.randrange(1, 99)),
            pages=f"{first}-{first + 9}",
            doi=Doi(f"10.5555/week.{number}"),
            pmid=Pmid(str(10_000_000 + number)),
            abstract=" ".join(draw.choices(words, k=150)),
        )
        works.append(work)
        yield work


if __name__ == "__main__":
    main()
