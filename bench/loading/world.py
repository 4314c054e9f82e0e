"""A made world: found records, some of them told of twice, a queue over them, reviewers, and a draft for each.

Synthetic throughout: words, names and journals are drawn at random from the labelled sets.
"""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime

from week import made

from corpus.commands import initialise
from corpus.database import transactions
from corpus.desk.passwords import hashed
from corpus.domain.cases import Case, CaseState
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import LinkVerdict, RecordLink, in_order
from corpus.domain.people import Account, Role
from corpus.domain.screening import QueuedWork
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.store.rows import in_parts
from corpus.works.queueing import renew_queue

PASSWORD = "four words in a row"
AT_ONCE = 5_000


def build(url: str, records: int, reviewers: int) -> None:
    """Records, links, people and cases in an empty database; no queue yet."""
    initialise(url)
    found = list(made(records))
    links = _twice(found)
    with transactions(url) as opened:
        for some in in_parts(found, AT_ONCE):
            with opened() as session:
                Ledger(session).enter(some, found=date(2026, 11, 1))
        with opened() as session:
            Links(session).add(links, {_name(record): "made" for record in found})
        password = hashed(PASSWORD)
        with opened() as session:
            for number in range(1, reviewers + 1):
                key = f"reviewer{number}"
                account = Account(key=key, name=f"Made-up reviewer {number}", role=Role.CODER)
                Accounts(session).add(account, by="bench", password=password)
                case = Case(
                    key=f"made{number}",
                    work="",
                    study="",
                    base="",
                    coders=1,
                    state=CaseState.CODING,
                    opened_by=key,
                    at=datetime.now(UTC),
                )
                Cases(session).open(case)
                Cases(session).begin(case.key, key, {"study/key": case.key})


def ranked(url: str) -> float:
    """Make the queue with the project's own ranking; the seconds that one renewal takes."""
    start = time.perf_counter()
    with transactions(url) as opened:
        renew_queue(opened, read_protocol())
    return time.perf_counter() - start


def queue_of(url: str) -> tuple[Mapping[str, QueuedWork], Mapping[str, str]]:
    """The works and the belongings of a ranked database."""
    with transactions(url) as opened, opened(writes=False) as session:
        return Queue(session).all(), Queue(session).belongings()


def put_queue(url: str, works: Mapping[str, QueuedWork], belongings: Mapping[str, str]) -> None:
    """The same queue in another database of the same world, without ranking twice."""
    with transactions(url) as opened:
        for some in in_parts(list(works.values()), AT_ONCE):
            with opened() as session:
                Queue(session).put(some, {})
        for names in in_parts(list(belongings), AT_ONCE):
            with opened() as session:
                Queue(session).put((), {name: belongings[name] for name in names})


def _twice(records: list[HarvestedRecord]) -> list[RecordLink]:
    """A link for each record that tells again of an earlier one: the two have one DOI."""
    first: dict[str, str] = {}
    links = []
    for record in records:
        name = _name(record)
        known = first.setdefault(str(record.doi), name)
        if known != name:
            a, b = in_order(known, name)
            links.append(RecordLink(a=a, b=b, verdict=LinkVerdict.SAME, reason="same DOI"))
    return links


def _name(record: HarvestedRecord) -> str:
    return f"{record.source}:{record.source_id}"
