"""The weekly run through the command line: alone, without a network, killed, and when a report is retracted."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.commands import load_living
from tests.harvest.running import Program
from tests.servers.faulty import Fault, FaultyServer
from tests.servers.works import Work, works
from tests.servers.world import world

INCLUDED = "guastella2009"  # a report whose effect is in the first question


@pytest.fixture(scope="module")
def empty(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a few curated studies and no harvest."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    Program(f"sqlite:///{path}", None, path.parent).document("init", "--curated", str(few))
    return path


@pytest.fixture(scope="module")
def made(empty: Path) -> tuple[Work, ...]:
    """Invented works of this autumn, one of them under the number of a report, with a notice of retraction."""
    corpus = load_living(f"sqlite:///{empty}").corpus
    report = next(one for one in corpus.reports if one.key == INCLUDED)
    first, *others = works(60, since=date(2015, 1, 1), until=date(2026, 11, 20))
    assert report.pmid
    assert report.doi
    return (replace(first, pmid=str(report.pmid), doi=str(report.doi), title=report.title, retracted=True), *others)


@pytest.fixture(scope="module")
def server(made: tuple[Work, ...]) -> Iterator[FaultyServer]:
    with world(made) as found:
        yield found


@pytest.fixture
def program(server: FaultyServer, empty: Path, tmp_path: Path) -> Program:
    server.clear()
    return Program(f"sqlite:///{shutil.copy(empty, tmp_path / 'fresh.sqlite')}", server, tmp_path)


def test_a_week_from_the_search_to_the_page(program: Program, server: FaultyServer, tmp_path: Path) -> None:
    found = program.document("refresh", "--out", "site")
    assert found["state"] == "done"
    stages = {stage["stage"]: stage for stage in found["stages"]}
    assert list(stages) == ["harvest", "link", "rank", "watch", "synthesise", "build"]
    assert stages["rank"]["waiting"] > 50
    assert stages["watch"]["retracted"] == [INCLUDED]
    updates = (tmp_path / "site" / "updates.html").read_text(encoding="utf-8")
    assert found["headline"] in updates
    assert "1 retracted report" in found["headline"]
    landing = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert f"{stages['rank']['waiting']}" in landing
    # The retracted report is out of every synthesis, and said to be.
    living = load_living(program.url)
    held = [one for study in living.corpus.studies for one in study.effects if one.source.report == INCLUDED]
    assert held
    assert all(effect.hold is not None for effect in held)
    assert "retracted" in (tmp_path / "site" / "studies" / f"{INCLUDED}.html").read_text(encoding="utf-8")

    again = program.document("refresh", "--out", "site")
    sources = again["stages"][0]["sources"]
    assert {told.get("new", 0) for told in sources.values()} == {0}
    assert "nothing changed in the estimates" in again["headline"]


def test_without_a_network_it_says_so_and_still_rebuilds(empty: Path, tmp_path: Path) -> None:
    alone = Program(f"sqlite:///{shutil.copy(empty, tmp_path / 'alone.sqlite')}", None, tmp_path)
    found = alone.document("refresh", "--out", "site", code=3)
    assert "no source answered" in found["headline"]
    assert "nothing known of retractions" in found["headline"]
    states = {stage["stage"]: stage["state"] for stage in found["stages"]}
    assert states == {
        "harvest": "failed",
        "link": "done",
        "rank": "done",
        "watch": "failed",
        "synthesise": "done",
        "build": "done",
    }
    page = (tmp_path / "site" / "updates.html").read_text(encoding="utf-8")
    assert "the host refuses the connection" in page
    standings = load_living(alone.url).standings
    assert {one.standing.value for one in standings.values()} == {"unknown"}  # never "not retracted"


def test_a_killed_refresh_goes_on_with_the_stages_that_are_left(program: Program, tmp_path: Path) -> None:
    command = program.start("refresh", "--out", "site")
    deadline = time.monotonic() + 60
    while "harvest" not in _stages(program) and time.monotonic() < deadline:
        time.sleep(0.05)
    command.kill()
    command.wait()
    before = _stages(program)
    assert before[:1] == ["harvest"]
    assert "build" not in before
    found = program.document("refresh", "--out", "site")
    assert [stage["stage"] for stage in found["stages"]] == ["harvest", "link", "rank", "watch", "synthesise", "build"]
    runs = load_living(program.url).runs
    assert len(runs) == 1


def test_one_run_at_a_time(program: Program, server: FaultyServer) -> None:
    server.inject("/ctgov", Fault.HANG, times=-1)
    first = program.start("refresh", "--out", "site")
    while not server.log:
        assert first.poll() is None
    second = program.run("refresh", "--out", "site")
    first.kill()
    first.wait()
    assert (second.returncode, "another run is under way" in second.stderr) == (5, True)


def test_a_site_that_cannot_be_renewed_is_left_as_it_was(program: Program, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.txt").write_text("not ours")
    found = program.document("refresh", "--out", "site", code=4)
    assert found["stages"][-1]["state"] == "failed"
    assert (tmp_path / "site" / "mine.txt").read_text() == "not ours"


def test_files_are_imported_once_and_what_cannot_be_used_is_told(program: Program, tmp_path: Path) -> None:
    ris = tmp_path / "export.ris"
    record = "TY  - JOUR\nTI  - Oxytocin in group therapy, a made-up export\nAU  - Muster, Anna\nPY  - 2026\nER  - \n"
    ris.write_text(record + "what is this\n" + "TY  - JOUR\nER  - \n")
    found = program.document("import", "export.ris")
    assert (found["read"], found["new"]) == (1, 1)
    assert [(one["file"], one["line"]) for one in found["rejected"]] == [("export.ris", 6), ("export.ris", 7)]
    assert program.document("import", "export.ris")["new"] == 0
    assert program.document("status")["harvest"]["backlog"]["found"] == 1
    before = program.export()
    program.sql("DELETE FROM harvested_record")
    program.document("harvest", "--reparse")
    assert program.export() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x00\x01\x02\xff" * 100, "no known format"), (b"", "no known format"), (None, "cannot be read")],
)
def test_garbage_is_refused_in_one_line(program: Program, tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "garbage.ris").write_bytes(content)
    done = program.run("import", "garbage.ris")
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_address_is_said_before_anything_is_asked(program: Program, server: FaultyServer) -> None:
    program.environment.pop("OXYSYNTH_EMAIL")
    done = program.run("harvest")
    assert done.returncode == 2
    assert "OXYSYNTH_EMAIL is not set" in done.stderr
    assert server.log == []


def _stages(program: Program) -> list[str]:
    done = program.run("status", "--json")
    assert json.loads(done.stdout)
    return [stage.name for run in load_living(program.url).runs[:1] for stage in run.stages]
