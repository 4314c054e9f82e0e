"""A desk in the test's own process, over a real database: for what needs no browser and no server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.testclient import TestClient

from corpus.desk.application import create_application
from corpus.desk.desk import Desk
from corpus.desk.entering import invite_to
from corpus.desk.running import hosts, open_desk
from corpus.domain.people import Role
from corpus.settings import Settings
from corpus.store.accounts import Accounts

PORT = 8765
SECRET = "a secret of the tests, long enough for a team"
PASSWORD = "correct horse battery staple"


@contextmanager
def opened_desk(url: str, *, team: bool = False) -> Iterator[tuple[Desk, "Door"]]:
    """A desk, and the door by which people enter it."""
    settings = Settings(database=url, desk_secret=SECRET if team else "")
    with open_desk(settings, "127.0.0.1", PORT, team=team) as (desk, _):
        yield desk, Door(desk)


class Door:
    """Lets people in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._app = create_application(desk, hosts(desk, "127.0.0.1", PORT))

    def anybody(self) -> TestClient:
        """Somebody who has not entered."""
        return TestClient(self._app, base_url=f"http://127.0.0.1:{PORT}", raise_server_exceptions=False)

    def solo(self) -> TestClient:
        """The one person of a desk without accounts."""
        return _with_token(self.anybody(), f"/enter?key={self._desk.entry_key}")

    def member(self, key: str, role: Role) -> TestClient:
        """A new member of a team."""
        with self._desk.database.write() as session:
            link = invite_to(self._desk, Accounts(session), key.title(), role, "test")
        client, token = self.anybody(), link.partition("token=")[2]
        done = client.post("/invitation", data={"token": token, "key": key, "name": key.title(), "password": PASSWORD})
        assert done.status_code == 200, done.text
        return _with_token(client, "/")


def _with_token(client: TestClient, address: str) -> TestClient:
    """Every request carries the token of the page, as the desk's pages make browsers do."""
    text = client.get(address).text
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', text)
    assert found, text[:500]
    client.headers["x-csrf-token"] = found[1]
    return client
