"""A real SQLite file and a real PostgreSQL, one fresh database for each test that asks."""

import subprocess
import warnings
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest


class Postgres(Protocol):
    """What the tests use of a running server."""

    def psql(self, command: str) -> str: ...

    def get_uri(self, database: str) -> str: ...


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    from tests.conftest import absent

    folder = tmp_path_factory.mktemp("pg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pgserver looks for a run-time folder that a bare machine lacks
        try:
            import pgserver

            server = pgserver.postgres_server.get_server(folder)
        except ImportError:
            absent("PostgreSQL (pgserver)")
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            absent(f"PostgreSQL that starts ({error})")
    return server  # pgserver itself stops it when the process ends


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """URL of the server's own database."""
    return postgres.get_uri(database="postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, on each of the two systems."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'corpus.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{uuid4().hex}"
    server.psql(f"CREATE DATABASE {name}")
    return server.get_uri(database=name)
