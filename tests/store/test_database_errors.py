"""Every mishap with a database ends in one line that names the database and the remedy, and leaves it as it was."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from corpus import database
from corpus.commands import load_corpus
from corpus.database import parse_url, reading, writing
from corpus.errors import InvalidInput, Locked, OxySynthError
from corpus.store import Store
from tests.examples import corpus, study


def fill(url: str, label: str = "Guastella 2009") -> None:
    with writing(url) as session:
        Store(session).replace(corpus(study(label=label)), who="test", at=datetime.now(UTC))


def sqlite(path: Path) -> str:
    return f"sqlite:///{path}"


def one_line(error: BaseException) -> str:
    assert "\n" not in str(error)
    return str(error)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("corpus.sqlite", "is not an SQLAlchemy URL; write for example sqlite:///oxysynth.sqlite"),
        ("mysql://a:secret@b/c", "'mysql' is not supported; write for example sqlite:///"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://a:secret@b:port/c", "'postgresql://a:***@b:port/c' is not an SQLAlchemy URL"),
    ],
)
def test_a_wrong_url_is_refused(url: str, expected: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_url(url)
    assert expected in one_line(caught.value)
    assert "secret" not in str(caught.value)


def test_reading_creates_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no database there; build it with `oxysynth init`"):
        load_corpus(sqlite(tmp_path / "none.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    path.write_bytes(b"not a database at all, though long enough to look at" * 100)
    before = path.read_bytes()
    for use in (load_corpus, fill):
        with pytest.raises(InvalidInput) as caught:
            use(sqlite(path))
        assert "corpus.sqlite: not a readable database" in one_line(caught.value)
        assert "move it away and run `oxysynth init`" in str(caught.value)
    assert path.read_bytes() == before


def test_a_damaged_page_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(sqlite(path))
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xa5" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(InvalidInput, match="not a readable database"):
        load_corpus(sqlite(path))


def test_an_empty_database_asks_for_init(url: str) -> None:
    path = parse_url(url).database
    if url.startswith("sqlite") and path:
        Path(path).touch()
    with pytest.raises(InvalidInput, match=r"at revision none, the program needs \d{4}; run `oxysynth init`"):
        load_corpus(url)


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    fill(url)
    with writing(url) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InvalidInput, match="9999"):
        load_corpus(url)
    with pytest.raises(InvalidInput, match="use the program that made it, or a new file") as caught:
        fill(url)
    one_line(caught.value)


def test_a_locked_file_ends_with_exit_code_5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(sqlite(path))
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    for use in (load_corpus, fill):
        with pytest.raises(Locked, match=r"another run is writing to this database") as caught:
            use(sqlite(path))
        assert caught.value.exit_code == 5
    other.close()
    assert load_corpus(sqlite(path)).studies


def test_two_writers_do_not_meet(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(url)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    with writing(url), pytest.raises(Locked):
        fill(url, "other")
    assert load_corpus(url).studies[0].label == "Guastella 2009"


def test_a_full_disk_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(sqlite(path))
    before = path.read_bytes()
    lock = database._lock

    def no_room(connection: Connection, address: URL) -> None:
        lock(connection, address)
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite itself then says that the disk is full

    monkeypatch.setattr(database, "_lock", no_room)
    with pytest.raises(InvalidInput, match=r"corpus\.sqlite: database or disk is full; free some space") as caught:
        fill(sqlite(path), "x" * 100_000)
    one_line(caught.value)
    monkeypatch.undo()
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInput, match=r"gone/corpus\.sqlite: unable to open database file; choose a folder that exists"
    ):
        fill(sqlite(tmp_path / "gone" / "corpus.sqlite"))


def test_a_read_only_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    fill(sqlite(path))
    # Rights do not bind the superuser that CI may be, so SQLite is asked for a read-only connection.
    with pytest.raises(InvalidInput, match="attempt to write a readonly database; choose a folder"):
        fill(f"sqlite:///file:{path}?mode=ro&uri=true", "changed")
    assert load_corpus(sqlite(path)).studies[0].label == "Guastella 2009"


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        load_corpus("postgresql://someone:secret@127.0.0.1:1/nothing")
    assert "start the server or correct OXYSYNTH_DATABASE" in one_line(caught.value)
    assert "secret" not in str(caught.value)


def test_an_unknown_database_on_a_server_is_named(postgres_url: str) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere.*does not exist; start the server or correct OXYSYNTH_DATABASE"):
        load_corpus(postgres_url.replace("/postgres?", "/nowhere?"))


def test_a_change_that_fails_half_way_leaves_nothing(url: str) -> None:
    def half_way() -> None:
        with writing(url) as session:
            Store(session).replace(corpus(study(label="changed")), who="test", at=datetime.now(UTC))
            raise RuntimeError("half-way")

    fill(url)
    with pytest.raises(RuntimeError, match="half-way"):
        half_way()
    assert load_corpus(url).studies[0].label == "Guastella 2009"
    with reading(url) as session:
        assert len(Store(session).events()) == 4


def test_a_bug_keeps_its_own_exception(url: str) -> None:
    with pytest.raises(DBAPIError) as caught, writing(url) as session:
        session.connection().exec_driver_sql("SELECT * FROM no_such_table")
    assert not isinstance(caught.value, OxySynthError)
    assert isinstance(caught.value, OperationalError if url.startswith("sqlite") else DBAPIError)
