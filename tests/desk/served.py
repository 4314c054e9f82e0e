"""A desk that is served to a browser from the test's own process, so that the test can move it on between two looks."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from corpus.desk.application import create_application
from corpus.desk.desk import Desk
from corpus.desk.running import hosts, open_desk
from corpus.settings import Settings
from tests.desk.people import SECRET
from tests.servers.identity import CLIENT
from tests.servers.identity import SECRET as IDENTITY_SECRET


@contextlib.contextmanager
def served(folder: Path, *, team: bool = False, practice: bool = False, issuer: str = "") -> Iterator[tuple[Desk, str]]:
    """A desk over a database in a folder, answering on loopback; and the address that lets in."""
    settings = Settings(
        database=f"sqlite:///{folder / 'oxysynth.sqlite'}",
        desk_secret=SECRET,
        desk_oidc_issuer=issuer,
        desk_oidc_client=CLIENT if issuer else "",
        desk_oidc_secret=IDENTITY_SECRET if issuer else "",
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with open_desk(settings, "127.0.0.1", port, team=team, practice=practice) as (desk, welcome):
            application = create_application(desk, hosts(desk, "127.0.0.1", port))
            with _answering(application, listening):
                yield desk, next(word for word in reversed(welcome.split()) if word.startswith("http://"))


@contextlib.contextmanager
def _answering(application: FastAPI, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the desk did not start"
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join()
