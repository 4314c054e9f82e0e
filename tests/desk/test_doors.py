"""The doors of a team's desk under attack and in everyday trouble: floods of attempts, links that should be closed, passwords forgotten."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

import oxysynth
from corpus.commands import check_corpus, initialise
from corpus.curation import write_corpus
from corpus.desk import passwords, throttle
from corpus.desk.desk import Identity
from corpus.desk.entering import invite_to
from corpus.desk.running import hosts, open_desk, recover
from corpus.domain.people import RESERVED, Account, Role
from corpus.errors import InvalidInput
from corpus.settings import Settings
from corpus.store.accounts import Accounts
from corpus.store.attempts import Attempts
from corpus.store.trail import Trail
from tests.desk.opened import PORT, SECRET
from tests.desk.visitors import Team, team_at
from tests.examples import corpus

PASSWORD = "four words in a row"
ANOTHER = "five words in a row now"
WRONG = {"account": "anna", "password": "a wrong password"}
ANNA = {"account": "anna", "password": PASSWORD}


@pytest.fixture
def team(url: str) -> Iterator[Team]:
    """A team with Anna in it, who has a password, on each of the two systems."""
    with team_at(url) as held:
        with held.desk.database.write() as session:
            anna = Account(key="anna", name="Anna", role=Role.ADMIN)
            Accounts(session).add(anna, by="test", password=passwords.hashed(PASSWORD))
        yield held


def from_address(team: Team, address: str) -> TestClient:
    return team.nobody(client=(address, 50000))


def link_in(text: str, path: str) -> str:
    """The token of the link that a page or a terminal shows."""
    return text.partition(f"/{path}?token=")[2].split('"')[0].split()[0]


def invitation_of(team: Team, by: str, role: Role = Role.CODER) -> str:
    with team.desk.database.write() as session:
        return link_in(invite_to(team.desk, Accounts(session), "Somebody", role, by), "invitation")


def taken(team: Team, token: str, key: str = "bo") -> int:
    form = {"token": token, "key": key, "name": key, "password": PASSWORD}
    status: int = team.nobody().post("/invitation", data=form).status_code
    return status


def mark(team: Team, key: str) -> str:
    """What the page People holds of somebody, which whoever changes them has seen."""
    with team.desk.database.read() as session:
        found = Accounts(session).get(key)
    assert found is not None
    return found.mark


def told(team: Team) -> list[tuple[str, str, str]]:
    """The trail: who, what was done, and to what."""
    with team.desk.database.read() as session:
        return [(event.who, event.action, event.entity) for event in Trail(session).all()]


def test_many_attempts_at_once_are_no_more_than_one_after_the_other(team: Team) -> None:
    clients = [from_address(team, "10.0.0.1") for _ in range(24)]
    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = list(pool.map(lambda one: one.post("/enter", data=WRONG).status_code, clients))
    assert 0 < statuses.count(401) <= throttle.MOST_BY_NAME_AND_ADDRESS
    assert set(statuses) == {401, 429}


def test_few_passwords_are_hashed_at_once(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MB: forty people who are nobody must not take the machine's memory, or every thread of the desk."""
    lock, running, most = threading.Lock(), [0], [0]
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, hash: str, password: str) -> bool:  # noqa: A002
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        try:
            return verify(self, hash, password)
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    clients = [from_address(team, f"10.0.1.{number}") for number in range(40)]
    with ThreadPoolExecutor(len(clients)) as pool:
        asked = [
            pool.submit(one.post, "/enter", data={"account": f"guess{at}", "password": "x"})
            for at, one in enumerate(clients)
        ]
        statuses = [one.result().status_code for one in asked]
    assert most[0] <= passwords.AT_ONCE
    assert set(statuses) <= {401, 429}
    assert team.nobody().post("/enter", data=ANNA).status_code == 303


