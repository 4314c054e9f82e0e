"""Two people, or two tabs of one, save the same thing: the second sees both, nothing is lost, and nothing fails."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from starlette.testclient import TestClient

from corpus.domain.people import Role
from corpus.store.accounts import Accounts
from corpus.store.additions import Abstracts
from corpus.store.cases import Cases
from corpus.store.trail import Trail
from tests.desk.hostile import compare, fill
from tests.desk.visitors import Team, database_of, team_at

PATH = "study/label"
SECOND = 'pubmed:1"><script>window.harmed=1</script>'  # the record whose abstract people add
TIMES = 3  # that two meet at the same moment


@dataclass
class World:
    """A desk with a case that the admin codes."""

    team: Team
    case: str

    def tab(self, role: Role = Role.ADMIN, key: str = "admin") -> TestClient:
        """One more tab, with a session of its own."""
        return self.team.entered(role, key, follow_redirects=True)

    def save(self, client: TestClient, was: str, value: str, path: str = PATH) -> list[dict[str, str]]:
        """What clashes."""
        change = {"path": path, "was": was, "value": value}
        reply = client.post(f"/coding/{self.case}/save", json={"changes": [change]})
        assert reply.status_code == 200, reply.text
        clashes: list[dict[str, str]] = reply.json()["clashes"]
        return clashes

    def kept(self, path: str = PATH) -> str:
        with self.team.desk.database.read() as session:
            return Cases(session).values(self.case, "admin").get(path, "")

    def told(self, entity: str) -> list[str]:
        """What the trail tells of an entity, the newest first."""
        with self.team.desk.database.read() as session:
            return [event.told for event in Trail(session).of([entity])]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with team_at(database_of(request, tmp_path_factory)) as team:
        client = team.entered(Role.ADMIN, follow_redirects=True)
        yield World(team, fill(team.desk, client, "admin"))


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    """All of them, begun at the same moment."""
    begin = Barrier(len(doings))

    def one(doing: Callable[[], Any]) -> Any:
        begin.wait()
        return doing()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [done.result() for done in [pool.submit(one, doing) for doing in doings]]


def test_the_second_of_two_tabs_sees_both_values(world: World) -> None:
    one, other, before = world.tab(), world.tab(), world.kept()
    assert world.save(one, before, "typed in one tab") == []
    clash = {"path": PATH, "mine": "typed in the other", "theirs": "typed in one tab"}
    assert world.save(other, before, "typed in the other") == [clash]
    assert world.kept() == "typed in one tab"
    assert world.save(one, before, "typed in one tab") == []  # a reply that was lost: saved once
    (latest, *_) = told = world.told(f"draft/{world.case}/admin/{PATH}")
    assert ("typed in one tab" in latest, "".join(told).count("typed in one tab")) == (True, 1)
    assert world.save(other, "typed in one tab", "typed in the other") == []  # having seen it
    assert world.kept() == "typed in the other"
    assert "typed in one tab" in "".join(world.told(f"draft/{world.case}/admin/{PATH}"))
    # Emptying is a change as well, and so is filling what somebody has emptied.
    assert world.save(one, "typed in the other", "") == []
    assert world.save(other, "typed in the other", "more")[0]["theirs"] == ""


def test_tabs_at_the_same_moment(world: World) -> None:
    tabs = [world.tab() for _ in range(3)]
    for number in range(TIMES):
        was = world.kept()
        values = [f"{number} of tab {at}" for at in range(len(tabs))]
        saves = [partial(world.save, tab, was, value) for tab, value in zip(tabs, values, strict=True)]
        found = at_once(*saves)
        (kept,) = [value for value, clashes in zip(values, found, strict=True) if not clashes]
        assert world.kept() == kept
        assert [clashes[0]["theirs"] for clashes in found if clashes] == [kept] * 2
        # Values of their own are in nobody's way.
        paths = [f"study/outcomes/{at + 1}/construct" for at in range(len(tabs))]
        olds = [world.kept(path) for path in paths]
        saves = [
            partial(world.save, tab, old, f"{number}", path) for tab, old, path in zip(tabs, olds, paths, strict=True)
        ]
        assert at_once(*saves) == [[], [], []]
        assert [world.kept(path) for path in paths] == [f"{number}"] * 3


def test_the_second_who_types_an_abstract_sees_the_first(world: World) -> None:
    anna, bo = (world.tab(Role.CODER, key) for key in ("anna", "bo"))
    address = "/screening/title_abstract/abstract"
    with world.team.desk.database.read() as session:
        (before,) = Abstracts(session).of([SECOND])
    form = {"record": SECOND, "was": before.text}
    assert anna.post(address, data={**form, "abstract": "As Anna\r\nreads it."}).status_code == 200
    refused = bo.post(address, data={**form, "abstract": "As Bo reads it."})
    assert refused.status_code == 422
    assert "typed another abstract meanwhile, which stands" in refused.text
    assert "As Anna\r\nreads it." in refused.text
    assert (
        bo.post(address, data={**form, "was": "As Anna\nreads it.", "abstract": "As both read it."}).status_code == 200
    )
    assert bo.post(address, data={**form, "abstract": "As both read it."}).status_code == 200  # a lost reply


def test_two_at_the_same_moment_never_fail(world: World) -> None:
    """The same decision, word, place or abstract twice at once, as a key that is pressed twice sends it."""
    tabs = [world.tab(), world.tab()]
    for number in range(TIMES):
        posts: list[tuple[str, dict[str, str]]] = [
            ("/screening/title_abstract/decide", {"record": SECOND, "verdict": "include" if number % 2 else "maybe"}),
            ("/screening/words", {"text": f"word{number}", "kind": "for"}),
            ("/screening/title_abstract/skip", {"record": SECOND}),
            ("/full-texts/link", {"record": SECOND, "url": f"https://x.example/{number}"}),
            ("/screening/title_abstract/abstract", {"record": SECOND, "abstract": f"{number}"}),
            ("/coding/begin", {"case": world.case}),
        ]
        for path, form in posts:
            statuses = [done.status_code for done in at_once(*(partial(tab.post, path, data=form) for tab in tabs))]
            assert max(statuses) < 500, (path, statuses)
            assert 200 in statuses or path.endswith("abstract"), (path, statuses)


def test_a_place_is_taken_once(world: World) -> None:
    for number in range(TIMES):
        link = world.tab().post("/people/invite", data={"name": "Cy", "role": "coder"}).text
        token = re.search(r"token=([\w-]+)", link)
        assert token is not None
        password = "four words in a row"
        form = {"token": token[1], "name": "Cy", "password": password}
        keys = [f"cy{number}a", f"cy{number}b"]
        posts = [partial(world.team.nobody().post, "/invitation", data={**form, "key": key}) for key in keys]
        statuses = [done.status_code for done in at_once(*posts)]
        assert sorted(statuses) in ([303, 403], [303, 422])
        with world.team.desk.database.read() as session:
            assert sum(one.key.startswith(f"cy{number}") for one in Accounts(session).all()) == 1


def test_the_second_who_settles_sees_what_the_first_said(world: World) -> None:
    """Last, since nobody codes the case any more afterwards."""
    path = "study/outcomes/1/instrument"
    compare(world.team.desk, world.case, "admin")
    ada, eve = (world.tab(Role.ADJUDICATOR, key) for key in ("ada", "eve"))
    page = ada.get(f"/compare/{world.case}").text
    assert 'name="seen" value=""' in page
    form = {"path": path, "seen": ""}
    first = ada.post(f"/compare/{world.case}/settle", data={**form, "value": "Ada's value", "reason": "page 3"})
    assert first.status_code == 200
    second = {**form, "value": "Eve's value", "reason": "page 4"}
    refused = eve.post(f"/compare/{world.case}/settle", data=second)
    assert refused.status_code == 422
    for text in ("ada settled it meanwhile", "Ada&#39;s value", "page 3", "Eve&#39;s value"):
        assert text in refused.text
    found = re.search(
        r'name="path" value="study/outcomes/1/instrument"><input type="hidden" name="seen" value="([^"]+)"',
        ada.get(f"/compare/{world.case}").text,
    )
    assert found is not None
    again = eve.post(f"/compare/{world.case}/settle", data={**second, "seen": found[1]})
    assert again.status_code == 200
    with world.team.desk.database.read() as session:
        settled = Cases(session).settlements(world.case)[path]
    assert (settled.who, settled.value) == ("eve", "Eve's value")
    assert "Ada's value" in "".join(world.told(f"settlement/{world.case}/{path}"))
