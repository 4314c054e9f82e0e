"""What waits beside screening and coding: each queue is filled as life fills it, worked on, and read again."""

from collections.abc import Iterator

import pytest
from httpx import Response
from starlette.testclient import TestClient

from corpus.desk.desk import Desk
from corpus.domain.links import LinkVerdict
from corpus.domain.screening import Stage, State, Verdict
from corpus.protocol import read_protocol
from corpus.store import Store
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.store.trail import Trail
from corpus.works.deciding import Screening
from corpus.works.queueing import renew_queue
from tests.desk.marks import seen_on
from tests.desk.opened import opened_desk
from tests.desk.queue_world import ONE, PAGE, A, B, C, fill, give_notice


@pytest.fixture
def desk(loaded: str) -> Iterator[tuple[Desk, TestClient]]:
    """A desk of one person, with three records of which two may be one work, and a page that leads nowhere."""
    with opened_desk(loaded) as (desk, door):
        client = door.solo()
        fill(desk)
        yield desk, client


def test_a_pair_is_shown_side_by_side_and_said_to_be_one(desk: tuple[Desk, TestClient]) -> None:
    held, client = desk
    decide(held, A, Verdict.INCLUDE)
    shown = client.get("/duplicates").text
    assert "titles alike, years differ" in shown
    assert "made-up trial &lt;b&gt;again&lt;/b&gt;" in shown
    assert shown.count('class="differs"') == 2  # title and year; where they are from differs always, and is not marked
    done = of_pair(client, saying="same", note="read both")
    assert "No pair waits" in done.text
    with held.database.read() as session:
        queue = Queue(session)
        assert queue.members(A) == (A, B)
        work = queue.work(B)
        assert work is not None
        assert (work.key, work.stage) == (A, Stage.FULL_TEXT)  # the decision on one record is one on the work
        (link,) = Links(session).about([A])
        assert (link.verdict, link.reason, link.by) == (LinkVerdict.SAME, "the same publication: read both", me(held))
        assert any(event.entity == f"link/{A}/{B}" for event in Trail(session).by(me(held)))
    assert "the same publication: read both" in client.get("/trail", params={"record": B}).text


def test_what_was_said_of_a_pair_can_be_undone_and_no_decision_is_lost(desk: tuple[Desk, TestClient]) -> None:
    held, client = desk
    of_pair(client, saying="same")
    decide(held, A, Verdict.EXCLUDE, held.criteria.exclude[0].key)
    links = client.get("/duplicates/of", params={"record": B}).text
    assert "the same publication" in links
    form = {"a": A, "b": B, "saying": "apart", "note": "two samples", "of": A, "seen": seen_on(links)}
    done = client.post("/duplicates", data=form)
    assert "two different studies: two samples" in done.text
    with held.database.read() as session:
        first, second = Queue(session).work(A), Queue(session).work(B)
        assert first is not None
        assert second is not None
        assert first.state is State.EXCLUDED  # the record that was read keeps its decision
        assert (second.key, second.state, second.title) == (B, State.WAITING, ONE.title)
    renew_queue(held.database.write, read_protocol())  # and the weekly renewal sees it in the same way
    with held.database.read() as session:
        again = Queue(session).work(A), Queue(session).work(B)
        assert [one and (one.key, one.state) for one in again] == [(A, State.EXCLUDED), (B, State.WAITING)]


def test_two_publications_of_one_study_are_decided_together(desk: tuple[Desk, TestClient]) -> None:
    _, client = desk
    of_pair(client, saying="one_study")
    shown = client.get("/screening/title_abstract", params={"record": A}).text
    assert "Decided together" in shown
    assert "same study: two publications of one study" in shown


def test_a_pair_that_is_none_is_refused(desk: tuple[Desk, TestClient]) -> None:
    _, client = desk
    done = client.post("/duplicates", data={"a": A, "b": C, "saying": "same"})
    assert done.status_code == 422
    assert "not in the queue any more" in done.text
    assert client.post("/duplicates", data={"a": A, "b": B, "saying": "perhaps"}).status_code == 422


def test_a_page_is_tied_to_the_work_it_tells_of(desk: tuple[Desk, TestClient]) -> None:
    _, client = desk
    assert "A hormone that helps?" in client.get("/untraced").text
    assert "Another made-up work" in client.get("/untraced", params={"words": "another made-up"}).text
    done = client.post("/untraced/tie", data={"name": f"secondary_page:{PAGE.source_id}", "work": C})
    assert "No page waits" in done.text
    assert "A hormone that helps?" in client.get("/screening/title_abstract", params={"record": C}).text


