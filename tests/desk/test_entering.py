"""Entering a team's desk: passwords, attempts that fail, sessions, cookies, invitations, and what the desk refuses to start without."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from corpus.desk import passwords, throttle
from corpus.desk.entering import INVITED_FOR, LASTS, cookie_name, invite_to, keyed
from corpus.desk.running import SHORTEST_SECRET, open_desk
from corpus.domain.people import Role
from corpus.errors import InvalidInput
from corpus.settings import Settings
from corpus.store.accounts import Accounts
from corpus.store.attempts import Attempts
from corpus.store.rows import table_of
from corpus.tables import desk as tables
from corpus.tables.base import Row
from tests.desk.marks import seen_on
from tests.desk.opened import SECRET
from tests.desk.visitors import Team, cookie_parts, team_at

PASSWORD = "four words in a row"
ANNA = {"account": "anna", "password": PASSWORD}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team with Anna in it."""
    with team_at(f"sqlite:///{tmp_path / 'desk.sqlite'}") as held:
        joined(held, "anna")
        yield held


def joined(team: Team, key: str, role: Role = Role.CODER) -> TestClient:
    """Somebody who takes the place of an invitation."""
    client = team.nobody()
    reply = client.post(
        "/invitation", data={"token": invited(team, role), "key": key, "name": key, "password": PASSWORD}
    )
    assert reply.status_code == 303
    return client


def invited(team: Team, role: Role = Role.CODER) -> str:
    with team.desk.database.write() as session:
        return invite_to(team.desk, Accounts(session), "Somebody", role, "test").partition("token=")[2]


def age(team: Team, table: Any, column: str, by: timedelta) -> None:
    """Let everything in a table be older than it is."""
    with team.desk.database.write() as session:
        for row in session.execute(select(table)).mappings().all():
            is_it = table.c[next(iter(table.primary_key)).name] == row[next(iter(table.primary_key)).name]
            session.execute(update(table).where(is_it).values({column: row[column] - by}))


def test_a_password_is_kept_as_argon2_says_it_should_be(team: Team) -> None:
    with team.desk.database.read() as session:
        kept = Accounts(session).password("anna")
        everything = [str(row) for table in Row.metadata.sorted_tables for row in session.execute(select(table))]
    found = extract_parameters(kept)
    # RFC 9106, its second recommended option; as argon2-cffi has it.
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 3, 64 * 1024, 4)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert PASSWORD not in "".join(everything)
    assert kept != passwords.hashed(PASSWORD)  # a salt of its own


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(team: Team, password: str) -> None:
    form = {"token": invited(team), "key": "bo", "name": "Bo", "password": password}
    assert team.nobody().post("/invitation", data=form).status_code == 422
    with team.desk.database.read() as session:
        assert Accounts(session).get("bo") is None


def test_nobody_learns_who_has_an_account(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = joined(team, "bo")
    deactivate(team, "bo")
    work: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, hash: str, password: str) -> bool:  # noqa: A002
        work.append(hash.rpartition("$")[0].rpartition("$")[0])
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    replies = []
    for account, password in (("anna", "a wrong password"), ("nobody", "a wrong password"), ("bo", PASSWORD)):
        reply = team.nobody().post("/enter", data={"account": account, "password": password})
        replies.append((reply.status_code, reply.text, sorted(reply.headers)))
    assert replies[0][0] == 401
    assert replies[0] == replies[1] == replies[2]
    assert len(work) == 3  # each was hashed, and with the same parameters
    assert len(set(work)) == 1
    assert closed.get("/").status_code == 303


def deactivate(team: Team, key: str) -> None:
    with team.desk.database.write() as session:
        account = Accounts(session).get(key)
        assert account is not None
        Accounts(session).change(replace(account, active=False), by="test", seen=account.mark)


def from_address(team: Team, address: str) -> TestClient:
    return team.nobody(client=(address, 50000))


def test_attempts_on_one_account_from_one_address_are_limited(team: Team) -> None:
    here, there = from_address(team, "10.0.0.1"), from_address(team, "10.0.0.2")
    wrong = {**ANNA, "password": "a wrong password"}
    for _ in range(throttle.MOST_BY_NAME_AND_ADDRESS):
        assert here.post("/enter", data=wrong).status_code == 401
    refused = here.post("/enter", data=ANNA)  # the right one does not help any more
    assert refused.status_code == 429
    assert "too many failed attempts" in refused.text.lower()
    assert there.post("/enter", data=ANNA).status_code == 303  # Anna herself, elsewhere, is not locked out
    age(team, table_of(tables.LoginFailureRow), "at", throttle.WITHIN)
    assert here.post("/enter", data=ANNA).status_code == 303


