"""What a decision is: kept when another takes its place, brought back by an undo, shut where enough have decided, asked about
where others have gone on, and settled by those who may.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from corpus.commands import check_corpus
from corpus.desk.desk import Desk
from corpus.domain.cases import Case, CaseState
from corpus.domain.links import LinkVerdict
from corpus.domain.people import Role
from corpus.domain.screening import Stage, State
from corpus.queues.duplicates import regroup
from corpus.store.cases import Cases
from corpus.store.links import Links
from corpus.store.queue import Queue
from tests.desk.opened import opened_desk
from tests.desk.screened import (
    ONE,
    TEXTS,
    THREE,
    TITLES,
    TWO,
    Team,
    decide,
    fill,
    join,
    made_on,
    renew,
    screened_desk,
    shown_record,
    standing_on,
    state,
)

CONFLICTS = "/conflicts/title_abstract"
WAITING, CONFLICT = (Stage.TITLE_ABSTRACT, State.WAITING), (Stage.TITLE_ABSTRACT, State.CONFLICT)
EXCLUDED, PASSED = (Stage.TITLE_ABSTRACT, State.EXCLUDED), (Stage.FULL_TEXT, State.WAITING)
INCLUDED = (Stage.FULL_TEXT, State.INCLUDED)


@pytest.fixture
def desk(loaded: str) -> Iterator[tuple[Desk, Team]]:
    with screened_desk(loaded) as held:
        yield held


def ticked(page: str, record: str) -> bool | None:
    """Whether a related work is ticked; None where it cannot be."""
    if f'name="also" value="{record}"' not in page:
        return None
    return f'name="also" value="{record}" checked' in page


def say(desk: Desk, verdict: LinkVerdict) -> None:
    """Somebody says whether the trial and the rats are one work."""
    with desk.database.write() as session:
        Links(session).say(ONE, THREE, verdict, reason="seen by a person", who="ada")
        regroup(session, [ONE, THREE], 2)


def both(team: Team, record: str, verdict: str, reason: str = "", stage: str = TITLES) -> None:
    for name in ("anna", "bo"):
        decide(team[name], record, verdict, reason, stage)


# What stood before


def test_a_key_overwrites_no_decision_on_a_related_report_and_undo_brings_back_what_stood(
    desk: tuple[Desk, Team],
) -> None:
    held, team = desk
    assert ticked(team["anna"].get(f"{TITLES}?record={ONE}").text, TWO) is True
    decide(team["anna"], ONE, "include", note="the trial itself")  # without the protocol
    page = team["anna"].get(f"{TITLES}?record={TWO}").text
    assert ticked(page, ONE) is False
    assert "You decided include; tick it to change that" in page
    decide(team["anna"], TWO, "exclude", "not_human")
    assert standing_on(held, ONE, TWO) == {(ONE, "anna", "include"), (TWO, "anna", "exclude")}
    # Ticked all the same, both change; one undo brings both back, the note included.
    decide(team["anna"], TWO, "maybe", also=[ONE])
    assert standing_on(held, ONE, TWO) == {(ONE, "anna", "maybe"), (TWO, "anna", "maybe")}
    team["anna"].post(f"{TITLES}/undo")
    assert standing_on(held, ONE, TWO) == {(ONE, "anna", "include"), (TWO, "anna", "exclude")}
    assert [one.note for one in made_on(held, ONE) if one.ended is None] == ["the trial itself"]
    assert "maybe" in team["anna"].get(f"/trail?record={ONE}").text  # the trail keeps every step


def test_several_undos_go_back_step_by_step(desk: tuple[Desk, Team], loaded: str) -> None:
    held, team = desk
    decide(team["anna"], ONE, "include")
    decide(team["anna"], THREE, "exclude", "not_human")
    decide(team["anna"], ONE, "maybe")  # an older decision, changed by mistake
    for left in (
        {(ONE, "anna", "include"), (THREE, "anna", "exclude")},
        {(ONE, "anna", "include")},
        set(),
    ):
        assert "Taken back." in team["anna"].post(f"{TITLES}/undo").text
        assert standing_on(held, ONE, THREE) == left
    assert team["anna"].post(f"{TITLES}/undo").status_code == 422
    assert not [one for one in check_corpus(loaded) if one.severity == "error"]


def test_undo_takes_back_a_skip_that_came_last(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    client = team["anna"]
    first = shown_record(client.get(TITLES).text)
    second = shown_record(decide(client, first, "include"))
    third = shown_record(client.post(f"{TITLES}/skip", data={"record": second}).text)
    assert third != second
    assert shown_record(client.post(f"{TITLES}/undo").text) == second
    assert standing_on(held, first) == {(first, "anna", "include")}
    assert shown_record(client.get(TITLES).text) == second  # it is no longer put off
    client.post(f"{TITLES}/undo")
    assert standing_on(held, first) == set()


def test_a_decision_survives_a_merge_a_new_decision_and_a_parting(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    decide(team["anna"], ONE, "include")
    decide(team["anna"], THREE, "exclude", "not_human", note="rats")
    say(held, LinkVerdict.SAME)
    assert state(held, ONE) == WAITING  # of one person the newest counts: no conflict with oneself
    seen = team["anna"].get(f"/works/of?record={ONE}").text
    assert "You decided include" in seen
    assert "You decided exclude" in seen
    decide(team["anna"], ONE, "maybe")
    say(held, LinkVerdict.APART)
    assert standing_on(held, ONE, THREE) == {(ONE, "anna", "maybe"), (THREE, "anna", "exclude")}


# Who may still decide


def test_nobody_joins_a_stage_that_a_work_has_left(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    both(team, ONE, "include")
    both(team, ONE, "include", stage=TEXTS)
    cy = join(held, "cy")
    for stage in (TITLES, TEXTS):
        late = cy.post(f"{stage}/decide", data={"record": ONE, "verdict": "exclude", "reason": "not_human"})
        assert late.status_code == 409
        assert "Yours was not needed, and is not kept." in late.text
        assert shown_record(late.text) != ONE  # and the next one, so that keys go on
        moved = cy.get(f"{stage}?record={ONE}", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (303, "/works/of?record=pubmed%3A1")
    assert state(held, ONE) == INCLUDED
    assert {one.who for one in made_on(held, ONE)} == {"anna", "bo"}
    # From the list a work is read, and no key decides.
    listed = cy.get("/works?words=trial").text
    assert "/works/of?record=pubmed%3A1" in listed
    page = cy.get(f"/works/of?record={ONE}").text
    assert 'data-key="i"' not in page
    assert "Included at full text" in page
    assert "change your decision" not in page
    assert "change your decision on full text" in team["bo"].get(f"/works/of?record={ONE}").text


def test_a_change_that_pulls_a_work_back_is_asked_about(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    both(team, ONE, "include")
    both(team, ONE, "include", stage=TEXTS)
    asked = team["bo"].post(f"{TITLES}/undo")
    assert asked.status_code == 409
    assert "With this change it would wait at title and abstract again" in asked.text
    assert "What was decided on its full text is kept" in asked.text
    assert state(held, ONE) == INCLUDED
    form = {"record": ONE, "verdict": "exclude", "reason": "not_human"}
    asked = team["bo"].post(f"{TITLES}/decide", data=form)
    assert asked.status_code == 409
    assert "it would be in conflict at title and abstract" in asked.text
    for name, value in form.items():
        assert f'name="{name}" value="{value}"' in asked.text  # the same is asked for again
    # What changes nothing of where it stands is not asked about.
    assert team["bo"].post(f"{TITLES}/decide", data={"record": ONE, "verdict": "maybe"}).status_code == 200
    assert team["bo"].post(f"{TITLES}/decide", data={**form, "sure": "true"}).status_code == 200
    assert state(held, ONE) == CONFLICT
    decide(team["bo"], ONE, "include")
    assert state(held, ONE) == INCLUDED  # the full text's decisions were kept


def test_what_has_begun_to_be_coded_is_said_before_it_is_pulled_back(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    both(team, ONE, "include")
    both(team, ONE, "include", stage=TEXTS)
    with held.database.write() as session:
        at = datetime.now(UTC)
        case = Case(key="made", work=ONE, study="", base="", coders=2, state=CaseState.CODING, opened_by="anna", at=at)
        Cases(session).open(case)
    asked = team["bo"].post(f"{TEXTS}/undo")
    assert asked.status_code == 409
    assert "Its coding has begun" in asked.text


def test_one_who_works_alone_is_asked_nothing(loaded: str) -> None:
    with opened_desk(loaded) as (desk, door):
        fill(desk)
        me = door.solo()
        decide(me, THREE, "exclude", "not_human")
        assert me.post(f"{TITLES}/undo").status_code == 200
        decide(me, THREE, "exclude", "not_human")
        decide(me, THREE, "include")
        assert state(desk, THREE) == PASSED


def test_no_more_people_are_given_a_work_than_must_decide_on_it(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    cy = join(held, "cy")
    first = shown_record(team["anna"].get(TITLES).text)
    assert shown_record(team["bo"].get(TITLES).text) == first
    other = shown_record(cy.get(TITLES).text)
    assert other != first
    assert shown_record(cy.get(TITLES).text) == other  # and the same again when the page is opened anew
    team["bo"].post(f"{TITLES}/skip", data={"record": first})
    assert shown_record(join(held, "eve").get(TITLES).text) == first
    # The last work is given to whoever asks: a reader may have gone home.
    with held.database.read() as session:
        (*_, last) = Queue(session).next(Stage.TITLE_ABSTRACT, "cy", most=3)
    for record in {ONE, TWO, THREE} - {last.key}:
        decide(cy, record, "include")
    for name in ("anna", "bo", "eve"):
        held.readers.choose(Stage.TITLE_ABSTRACT, name, [last], 2)
    assert shown_record(cy.get(TITLES).text) == last.key


# Related reports


def test_a_related_report_that_is_elsewhere_does_not_stop_the_keys(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    both(team, ONE, "include")
    page = team["anna"].get(f"{TEXTS}?record={ONE}").text
    assert ticked(page, TWO) is None
    assert "It is open at title and abstract" in page
    # Ticked on a page from before, it is told and left as it is.
    said = decide(team["anna"], ONE, "include", stage=TEXTS, also=[TWO])
    assert "Nothing was decided on “Oxytocin and exposure therapy: its made-up protocol”" in said
    assert standing_on(held, TWO) == set()


def test_the_conflict_on_a_related_report_is_settled_with_it(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    decide(team["anna"], ONE, "include", also=[TWO])
    decide(team["bo"], ONE, "exclude", "not_human", also=[TWO])
    page = team["ada"].get(f"{CONFLICTS}?record={ONE}").text
    assert ticked(page, TWO) is True
    done = team["ada"].post(CONFLICTS, data={"record": ONE, "verdict": "include", "also": [TWO]})
    assert "No conflict for you to settle" in done.text
    assert state(held, ONE) == state(held, TWO) == PASSED


# Settling


def differ(team: Team, record: str = THREE) -> None:
    decide(team["anna"], record, "include")
    decide(team["bo"], record, "exclude", "not_human")


def test_what_was_settled_can_be_taken_back_and_settled_anew(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    differ(team)
    team["ada"].post(CONFLICTS, data={"record": THREE, "verdict": "include"})
    assert state(held, THREE) == PASSED
    back = team["ada"].post(f"{CONFLICTS}/undo")
    assert "Taken back." in back.text
    assert shown_record(back.text) == THREE
    assert state(held, THREE) == CONFLICT
    team["ada"].post(CONFLICTS, data={"record": THREE, "verdict": "exclude", "reason": "not_human"})
    assert state(held, THREE) == EXCLUDED
    # Any other adjudicator who is no party may open it, and a party may not.
    listed = team["bo"].get(f"{CONFLICTS}/settled").text
    assert "an adjudicator may" in listed
    refused = team["bo"].post(f"{CONFLICTS}/reopen", data={"record": THREE})
    assert refused.status_code == 422
    assert "ada settled it, and an adjudicator opens it again" in refused.text
    eve = join(held, "eve", Role.ADJUDICATOR)
    assert "Open again" in eve.get(f"{CONFLICTS}/settled").text
    assert "Open again." in eve.post(f"{CONFLICTS}/reopen", data={"record": THREE}).text
    assert state(held, THREE) == CONFLICT
    assert eve.post(f"{CONFLICTS}/reopen", data={"record": THREE}).status_code == 422


def test_opening_again_what_others_have_gone_on_with_is_asked_about(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    differ(team)
    team["ada"].post(CONFLICTS, data={"record": THREE, "verdict": "include"})
    decide(team["anna"], THREE, "include", stage=TEXTS)
    for address, form in (("undo", {}), ("reopen", {"record": THREE})):
        asked = team["ada"].post(f"{CONFLICTS}/{address}", data=form)
        assert asked.status_code == 409
        assert "it would be in conflict at title and abstract" in asked.text
    assert team["ada"].post(f"{CONFLICTS}/undo", data={"sure": "true"}).status_code == 200
    assert state(held, THREE) == CONFLICT


def test_undo_passes_over_what_was_settled(desk: tuple[Desk, Team]) -> None:
    held, team = desk
    decide(team["bo"], ONE, "maybe")
    differ(team)
    team["ada"].post(CONFLICTS, data={"record": THREE, "verdict": "include"})
    undone = team["bo"].post(f"{TITLES}/undo")
    assert undone.status_code == 200
    assert shown_record(undone.text) == ONE
    assert standing_on(held, ONE) == set()


def test_one_person_alone_comes_into_no_conflict(loaded: str) -> None:
    with opened_desk(loaded) as (desk, door):
        fill(desk)
        me = door.solo()
        decide(me, ONE, "include")
        page = me.get(f"{TEXTS}?record={ONE}").text
        assert 'data-key="m"' not in page
        assert 'data-key="i"' in page
        refused = me.post(f"{TEXTS}/decide", data={"record": ONE, "verdict": "maybe"})
        assert refused.status_code == 422
        assert "include or exclude" in refused.text


def test_two_who_are_left_to_themselves_agree_in_the_open(loaded: str) -> None:
    with screened_desk(loaded, {"anna": Role.ADMIN, "bo": Role.CODER}) as (desk, team):
        differ(team)
        assert state(desk, THREE) == CONFLICT
        for client in team.values():
            assert "<strong>1</strong> conflict on titles for you to settle" in client.get("/").text
            page = client.get(CONFLICTS).text
            assert "you agree among yourselves" in page
            assert "<strong>anna</strong>: include" in page
            assert "<strong>bo</strong>: exclude" in page
        # One who says again what they said settles nothing; one who comes round does.
        team["bo"].post(CONFLICTS, data={"record": THREE, "verdict": "exclude", "reason": "not_human", "note": "rats"})
        assert state(desk, THREE) == CONFLICT
        done = team["anna"].post(CONFLICTS, data={"record": THREE, "verdict": "exclude", "reason": "not_human"})
        assert "No conflict for you to settle" in done.text
        assert state(desk, THREE) == EXCLUDED
        assert "as a party; no adjudicator was left" in team["bo"].get(f"{CONFLICTS}/settled").text
        # What they had said independently is what agreement is told from.
        assert "Same decision</dt><dd>0.0%" in team["anna"].get("/screening/agreement").text
        # Either may open it again.
        assert team["bo"].post(f"{CONFLICTS}/reopen", data={"record": THREE}).status_code == 200
        assert state(desk, THREE) == CONFLICT


def test_with_an_adjudicator_the_parties_are_not_shown_what_they_differ_in(desk: tuple[Desk, Team]) -> None:
    _, team = desk
    differ(team)
    assert "<strong>1</strong> conflict on titles for you to settle" in team["ada"].get("/").text
    assert "for you to settle" not in team["bo"].get("/").text.replace("conflicts on", "")
    assert "No conflict for you to settle" in team["bo"].get(f"{CONFLICTS}?record={THREE}").text


def test_whoever_is_left_of_the_parties_ends_the_conflict(loaded: str) -> None:
    roles = {"anna": Role.ADMIN, "bo": Role.CODER}
    with screened_desk(loaded, roles) as (desk, team):
        differ(team)
        change(team["anna"], "bo", role="coder", screens="true")
        assert state(desk, THREE) == CONFLICT
        team["anna"].post(CONFLICTS, data={"record": THREE, "verdict": "exclude", "reason": "not_human"})
        assert state(desk, THREE) == EXCLUDED


# Who screens


def change(client: TestClient, key: str, **form: str) -> str:
    """An admin changes somebody, as the page shows them now."""
    mark = client.get("/people").text.partition(f'name="key" value="{key}"')[2].partition('name="seen" value="')[2]
    done = client.post("/people/change", data={"key": key, "seen": mark.partition('"')[0], **form})
    assert done.status_code == 200, done.text
    return str(done.text)


def test_works_move_on_at_once_when_nobody_is_left_to_decide_on_them(loaded: str) -> None:
    with screened_desk(loaded, {"ann": Role.ADMIN, "bo": Role.CODER}) as (desk, team):
        decide(team["ann"], ONE, "include")
        decide(team["ann"], THREE, "exclude", "not_human")
        page = team["ann"].get("/people").text
        assert "2 people screen, and 2 decide on each work independently." in page
        assert (
            "If one of them leaves or no longer screens, 1 decides, and 2 works that wait with a decision move on"
            in page
        )
        done = change(team["ann"], "bo", role="coder", screens="true")
        assert "From now on 1 decides on each work; until now it was 2." in done
        assert "2 works that waited for another decision moved on." in done
        assert (state(desk, ONE), state(desk, THREE)) == (PASSED, EXCLUDED)
        decide(team["ann"], ONE, "include", stage=TEXTS)
        # Somebody joins: what is settled stays, also when the queue is made anew.
        join(desk, "cy")
        for _ in range(2):
            assert [state(desk, record) for record in (ONE, TWO, THREE)] == [INCLUDED, WAITING, EXCLUDED]
            renew(desk)
        decide(team["ann"], TWO, "include")
        assert state(desk, TWO) == WAITING  # what is not settled yet waits for two


def test_an_account_that_does_not_screen_does_not_count_and_cannot_decide(loaded: str) -> None:
    with screened_desk(loaded, {"boss": Role.ADMIN, "ann": Role.CODER}) as (desk, team):
        decide(team["ann"], ONE, "include")
        assert state(desk, ONE) == WAITING
        assert "1 work that waited for another decision moved on." in change(
            team["boss"], "boss", role="admin", active="true"
        )
        assert state(desk, ONE) == PASSED
        for address in ("decide", "skip", "undo"):
            refused = team["boss"].post(f"{TITLES}/{address}", data={"record": TWO, "verdict": "include"})
            assert refused.status_code == 422
            assert "does not screen" in refused.text
        assert "does not screen" in team["boss"].get(TITLES).text
        differ({"anna": team["ann"], "bo": join(desk, "bo")})
        settled = team["boss"].post(CONFLICTS, data={"record": THREE, "verdict": "include"})  # that is no screening
        assert settled.status_code == 200
        assert state(desk, THREE) == PASSED
