"""A desk as its users start it: a process of its own over a real database, and real browsers before it."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from tests.store.conftest import Postgres, postgres, url

__all__ = ["postgres", "url"]


# What two people do at once differs between the systems: there every run asks both.
ON_BOTH = ("test_two_at_once.py", "test_said_meanwhile.py", "test_database_away.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The default run tries the rooms of the desk on SQLite; its store is tried on both systems anyway."""
    for item in items:
        named = isinstance(item, pytest.Function) and "postgresql" in item.name
        if named and item.path.parent == Path(__file__).parent and item.path.name not in ON_BOTH:
            item.add_marker(pytest.mark.whole("the rooms of the desk on PostgreSQL too"))


@pytest.fixture(scope="session")
def writes() -> bool:
    """Whether this run renews what the documents show."""
    return bool(os.environ.get("OXYSYNTH_WRITE_DOCS"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a desk."""
    for name in list(os.environ):
        if name.startswith("OXYSYNTH_") and name != "OXYSYNTH_REQUIRE_ALL":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def curated(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the curated files that ship, without the trial that the tests code."""
    from tests.few import write_few

    return write_few(root / "corpus" / "curated", tmp_path_factory.mktemp("curated"), "guastella2009", without=True)


@pytest.fixture(scope="session")
def sqlite_template(curated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the few curated files; tests work on copies of it."""
    from corpus.commands import initialise

    path = tmp_path_factory.mktemp("template") / "corpus.sqlite"
    initialise(f"sqlite:///{path}", curated)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres, curated: Path) -> str:
    """Name of a PostgreSQL database that holds the few curated files; the server makes copies of it."""
    from corpus.commands import initialise

    name = f"template_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name}")
    initialise(postgres.get_uri(database=name), curated)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database of one's own that holds the few curated files, on each of the two systems."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "corpus.sqlite")
        return f"sqlite:///{tmp_path / 'corpus.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{uuid4().hex}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')}")
    return server.get_uri(database=name)