def test_attempts_from_one_address_and_on_one_account_are_limited(team: Team) -> None:
    with team.desk.database.write() as session:
        for number in range(throttle.MOST_BY_ADDRESS):
            throttle.admit(Attempts(session), f"guess{number}", "10.0.0.1")
        for number in range(throttle.MOST_BY_NAME):
            throttle.admit(Attempts(session), "anna", f"10.1.0.{number}")
    assert from_address(team, "10.0.0.1").post("/enter", data={**ANNA, "account": "new"}).status_code == 429
    assert from_address(team, "10.0.0.9").post("/enter", data=ANNA).status_code == 429
    assert from_address(team, "10.0.0.9").post("/enter", data={**ANNA, "account": "new"}).status_code == 401


def test_a_right_password_forgives_the_wrong_ones_of_its_own_address_only(team: Team) -> None:
    client = from_address(team, "10.0.0.1")
    for _ in range(3):
        for _ in range(throttle.MOST_BY_NAME_AND_ADDRESS - 1):
            assert client.post("/enter", data={**ANNA, "password": "a wrong password"}).status_code == 401
        assert client.post("/enter", data=ANNA).status_code == 303
    with team.desk.database.write() as session:
        attempts, since = Attempts(session), datetime.now(UTC) - throttle.WITHIN
        assert attempts.counted("both:anna@10.0.0.1", since) == 0
        assert attempts.counted("address:10.0.0.1", since) == 12


def test_a_session_ends_by_time_by_leaving_and_with_the_account(team: Team) -> None:
    sessions = table_of(tables.LoginSessionRow)
    clients = [team.entered(Role.CODER, "anna") for _ in range(2)]
    assert [client.get("/").status_code for client in clients] == [200, 200]
    assert clients[0].post("/leave").status_code == 303
    assert [client.get("/").status_code for client in clients] == [303, 200]
    age(team, sessions, "expires", LASTS)
    assert clients[1].get("/").status_code == 303
    fresh = team.entered(Role.CODER, "anna")
    with team.desk.database.read() as session:  # what has ended is cleared away
        assert session.execute(select(func.count()).select_from(sessions)).scalar_one() == 1
    deactivate(team, "anna")
    assert fresh.get("/").status_code == 303
    assert team.nobody().post("/enter", data=ANNA).status_code == 401


def test_a_new_password_ends_every_other_session(team: Team) -> None:
    other, here = team.entered(Role.CODER, "anna"), team.entered(Role.CODER, "anna")
    assert here.post("/password", data={"old": "not the old one", "new": "five words in a row"}).status_code == 422
    reply = here.post("/password", data={"old": PASSWORD, "new": "five words in a row"})
    assert reply.status_code == 303
    assert other.get("/").status_code == 303
    assert team.nobody().post("/enter", data=ANNA).status_code == 401
    assert team.nobody().post("/enter", data={**ANNA, "password": "five words in a row"}).status_code == 303


def test_a_role_that_is_taken_away_is_gone_at_once(team: Team) -> None:
    admin, anna = team.entered(Role.ADMIN), team.entered(Role.CODER, "anna")
    assert anna.get("/screening/agreement").status_code == 403
    for role, status in (("adjudicator", 200), ("coder", 403)):
        form = {
            "key": "anna",
            "role": role,
            "active": "true",
            "seen": seen_on(admin.get("/people").text, 'value="anna"'),
        }
        assert admin.post("/people/change", data=form).status_code == 200
        assert anna.get("/screening/agreement").status_code == status
    assert admin.post("/people/change", data={"key": "admin", "role": "coder", "active": "true"}).status_code == 422
    assert admin.post("/people/change", data={"key": "admin", "role": "admin"}).status_code == 422  # the last one stays


@pytest.mark.parametrize("tls", [False, True])
def test_cookies_are_out_of_reach_for_scripts_and_other_sites(team: Team, tls: bool) -> None:
    desk = team.over_tls() if tls else team
    name, guards = "__Host-oxysynth" if tls else "oxysynth-8765", {"httponly", "samesite=lax", "path=/"}
    guards |= {"secure"} if tls else set()
    replies = [
        desk.nobody().post("/enter", data=ANNA),
        desk.nobody().post(
            "/invitation", data={"token": invited(desk), "key": "bo", "name": "Bo", "password": PASSWORD}
        ),
        desk.entered(Role.CODER, "anna").post("/password", data={"old": PASSWORD, "new": PASSWORD}),
        desk.entered(Role.CODER, "anna").post("/leave"),  # a browser forgets it only with the same guards
    ]
    for reply in replies:
        cookies = cookie_parts(reply)
        assert list(cookies) == ([name] if reply is replies[-1] else [name, f"{name}-known"])
        for parts in cookies.values():
            assert guards <= parts
            assert ("secure" in parts) is tls
            assert not any(part.startswith("domain") for part in parts)


