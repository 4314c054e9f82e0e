"""What every request passes before any route sees it, and the headers of every reply."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from corpus.desk.guard import HEADERS, SMALL
from corpus.desk.rooms.full_texts import LARGEST, UPLOAD
from corpus.domain.people import Role
from tests.desk.visitors import HTTPS, Team, team_at


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder: Path = tmp_path_factory.mktemp("guard")
    with team_at(f"sqlite:///{folder / 'desk.sqlite'}") as held:
        yield held


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {name: policy[name] for name in ("script-src", "style-src", "connect-src", "form-action")} == dict.fromkeys(
        ("script-src", "style-src", "connect-src", "form-action"), "'self'"
    )
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")
    assert "unsafe" not in HEADERS["content-security-policy"]


def test_every_reply_carries_the_headers(team: Team) -> None:
    broken = Team(team.desk)

    async def fails() -> None:
        raise RuntimeError("made to fail")

    app: FastAPI = broken.app
    app.add_api_route("/made-to-fail", fails, methods=["GET"])
    admin, nobody = broken.entered(Role.ADMIN), broken.nobody()
    asked = {
        200: admin.get("/"),
        303: nobody.get("/"),
        400: nobody.get("/", headers={"host": "elsewhere.example"}),
        401: nobody.get("/", headers={"hx-request": "true"}),
        403: nobody.post("/enter", headers={"origin": "https://elsewhere.example"}),
        404: admin.get("/no/such/page"),
        405: admin.delete("/people"),
        413: admin.post("/enter", content=b"x" * (SMALL + 1)),
        422: admin.get("/screening/nowhere"),
        500: admin.get("/made-to-fail"),
    }
    replies = [*asked.items(), (200, nobody.get("/assets/desk.css")), (404, nobody.get("/assets/../running.py"))]
    for status, reply in replies:
        assert reply.status_code == status
        for name, value in HEADERS.items():
            kept = "max-age=3600" if name == "cache-control" and "assets/desk" in str(reply.url) else value
            assert reply.headers[name] == kept, (status, name)
        assert "strict-transport-security" not in reply.headers
    assert "made to fail" not in asked[500].text
    assert "strict-transport-security" in team.over_tls().nobody().get("/enter").headers


@pytest.mark.parametrize(
    "host",
    ["elsewhere.example", "", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:8765.elsewhere.example", "localhost:8765", "["],
)
def test_a_team_s_desk_answers_to_its_own_host_only(team: Team, host: str) -> None:
    reply = team.nobody().get("/enter", headers={"host": host})
    assert reply.status_code == 400
    assert "does not answer to the host" in reply.text
    assert reply.headers["content-type"].startswith("text/plain")


def test_what_a_proxy_passes_on_is_no_way_round_the_host(team: Team) -> None:
    client = team.over_tls().nobody()
    for name in ("x-forwarded-host", "forwarded"):
        assert HTTPS not in client.get("/enter", headers={name: "elsewhere.example"}).headers.get("location", "")
    assert client.get("/enter").status_code == 200
    assert client.post("/enter", headers={"origin": HTTPS.replace("https", "http")}).status_code == 403
    assert client.post("/enter", headers={"origin": HTTPS}).status_code == 422


@pytest.mark.parametrize("length", ["-1", "ten", "²", "1e3", "9" * 5000, str(SMALL + 1)])
def test_a_length_that_is_none_or_too_large_is_refused(team: Team, length: str) -> None:
    reply = team.nobody().post("/enter", content=b"x", headers={"content-length": length.encode()})
    assert reply.status_code == 413


def test_a_body_without_a_length_is_cut_off(team: Team) -> None:
    def endless(most: int) -> Iterator[bytes]:
        for _ in range(most // 100_000 + 2):
            yield b"x" * 100_000

    admin = team.entered(Role.ADMIN)
    form = {"content-type": "application/x-www-form-urlencoded"}
    for path, most in (("/enter", SMALL), ("/coding/any/save", SMALL), (UPLOAD, LARGEST)):
        kind = {"content-type": "application/json"} if "save" in path else form
        reply = admin.post(path, content=endless(most), headers=kind)
        assert reply.status_code == 413, path


@pytest.mark.parametrize(
    "name",
    ["../running.py", "..%2frunning.py", "%2e%2e/guard.py", "/etc/passwd", "vendor/../../guard.py", "vendor", "", "\0"],
)
def test_assets_are_the_assets_and_nothing_else(team: Team, name: str) -> None:
    assert team.nobody().get(f"/assets/{name.replace(chr(0), '%00')}").status_code in (404, 422)
