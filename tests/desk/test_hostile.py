"""Hostile titles, abstracts, notes, names and requests come back as texts, on every page and in every refusal; nothing of them runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Request
from starlette.testclient import TestClient

from corpus.desk.formdata import SECTIONS
from corpus.domain.people import Role
from corpus.store.accounts import Accounts
from tests.desk.hostile import PAYLOADS, STAGES, compare, dangers, fill
from tests.desk.served import served
from tests.desk.visitors import Team, team_at


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, TestClient, str]]:
    """A desk full of it, somebody who may see all, and the case that is being coded."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    with team_at(f"sqlite:///{folder / 'desk.sqlite'}") as team:
        client = team.entered(Role.ADMIN, follow_redirects=True)
        yield team, client, fill(team.desk, client, "admin")


def pages(team: Team, case: str) -> list[str]:
    """The address of every page, as the application itself tells them."""
    found = []
    for path, methods in team.app.openapi()["paths"].items():
        if "get" not in methods or path == "/identity/back":
            continue
        ways = [path]
        for name, values in (("stage", STAGES), ("section", [one[0] for one in SECTIONS]), ("case", [case])):
            if f"{{{name}}}" in path:
                ways = [way.replace(f"{{{name}}}", value) for way in ways for value in values]
        found += ways
    return found


def asked_of(team: Team, path: str, method: str) -> tuple[list[str], list[str], str]:
    """Names that a route takes from its address and from its form, and the kind of the form."""
    told = team.app.openapi()["paths"][path][method]
    query = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
    content: dict[str, Any] = told.get("requestBody", {}).get("content", {})
    for kind, one in content.items():
        schema = one["schema"]
        if "$ref" in schema:
            schema = team.app.openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return query, list(schema.get("properties", ())), kind
    return query, [], ""


def test_the_look_finds_what_it_is_for() -> None:
    """Each payload, unescaped in a page, is found; so that the tests below can fail."""
    harmless = {"{{ 1337", "\x01", "js:", "\u202e", "javascript:", "' on"}
    for payload in PAYLOADS:
        found = list(dangers(f"<!doctype html><html><body><p>{payload}</p></body></html>"))
        assert bool(found) is not any(payload.startswith(begin) for begin in harmless), payload
    for text in ("<a href='javascript:x'>", "<p title='' onmouseover='x'>", "<b hx-vals='js:x'>", "<p>1787569"):
        assert list(dangers(f"<!doctype html><html><body>{text}</body></html>"))


def test_no_page_runs_what_it_shows(filled: tuple[Team, TestClient, str]) -> None:
    team, client, case = filled
    shown, seen = 0, []
    for path in pages(team, case):
        reply = client.get(path)
        assert reply.status_code < 500, path
        if "attachment" in reply.headers.get("content-disposition", ""):  # saved, never shown: nothing of it can run
            assert reply.headers["content-type"].startswith("text/csv")
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["content-security-policy"] == "sandbox; default-src 'none'"
            continue
        seen += [(path, danger) for danger in dangers(reply.text)]
        shown += "window.harmed=1" in reply.text
    assert seen == []
    assert shown > 12  # the texts are there, as texts


def test_what_a_request_holds_comes_back_as_text(filled: tuple[Team, TestClient, str]) -> None:
    team, client, case = filled
    seen, told = [], 0
    for path, methods in team.app.openapi()["paths"].items():
        where = path.replace("{case}", case).replace("{stage}", "full_text").replace("{section}", "report")
        for method in methods:
            if path in ("/leave", "/people/change", "/password") or path.endswith("/close"):
                continue
            query, form, kind = asked_of(team, path, method)
            for number, payload in enumerate(PAYLOADS[:6]):
                body: dict[str, Any] = {"data": dict.fromkeys(form, payload)}
                if kind == "application/json":
                    body = {"content": json.dumps(dict.fromkeys(form, payload))}
                if "multipart" in kind:
                    body["files"] = {"file": (payload, b"no PDF")}
                headers = {"hx-request": "true"} if number % 2 else {}
                parameters = dict.fromkeys(query, payload)
                reply = client.request(method, where, params=parameters, headers=headers, **(body if form else {}))
                assert reply.status_code < 500, (method, path, payload)
                if reply.headers.get("content-type", "").startswith("text/html"):
                    seen += [(method, path, danger) for danger in dangers(reply.text)]
                    told += "harmed" in reply.text
        lost = client.get(f"{where}/{PAYLOADS[0]}")
        seen += [("get", path, danger) for danger in dangers(lost.text)]
    assert seen == []
    assert told > 50


