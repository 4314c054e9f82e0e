"""Every form of the queues, of people, words and full texts, by two people with different values: the second sees both.

Nothing of the first is replaced before the second has seen it; then the second may put another word in its place.
"""

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any

import pytest
from starlette.testclient import TestClient

from corpus.domain.links import LinkVerdict
from corpus.domain.matters import MatterKind
from corpus.domain.people import Role
from corpus.store.accounts import Accounts
from corpus.store.additions import FullTexts, Highlights
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.trail import Trail
from tests.desk.marks import seen_on
from tests.desk.queue_world import PAGE, A, B, C, fill, give_notice
from tests.desk.visitors import Team, team_at

NAME = f"secondary_page:{PAGE.source_id}"
HX = {"hx-request": "true", "hx-current-url": "http://127.0.0.1:8765/queues?after=1"}
Form = Mapping[str, str]


class World:
    """A desk whose queues are full, and two admins who look at the same pages."""

    def __init__(self, team: Team) -> None:
        self.team = team
        fill(team.desk)
        self.report = give_notice(team.desk)
        self.ada = team.entered(Role.ADMIN, "ada", follow_redirects=True)
        self.eve = team.entered(Role.ADMIN, "eve", follow_redirects=True)
        team.account("kim", Role.CODER)

    def stands(self, what: str) -> Any:
        """What the database holds of a thing."""
        with self.team.desk.database.read() as session:
            if what in tuple(MatterKind):
                return {
                    (one.outcome.value, one.note, one.who) for one in Matters(session).dealt(MatterKind(what)).values()
                }
            if what == "kim":
                kim = Accounts(session).get("kim")
                return kim and (kim.role, kim.active)
            if what == "word":
                return Highlights(session).all()["labour"]
            return [(one.verdict, one.reason, one.by) for one in Links(session).about([what])]

    def told(self, entity: str) -> str:
        """What the trail tells of an entity."""
        with self.team.desk.database.read() as session:
            return " ".join(event.told for event in Trail(session).of([entity]))


@pytest.fixture
def world(loaded: str) -> Iterator[World]:
    with team_at(loaded) as team:
        yield World(team)


def refused(reply: Any, *texts: str) -> Form:
    """The second is told who and what, beside the own text; what is sent once more when they insist."""
    assert reply.status_code == 409, (reply.status_code, reply.text)
    assert reply.headers["hx-retarget"] == "#message"
    shown = unescape(reply.text)
    for text in ("was here meanwhile", "not saved yet", 'href="/queues?after=1"', *texts):
        assert text in shown, (text, shown)
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', reply.text)}


def both(world: World, path: str, first: Form, second: Form, *texts: str) -> None:
    """Ada says something, Eve something else from the older page; once more is as good as once; then Eve insists."""
    assert world.ada.post(path, data=first, headers=HX).status_code == 200
    again = refused(world.eve.post(path, data=second, headers=HX), *texts)
    assert again.keys() >= second.keys()
    assert world.ada.post(path, data=first, headers=HX).status_code == 200  # a reply that was lost
    assert world.eve.post(path, data=again, headers=HX).status_code == 200


def test_people(world: World) -> None:
    seen = seen_on(world.eve.get("/people").text, 'value="kim"')
    first = {"key": "kim", "role": "adjudicator", "active": "true", "seen": seen}
    assert world.ada.post("/people/change", data=first, headers=HX).status_code == 200
    again = refused(
        world.eve.post("/people/change", data={"key": "kim", "role": "coder", "seen": seen}, headers=HX),
        "ada was here",
        "Kim is adjudicator and may enter",
        "Kim is coder and may not enter, does not screen",
    )
    assert world.stands("kim") == (Role.ADJUDICATOR, True)
    assert world.eve.post("/people/change", data=again, headers=HX).status_code == 200
    assert world.stands("kim") == (Role.CODER, False)
    assert '"adjudicator"' in world.told("account/kim")


