"""Screening as two reviewers and an adjudicator live it: blind, by stroke, taken back, settled, and told in the trail."""

from collections.abc import Iterator

import pytest

from corpus.commands import check_corpus
from corpus.desk.desk import Desk
from corpus.domain.people import Role
from corpus.domain.screening import Stage, State
from corpus.store.decisions import Decisions
from tests.desk.screened import ONE, TEXTS, THREE, TITLES, TWO, Team, decide, join, screened_desk, shown_record, state


@pytest.fixture
def desk(loaded: str) -> Iterator[tuple[Desk, Team]]:
    """A team at a desk with three records, two of which belong to one study."""
    with screened_desk(loaded) as held:
        yield held


def test_nobody_sees_what_the_other_decided_before_both_have(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    decide(team["anna"], ONE, "exclude", "not_human", note="anna's secret note")
    for client in (team["bo"], team["ada"]):
        for address in (
            TITLES,
            f"{TITLES}?record={ONE}",
            "/works",
            f"/trail?record={ONE}",
            "/trail?who=anna",
            "/trail",
        ):
            assert "secret note" not in client.get(address).text
            assert "not_human" not in client.get(address).text.replace('"reason": "not_human"', "")
    assert "shown here once it is settled" in team["bo"].get(f"/trail?record={ONE}").text
    assert "secret note" in team["anna"].get(f"/trail?record={ONE}").text

    decide(team["bo"], ONE, "include")
    assert state(held, ONE) == (Stage.TITLE_ABSTRACT, State.CONFLICT)
    # That there is a conflict would tell each party what the other said; only who settles it sees both.
    assert "Nothing fits." in team["bo"].get("/works?state=conflict").text
    assert "made-up trial" in team["bo"].get("/works?state=open").text
    assert "secret note" not in team["bo"].get(f"/trail?record={ONE}").text
    shown = team["ada"].get("/conflicts/title_abstract").text
    assert "anna’s secret note".replace("’", "&#39;") in shown
    assert "<strong>bo</strong>: include" in shown


def test_a_conflict_on_the_reason_alone_is_settled_by_one_who_is_no_party(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    decide(team["anna"], THREE, "exclude", "not_human")
    decide(team["bo"], THREE, "exclude", "no_psychotherapy")
    assert state(held, THREE) == (Stage.TITLE_ABSTRACT, State.CONFLICT)
    form = {"record": THREE, "verdict": "exclude", "reason": "not_human"}
    refused = team["bo"].post("/conflicts/title_abstract", data=form)
    assert refused.status_code == 422
    assert "another person settles" in refused.text
    assert "No conflict for you" in team["ada"].post("/conflicts/title_abstract", data=form).text
    assert state(held, THREE) == (Stage.TITLE_ABSTRACT, State.EXCLUDED)
    assert "settled it meanwhile" in team["ada"].post("/conflicts/title_abstract", data=form).text
    late = team["bo"].post(f"{TITLES}/decide", data={"record": THREE, "verdict": "include"})
    assert late.status_code == 422
    assert "ada has settled it; an adjudicator can open it again" in late.text
    with held.database.read() as session:
        assert len(Decisions(session).on([THREE])) == 3  # both opinions stay beside what settled them


def test_an_adjudicator_does_not_settle_what_they_decided_themselves(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    join(held, "eve", Role.ADJUDICATOR)  # who could settle it
    decide(team["ada"], THREE, "include")
    decide(team["bo"], THREE, "exclude", "not_human")
    assert "0 conflicts on title and abstract for you" in team["ada"].get("/conflicts/title_abstract").text
    done = team["ada"].post("/conflicts/title_abstract", data={"record": THREE, "verdict": "include"})
    assert done.status_code == 422
    assert "another person settles" in done.text


def test_related_reports_are_one_decision_and_one_undo(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    shown = team["anna"].get(f"{TITLES}?record={ONE}").text
    assert f'name="also" value="{TWO}"' in shown
    decide(team["anna"], ONE, "include", also=[TWO])
    with held.database.read() as session:
        assert {one.record for one in Decisions(session).all()} == {ONE, TWO}
    undone = team["anna"].post(f"{TITLES}/undo")
    assert "Taken back." in undone.text
    with held.database.read() as session:
        assert Decisions(session).all() == ()
    nothing = team["anna"].post(f"{TITLES}/undo")
    assert nothing.status_code == 422
    assert "nothing of yours to undo" in nothing.text
    assert sum("entity=screening" in line for line in team["anna"].get("/trail?who=anna").text.splitlines()) == 4


def test_what_is_skipped_comes_last_and_still_comes(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    client = team["anna"]
    first = shown_record(client.get(TITLES).text)
    page = client.post(f"{TITLES}/skip", data={"record": first}).text
    seen = []
    for _ in range(2):
        seen.append(shown_record(page))
        page = decide(client, seen[-1], "maybe")
    assert first not in seen
    assert shown_record(page) == first
    assert "Nothing waits for you here" in decide(client, first, "maybe")


def test_a_missing_abstract_is_added_in_place_and_a_given_one_is_not_replaced(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    assert "No source gives an abstract" in team["anna"].get(f"{TITLES}?record={TWO}").text
    added = team["anna"].post(f"{TITLES}/abstract", data={"record": TWO, "abstract": "Typed <i>by</i> hand."})
    assert "Typed &lt;i&gt;by&lt;/i&gt; hand." in added.text
    assert "Abstract added by anna" in team["bo"].get(f"{TITLES}?record={TWO}").text
    refused = team["anna"].post(f"{TITLES}/abstract", data={"record": ONE, "abstract": "mine"})
    assert refused.status_code == 422
    assert "it stays as it is" in refused.text


def test_both_stages_lead_to_coding(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    early = team["anna"].post(f"{TEXTS}/decide", data={"record": ONE, "verdict": "include"})
    assert "has not passed title and abstract" in early.text
    for name in ("anna", "bo"):
        decide(team[name], ONE, "maybe" if name == "bo" else "include")  # both send it on
    assert state(held, ONE) == (Stage.FULL_TEXT, State.WAITING)
    assert "Nothing waits for you here" not in team["anna"].get(TEXTS).text
    for name in ("anna", "bo"):
        decide(team[name], ONE, "include", stage=TEXTS)
    assert state(held, ONE) == (Stage.FULL_TEXT, State.INCLUDED)
    assert "made-up trial" in team["anna"].get("/coding").text
    shown = team["ada"].get("/screening/agreement").text
    assert "anna" in shown
    assert "AC1" in shown


def test_decisions_that_no_protocol_knows_are_refused_in_words(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    for form, said in (
        ({"record": ONE, "verdict": "exclude"}, "an exclusion needs a reason"),
        ({"record": ONE, "verdict": "exclude", "reason": "dull"}, "an exclusion needs a reason"),
        ({"record": ONE, "verdict": "include", "reason": "not_human"}, "a reason goes with an exclusion only"),
        ({"record": "pubmed:999", "verdict": "include"}, "no such record in the queue"),
        ({"record": ONE, "verdict": "perhaps"}, "verdict"),
    ):
        done = team["anna"].post(f"{TITLES}/decide", data=form)
        assert done.status_code == 422
        assert said in done.text.lower()


def test_the_chain_of_the_trail_holds_and_a_forged_event_is_found(desk: tuple[Desk, Team], loaded: str) -> None:
    from sqlalchemy import text

    held, team = desk
    decide(team["anna"], ONE, "include")
    decide(team["bo"], ONE, "include")
    assert not [one for one in check_corpus(loaded) if one.severity == "error"]
    with held.database.write() as session:
        forged = "UPDATE audit_event SET told = replace(told, 'include', 'exclude') WHERE entity LIKE 'screening/%bo'"
        assert session.connection().execute(text(forged)).rowcount == 1
    (found,) = [one for one in check_corpus(loaded) if one.severity == "error"]
    assert "its content does not match its hash" in found.message
