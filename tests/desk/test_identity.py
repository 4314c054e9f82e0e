"""Entering through an identity provider: who may, who may not, and every way in which an answer can be wrong."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from corpus.desk.application import create_application
from corpus.desk.desk import Desk
from corpus.desk.entering import invite_to
from corpus.desk.running import hosts, open_desk
from corpus.desk.sealed import seal, unseal
from corpus.domain.people import Role
from corpus.errors import InvalidInput
from corpus.settings import Settings
from corpus.store.accounts import Accounts
from tests.desk.opened import PORT
from tests.desk.opened import SECRET as DESK_SECRET
from tests.desk.people import running
from tests.servers.faulty import Fault, FaultyServer
from tests.servers.identity import CLIENT, SECRET, Lie, Person, Provider, came_back

COOKIE = "oxysynth-8765-identity"


@dataclass
class Place:
    """A team's desk and the provider that its people enter with."""

    desk: Desk
    provider: Provider
    server: FaultyServer
    hosts: tuple[str, ...]

    def browser(self, desk: Desk | None = None) -> TestClient:
        """Somebody who has not entered."""
        app = create_application(desk or self.desk, self.hosts)
        return TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)

    def invited(self, role: Role = Role.CODER) -> str:
        """The token of a new invitation."""
        with self.desk.database.write() as session:
            link = invite_to(self.desk, Accounts(session), "Anna", role, "test")
        return link.partition("token=")[2]

    def asked(self, client: TestClient, token: str = "") -> str:
        """Go to the provider; where it sends the browser back to."""
        began = client.get("/identity", params={"token": token} if token else {})
        assert began.status_code == 303, began.text
        address = began.headers["location"]
        assert address.startswith(f"{self.provider.issuer}/authorize?")
        return httpx.get(address).headers["location"]

    def joined(self, client: TestClient, key: str = "anna") -> None:
        """Join with an invitation and the person that the provider names."""
        assert client.get(self.asked(client, self.invited())).headers["location"] == "/identity/welcome"
        page = client.get("/identity/welcome").text
        assert client.post("/identity/welcome", data=form(page, key=key)).headers["location"] == "/"


def form(page: str, **more: str) -> dict[str, str]:
    """What a browser sends of the page on which one joins."""
    proof = page.partition('name="proof" value="')[2].partition('"')[0]
    return {"proof": proof, "key": "anna", "name": "Anna Muster", **more}


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[Provider, FaultyServer]]:
    with FaultyServer() as server:
        held = Provider(f"{server.url}/realm")
        server.mount("/realm", held)
        yield held, server


@pytest.fixture
def place(provider: tuple[Provider, FaultyServer], tmp_path: Path) -> Iterator[Place]:
    """A desk of a team; the provider tells the truth until the test says otherwise."""
    held, server = provider
    server.clear()
    held.lie, held.refuses, held.in_form, held.told, held.person = None, False, False, {}, Person()
    settings = configured(f"sqlite:///{tmp_path / 'desk.sqlite'}", held.issuer)
    with open_desk(settings, "127.0.0.1", PORT, team=True) as (desk, _):
        yield Place(desk, held, server, hosts(desk, "127.0.0.1", PORT))


def configured(database: str, issuer: str) -> Settings:
    return Settings(
        database=database,
        desk_secret=DESK_SECRET,
        desk_oidc_issuer=issuer,
        desk_oidc_client=CLIENT,
        desk_oidc_secret=SECRET,
    )