def test_words(world: World) -> None:
    both(
        world,
        "/screening/words",
        {"text": "labour", "kind": "for"},
        {"text": "Labour ", "kind": "against"},
        "ada",
        "“labour” speaks for inclusion",
        "“labour” speaks for exclusion",
    )
    assert world.stands("word") == "against"


def test_pairs(world: World) -> None:
    seen = seen_on(world.eve.get("/duplicates").text)
    pair = {"a": A, "b": B, "seen": seen}
    note = "I looked in the PDF: same DOI"
    both(
        world,
        "/duplicates",
        {**pair, "saying": "same", "note": note},
        {**pair, "saying": "apart", "note": "no"},
        f"one publication: the same publication: {note}",
        "two different studies (two different studies: no)",
    )
    assert world.stands(A) == [(LinkVerdict.APART, "two different studies: no", "eve")]
    assert note in world.told(f"link/{A}/{B}")
    # Said anew from the page of the links, with what it shows now.
    seen = seen_on(world.ada.get("/duplicates/of", params={"record": A}).text)
    form = {"a": A, "b": B, "saying": "one_study", "note": "after all", "of": A, "seen": seen}
    assert world.ada.post("/duplicates", data=form, headers=HX).status_code == 200


def test_pages_have_one_word_at_a_time(world: World) -> None:
    form = {"name": NAME, "seen": ""}
    assert world.ada.post("/untraced/tie", data={**form, "work": C}, headers=HX).status_code == 200
    refused(
        world.eve.post("/untraced/none", data={**form, "note": "an advertisement"}, headers=HX),
        "ada",
        "it tells of “Another made-up work on oxytocin”",
        "it tells of no study (an advertisement)",
    )
    other = refused(world.eve.post("/untraced/tie", data={**form, "work": A}, headers=HX), "ada", "made-up trial")
    assert world.stands("page") == set()
    assert [one[0] for one in world.stands(NAME)] == [LinkVerdict.RELATED]
    assert world.eve.post("/untraced/tie", data=other, headers=HX).status_code == 200
    assert sorted(one[0] for one in world.stands(NAME)) == [LinkVerdict.APART, LinkVerdict.RELATED]
    said = world.ada.get("/untraced/said").text
    assert "It tells of “Oxytocin in a made-up trial" in said
    none = {"name": NAME, "note": "it is a joke", "seen": seen_on(said)}
    assert world.ada.post("/untraced/none", data=none, headers=HX).status_code == 200
    assert {one[0] for one in world.stands(NAME)} == {LinkVerdict.APART}  # no tie beside "no study"
    assert world.stands("page") == {("no_study", "it is a joke", "ada")}


def test_what_was_said_of_a_page_can_be_taken_back(world: World) -> None:
    tie = {"name": NAME, "work": C, "seen": ""}
    for path, form in (("tie", tie), ("none", {"name": NAME, "note": "x", "seen": ""})):
        assert world.ada.post(f"/untraced/{path}", data=form, headers=HX).status_code == 200
        assert "No page waits" in world.ada.get("/untraced").text
        leads = world.eve.get("/duplicates/of", params={"record": NAME}, follow_redirects=False)
        assert leads.headers["location"] == "/untraced/said"
        back = {"name": NAME, "seen": seen_on(world.eve.get("/untraced/said").text)}
        assert refused(world.eve.post("/untraced/again", data={"name": NAME, "seen": "older"}, headers=HX), "ada")
        assert "Nobody has said anything" in world.eve.post("/untraced/again", data=back, headers=HX).text
        assert world.eve.post("/untraced/again", data=back, headers=HX).status_code == 200  # pressed twice
        assert "A hormone that helps?" in world.ada.get("/untraced").text
    assert "no_study" in world.told(f"matter/page/{NAME}")
    refused(world.ada.post("/untraced/none", data={**back, "note": "it is"}, headers=HX), "eve", "it waits again")