def test_names_that_deceive_are_refused(filled: tuple[Team, TestClient, str]) -> None:
    _, client, _ = filled
    for name in ("\u202eadA", "A\u2066da", "Ada\x00", "Ada\x07", "\u200b", " ", "A" * 101):
        assert client.post("/people/invite", data={"name": name, "role": "coder"}).status_code == 422
    assert client.post("/people/invite", data={"name": PAYLOADS[0], "role": "coder"}).status_code == 200


def test_a_comparison_of_hostile_codings_is_text(tmp_path: Path) -> None:
    with team_at(f"sqlite:///{tmp_path / 'desk.sqlite'}") as team:
        client = team.entered(Role.ADMIN, follow_redirects=True)
        case = fill(team.desk, client, "admin")
        compare(team.desk, case, "admin")
        page = client.get(f"/compare/{case}")
        assert page.status_code == 200
        assert "window.harmed=1" in page.text
        assert list(dangers(page.text)) == []


def test_nothing_runs_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as (desk, door):
        solo = Team(desk)
        client = TestClient(solo.app, base_url=desk.origin)
        entered = client.get(f"/enter?key={desk.entry_key}").text
        client.headers["x-csrf-token"] = entered.partition('"X-CSRF-Token": "')[2].partition('"')[0]
        with desk.database.read() as session:
            (me,) = Accounts(session).all()
        case = fill(desk, client, me.key)
        context = browser.new_context()
        page = context.new_page()
        heard: list[str] = []

        def dialog(shown: Dialog) -> None:
            heard.append(shown.message)
            shown.dismiss()

        def line(said: ConsoleMessage) -> None:  # a breach of the policy is told here
            if said.type == "error":
                heard.append(said.text)

        def request(asked: Request) -> None:
            if not asked.url.startswith((desk.origin, "data:")):
                heard.append(asked.url)

        page.on("dialog", dialog)
        page.on("console", line)
        page.on("request", request)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(door)
        addresses = [
            "/",
            "/works",
            "/coding",
            f"/trail?who={me.key}",
            "/people",
            "/duplicates",
            "/reported",
            "/files",
            "/screening/words",
            "/screening/title_abstract/mine",
        ]
        addresses += [f"/screening/{stage}" for stage in STAGES]
        addresses += [
            f"/coding/{case}/{section}" for section in ("report", "people", "study", "outcomes", "effects", "finish")
        ]
        for address in addresses:
            page.goto(desk.origin + address)
            assert page.evaluate("window.harmed") is None, address
            found = page.evaluate(
                """() => [...document.querySelectorAll('*')].filter(e =>
                    (e.tagName === 'SCRIPT' && (!e.src.startsWith(location.origin + '/assets/') || e.text)) ||
                    ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'STYLE', 'svg'].includes(e.tagName) ||
                    [...e.attributes].some(a => /^(data-)?(hx-)?on/i.test(a.name)) ||
                    ['javascript:', 'data:', 'vbscript:'].some(s => (e.href ?? '').toString().startsWith(s) && e.rel !== 'icon')
                ).map(e => e.outerHTML.slice(0, 200))"""
            )
            assert found == [], address
        context.close()
        assert heard == []
