"""The server is killed again and again while four people save: what was acknowledged is there, and nothing is there half."""

import random
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from corpus.commands import check_corpus
from corpus.database import transactions, writing
from corpus.desk.passwords import hashed
from corpus.domain.cases import Case, CaseState
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.people import Account, Role
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.trail import Trail
from corpus.works.queueing import renew_queue
from tests.desk.people import PASSWORD, RunningDesk

SAVES = 200
PEOPLE = ("anna", "bo", "cy", "dee")
KILLS = 3
CASE = "made_up2026"
TOGETHER = ("construct", "instrument", "direction_basis")  # values that every save of a draft sends in one request


@dataclass
class Worker:
    """One person who saves, one save after the other, and notes what the desk acknowledged."""

    who: str
    desk: RunningDesk
    stop: threading.Event
    decided: dict[str, str] = field(default_factory=dict)  # record: verdict
    typed: list[int] = field(default_factory=list)  # numbers of items
    refused: list[str] = field(default_factory=list)

    def work(self, mine: range) -> None:
        client = self._enter()
        for number in mine:
            if self.stop.is_set():
                return
            try:
                reply = self._decide(client, number) if number % 2 else self._type(client, number)
            except httpx.TransportError:
                client = self._enter()  # nobody knows whether that save was kept; the person goes on with the next
                continue
            if reply.status_code != 200:
                self.refused.append(reply.text)
            elif number % 2:
                self.decided[f"pubmed:{number}"] = verdict(number)
            else:
                assert reply.json() == {"saved": len(TOGETHER), "clashes": []}
                self.typed.append(number)

    def _decide(self, client: httpx.Client, number: int) -> httpx.Response:
        form = {"record": f"pubmed:{number}", "verdict": verdict(number)}
        return client.post("/screening/title_abstract/decide", data=form)

    def _type(self, client: httpx.Client, number: int) -> httpx.Response:
        changes = [
            {"path": f"study/outcomes/{number}/{name}", "was": "", "value": f"{name} {number}"} for name in TOGETHER
        ]
        return client.post(f"/coding/{CASE}/save", json={"changes": changes})

    def _enter(self) -> httpx.Client:
        """Enter anew, as soon as there is a desk again."""
        while True:
            try:
                client = httpx.Client(base_url=self.desk.address, timeout=10)
                client.post("/enter", data={"account": self.who, "password": PASSWORD})
                found = re.search(r'"X-CSRF-Token": "([^"]+)"', client.get("/").text)
                assert found is not None
                client.headers["x-csrf-token"] = found[1]
                return client
            except httpx.TransportError:
                assert not self.stop.wait(0.05), "the desk never came back"


def verdict(number: int) -> str:
    """What is decided on a record."""
    return "include" if number % 4 == 1 else "maybe"


@pytest.fixture
def desk(loaded: str, tmp_path: Path) -> Iterator[RunningDesk]:
    """A desk with four people, a record for each of their decisions, and a case that all of them code."""
    records = [
        HarvestedRecord(source="pubmed", source_id=str(number), title=f"Made-up record {number}")
        for number in range(1, SAVES, 2)
    ]
    with transactions(loaded) as opened:
        with opened() as session:
            for who in PEOPLE:
                account = Account(key=who, name=who.title(), role=Role.ADMIN)
                Accounts(session).add(account, by="test", password=hashed(PASSWORD))
            Ledger(session).enter(records, found=date(2026, 1, 5))
            now = datetime.now(UTC)
            case = Case(
                key=CASE, work="", study="", base="", coders=4, state=CaseState.CODING, opened_by="anna", at=now
            )
            Cases(session).open(case)
            for who in PEOPLE:
                Cases(session).begin(CASE, who, {}, by=who)
        renew_queue(opened, read_protocol())
    running = RunningDesk(loaded, tmp_path, "--team").start(managed=True)
    yield running
    running.kill()


def test_what_was_acknowledged_is_there_and_nothing_is_there_half(desk: RunningDesk, loaded: str) -> None:
    stop, chance = threading.Event(), random.Random(20_260_105)
    each = SAVES // len(PEOPLE)
    workers = [Worker(who, desk, stop) for who in PEOPLE]
    threads = [
        threading.Thread(target=one.work, args=(range(1 + at * each, 1 + (at + 1) * each),))
        for at, one in enumerate(workers)
    ]
    for thread in threads:
        thread.start()
    port = int(desk.address.rpartition(":")[2])
    killed = 0
    try:
        for kill in range(KILLS):
            due = SAVES * (kill + 1) // (KILLS + 1) - 10 + chance.randrange(20)
            while sum(len(one.decided) + len(one.typed) for one in workers) < due and any(map(_alive, threads)):
                time.sleep(0.002)
            killed += any(map(_alive, threads))
            desk.kill()
            desk.start(port, managed=True)
    finally:
        for thread in threads:
            thread.join(60)
        stop.set()
    assert killed == KILLS, "everything was saved before the last kill"
    assert [one.refused for one in workers] == [[]] * len(PEOPLE)
    acknowledged = sum(len(one.decided) + len(one.typed) for one in workers)
    assert acknowledged >= SAVES - KILLS * len(PEOPLE)  # each kill may cost each person the save that was under way

    with writing(loaded) as session:
        kept = {(one.who, one.record): one.verdict.value for one in Decisions(session).all()}
        told = {event.entity for event in Trail(session).all() if event.entity.startswith("screening/")}
        drafts = {who: Cases(session).values(CASE, who) for who in PEOPLE}
    for one in workers:
        assert {record: kept.get((one.who, record)) for record in one.decided} == one.decided
        items = {path.split("/")[2] for path in drafts[one.who]}
        assert {str(number) for number in one.typed} <= items
        whole = {f"study/outcomes/{number}/{name}": f"{name} {number}" for number in items for name in TOGETHER}
        assert (
            drafts[one.who] == whole
        )  # also those that nobody was told of are there with all their values, or not at all
    assert told == {f"screening/{record}/title_abstract/{who}" for who, record in kept}
    assert not [one for one in check_corpus(loaded) if one.severity == "error"]  # the chain of the trail holds


def _alive(thread: threading.Thread) -> bool:
    return thread.is_alive()
