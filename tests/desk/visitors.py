"""A team's desk in the test's own process, and people of every role before it who have entered without typing a password."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.testclient import TestClient

from corpus.desk.application import create_application
from corpus.desk.desk import Desk
from corpus.desk.entering import CSRF_HEADER, begin, cookie_name, keyed
from corpus.desk.running import hosts, open_desk
from corpus.domain.people import Account, Role
from corpus.settings import Settings
from corpus.store.accounts import Accounts
from tests.desk.opened import PORT, SECRET
from tests.store.conftest import Postgres

HTTPS = "https://desk.example.org"


@dataclass
class Team:
    """A desk and its application."""

    desk: Desk

    @cached_property
    def app(self) -> FastAPI:
        """What answers."""
        return create_application(self.desk, hosts(self.desk, "127.0.0.1", PORT))

    def nobody(self, **more: Any) -> TestClient:
        """Somebody who has not entered."""
        settled: dict[str, Any] = {"raise_server_exceptions": False, "follow_redirects": False} | more
        return TestClient(self.app, base_url=self.desk.origin, **settled)

    def account(self, key: str, role: Role) -> Account:
        """A member of the team, new or known."""
        with self.desk.database.write() as session:
            accounts = Accounts(session)
            known = accounts.get(key)
            if known is None:
                known = Account(key=key, name=key.title(), role=role)
                accounts.add(known, by="test")
        return known

    def entered(self, role: Role, key: str = "", **more: Any) -> TestClient:
        """A member of the team who has entered, and sends the page's token with every request."""
        account = self.account(key or role.value, role)
        client, reply = self.nobody(**more), Response()
        with self.desk.database.write() as session:
            begin(self.desk, Accounts(session), account.key, reply)
        token = reply.headers["set-cookie"].split(";")[0].partition("=")[2]
        client.headers["cookie"] = f"{cookie_name(self.desk)}={token}"
        with self.desk.database.read() as session:
            entered = Accounts(session).entered(keyed(self.desk, token))
        assert entered is not None
        client.headers[CSRF_HEADER] = entered.csrf
        return client

    def over_tls(self) -> "Team":
        """The same desk as it is behind a proxy that speaks TLS."""
        return Team(replace(self.desk, origin=HTTPS))


def database_of(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    """URL of an empty database for a whole module, on the system that the fixture's parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{folders.mktemp('desk') / 'desk.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{uuid4().hex}"
    server.psql(f"CREATE DATABASE {name}")
    return server.get_uri(database=name)


@contextmanager
def team_at(url: str) -> Iterator[Team]:
    """A desk for a team over a database."""
    settings = Settings(database=url, desk_secret=SECRET)
    with open_desk(settings, "127.0.0.1", PORT, team=True) as (desk, _):
        yield Team(desk)


def cookie_parts(reply: Any) -> Mapping[str, set[str]]:
    """The cookies that a reply sets: name, and its attributes in small letters."""
    found = {}
    for line in reply.headers.get_list("set-cookie"):
        first, *rest = [part.strip() for part in line.split(";")]
        found[first.partition("=")[0]] = {part.lower() for part in rest}
    return found
