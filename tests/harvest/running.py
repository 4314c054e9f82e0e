"""The program as its users start it: a process of its own, its settings in the environment, the sources on this machine."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.database import reading
from corpus.domain.links import works
from corpus.store import Ledger
from corpus.store.links import Links
from tests.servers.faulty import FaultyServer
from tests.servers.world import settings_of

ROOT = Path(__file__).resolve().parent.parent.parent
SPAN = ("--since", "2026-09-01", "--until", "2026-11-20")
NOWHERE = "http://127.0.0.1:9"  # the port of the discard service, where nobody listens


class Program:
    """One database, and the servers that it is told to ask."""

    def __init__(self, url: str, server: FaultyServer | None, folder: Path, **more: str) -> None:
        self.url, self._folder = url, folder
        settings = settings_of(server.url if server is not None else NOWHERE, url)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OXYSYNTH_", "NCBI_"))}
        self.environment = {**kept, **settings.environment(), "OXYSYNTH_REQUIRE_ALL": "", **more}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """One command, to its end."""
        return subprocess.run(
            self._command(arguments),
            cwd=self._folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def document(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The document that one command prints, and its exit code as expected."""
        done = self.run(*arguments, "--json")
        assert done.returncode == code, f"{done.returncode}: {done.stderr}"
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def killed(self, after: float, *arguments: str) -> bool:
        """Start one command and kill it, with all it started, after so many seconds; whether it was still running."""
        process = self.start(*arguments)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        return False

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start one command as a group of processes."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self._folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def export(self) -> list[str]:
        """Every record and every link of the database, a line each."""
        with reading(self.url) as session:
            return [*Ledger(session).export(), *(repr(link) for link in Links(session).all())]

    def records(self) -> list[str]:
        """Every record of the database, a line each."""
        with reading(self.url) as session:
            return list(Ledger(session).export())

    def works(self) -> tuple[tuple[str, ...], ...]:
        """The records of each work that has several."""
        with reading(self.url) as session:
            links = Links(session)
            return tuple(work for work in works(links.seen(), links.all()) if len(work) > 1)

    def sql(self, *commands: str) -> None:
        """Change an SQLite database from outside."""
        with sqlite3.connect(self.url.removeprefix("sqlite:///")) as connection:
            for command in commands:
                connection.execute(command)

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, str(ROOT / "oxysynth.py"), *arguments]
