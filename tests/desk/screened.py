"""A team before three made-up records, two of which belong to one study; and what its members do there.

Never asserts anything about the desk but that it answers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from starlette.testclient import TestClient

from corpus.desk.desk import Desk
from corpus.domain.harvested import Author, HarvestedRecord
from corpus.domain.links import LinkVerdict, RecordLink
from corpus.domain.people import Role
from corpus.domain.screening import Decision, Stage, State
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.decisions import Decisions
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.store.record_text import digest
from corpus.works.queueing import renew_queue
from tests.desk.opened import Door, opened_desk

TITLES, TEXTS = "/screening/title_abstract", "/screening/full_text"
TRIAL = HarvestedRecord(
    source="pubmed",
    source_id="1",
    title="Oxytocin and exposure therapy, a made-up trial",
    authors=(Author(family="Muster", given="A."),),
    year=2020,
    abstract="Made-up people received oxytocin before psychotherapy.",
)
RECORDS = (
    TRIAL,
    replace(TRIAL, source_id="2", title="Oxytocin and exposure therapy: its made-up protocol", abstract=""),
    replace(TRIAL, source_id="3", title="Oxytocin in made-up rats", abstract="Rats received oxytocin."),
)
ONE, TWO, THREE = "pubmed:1", "pubmed:2", "pubmed:3"
ROLES = {"anna": Role.CODER, "bo": Role.CODER, "ada": Role.ADJUDICATOR}
Team = Mapping[str, TestClient]


def fill(desk: Desk) -> None:
    """The three records come in: a trial, its protocol, and another."""
    with desk.database.write() as session:
        Ledger(session).enter(RECORDS, found=date(2026, 1, 5))
        related = RecordLink(
            a=ONE, b=TWO, verdict=LinkVerdict.RELATED, reason="same registration", relation="protocol of"
        )
        Links(session).add([related], {name: digest(name) for name in (ONE, TWO, THREE)})
    renew(desk)


def renew(desk: Desk) -> None:
    """The queue is made anew."""
    renew_queue(desk.database.write, read_protocol())


@contextmanager
def screened_desk(url: str, roles: Mapping[str, Role] = ROLES) -> Iterator[tuple[Desk, Team]]:
    """The desk of a team, with the records before it."""
    with opened_desk(url, team=True) as (desk, door):
        team = {key: door.member(key, role) for key, role in roles.items()}
        fill(desk)
        yield desk, team


def join(desk: Desk, key: str, role: Role = Role.CODER) -> TestClient:
    """Somebody more enters the team."""
    return Door(desk).member(key, role)


def decide(client: TestClient, record: str, verdict: str, reason: str = "", stage: str = TITLES, **more: object) -> str:
    """One decision; returns the page that follows."""
    form = {"record": record, "verdict": verdict, "reason": reason, **more}
    done = client.post(f"{stage}/decide", data=form)
    assert done.status_code == 200, done.text
    return str(done.text)


def state(desk: Desk, record: str) -> tuple[Stage, State]:
    """Where a record's work stands."""
    with desk.database.read() as session:
        work = Queue(session).work(record)
        assert work is not None
        return work.stage, work.state


def standing_on(desk: Desk, *records: str) -> set[tuple[str, str, str]]:
    """Who says what of records now."""
    with desk.database.read() as session:
        return {(one.record, one.who, one.verdict.value) for one in Decisions(session).on(records)}


def made_on(desk: Desk, record: str) -> list[Decision]:
    """Everything that was ever decided on a record."""
    with desk.database.read() as session:
        return [one for one in Decisions(session).made() if one.record == record]


def shown_record(page: str) -> str:
    """The record that a screen asks about."""
    return page.partition('name="record" value="')[2].partition('"')[0]