def test_notices(world: World) -> None:
    item = f"{world.report}|expression of concern|10.5555/notice"
    form = {"item": item, "seen": seen_on(world.eve.get("/notices").text)}
    both(
        world,
        "/notices",
        {**form, "outcome": "unchanged", "note": "it is about the other trial"},
        {**form, "outcome": "coded_again", "note": "a table was wrong"},
        "nothing changes: it is about the other trial",
        "coded again (a table was wrong)",
    )
    assert world.stands("notice") == {("coded_again", "a table was wrong", "eve")}


def test_readers(world: World) -> None:
    world.team.nobody().post("/tell", data={"said": "the SD is wrong"})
    form = {"item": "1", "seen": seen_on(world.eve.get("/reported").text)}
    both(
        world,
        "/reported",
        {**form, "outcome": "mended", "note": "an SE was read as an SD"},
        {**form, "outcome": "as_printed", "note": "Table 2"},
        "mended: an SE was read as an SD",
        "the source prints it so (Table 2)",
    )
    assert world.stands("reported") == {("as_printed", "Table 2", "eve")}


def test_authors(world: World) -> None:
    found = re.search(r'href="(/authors/\w+)"', world.eve.get("/authors").text)
    assert found
    form = {"seen": seen_on(world.eve.get(found[1]).text)}
    both(
        world,
        found[1],
        {**form, "outcome": "asked", "note": "by e-mail, 1 May"},
        {**form, "outcome": "not_asked", "note": "they have retired"},
        "asked: by e-mail, 1 May",
        "not to be asked (they have retired)",
    )
    assert world.stands("authors") == {("not_asked", "they have retired", "eve")}


def test_a_full_text_is_not_taken_away_in_place_of_another(world: World) -> None:
    def link(url: str) -> dict[str, str]:
        """Keep an address; what the button beside it sends."""
        done = world.ada.post("/full-texts/link", data={"record": C, "url": url}, headers=HX)
        assert done.status_code == 200
        sent = re.findall(r"hx-post=\"/full-texts/detach\" hx-vals='([^']+)'", done.text)
        return {name: str(value) for name, value in json.loads(unescape(sent[-1])).items()}

    def standing() -> list[str]:
        with world.team.desk.database.read() as session:
            return [one.url for one in FullTexts(session).of([C])]

    older = link("https://x.example/first")
    assert world.ada.post("/full-texts/detach", data=older, headers=HX).status_code == 200
    newer = link("https://x.example/second")
    late = world.eve.post("/full-texts/detach", data=older, headers=HX)
    assert late.status_code == 422
    assert "taken away already" in late.text
    assert standing() == ["https://x.example/second"]
    assert world.eve.post("/full-texts/detach", data=newer, headers=HX).status_code == 200
    assert standing() == []


def test_at_the_same_moment_one_is_told_of_the_other(world: World) -> None:
    """What stands is read after the other's transaction has ended, on both systems."""
    posts = [
        ("/screening/words", {"text": "same moment", "kind": "for"}, {"text": "same moment", "kind": "against"}),
        (
            "/people/change",
            {"key": "kim", "role": "editor", "active": "true"},
            {"key": "kim", "role": "adjudicator", "active": "true"},
        ),
        ("/duplicates", {"a": A, "b": B, "saying": "same"}, {"a": A, "b": B, "saying": "apart"}),
        ("/untraced/none", {"name": NAME}, None),
    ]
    seen = {
        "/people/change": seen_on(world.eve.get("/people").text, 'value="kim"'),
        "/duplicates": seen_on(world.eve.get("/duplicates").text),
    }
    for path, first, second in posts:
        begin = Barrier(2)

        def post(client: TestClient, to: str, form: Form, begin: Barrier = begin) -> int:
            begin.wait()
            return int(client.post(to, data={**form, "seen": seen.get(to, "")}, headers=HX).status_code)

        ways = [(path, first), (path, second) if second else ("/untraced/tie", {"name": NAME, "work": C})]
        with ThreadPoolExecutor(2) as pool:
            doings = [pool.submit(post, client, *way) for client, way in zip((world.ada, world.eve), ways, strict=True)]
            assert sorted(doing.result() for doing in doings) == [200, 409], path
