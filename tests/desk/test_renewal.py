"""The queue is made anew while people go on: what they do meanwhile stays, and what comes in meanwhile joins."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from corpus.database import Served, serving
from corpus.desk.renewal import Renewal
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import LinkVerdict
from corpus.domain.people import Account, Role
from corpus.domain.screening import Decision, Stage, State, Verdict
from corpus.protocol import read_protocol
from corpus.queues.duplicates import regroup
from corpus.store import Ledger
from corpus.store.accounts import Accounts
from corpus.store.decisions import Decisions
from corpus.store.facts import Facts
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.works.deciding import Screening
from corpus.works.queueing import RANKING, renew_queue

TITLES = Stage.TITLE_ABSTRACT
ONE, TWO, THREE, NEW = (f"pubmed:{number}" for number in (1, 2, 3, 9))


@pytest.fixture
def database(loaded: str) -> Iterator[Served]:
    """Three made records in the queue, and two people."""
    with serving(loaded) as served:
        with served.write() as session:
            for key in ("anna", "bo"):
                Accounts(session).add(Account(key=key, name=key.title(), role=Role.CODER), by="test")
        enter(served, 1, 2, 3)
        renew(served)
        yield served


class Meanwhile:
    """The database of a renewal, in which people do something while the renewal reads."""

    def __init__(self, served: Served, does: Callable[[], None]) -> None:
        self._served = served
        self._does = does

    @contextmanager
    def __call__(self, *, writes: bool = True) -> Iterator[Session]:
        with self._served.write(writes=writes) as session:
            yield session
            if not writes:
                self._does()


def enter(served: Served, *numbers: int) -> None:
    records = [
        HarvestedRecord(source="pubmed", source_id=str(number), title=f"Made-up oxytocin study {number}")
        for number in numbers
    ]
    with served.write() as session:
        Ledger(session).enter(records, found=date(2026, 11, 1))


def renew(served: Served, meanwhile: Callable[[], None] | None = None) -> None:
    """A renewal that has every work to write, since all are at places of long ago."""
    with served.write() as session:
        queue = Queue(session)
        queue.put([replace(work, place=work.place + 1000) for work in queue.all().values()], {})
    renew_queue(served.write if meanwhile is None else Meanwhile(served, meanwhile), read_protocol())


def decide(served: Served, who: str, record: str, verdict: Verdict = Verdict.EXCLUDE) -> None:
    reason = "not_human" if verdict is Verdict.EXCLUDE else ""
    with served.write() as session:
        screening = Screening(session, read_protocol().screening, 2)
        screening.decide(who, TITLES, [record], verdict, reason)


def say(served: Served, a: str, b: str, verdict: LinkVerdict) -> None:
    with served.write() as session:
        Links(session).say(a, b, verdict, reason="seen by a person", who="anna")
        regroup(session, [a, b], 2)


def grouped(served: Served) -> dict[str, tuple[str, ...]]:
    """The records of each work in the queue."""
    with served.read() as session:
        queue = Queue(session)
        return {key: queue.members(key) for key in sorted(queue.all()) if key in (ONE, TWO, THREE, NEW)}


def state(served: Served, record: str) -> State:
    with served.read() as session:
        work = Queue(session).work(record)
        assert work is not None
        return work.state


def test_decisions_made_while_the_queue_is_ranked_stay_and_count(database: Served) -> None:
    def bo() -> None:
        decide(database, "bo", ONE)
        decide(database, "bo", TWO)

    decide(database, "anna", ONE)
    renew(database, bo)
    with database.read() as session:
        assert {(one.record, one.who) for one in Decisions(session).all()} == {(ONE, "anna"), (ONE, "bo"), (TWO, "bo")}
        assert Queue(session).undecided(TITLES, "bo") == 1
        assert Queue(session).undecided(TITLES, "anna") == 2
    assert (state(database, ONE), state(database, TWO)) == (State.EXCLUDED, State.WAITING)


def test_a_decision_taken_back_while_the_queue_is_ranked_stays_taken_back(database: Served) -> None:
    for who in ("anna", "bo"):
        decide(database, who, ONE)

    def undo() -> None:
        with database.write() as session:
            Screening(session, read_protocol().screening, 2).undo("bo", TITLES)

    renew(database, undo)
    assert state(database, ONE) is State.WAITING


def test_records_that_a_person_joins_or_parts_meanwhile_stay_as_that_person_said(database: Served) -> None:
    renew(database, lambda: say(database, ONE, TWO, LinkVerdict.SAME))
    assert grouped(database) == {ONE: (ONE, TWO), THREE: (THREE,)}
    renew(database)
    assert grouped(database) == {ONE: (ONE, TWO), THREE: (THREE,)}
    renew(database, lambda: say(database, ONE, TWO, LinkVerdict.APART))
    assert grouped(database) == {ONE: (ONE,), TWO: (TWO,), THREE: (THREE,)}


def test_what_another_run_brings_in_meanwhile_is_not_taken_out(database: Served) -> None:
    def imported() -> None:
        enter(database, 9)
        renew(database)

    renew(database, imported)
    assert NEW in grouped(database)


def test_new_records_join_while_a_reviewer_screens(database: Served) -> None:
    for record in (ONE, TWO, THREE):
        decide(database, "anna", record)
    with database.read() as session:
        assert Queue(session).next(TITLES, "anna") == ()
    enter(database, 9)
    renew(database)
    with database.read() as session:
        (found,) = Queue(session).next(TITLES, "anna")
        assert found.key == NEW
        assert Queue(session).undecided(TITLES, "anna") == 1


def test_records_found_to_be_one_later_keep_both_decisions(database: Served) -> None:
    decide(database, "anna", ONE, Verdict.INCLUDE)
    decide(database, "bo", TWO)
    with database.write() as session:
        Links(session).say(ONE, TWO, LinkVerdict.SAME, reason="one trial", who="anna")
    renew(database)
    assert grouped(database)[ONE] == (ONE, TWO)
    assert state(database, TWO) is State.CONFLICT
    with database.write() as session:
        assert {(one.record, one.who) for one in Decisions(session).on((ONE, TWO))} == {(ONE, "anna"), (TWO, "bo")}
        assert Queue(session).undecided(TITLES, "anna") == 1  # the other work; this one waits for an adjudicator
        Links(session).say(ONE, TWO, LinkVerdict.APART, reason="two trials after all", who="anna")
    renew(database)
    assert (state(database, ONE), state(database, TWO)) == (State.WAITING, State.WAITING)


def test_what_waits_for_a_person_is_counted_by_works_not_by_records(database: Served) -> None:
    say(database, ONE, TWO, LinkVerdict.SAME)
    with database.write() as session:  # decided on both records before they were joined
        for record in (ONE, TWO):
            at = datetime.now(UTC)
            made = Decision(record=record, stage=TITLES, who="anna", verdict=Verdict.INCLUDE, at=at, needed=2)
            Decisions(session).decide(made)
        queue = Queue(session)
        assert (queue.undecided(TITLES, "anna"), queue.undecided(TITLES, "bo")) == (1, 2)


def test_a_renewal_runs_alone_and_rests_afterwards(database: Served, loaded: str) -> None:
    enter(database, 9)
    renewal = Renewal(loaded, every=2, rest=1_000_000)
    try:
        renewal.decided()
        assert not renewal.running
        for _ in range(5):
            renewal.decided()
            assert renewal.running
        renewal.wait()
        assert NEW in grouped(database)
        for _ in range(5):
            renewal.decided()
            assert not renewal.running
    finally:
        renewal.close()
    with database.read() as session:
        assert Facts(session).recall(RANKING) is not None


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="only Linux lets a process have what nobody else wants")
def test_a_renewal_has_the_processor_only_when_nobody_wants_it() -> None:
    before = os.sched_getscheduler(0)
    code = "import os; from corpus.desk.renewal import stand_back; stand_back(); print(os.sched_getscheduler(0), os.nice(0))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == [str(os.SCHED_IDLE), "19"]
    assert os.sched_getscheduler(0) == before
