"""The desk's database goes away while people work: they are told plainly and nothing of the server, and it comes back by itself."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from starlette.testclient import TestClient

from corpus import database
from corpus.errors import Unavailable
from tests.desk.opened import opened_desk
from tests.store.conftest import Postgres

TOLD = {"about": "study/someone2020", "said": "The source prints another number."}
ASKED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/", {}),
    ("GET", "/files", {}),
    ("GET", "/coding", {}),
    ("POST", "/tell", TOLD),
)


class Server:
    """A PostgreSQL of one's own, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    def start(self) -> None:
        import pgserver

        self._server: Any = pgserver.postgres_server.get_server(self._folder)

    def stop(self) -> None:
        self._server.cleanup()

    @property
    def url(self) -> str:
        return str(self._server.get_uri(database="postgres"))


@pytest.fixture
def server(postgres: Postgres) -> Iterator[Server]:
    assert postgres  # where there is none, that fixture says so
    # Beside pytest's own folders: another run of pytest shuts those to the user under whom a superuser's server starts.
    with tempfile.TemporaryDirectory(prefix="away") as folder:
        found = Server(Path(folder) / "pg0")
        yield found
        found.stop()


def refused(client: TestClient, *secrets: str, htmx: bool = False) -> None:
    """Everything that is asked is answered with 503, and with no word of where the database is or what it said."""
    for method, address, data in ASKED:
        reply = client.request(method, address, data=data, headers={"hx-request": "true"} if htmx else {})
        assert reply.status_code == 503, (address, reply.status_code, reply.text)
        assert "counts as not saved; try again in a moment" in reply.text
        assert reply.headers["retry-after"]
        assert reply.headers.get("hx-retarget") == ("#message" if htmx else None)
        for secret in (*secrets, "OXYSYNTH_DATABASE", "sqlalche", "psycopg"):
            assert secret not in reply.text, (address, secret)


def answered(client: TestClient) -> None:
    for method, address, data in ASKED:
        reply = client.request(method, address, data=data)
        assert reply.status_code == 200, (address, reply.status_code, reply.text)


def test_a_server_that_is_stopped_and_started_again(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with opened_desk(server.url) as (_, door):
        client = door.solo()
        answered(client)
        server.stop()
        for htmx in (False, True):
            refused(client, "postgres", "socket", "pg0", htmx=htmx)
        stranger = door.anybody().post("/tell", data=TOLD)
        assert (stranger.status_code, "postgres" in stranger.text) == (503, False)
        assert "/tell" in caplog.text
        assert "start the server or correct OXYSYNTH_DATABASE" in caplog.text
        server.start()
        answered(client)


@pytest.mark.parametrize(("unsure_after", "first"), [(0.0, 200), (1000.0, 503)], ids=["idle", "just used"])
def test_a_connection_that_was_cut_costs_an_answer_only_right_after_its_use(
    server: Server, monkeypatch: pytest.MonkeyPatch, unsure_after: float, first: int
) -> None:
    monkeypatch.setattr(database, "UNSURE_AFTER", unsure_after)
    with opened_desk(server.url) as (_, door):
        client = door.solo()
        answered(client)
        server.stop()
        server.start()
        assert client.get("/").status_code == first
        answered(client)


def test_a_server_that_is_stopped_in_the_midst_of_a_change(server: Server) -> None:
    with opened_desk(server.url) as (desk, door):
        client = door.solo()

        def interrupted() -> None:
            with desk.database.write() as session:
                server.stop()
                session.connection().exec_driver_sql("SELECT 1")

        with pytest.raises(Unavailable):
            interrupted()
        server.start()
        answered(client)


def held_file(sqlite_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "secret-place.sqlite"))


def test_a_file_that_another_run_holds(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    path = held_file(sqlite_template, tmp_path)
    with opened_desk(f"sqlite:///{path}") as (_, door), closing(sqlite3.connect(path)) as other:
        client = door.solo()
        other.execute("BEGIN IMMEDIATE")
        reply = client.post("/tell", data=TOLD)
        assert (reply.status_code, "Another run holds" in reply.text) == (503, True)
        assert "secret-place" not in reply.text
        assert "secret-place" in caplog.text
        other.rollback()
        answered(client)


def test_a_full_disk(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = held_file(sqlite_template, tmp_path)
    connected = database._connected

    def no_room(engine: Engine, writes: bool) -> Connection:
        opened = connected(engine, writes)
        driver: Any = opened.connection.driver_connection
        driver.execute("PRAGMA max_page_count = 1")  # SQLite itself then says that the disk is full
        return opened

    with opened_desk(f"sqlite:///{path}") as (_, door):
        client = door.solo()
        monkeypatch.setattr(database, "_connected", no_room)
        for _ in range(5):  # until the pages that are there are used up
            reply = client.post("/tell", data=TOLD | {"said": "x" * 2000})
        assert reply.status_code == 503, reply.text
        assert "counts as not saved" in reply.text
        assert "secret-place" not in reply.text
        assert "database or disk is full" in caplog.text