def test_who_holds_an_invitation_joins_and_enters_again_without_it(place: Place) -> None:
    anna = place.browser()
    token = place.invited(Role.EDITOR)
    assert f"/identity?token={token}" in anna.get(f"/invitation?token={token}").text
    arrived = anna.get(place.asked(anna, token))
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/identity/welcome")
    page = anna.get("/identity/welcome").text
    assert 'name="key" value="anna_muster"' in page  # what stands before the @, as far as a short name allows
    taken = anna.post("/identity/welcome", data=form(page))
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert "Good to see you, Anna Muster" in anna.get("/").text
    assert COOKIE not in anna.cookies
    again = place.browser()
    assert 'href="/identity"' in again.get("/enter").text
    assert again.get(place.asked(again)).headers["location"] == "/"
    assert "Good to see you, Anna Muster" in again.get("/").text
    with place.desk.database.read() as session:
        account = Accounts(session).of_subject(f"{place.provider.issuer}|made-up-1")
        assert account is not None
        assert (account.key, account.role) == ("anna", Role.EDITOR)
        assert Accounts(session).password("anna") == ""
    # The invitation is used up, and nobody enters with an empty password.
    other = place.browser()
    assert other.get("/identity", params={"token": token}).status_code == 403
    assert other.post("/enter", data={"account": "anna", "password": ""}).status_code in (401, 422)
    assert other.post("/enter", data={"account": "anna", "password": "nobody has this password"}).status_code == 401


def test_the_secret_is_sent_as_the_provider_takes_it(place: Place) -> None:
    place.provider.in_form = True
    client = place.browser()
    place.joined(client)
    assert client.get("/").status_code == 200


def test_an_unknown_person_does_not_enter(place: Place) -> None:
    client = place.browser()
    refused = client.get(place.asked(client))
    assert refused.status_code == 403
    assert "Nobody at this desk is known by this identity" in refused.text
    assert client.get("/").status_code == 303
    assert client.get("/identity/welcome").status_code == 403
    assert client.post("/identity/welcome", data=form("", proof="guessed")).status_code == 403


def test_a_person_whose_account_was_closed_does_not_enter(place: Place) -> None:
    place.joined(place.browser())
    with place.desk.database.write() as session:
        account = Accounts(session).get("anna")
        assert account is not None
        Accounts(session).change(replace(account, active=False), by="test", seen=account.mark)
    client = place.browser()
    refused = client.get(place.asked(client))
    assert refused.status_code == 403
    assert "may not enter this desk any more" in refused.text


def test_one_identity_is_one_account(place: Place) -> None:
    first, second = place.browser(), place.browser()
    for client in (first, second):  # both arrive before either has joined
        client.get(place.asked(client, place.invited()))
    pages = [client.get("/identity/welcome").text for client in (first, second)]
    assert first.post("/identity/welcome", data=form(pages[0])).status_code == 303
    refused = second.post("/identity/welcome", data=form(pages[1], key="anna2"))
    assert refused.status_code == 422
    assert "anna has this identity already" in refused.text
    with place.desk.database.read() as session:
        assert [one.key for one in Accounts(session).all()] == ["anna"]


def test_joining_asks_for_a_short_name_that_is_free_and_for_the_page_s_own_proof(place: Place) -> None:
    place.joined(place.browser())
    place.provider.person = Person(subject="made-up-2", name="<b>Bo</b>", short="bo<script>")
    client = place.browser()
    client.get(place.asked(client, place.invited()))
    page = client.get("/identity/welcome").text
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page
    assert "<script>" not in page
    for key, status in (("anna", 422), ("An na", 422), ("bo", 303)):
        reply = client.post("/identity/welcome", data=form(page, key=key, proof="wrong"))
        assert reply.status_code == 403
        assert client.post("/identity/welcome", data=form(page, key=key)).status_code == status


@pytest.mark.parametrize("lie", Lie)
def test_a_token_that_lies_is_not_believed(place: Place, lie: Lie) -> None:
    place.joined(place.browser())
    place.provider.lie = lie
    client = place.browser()
    refused = client.get(place.asked(client))
    assert refused.status_code == 403
    assert "cannot be believed" in refused.text
    assert client.get("/").status_code == 303