def test_the_database_holds_no_token_that_would_let_anybody_in(team: Team) -> None:
    client, token = team.entered(Role.ADMIN), invited(team)
    cookie = client.headers["cookie"].partition("=")[2]
    with team.desk.database.read() as session:
        kept = "".join(str(row) for table in Row.metadata.sorted_tables for row in session.execute(select(table)))
    for secret in (cookie, token):
        assert secret not in kept
        assert keyed(team.desk, secret)[:12] in kept  # it was looked for where it would be
    stolen = team.nobody()
    for value in (keyed(team.desk, cookie), cookie[:-1], f"{cookie}x", ""):
        assert stolen.get("/", headers={"cookie": f"{cookie_name(team.desk)}={value}"}).status_code == 303
    assert stolen.get("/invitation", params={"token": keyed(team.desk, token)}).text.count("closed") == 1


def test_an_invitation_is_good_for_one_person_and_for_seven_days(team: Team) -> None:
    token = invited(team, Role.EDITOR)
    form = {"token": token, "key": "bo", "name": "Bo", "password": PASSWORD, "role": "admin"}
    assert team.nobody().post("/invitation", data=form).status_code == 303
    with team.desk.database.read() as session:
        bo = Accounts(session).get("bo")
        assert bo is not None
        assert bo.role is Role.EDITOR  # as it was kept, whatever the form says
    for key in ("bo", "cy"):
        assert team.nobody().post("/invitation", data={**form, "key": key}).status_code == 403
    late = invited(team)
    age(team, table_of(tables.InvitationRow), "expires", INVITED_FOR)
    assert "closed" in team.nobody().get("/invitation", params={"token": late}).text
    assert team.nobody().post("/invitation", data={**form, "token": late, "key": "cy"}).status_code == 403
    # A name that is taken does not use the invitation up.
    third = invited(team)
    for key, status in (("anna", 422), ("Cy", 422), ("cy", 303)):
        assert team.nobody().post("/invitation", data={**form, "token": third, "key": key}).status_code == status


@pytest.mark.parametrize(
    ("host", "team", "settings", "told"),
    [
        ("0.0.0.0", False, {}, "--host 0.0.0.0 is reached by others"),
        ("::", False, {}, "--host :: is reached by others"),
        ("desk.example.org", False, {}, "is reached by others"),
        ("127.0.0.1", True, {"desk_secret": ""}, "OXYSYNTH_DESK_SECRET is not set"),
        ("127.0.0.1", True, {"desk_secret": "x" * (SHORTEST_SECRET - 1)}, "OXYSYNTH_DESK_SECRET is too short"),
        ("0.0.0.0", True, {}, "OXYSYNTH_DESK_URL is not set"),
        ("0.0.0.0", True, {"desk_url": "http://desk.example.org"}, "over http anybody on the way reads the passwords"),
        ("0.0.0.0", True, {"desk_url": "http://127.0.0.1.example.org"}, "over http"),
        ("0.0.0.0", True, {"desk_url": "desk.example.org"}, "an address like https://"),
        ("0.0.0.0", True, {"desk_url": "ftp://desk.example.org"}, "an address like https://"),
        ("0.0.0.0", True, {"desk_url": "https://desk.example.org/below"}, "an address like https://"),
        ("0.0.0.0", True, {"desk_url": "https://anna@desk.example.org"}, "an address like https://"),
        ("0.0.0.0", True, {"desk_url": "https://["}, "an address like https://"),
        ("127.0.0.1", True, {"desk_oidc_issuer": "https://id.example.org"}, "OXYSYNTH_DESK_OIDC_CLIENT"),
    ],
)
def test_the_desk_refuses_to_start_unsafely(
    host: str, team: bool, settings: dict[str, str], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "desk.sqlite"
    given = Settings(**{"database": f"sqlite:///{path}", "desk_secret": SECRET, **settings})
    with pytest.raises(InvalidInput, match=told.replace(".", r"\.")) as error, open_desk(given, host, 8765, team=team):
        pass
    assert "\n" not in str(error.value)
    assert "x" * 10 not in str(error.value)  # a secret is not printed


def test_the_key_of_a_desk_for_one_lets_in_and_nothing_else_does(tmp_path: Path) -> None:
    with open_desk(Settings(database=f"sqlite:///{tmp_path / 'desk.sqlite'}"), "127.0.0.1", 8765, team=False) as (
        desk,
        welcome,
    ):
        one = Team(desk)
        assert desk.entry_key in welcome
        assert len(desk.entry_key) >= 32
        for key, status in (("", 401), ("guessed", 403), ("ü", 403), (desk.entry_key[:-1], 403)):
            assert one.nobody().get("/enter", params={"key": key}).status_code == status
        assert one.nobody().post("/enter", data=ANNA).headers["location"] == "/enter"
        client = one.nobody()
        assert client.get("/enter", params={"key": desk.entry_key}).headers["location"] == "/"
        assert client.get("/").status_code == 200
        for host in ("localhost:8765", "[::1]:8765"):
            assert one.nobody().get("/enter", headers={"host": host}).status_code == 401
