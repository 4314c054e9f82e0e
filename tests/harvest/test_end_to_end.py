"""All sources over HTTP through the command line: nothing lost, nothing twice, whatever is killed or down."""

import random
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.harvest.running import SPAN, Program
from tests.servers.faulty import Fault, FaultyServer
from tests.servers.works import works
from tests.servers.world import world

COUNT = 120
MADE = works(COUNT, since=date(2026, 9, 1), until=date(2026, 11, 20))
HARVEST = ("harvest", *SPAN)
# Of the repository every twentieth is deleted, of the works every tenth is registered, the issue has four articles.
RECORDS = {"pubmed": 120, "europepmc": 120, "crossref": 120, "openalex": 120, "ctgov": 12, "oai": 114, "journal": 4}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with world(MADE) as found:
        yield found


@pytest.fixture(scope="module")
def empty(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a few curated studies and no harvest."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    Program(f"sqlite:///{path}", None, path.parent).document("init", "--curated", str(few))
    return path


@pytest.fixture(scope="module")
def program(server: FaultyServer, empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A database that one undisturbed run has filled."""
    folder = tmp_path_factory.mktemp("whole")
    made = Program(f"sqlite:///{shutil.copy(empty, folder / 'whole.sqlite')}", server, folder)
    found = made.document(*HARVEST)
    assert found["sources"].pop("pages") == {"state": "skipped", "message": "nothing to ask for"}
    assert {name: told["new"] for name, told in found["sources"].items()} == RECORDS
    assert {told["state"] for told in found["sources"].values()} == {"done"}
    return made


@pytest.fixture
def fresh(server: FaultyServer, empty: Path, tmp_path: Path) -> Iterator[Program]:
    server.clear()
    yield Program(f"sqlite:///{shutil.copy(empty, tmp_path / 'fresh.sqlite')}", server, tmp_path)
    server.clear()
    server.robots = (200, b"User-agent: *\nDisallow:\n")


def test_records_of_one_work_meet_and_every_link_has_a_reason(program: Program) -> None:
    backlog = program.document("status")["harvest"]["backlog"]
    assert backlog["found"] == COUNT + COUNT // 10  # the works, and their registrations beside them
    assert backlog["waiting"] == backlog["found"]
    assert backlog["unsure_pairs"] == 0
    assert all("reason='" in line and "reason=''" not in line for line in program.export() if "RecordLink(" in line)


def test_running_twice_changes_nothing(program: Program) -> None:
    before = program.export()
    again = program.document(*HARVEST)
    assert {told.get("new", 0) + told.get("changed", 0) for told in again["sources"].values()} == {0}
    assert program.export() == before


def test_records_are_rebuilt_from_kept_replies_without_the_network(program: Program, tmp_path: Path) -> None:
    before = program.export()
    program.sql("DELETE FROM harvested_record WHERE source <> 'pubmed'")
    offline = Program(program.url, None, tmp_path)
    found = offline.document("harvest", "--reparse")
    assert found["sources"]["crossref"] == {"new": COUNT, "changed": 0, "unchanged": 0}
    assert offline.export() == before


def test_a_killed_run_goes_on_and_ends_the_same(program: Program, fresh: Program) -> None:
    moments = random.Random(4)
    kills = sum(fresh.killed(moments.uniform(0.8, 4.0), *HARVEST) for _ in range(4))
    assert kills
    fresh.document(*HARVEST)
    assert fresh.export() == program.export()


def test_a_killed_command_leaves_no_one_behind_who_writes(fresh: Program, server: FaultyServer) -> None:
    server.inject("/crossref", Fault.HANG, times=-1)
    command = fresh.start(*HARVEST)
    while not any(request.path.startswith("/crossref") for request in server.log):
        assert command.poll() is None
    second = fresh.run(*HARVEST)
    assert second.returncode == 5
    assert "another run is under way" in second.stderr
    command.kill()
    command.wait()
    server.clear()
    fresh.document(*HARVEST)  # the place is free, and nobody else is asking


def test_a_source_that_is_down_costs_only_itself(program: Program, fresh: Program, server: FaultyServer) -> None:
    server.inject("/crossref", Fault.SERVER_ERROR, times=-1)
    found = fresh.document(*HARVEST, code=3)
    assert found["sources"].pop("crossref")["message"] == "crossref main 2026-09-01 to 2026-11-20: HTTP 500: sorry"
    assert {told["state"] for told in found["sources"].values()} == {"done", "skipped"}
    standing = fresh.document("status")["harvest"]["sources"]["crossref"]
    assert standing["last_success"] is None
    assert standing["failures"] == ["crossref main 2026-09-01 to 2026-11-20: HTTP 500: sorry"]
    server.clear()
    fresh.document(*HARVEST)
    assert fresh.records() == program.records()
    assert fresh.works() == program.works()  # other pairs were linked, because they met in another order


def test_without_a_network_every_source_says_so(empty: Path, tmp_path: Path) -> None:
    alone = Program(f"sqlite:///{shutil.copy(empty, tmp_path / 'alone.sqlite')}", None, tmp_path)
    found = alone.document("harvest", "pubmed", "ctgov", *SPAN, code=3)
    assert {told["message"].partition(": ")[2] for told in found["sources"].values()} == {
        "the host refuses the connection"
    }


def test_a_server_that_asks_for_a_pause_gets_it(fresh: Program, server: FaultyServer) -> None:
    server.inject("/ctgov", Fault.TOO_MANY_REQUESTS)  # Retry-After: 1
    fresh.document("harvest", "ctgov", *SPAN)
    first, second = [request for request in server.log if request.path.startswith("/ctgov")][:2]
    assert second.at - first.at >= 1.0


def test_a_budget_that_is_spent_is_not_waited_for(fresh: Program, server: FaultyServer) -> None:
    fresh.environment["OPENALEX_API_KEY"] = "spent"
    found = fresh.document("harvest", "openalex", *SPAN, code=3)
    assert "HTTP 429" in found["sources"]["openalex"]["message"]
    assert "Insufficient budget" in found["sources"]["openalex"]["message"]
    assert len([request for request in server.log if request.path.startswith("/openalex")]) == 1


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        ((503, b"sorry"), "robots.txt: HTTP 503; what cannot be read forbids everything"),  # RFC 9309, 2.3.1.4
        ((200, b"User-agent: *\nDisallow: /journal/\n"), "robots.txt forbids this address"),
    ],
)
def test_robots_are_obeyed_by_pages(fresh: Program, server: FaultyServer, robots: tuple[int, bytes], said: str) -> None:
    server.robots = robots
    found = fresh.document("harvest", "journal", code=3)
    assert said in found["sources"]["journal"]["message"]
    assert not [request for request in server.log if request.path.startswith("/journal")]


def test_robots_that_are_not_there_forbid_nothing(fresh: Program, server: FaultyServer) -> None:
    server.robots = (404, b"not here")
    assert fresh.document("harvest", "journal")["sources"]["journal"]["new"] == 4


def test_a_crawl_delay_is_kept(fresh: Program, server: FaultyServer) -> None:
    server.robots = (200, b"User-agent: *\nCrawl-delay: 1\nDisallow:\n")
    fresh.document("harvest", "journal")
    asked = [request.at for request in server.log if request.path.startswith("/journal")]
    assert len(asked) == 5
    assert all(later - earlier >= 0.95 for earlier, later in pairwise(asked[1:]))


def test_every_request_says_who_asks(program: Program, fresh: Program, server: FaultyServer) -> None:
    fresh.document("harvest", "ctgov", "pubmed", *SPAN)
    assert {request.headers["User-Agent"].partition("/")[0] for request in server.log} == {"OxySynth"}
    assert all("mailto:reviewer@example.org" in request.headers["User-Agent"] for request in server.log)
    entrez = [request for request in server.log if request.path.startswith("/eutils")]
    assert {(request.query["tool"], request.query["email"]) for request in entrez} == {
        ("oxysynth", "reviewer@example.org")
    }


def test_keys_and_addresses_of_people_are_not_kept(program: Program) -> None:
    path = Path(program.url.removeprefix("sqlite:///"))
    assert b"reviewer@example.org" not in path.read_bytes()
    assert b"api_key" not in path.read_bytes()