def test_what_the_provider_refuses_is_told(place: Place) -> None:
    place.provider.refuses = True
    client = place.browser()
    refused = client.get(place.asked(client))
    assert (refused.status_code, "access_denied" in refused.text) == (403, True)


def test_an_answer_belongs_to_one_attempt_of_one_browser(place: Place) -> None:
    anna = place.browser()
    place.joined(anna)
    one, other = place.browser(), place.browser()
    answer, others = place.asked(one), place.asked(other)
    assert other.get(answer).status_code == 403  # in another browser: its cookie is of another attempt
    assert place.browser().get(answer).status_code == 403  # in one that never asked
    mixed = {**came_back(answer), "state": came_back(others)["state"]}
    assert other.get(f"/identity/back?{urlencode(mixed)}").status_code == 403  # a code that another attempt was given
    fresh = place.asked(one)
    assert one.get(answer).status_code == 403  # the state of an earlier attempt
    assert one.get(fresh.replace("iss=http", "iss=https")).status_code == 403
    kept = one.cookies[COOKIE]
    assert one.get(fresh).headers["location"] == "/"
    assert one.get(fresh).status_code == 403  # played again
    thief = place.browser()
    thief.cookies.set(COOKIE, kept)
    refused = thief.get(fresh)  # played again, the cookie too: the provider gives nothing twice for a code
    assert (refused.status_code, "invalid_grant" in refused.text) == (403, True)


def test_what_the_browser_holds_is_sealed_for_one_purpose_and_one_desk_and_ends(place: Place) -> None:
    text = seal(place.desk, "attempt", {"state": "x"}, timedelta(minutes=1))
    assert unseal(place.desk, "attempt", text) == {"state": "x"}
    assert unseal(place.desk, "joining", text) is None
    assert unseal(replace(place.desk, secret=b"of another desk"), "attempt", text) is None
    assert unseal(place.desk, "attempt", seal(place.desk, "attempt", {}, timedelta(seconds=-1))) is None
    for changed in ("", ".", text[:-1], "A" + text, text.replace(".", "ü."), text + "0"):
        assert unseal(place.desk, "attempt", changed) is None


def test_the_cookie_of_an_attempt_is_as_guarded_as_that_of_a_session(place: Place) -> None:
    https = replace(place.desk, origin="https://desk.example.org")
    for desk, name, extra in (
        (place.desk, "oxysynth-8765-identity", set()),
        (https, "__Host-oxysynth-identity", {"secure"}),
    ):
        app = create_application(desk, ("desk.example.org",))
        client = TestClient(app, base_url="https://desk.example.org", follow_redirects=False)
        (cookie,) = client.get("/identity").headers.get_list("set-cookie")
        parts = [part.strip().lower() for part in cookie.split(";")]
        assert parts[0].startswith(f"{name.lower()}=")
        assert {"httponly", "samesite=lax", "path=/"} | extra <= set(parts)
        assert ("secure" in parts) == bool(extra)


@pytest.mark.parametrize(
    "fault", [Fault.SERVER_ERROR, Fault.DROPPED, Fault.HTML, Fault.TRUNCATED, Fault.REDIRECT], ids=str
)
@pytest.mark.parametrize("where", ["/realm/.well-known", "/realm/token", "/realm/jwks"])
def test_a_provider_that_fails_gives_a_page_that_says_so(place: Place, fault: Fault, where: str) -> None:
    client = place.browser()
    answer = "" if "well-known" in where else place.asked(client)
    place.server.inject(where, fault)
    reply = client.get(answer) if answer else client.get("/identity")
    assert reply.status_code == 502
    assert "does not answer as it should" in reply.text
    assert "content-security-policy" in reply.headers