def test_strangers_cannot_keep_somebody_out_of_the_own_browser(team: Team) -> None:
    own = from_address(team, "10.0.0.1")
    assert own.post("/enter", data=ANNA).status_code == 303
    assert own.get("/").status_code == 200
    with team.desk.database.write() as session:
        for number in range(throttle.MOST_BY_NAME):
            throttle.admit(Attempts(session), "anna", f"10.2.0.{number}")
    assert from_address(team, "10.0.0.2").post("/enter", data=ANNA).status_code == 429
    assert own.post("/enter", data=ANNA).status_code == 303
    # What the browser holds is good for Anna, as it was sealed, and lets nobody in by itself.
    for name, value in list(own.cookies.items()):
        stranger = from_address(team, "10.0.0.3")
        stranger.cookies.set(name, f"x{value}")
        assert stranger.post("/enter", data=ANNA).status_code == 429
    (name,) = [one for one in own.cookies if one.endswith("-known")]
    known = own.cookies[name]
    other = from_address(team, "10.0.0.4")
    other.cookies.set(name, known)
    assert other.get("/").status_code == 303
    # The right one is tried as often as from anywhere, no more.
    wrong = [other.post("/enter", data=WRONG).status_code for _ in range(throttle.MOST_BY_NAME_AND_ADDRESS + 1)]
    assert wrong == [401] * throttle.MOST_BY_NAME_AND_ADDRESS + [429]


def test_a_house_with_many_addresses_counts_as_one(team: Team) -> None:
    statuses = [
        from_address(team, f"2001:db8:1:1::{number:x}").post("/enter", data=WRONG).status_code for number in range(1, 7)
    ]
    assert statuses == [401] * throttle.MOST_BY_NAME_AND_ADDRESS + [429]
    assert from_address(team, "2001:db8:1:2::1").post("/enter", data=ANNA).status_code == 303


def test_the_old_password_cannot_be_guessed_in_a_session_that_was_left_open(team: Team) -> None:
    client = team.entered(Role.ADMIN, "anna")
    form = {"old": "a guess", "new": ANOTHER}
    guesses = [client.post("/password", data=form).status_code for _ in range(throttle.MOST_BY_NAME_AND_ADDRESS + 1)]
    assert guesses == [422] * throttle.MOST_BY_NAME_AND_ADDRESS + [429]


def test_an_invitation_says_that_somebody_does_not_screen(team: Team) -> None:
    admin = team.entered(Role.ADMIN, "anna")
    shown = admin.post("/people/invite", data={"name": "Bo", "role": "adjudicator", "aside": "true"}).text
    assert "Bo, adjudicator, who does not screen" in shown
    token = link_in(shown, "invitation")
    assert "a place for you as adjudicator, who does not screen" in team.nobody().get(f"/invitation?token={token}").text
    assert taken(team, token) == 303
    with team.desk.database.read() as session:
        bo = Accounts(session).get("bo")
        assert bo is not None
        assert (bo.role, bo.screens) == (Role.ADJUDICATOR, False)
        assert Accounts(session).screening() == 1  # still: no work waits for somebody who never decides


def test_an_invitation_can_be_withdrawn(team: Team) -> None:
    admin = team.entered(Role.ADMIN, "anna")
    shown = admin.post("/people/invite", data={"name": "Bo", "role": "coder"}).text
    token = link_in(shown, "invitation")
    named = shown.partition("Bo, coder")[2].partition('name="invitation" value="')[2].partition('"')[0]
    assert named
    assert named not in token  # what the page names it by lets nobody in
    assert "Withdraw" in shown
    coder = team.entered(Role.CODER)
    assert "Withdraw" not in coder.get("/people").text
    assert coder.post("/people/withdraw", data={"invitation": named}).status_code == 403
    assert admin.post("/people/withdraw", data={"invitation": named}).status_code == 200
    assert taken(team, token) == 403
    assert admin.post("/people/withdraw", data={"invitation": named}).status_code == 422
    assert ("anna", "delete", f"invitation/{named}") in told(team)


@pytest.mark.parametrize("change", [{"role": "editor", "active": "true"}, {"role": "admin"}])
def test_who_may_not_manage_any_more_has_no_invitation_open(team: Team, change: dict[str, str]) -> None:
    team.account("carl", Role.ADMIN)
    token, other = invitation_of(team, "carl", Role.ADMIN), invitation_of(team, "anna")
    assert (
        team.entered(Role.ADMIN, "anna")
        .post("/people/change", data={"key": "carl", "seen": mark(team, "carl"), **change})
        .status_code
        == 200
    )
    assert taken(team, token, "mallory") == 403
    assert taken(team, other, "bo") == 303


