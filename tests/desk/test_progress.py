"""How far one has come: done, left and an estimate that says what it knows, over a thousand works too."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from starlette.testclient import TestClient

from corpus.desk import tally
from corpus.desk.desk import Desk
from corpus.desk.tally import Counted, Tally
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.people import Role
from corpus.domain.screening import Decision, Stage, Verdict
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.decisions import Decisions
from corpus.works.deciding import Screening
from corpus.works.queueing import renew_queue
from tests.desk.opened import opened_desk

TITLES = Stage.TITLE_ABSTRACT
MANY = 40


@pytest.fixture
def desk(loaded: str) -> Iterator[tuple[Desk, TestClient, TestClient]]:
    """A desk with forty works, and two people."""
    with opened_desk(loaded, team=True) as (desk, door):
        anna, bo = door.member("anna", Role.CODER), door.member("bo", Role.CODER)
        with desk.database.write() as session:
            made = [
                HarvestedRecord(source="pubmed", source_id=str(at), title=f"Made-up oxytocin study {at}")
                for at in range(MANY)
            ]
            Ledger(session).enter(made, found=date(2026, 1, 5))
        renew_queue(desk.database.write, read_protocol())
        yield desk, anna, bo


def decide(desk: Desk, who: str, *numbers: int) -> None:
    with desk.database.write() as session:
        for at in numbers:
            screening = Screening(session, read_protocol().screening, 2)
            screening.decide(who, TITLES, [f"pubmed:{at}"], Verdict.INCLUDE)


def line(client: TestClient) -> str:
    """What the page says of progress."""
    found = re.search(r'<p class="progress" role="status">(.*?)</p>', client.get("/screening/title_abstract").text)
    assert found is not None
    return re.sub("<[^>]+>", "", found[1])


def left_of(client: TestClient) -> str:
    found = re.search(r'<p class="left">(.*?)</p>', client.get("/screening/title_abstract").text, re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", "", found[1]).split())


def test_done_and_left_are_told_for_each_person(desk: tuple[Desk, TestClient, TestClient]) -> None:
    held, anna, bo = desk
    assert line(anna).startswith("40 left for you · ")
    decide(held, "anna", *range(6))
    decide(held, "bo", 0, 1, 30)
    assert line(anna).startswith("34 left for you · 6 of 40 decided · ")
    assert line(bo).startswith("37 left for you · 3 of 40 decided · ")


def test_the_pace_is_told_as_a_rate(desk: tuple[Desk, TestClient, TestClient]) -> None:
    held, anna, _ = desk
    with held.database.write() as session:
        for at in range(20):  # one a minute
            moment = datetime(2026, 1, 5, 9, at, tzinfo=UTC)
            Decisions(session).decide(
                Decision(record=f"pubmed:{at}", stage=TITLES, who="anna", verdict=Verdict.INCLUDE, at=moment, needed=2)
            )
    assert "20 of 40 decided · 60 decisions an hour: about 20 minutes of work" in line(anna)


def test_an_estimate_says_when_it_was_made_and_what_it_does_not_know(desk: tuple[Desk, TestClient, TestClient]) -> None:
    held, anna, bo = desk
    assert "among" not in left_of(anna)
    assert "that were not settled" in left_of(anna)
    assert "As of the ranking of 20" in left_of(anna)
    assert "made since" not in left_of(anna)
    decide(held, "anna", 0)
    assert "1 decision made since then is not in it yet" in left_of(bo)
    decide(held, "anna", *range(1, MANY))
    assert "40 decisions made since then are not in it yet" in left_of(anna)
    assert "Nothing waits for you here" in anna.get("/screening/title_abstract").text
    decide(held, "bo", *range(MANY))
    renew_queue(held.database.write, read_protocol())
    assert "Every found work is settled" in left_of(bo)
    assert "made since" not in left_of(bo)


def test_beyond_what_is_counted_at_each_key_progress_is_still_told(
    desk: tuple[Desk, TestClient, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, anna, _ = desk
    monkeypatch.setattr("corpus.store.queue.COUNTED", 5)
    monkeypatch.setattr(tally, "COUNTED", 5)
    assert line(anna).startswith("40 left for you")
    counts = []
    monkeypatch.setattr("corpus.store.progress.Progress.waiting", lambda *_: counts.append(1))
    for at in range(8):
        decide(held, "anna", at)
        assert line(anna).startswith(f"{MANY - at - 1} left for you · {at + 1} of 40 decided")
    assert counts == []  # none of these keys counted the queue


def test_a_count_is_made_anew_after_a_while_and_is_exact_at_the_end(
    desk: tuple[Desk, TestClient, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _, _ = desk
    monkeypatch.setattr("corpus.store.queue.COUNTED", 5)
    monkeypatch.setattr(tally, "COUNTED", 5)

    def of(counting: Tally, who: str) -> Counted:
        with held.database.read() as session:
            return counting.of(session, TITLES, who)

    old, fresh = Tally(), Tally(holds=0)
    assert of(old, "anna") == of(fresh, "anna") == Counted(0, MANY)
    decide(held, "bo", 0, 1)
    decide(held, "anna", 0)
    decide(held, "cy", 1)  # settled without anna
    assert of(old, "anna") == Counted(1, MANY - 1)
    assert of(fresh, "anna") == Counted(1, MANY - 2)
    decide(held, "anna", *range(2, MANY))
    assert of(fresh, "anna") == Counted(MANY - 1, 0)
