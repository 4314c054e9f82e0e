"""Decisions looked through, and taken to other programs: by reason, with counts, and never another's before it may be seen."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.commands import export_screening
from corpus.desk.desk import Desk
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.people import Role
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.works.queueing import renew_queue
from harvest.readers.exports.sniff import read_export
from tests.desk.opened import opened_desk
from tests.desk.screened import TITLES, TRIAL, Team, decide

RECORDS = tuple(
    replace(TRIAL, source_id=str(at), title=title, pages="1-9", journal="Journal of Made-Up Trials")
    for at, title in enumerate(
        ("=Oxytocin in made-up rats", "Oxytocin in made-up voles", "A made-up trial", "A made-up review", "Another one")
    )
)
RATS, VOLES, ONE_TRIAL, REVIEW, OPEN = (f"pubmed:{at}" for at in range(5))


@pytest.fixture
def desk(loaded: str) -> Iterator[tuple[Desk, Team]]:
    """Two people who have agreed on two exclusions, differ on a review, and of whom one has decided on the rest."""
    with opened_desk(loaded, team=True) as (desk, door):
        with desk.database.write() as session:
            Ledger(session).enter(RECORDS, found=date(2026, 1, 5))
        team = {key: door.member(key, Role.CODER) for key in ("anna", "bo")}
        renew_queue(desk.database.write, read_protocol())
        for client in team.values():
            decide(client, RATS, "exclude", "not_human", note="plainly, rats")
            decide(client, VOLES, "exclude", "not_human")
            decide(client, ONE_TRIAL, "include")
        decide(team["anna"], REVIEW, "exclude", "background", note="anna's secret note")
        decide(team["bo"], REVIEW, "include")
        decide(team["anna"], OPEN, "exclude", "no_oxytocin")
        yield desk, team


def table(client: TestClient) -> dict[str, dict[str, str]]:
    reply = client.get("/works/download", params={"format": "csv"})
    assert reply.headers["content-disposition"] == 'attachment; filename="screening.csv"'
    return {row["key"]: row for row in csv.DictReader(io.StringIO(reply.text))}


def test_own_decisions_are_sought_by_verdict_reason_and_words(desk: tuple[Desk, Team]) -> None:
    _, team = desk

    def titles(**asked: str) -> list[str]:
        text = team["anna"].get(f"{TITLES}/mine", params=asked).text
        return [one.title for one in RECORDS if f">{one.title}</a>" in text]

    assert len(titles()) == 5
    assert titles(reason="not_human") == [RECORDS[0].title, RECORDS[1].title]
    assert titles(verdict="include") == [RECORDS[2].title]
    assert titles(words="MADE-UP vol", verdict="exclude") == [RECORDS[1].title]
    shown = team["anna"].get(f"{TITLES}/mine", params={"words": "no such"}).text
    assert "None of your decisions fits" in shown
    assert "not in humans (2)" in shown
    assert "exclude (4)" in shown
    assert "exclude (2)" in team["bo"].get(f"{TITLES}/mine").text


def test_own_decisions_go_on_over_pages(desk: tuple[Desk, Team], monkeypatch: pytest.MonkeyPatch) -> None:
    _, team = desk
    monkeypatch.setattr("corpus.desk.rooms.screening.OWN_SHOWN", 2)
    first = team["anna"].get(f"{TITLES}/mine", params={"verdict": "exclude"}).text
    assert 'verdict=exclude&amp;reason=&amp;start=2">Earlier' in first
    second = team["anna"].get(f"{TITLES}/mine", params={"verdict": "exclude", "start": "2"}).text
    assert "Earlier" not in second
    assert RECORDS[0].title in second


def test_works_are_listed_by_the_reason_of_a_settled_exclusion_only(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    for client in team.values():
        shown = client.get("/works", params={"reason": "not_human"}).text
        assert "not in humans (2)" in shown
        assert "background (0)" in shown  # in conflict, which tells nobody what the other said
        assert "no oxytocin (0)" in shown  # one person's, so far
        assert RECORDS[1].title in shown
        assert RECORDS[2].title not in shown
        assert "excluded, title and abstract: not in humans" in shown
        assert "Nothing fits" in client.get("/works", params={"reason": "background"}).text


def test_the_reason_stays_when_the_queue_is_made_anew(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    renew_queue(held.database.write, read_protocol())
    assert "not in humans (2)" in team["bo"].get("/works").text


def test_a_download_holds_what_is_settled_and_ones_own(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    anna, bo = table(team["anna"]), table(team["bo"])
    assert set(anna) == set(bo) == {RATS, VOLES, ONE_TRIAL, REVIEW, OPEN}
    told = "anna at title and abstract: exclude, not in humans “plainly, rats”; bo at title and abstract: exclude, not in humans"
    assert bo[RATS]["decisions"].startswith(told)
    assert (bo[RATS]["included"], bo[RATS]["title_abstract"], bo[RATS]["exclusion_reason"]) == (
        "0",
        "exclude",
        "not in humans",
    )
    assert (bo[ONE_TRIAL]["included"], bo[ONE_TRIAL]["title_abstract"], bo[ONE_TRIAL]["full_text"]) == (
        "",
        "include",
        "",
    )
    assert anna[REVIEW]["decisions"] == "anna at title and abstract: exclude, background “anna's secret note”"
    assert bo[REVIEW]["decisions"] == "bo at title and abstract: include"
    assert bo[OPEN]["decisions"] == ""
    assert {name: bo[REVIEW][name] for name in ("included", "title_abstract", "exclusion_reason")} == {
        name: bo[OPEN][name] for name in ("included", "title_abstract", "exclusion_reason")
    }  # a conflict cannot be told from what nobody else has read
    assert bo[RATS]["title"] == "'=Oxytocin in made-up rats"  # no formula
    ris = team["bo"].get("/works/download", params={"format": "ris"}).text
    assert "secret" not in ris
    assert ris.count("N1  - ASReview_irrelevant") == 2
    assert ris.count("N1  - ASReview_not_seen") == 3
    assert ris.count("N1  - Screening: open at title and abstract") == 2
    assert team["bo"].get("/works/download", params={"format": "docx"}).status_code == 422


def test_the_command_writes_all_decisions_and_other_programs_read_them(
    desk: tuple[Desk, Team], loaded: str, tmp_path: Path
) -> None:
    assert export_screening(loaded, tmp_path)["works"] == 5
    rows = list(csv.DictReader((tmp_path / "screening.csv").open(encoding="utf-8", newline="")))
    review = next(row for row in rows if row["key"] == REVIEW)
    assert "anna's secret note" in review["decisions"]
    assert "bo at title and abstract: include" in review["decisions"]
    found = read_export(tmp_path / "screening.ris")
    assert found.rejected == ()
    again = {one.title: one for one in found.records}
    assert set(again) == {one.title for one in RECORDS}
    first: HarvestedRecord = again[RECORDS[1].title]
    assert (first.year, first.journal, first.pages, first.abstract) == (
        TRIAL.year,
        "Journal of Made-Up Trials",
        "1-9",
        TRIAL.abstract,
    )