def test_a_start_closes_the_link_that_an_earlier_one_printed(url: str) -> None:
    settings, links = Settings(database=url, desk_secret=SECRET), []
    for _ in range(2):
        with open_desk(settings, "127.0.0.1", PORT, team=True) as (_, welcome):
            links.append(link_in(welcome, "invitation"))
    with open_desk(settings, "127.0.0.1", PORT, team=True) as (desk, welcome):
        links.append(link_in(welcome, "invitation"))
        team = Team(desk)
        assert [taken(team, token, f"admin{at}") for at, token in enumerate(links)] == [403, 403, 303]


def test_an_admin_lets_somebody_choose_a_new_password(team: Team) -> None:
    bo, open_elsewhere = team.account("bo", Role.CODER), team.entered(Role.CODER, "bo")
    admin = team.entered(Role.ADMIN, "anna")
    first = link_in(admin.post("/people/recovery", data={"key": "bo"}).text, "recovery")
    token = link_in(admin.post("/people/recovery", data={"key": "bo"}).text, "recovery")
    assert (
        "closed" in team.nobody().get("/recovery", params={"token": first}).text
    )  # the later link replaces the earlier
    assert "Bo" in team.nobody().get("/recovery", params={"token": token}).text
    assert taken(team, token, "mallory") == 403  # it is no place for somebody new
    visitor = team.nobody()
    assert visitor.post("/recovery", data={"token": token, "password": "short"}).status_code == 422
    assert visitor.post("/recovery", data={"token": token, "password": ANOTHER}).status_code == 303
    assert "bo" in visitor.get("/people").text
    assert visitor.post("/recovery", data={"token": token, "password": PASSWORD}).status_code == 403  # once
    assert open_elsewhere.get("/").status_code == 303
    assert team.nobody().post("/enter", data={"account": "bo", "password": ANOTHER}).status_code == 303
    with team.desk.database.read() as session:
        assert Accounts(session).get("bo") == bo  # the same person, with all that was done
    assert ("bo", "update", "account/bo") in told(team)
    # An invitation is no way to somebody else's password, a closed account has none, and nobody but an admin gives one.
    assert (
        team.nobody().post("/recovery", data={"token": invitation_of(team, "anna"), "password": ANOTHER}).status_code
        == 403
    )
    late = link_in(admin.post("/people/recovery", data={"key": "bo"}).text, "recovery")
    admin.post("/people/change", data={"key": "bo", "role": "coder", "seen": mark(team, "bo")})
    assert team.nobody().post("/recovery", data={"token": late, "password": ANOTHER}).status_code == 403
    for key in ("bo", "nobody"):
        assert admin.post("/people/recovery", data={"key": key}).status_code == 422
    assert team.entered(Role.EDITOR).post("/people/recovery", data={"key": "anna"}).status_code == 403


def test_a_sole_admin_who_forgot_the_password_gets_a_link_from_the_command_line(
    url: str, team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"OXYSYNTH_DATABASE": url, "OXYSYNTH_DESK_SECRET": SECRET}
    assert oxysynth.main(["desk", "--team", "--recover", "anna", "--port", str(PORT)], environment) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith(f"{team.desk.origin}/recovery?token=")
    assert (
        team.nobody().post("/recovery", data={"token": link_in(link, "recovery"), "password": ANOTHER}).status_code
        == 303
    )
    assert ("oxysynth", "create") in {one[:2] for one in told(team) if one[2].startswith("invitation/")}
    assert oxysynth.main(["desk", "--recover", "anna"], environment) == 2
    with pytest.raises(InvalidInput, match="nobody of this short name"):
        recover(Settings(database=url, desk_secret=SECRET), "nobody", "127.0.0.1", PORT)