def test_a_page_that_tells_of_no_study_waits_no_longer(desk: tuple[Desk, TestClient]) -> None:
    held, client = desk
    name = f"secondary_page:{PAGE.source_id}"
    assert client.post("/untraced/none", data={"name": "pubmed:1"}).status_code == 422
    assert "No page waits" in client.post("/untraced/none", data={"name": name, "note": "an advertisement"}).text
    assert renew_queue(held.database.write, read_protocol()).backlog.untraced == 0


def test_a_notice_waits_until_a_person_says_what_follows(desk: tuple[Desk, TestClient]) -> None:
    held, client = desk
    report = give_notice(held)
    shown = client.get("/notices").text
    assert f"Expression of concern: {report}" in shown
    assert "https://doi.org/10.5555/notice" in shown
    item = f"{report}|expression of concern|10.5555/notice"
    for note in ({"note": " "}, {"note": ""}, {}):  # a browser sends an empty field, which forms take for none
        silent = client.post("/notices", data={"item": item, "outcome": "unchanged", **note})
        assert silent.status_code == 422
        assert "Say in a few words why" in silent.text
    assert client.post("/notices", data={"item": item, "outcome": "mended", "note": "x"}).status_code == 422
    done = client.post("/notices", data={"item": item, "outcome": "unchanged", "note": "it is about a figure"})
    assert f"Nothing changes, says {me(held)}" in done.text
    assert waiting(client)["notices"] == 0


def test_what_a_reader_tells_reaches_the_reviewers_beside_what_is_coded(desk: tuple[Desk, TestClient]) -> None:
    held, client = desk
    with held.database.read() as session:
        study = next(one for one in Store(session).load().studies if one.effects)
    effect, door = study.effects[0], TestClient(client.app, base_url=client.base_url)
    about = f"study/{study.key}/{effect.key}"
    assert about in door.get("/tell", params={"about": about}).text
    assert "Thank you" in door.post("/tell", data={"about": about, "said": "Table 2 <script>says</script> 3"}).text
    assert "Say in a few words what is wrong" in door.post("/tell", data={"about": about, "said": ""}).text
    door.post("/tell", data={"said": "buy this", "website": "https://spam.example"})
    assert waiting(client)["reported"] == 1
    shown = client.get("/reported").text
    assert "Table 2 &lt;script&gt;says&lt;/script&gt; 3" in shown
    assert effect.source.locator.split("&")[0] in shown
    done = client.post("/reported", data={"item": 1, "outcome": "as_printed", "note": "the article says so"})
    assert "The source prints it so, says" in done.text
    assert waiting(client)["reported"] == 0
    for _ in range(4):
        assert door.post("/tell", data={"said": "again"}).status_code == 200
    assert "later" in door.post("/tell", data={"said": "again"}).text
    assert client.post("/reported", data={"item": 99, "outcome": "mended", "note": "x"}).status_code == 422


def test_authors_are_asked_by_a_letter_that_is_drafted_from_the_gaps(desk: tuple[Desk, TestClient]) -> None:
    _, client = desk
    before = waiting(client)["authors"]
    assert before > 0
    first = client.get("/authors").text.partition('href="/authors/')[2].partition('"')[0]
    shown = client.get(f"/authors/{first}").text
    assert "could you help us" in shown.lower()
    assert "We read: " in shown
    assert "Asked, says" in client.post(f"/authors/{first}", data={"outcome": "asked", "note": "by e-mail"}).text
    assert waiting(client)["authors"] == before  # an answer is still to come
    seen = seen_on(client.get(f"/authors/{first}").text)
    client.post(f"/authors/{first}", data={"outcome": "no_answer", "note": "asked twice", "seen": seen})
    assert waiting(client)["authors"] == before - 1
    assert client.get("/authors/nobody").status_code == 422


def of_pair(client: TestClient, **said: str) -> Response:
    """Say what the pair that is shown is."""
    seen = seen_on(client.get("/duplicates").text)
    done: Response = client.post("/duplicates", data={"a": A, "b": B, "seen": seen, **said})
    assert done.status_code == 200, done.text
    return done


def me(desk: Desk) -> str:
    """Who works at a desk of one person."""
    from corpus.desk.running import _solo

    return _solo().key


def waiting(client: TestClient) -> dict[str, int]:
    """What the page of queues counts."""
    import re

    found = re.findall(r'href="/(\w+)" data-key="\d" data-does="\w+"><strong>([\d ]+)<', client.get("/queues").text)
    assert len(found) == 6
    return {name: int(count.replace(" ", "")) for name, count in found}


def decide(desk: Desk, record: str, verdict: Verdict, reason: str = "") -> None:
    """A decision of the one person."""
    with desk.database.write() as session:
        screening = Screening(session, desk.criteria, 1)
        screening.decide(me(desk), Stage.TITLE_ABSTRACT, [record], verdict, reason)
