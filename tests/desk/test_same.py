"""Two works that the rules did not see to be one: a coder proposes it, an editor says it, and each can be taken back."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from corpus.desk.desk import Desk
from corpus.domain.links import LinkVerdict
from corpus.domain.people import Role
from corpus.store.links import Links
from corpus.store.proposals import Proposals
from corpus.store.queue import Queue
from tests.desk.marks import seen_on
from tests.desk.opened import opened_desk
from tests.desk.queue_world import A, B, C, fill

Team = dict[str, TestClient]


@pytest.fixture
def desk(loaded: str) -> Iterator[tuple[Desk, Team]]:
    """A team, and three records: the rules are unsure of two, and see nothing in the third."""
    with opened_desk(loaded, team=True) as (desk, door):
        team = {"anna": door.member("anna", Role.CODER), "bo": door.member("bo", Role.CODER)}
        team["ed"] = door.member("ed", Role.EDITOR)
        fill(desk)
        yield desk, team


def members(desk: Desk, record: str) -> tuple[str, ...]:
    with desk.database.read() as session:
        work = Queue(session).work(record)
        assert work is not None
        return Queue(session).members(work.key)


def mark(desk: Desk, record: str) -> str:
    """The mark of the one link of a record."""
    with desk.database.read() as session:
        (link,) = Links(session).about([record])
        return link.mark


def tell(client: TestClient, record: str, other: str, note: str = "", saying: str = "same") -> str:
    done = client.post("/same", data={"record": record, "other": f"|{other}", "saying": saying, "note": note})
    assert done.status_code == 200, done.text
    return str(done.text)


def refused(client: TestClient, address: str = "/same", **form: str) -> str:
    if form.get("other"):
        form["other"] = f"|{form['other']}"
    done = client.post(address, data=form)
    assert done.status_code == 422, done.text
    return str(done.text).lower()


def test_a_coder_proposes_a_pair_with_a_reason_and_an_editor_says_it(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    assert f"/same?record={B}".replace(":", "%3A") in team["anna"].get(f"/works/of?record={B}").text
    looked = team["anna"].get("/same", params={"record": B, "words": "another MADE-UP"}).text
    assert f'value="|{C}"' in looked
    assert f"|{A}" not in looked
    assert "say why" in refused(team["anna"], record=B, other=C, saying="same", note="  ")
    assert "it waits in the queue of pairs" in tell(team["anna"], B, C, "the same 24 patients")
    assert members(held, B) == (B,)  # nothing is joined yet
    assert "anna: the same 24 patients" in team["bo"].get(f"/screening/title_abstract?record={C}").text
    assert "anna has proposed this pair already" in refused(team["bo"], record=C, other=B, saying="same", note="me too")
    assert ">2<" in team["ed"].get("/queues").text
    shown = team["ed"].get("/duplicates").text
    assert "anna holds them to be the same publication: the same 24 patients" in shown
    assert "2 pairs wait" in shown
    assert team["anna"].post("/duplicates", data={"a": B, "b": C, "saying": "same"}).status_code == 403
    form = {"a": B, "b": C, "saying": "same", "note": "yes", "seen": seen_on(shown)}
    done = team["ed"].post("/duplicates", data=form)
    assert "1 pair waits" in done.text
    assert members(held, C) == (B, C)
    assert "link_proposal/" in team["ed"].get("/trail", params={"record": B}).text
    assert "they are one work already" in refused(team["anna"], record=B, other=C, saying="same", note="again")


def test_who_proposed_a_pair_takes_it_back_and_nobody_else_does(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    shown = tell(team["anna"], B, C, "the same 24 patients", "one_study")
    assert "Take back" in shown
    assert "Take back" not in team["bo"].get("/same", params={"record": B}).text
    assert "no proposal of yours" in refused(team["bo"], "/same/back", record=B, a=B, b=C)
    team["anna"].post("/same/back", data={"record": B, "a": B, "b": C})
    with held.database.read() as session:
        assert Proposals(session).all() == []
        assert Links(session).about([C]) == ()


def test_an_editor_says_it_at_once_and_takes_it_back(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    shown = tell(team["ed"], C, B)
    assert "Said." in shown
    assert 'data-key="u"' in shown
    assert members(held, B) == (B, C)
    form = {"record": B, "a": B, "b": C}
    assert team["ed"].post("/same/back", data={**form, "seen": "another"}).status_code != 200  # said meanwhile
    assert team["ed"].post("/same/back", data={**form, "seen": mark(held, C)}).status_code == 200
    assert (members(held, B), members(held, C)) == ((B,), (C,))
    with held.database.read() as session:
        assert Links(session).about([C]) == ()


def test_what_the_rules_said_of_a_pair_stands_again(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    with held.database.read() as session:
        before = Links(session).about([A])
    for saying in ("same", "one_study"):  # said twice, taken back once
        form = {"a": A, "b": B, "saying": saying, "of": A, "seen": mark(held, A)}
        assert "Take back" in team["ed"].post("/duplicates", data=form).text
    team["ed"].post("/same/back", data={"record": A, "a": A, "b": B, "seen": mark(held, A)})
    with held.database.read() as session:
        assert Links(session).about([A]) == before
        assert before[0].verdict is LinkVerdict.UNSURE
    assert "titles alike, years differ" in team["ed"].get("/duplicates").text
    assert (members(held, A), members(held, B)) == ((A,), (B,))


def test_what_an_editor_has_said_is_not_proposed_otherwise(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    form = {"a": A, "b": B, "saying": "apart", "note": "two samples", "seen": mark(held, A)}
    assert team["ed"].post("/duplicates", data=form).status_code == 200
    told = refused(team["anna"], record=A, other=B, saying="same", note="one sample")
    assert "ed has said of this pair: two different studies: two samples" in told.lower()


def test_a_desk_of_one_says_it_at_once(loaded: str) -> None:
    with opened_desk(loaded) as (desk, door):
        client = door.solo()
        fill(desk)
        assert "Said." in tell(client, B, C)
        assert members(desk, C) == (B, C)


def test_only_two_works_can_be_one(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    for form, said in (
        ({"other": "pubmed:none", "saying": "same"}, "not in the queue any more"),
        ({"other": B, "saying": "same"}, "one work already"),
        ({"other": "", "saying": "same"}, "choose the other work first"),
        ({"other": C, "saying": "apart"}, "same, one_study"),
    ):
        assert said in refused(team["anna"], record=B, note="why", **form)
    assert team["anna"].get("/same", params={"record": "pubmed:none"}).status_code == 422