def test_everything_at_the_doors_is_in_the_trail(team: Team) -> None:
    client = team.nobody()
    assert client.post("/enter", data=ANNA).status_code == 303
    client = team.entered(Role.ADMIN, "anna")
    assert client.post("/password", data={"old": PASSWORD, "new": ANOTHER}).status_code == 303
    client = team.entered(Role.ADMIN, "anna")
    assert client.post("/leave").status_code == 303
    assert team.nobody().post("/tell", data={"said": "it is wrong", "about": "study/x"}).status_code == 200
    with team.desk.database.write() as session:
        Accounts(session).add(
            Account(key="iris", name="Iris", role=Role.CODER), by="iris", subject="https://id.example|7"
        )
    found = told(team)
    assert ("anna", "update", "account/anna") in found
    entered = [one for one in found if one[2].startswith("session/")]
    assert [one[:2] for one in entered].count(("anna", "create")) == 4
    assert ("anna", "delete") in {one[:2] for one in entered}
    assert ("readers", "create", "reader_report/1") in found
    with team.desk.database.read() as session:
        iris = next(event for event in Trail(session).all() if event.entity == "account/iris")
    assert '"identity":""' not in iris.told
    assert "id.example" not in iris.told


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_nobody_takes_a_name_that_stands_for_no_person(team: Team, key: str) -> None:
    assert taken(team, invitation_of(team, "anna"), key) == 422


def test_an_admin_without_a_way_to_enter_is_none(team: Team) -> None:
    """Such as the one whom a desk for one person left behind."""
    team.account("solo", Role.ADMIN)
    admin = team.entered(Role.ADMIN, "anna")
    for change in ({"role": "coder", "active": "true"}, {"role": "admin"}):
        assert (
            admin.post("/people/change", data={"key": "anna", "seen": mark(team, "anna"), **change}).status_code == 422
        )
    with team.desk.database.write() as session:
        iris = Account(key="iris", name="Iris", role=Role.ADMIN)
        Accounts(session).add(iris, by="iris", subject="https://id.example|7")
    assert (
        admin.post(
            "/people/change", data={"key": "anna", "seen": mark(team, "anna"), "role": "coder", "active": "true"}
        ).status_code
        == 422
    )
    known = Team(replace(team.desk, identity=Identity(issuer="https://id.example", client="c", secret="s")))
    admin = known.entered(Role.ADMIN, "anna")
    assert (
        admin.post(
            "/people/change", data={"key": "anna", "seen": mark(team, "anna"), "role": "coder", "active": "true"}
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("host", "url", "secret", "said"),
    [
        ("0.0.0.0", "http://localhost:9220", SECRET, "--host 0.0.0.0 is reached by others"),
        ("::", "http://127.0.0.1:9220", SECRET, "--host :: is reached by others"),
        ("192.0.2.1", "http://[::1]:9220", SECRET, "--host 192.0.2.1 is reached by others"),
        ("127.0.0.1", "", "a" * 40, "fewer than 10 different characters"),
        ("127.0.0.1", "", "abcabcabc" * 5, "fewer than 10 different characters"),
    ],
)
def test_a_team_desk_does_not_start_where_cookies_or_tokens_would_be_had_by_others(
    host: str, url: str, secret: str, said: str, tmp_path: Path
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'x.sqlite'}", desk_url=url, desk_secret=secret)
    with pytest.raises(InvalidInput, match=said), open_desk(settings, host, 9220, team=True):
        pass


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://desk.example.org:443", "desk.example.org"),
        ("https://desk.example.org:8443", "desk.example.org:8443"),
        ("http://localhost:80", "localhost"),
        ("https://[2001:db8::443]", "[2001:db8::443]"),
        ("https://[2001:db8::1]:443/", "[2001:db8::1]"),
    ],
)
def test_a_port_that_browsers_leave_out_is_left_out(url: str, host: str, tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'x.sqlite'}", desk_url=url, desk_secret=SECRET)
    with open_desk(settings, "127.0.0.1", 9220, team=True) as (desk, _):
        assert hosts(desk, "127.0.0.1", 9220) == (host,)
        assert Team(desk).nobody().get("/enter").status_code == 200


def test_a_team_that_worked_has_a_trail_without_a_fault(url: str, tmp_path: Path) -> None:
    write_corpus(corpus(), tmp_path / "curated")
    initialise(url, tmp_path / "curated")
    with team_at(url) as team:
        client = team.entered(Role.ADMIN, "anna")
        client.post("/people/invite", data={"name": "Bo", "role": "coder"})
        client.post(
            "/people/change", data={"key": "anna", "seen": mark(team, "anna"), "role": "admin", "active": "true"}
        )
        assert team.nobody().post("/tell", data={"said": "wrong", "about": "study/x"}).status_code == 200
        client.post("/leave")
        assert [one for one in check_corpus(url, SECRET) if one.severity == "error"] == []
