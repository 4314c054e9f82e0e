"""Who may ask for what: every route with every role, and with nobody; every change with and without the page's token."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from corpus.desk.entering import CSRF_HEADER
from corpus.desk.guard import SAFE
from corpus.domain.people import Right, Role
from tests.desk.visitors import Team, team_at

# Where whoever comes may knock; each says in its own tests whom it lets in.
OPEN_DOORS = {
    ("GET", "/enter"),
    ("POST", "/enter"),
    ("GET", "/invitation"),
    ("POST", "/invitation"),
    ("GET", "/recovery"),
    ("POST", "/recovery"),
    ("GET", "/identity"),
    ("GET", "/identity/back"),
    ("GET", "/identity/welcome"),
    ("POST", "/identity/welcome"),
    ("GET", "/tell"),
    ("POST", "/tell"),
    ("GET", "/assets/{name:path}"),
}
LEAVE = ("POST", "/leave")
PLACES = {"stage": "title_abstract", "section": "report"}


def rights_of(team: Team) -> dict[tuple[str, str], Right | None]:
    """The right that each route asks for, by method and path."""
    found: dict[tuple[str, str], Right | None] = {}
    for context in iter_route_contexts(team.app.routes):
        route = context.original_route
        assert isinstance(route, APIRoute), f"{route}: a route that no dependency guards"
        rights = [one.call.right for one in route.dependant.dependencies if hasattr(one.call, "right")]  # type: ignore[union-attr]
        assert len(rights) <= 1
        for method in route.methods or ():
            found[method, str(context.path)] = rights[0] if rights else None
    return found


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder: Path = tmp_path_factory.mktemp("rights")
    with team_at(f"sqlite:///{folder / 'desk.sqlite'}") as held:
        yield held


@pytest.fixture(scope="module")
def rights(team: Team) -> dict[tuple[str, str], Right | None]:
    return rights_of(team)


def asked(client: TestClient, method: str, path: str, **headers: str) -> int:
    """The status of a request to a route whose places are filled in."""
    for name in ("stage", "section"):
        path = path.replace(f"{{{name}}}", PLACES[name])
    path = path.replace("{name:path}", "desk.css")
    while "{" in path:
        path = f"{path.partition('{')[0]}nothing{path.partition('}')[2]}"
    status: int = client.request(method, path, headers=headers).status_code
    return status


def test_every_route_asks_for_a_right_but_the_open_doors(rights: dict[tuple[str, str], Right | None]) -> None:
    assert len(rights) > 30
    assert {route for route, right in rights.items() if right is None} == OPEN_DOORS
    assert set(filter(None, rights.values())) == set(Right)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_ask_for_what_it_has_the_right_to_and_for_nothing_else(
    team: Team, rights: dict[tuple[str, str], Right | None], role: Role
) -> None:
    client = team.entered(role)
    wrong = []
    for (method, path), right in rights.items():
        if right is None or (method, path) == LEAVE:
            continue
        status = asked(client, method, path)
        allowed = right in role.rights
        if status >= 500 or (status == 403) == allowed or (allowed and status in (401, 303)):
            wrong.append((method, path, right.value, status))
    assert wrong == []
    assert asked(client, *LEAVE) == 303
    assert asked(client, "GET", "/") == 303  # and then the session is over


def test_nobody_may_ask_for_anything_behind_the_doors(team: Team, rights: dict[tuple[str, str], Right | None]) -> None:
    nobody = team.nobody()
    for (method, path), right in rights.items():
        if right is not None:
            assert asked(nobody, method, path) == 303, path
            assert asked(nobody, method, path, **{"hx-request": "true"}) == 401, path
            stranger = {"cookie": "oxysynth=guessed", CSRF_HEADER: "guessed"}
            assert asked(nobody, method, path, **stranger) == 303, path


def test_no_change_without_the_token_of_the_page(team: Team, rights: dict[tuple[str, str], Right | None]) -> None:
    admin, another = team.entered(Role.ADMIN), team.entered(Role.ADMIN)
    tokens = ["", "guessed", "ü", another.headers[CSRF_HEADER], admin.headers[CSRF_HEADER][:-1]]
    changing = [(method, path) for (method, path), right in rights.items() if right and method not in SAFE]
    assert changing
    for method, path in changing:
        for token in tokens:
            header = token.encode()
            reply = admin.request(method, path.replace("{stage}", "full_text"), headers={CSRF_HEADER: header})
            assert reply.status_code == 403, (path, token)
            assert "earlier session" in reply.text
    # Other methods than those that a route names change nothing either.
    for method in ("PUT", "PATCH", "DELETE"):
        assert {asked(admin, method, path) for _, path in rights} <= {404, 405}


def test_no_change_from_another_site(team: Team, rights: dict[tuple[str, str], Right | None]) -> None:
    admin = team.entered(Role.ADMIN)
    foreign = [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": team.desk.origin.replace("http", "https")},
        {"origin": f"{team.desk.origin}.elsewhere.example"},
        {"origin": f"http://elsewhere.example@{team.desk.origin.removeprefix('http://')}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ]
    for method, path in rights:
        if method not in SAFE:
            for headers in foreign:
                assert asked(admin, method, path, **headers) == 403, (path, headers)
    own = {"origin": team.desk.origin, "sec-fetch-site": "same-origin"}
    assert asked(admin, "POST", "/people/invite", **own) == 422  # let through to the form, which is empty