def test_a_provider_that_is_away_gives_a_page_that_says_so(place: Place) -> None:
    with FaultyServer() as gone:
        issuer = gone.url
    assert place.desk.identity is not None
    away = replace(place.desk, identity=replace(place.desk.identity, issuer=issuer))
    reply = place.browser(away).get("/identity")
    assert (reply.status_code, "does not answer as it should" in reply.text) == (502, True)


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://id.example.org/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://[::1"},
    ],
    ids=str,
)
def test_a_provider_that_is_not_what_it_should_be_is_not_used(place: Place, told: dict[str, str]) -> None:
    place.provider.told = told
    assert place.browser().get("/identity").status_code == 502


def test_without_a_provider_there_is_no_such_door(place: Place) -> None:
    client = place.browser(replace(place.desk, identity=None))
    assert "/identity" not in client.get("/enter").text
    for path in ("/identity", "/identity/back", "/identity/welcome"):
        assert client.get(path).status_code == 404
    assert client.post("/identity/welcome", data=form("", proof="guessed")).status_code == 404


def opened(settings: Settings) -> AbstractContextManager[tuple[Desk, str]]:
    """A desk for a team."""
    return open_desk(settings, "127.0.0.1", PORT, team=True)


def test_who_starts_the_desk_is_told_what_a_provider_needs(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    whole = configured(database, "https://id.example.org")
    for name in ("desk_oidc_issuer", "desk_oidc_client", "desk_oidc_secret"):
        with pytest.raises(InvalidInput, match=f"OXYSYNTH_{name.upper()}"), opened(replace(whole, **{name: ""})):
            pass
    with pytest.raises(InvalidInput, match="https address"), opened(configured(database, "http://id.example.org")):
        pass
    # A desk of one person has no accounts to enter with: what the environment says of a provider is left alone.
    with open_desk(whole, "127.0.0.1", PORT, team=False) as (desk, _):
        assert desk.identity is None


def test_an_admin_who_enters_by_identity_is_one(place: Place, tmp_path: Path) -> None:
    client = place.browser()
    client.get(place.asked(client, place.invited(Role.ADMIN)))
    client.post("/identity/welcome", data=form(client.get("/identity/welcome").text))
    settings = configured(f"sqlite:///{tmp_path / 'desk.sqlite'}", place.provider.issuer)
    with open_desk(settings, "127.0.0.1", PORT, team=True) as (_, welcome):
        assert "Become its admin" not in welcome
    without = replace(settings, desk_oidc_issuer="", desk_oidc_client="", desk_oidc_secret="")
    with open_desk(without, "127.0.0.1", PORT, team=True) as (_, welcome):
        assert "Become its admin" in welcome  # nobody could enter otherwise


def test_a_browser_goes_there_and_back(
    provider: tuple[Provider, FaultyServer], browser: Browser, tmp_path: Path
) -> None:
    _, server = provider
    # For a browser, localhost and 127.0.0.1 are two sites, as desk and provider are in life.
    away = Provider(f"{server.url.replace('127.0.0.1', 'localhost')}/away", person=Person(name="Bo Beispiel"))
    server.mount("/away", away)
    more = {
        "OXYSYNTH_DESK_OIDC_ISSUER": away.issuer,
        "OXYSYNTH_DESK_OIDC_CLIENT": CLIENT,
        "OXYSYNTH_DESK_OIDC_SECRET": SECRET,
    }
    with running(f"sqlite:///{tmp_path / 'desk.sqlite'}", tmp_path, "--team", **more) as desk:
        context = browser.new_context()
        page = context.new_page()
        heard: list[str] = []
        page.on("console", lambda line: heard.append(line.text) if line.type == "error" else None)
        page.goto(desk.door)
        page.get_by_text("Or enter with your institution").press("Enter")
        page.locator("#key").fill("bo")
        page.locator("#key").press("Enter")
        page.get_by_text("Good to see you, Bo Beispiel").wait_for()
        context.clear_cookies()
        page.goto(f"{desk.address}/enter")
        page.get_by_text("Enter with your institution").press("Enter")
        page.get_by_text("Good to see you, Bo Beispiel").wait_for()
        context.close()
        assert heard == []
