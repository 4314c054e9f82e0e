"""A case from begin to corpus, without a browser: two results that one coder has, who may look, and the ways out."""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape

import pytest
from starlette.testclient import TestClient

from corpus.coding.comparing import KEEP
from corpus.commands import check_corpus, load_corpus
from corpus.desk.desk import Desk
from corpus.domain.cases import SETTLED, CaseState
from corpus.domain.people import Role
from corpus.store import Ledger
from corpus.store.cases import Cases
from corpus.store.queue import Queue
from corpus.works.deciding import Screening
from corpus.works.queueing import renew_queue
from tests.desk.judging import CASE, begun_twice
from tests.desk.opened import Door, opened_desk
from tests.desk.queue_world import ONE, THREE, TODAY

HTMX = {"hx-request": "true"}
EFFECT, SECOND = "study/effects/1", "study/effects/2"


@pytest.fixture
def team(loaded: str) -> Iterator[tuple[str, Desk, Door]]:
    with opened_desk(loaded, team=True) as (desk, door):
        yield loaded, desk, door


def coders(desk: Desk, door: Door) -> tuple[TestClient, TestClient, TestClient]:
    """An admin and two coders, with a case begun by both."""
    people = door.member("ada", Role.ADMIN), door.member("zoe", Role.CODER), door.member("bo", Role.CODER)
    with desk.database.write() as session:
        begun_twice(session, "zoe", "bo")
    return people


def post(client: TestClient, address: str, status: int = 200, /, **form: str) -> str:
    """A form as HTMX sends it; what came back, as text."""
    reply = client.post(address, data=form, headers=HTMX)
    assert reply.status_code == status, reply.text[:600]
    return text(reply.text)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split())


def save(
    client: TestClient, values: Mapping[str, str], was: Mapping[str, str] | None = None, status: int = 200
) -> None:
    held = was or {}
    changes = [{"path": path, "was": held.get(path, ""), "value": value} for path, value in values.items()]
    reply = client.post(f"/coding/{CASE}/save", json={"changes": changes}, headers=HTMX)
    assert reply.status_code == status, reply.text
    assert status != 200 or reply.json()["clashes"] == [], reply.text


def values(desk: Desk, who: str, case: str = CASE) -> dict[str, str]:
    with desk.database.read() as session:
        return Cases(session).values(case, who)


def state(desk: Desk, case: str = CASE) -> CaseState:
    with desk.database.read() as session:
        held = Cases(session).get(case)
    assert held is not None
    return held.state


def another(held: Mapping[str, str]) -> dict[str, str]:
    """A second effect, at follow-up, with other figures."""
    begin = f"{EFFECT}/"
    copied = {f"{SECOND}/{path[len(begin) :]}": value for path, value in held.items() if path.startswith(begin)}
    return copied | {
        f"{SECOND}/key": "score_follow_up",
        f"{SECOND}/phase": "follow_up",
        f"{SECOND}/computation/inputs/m1": "9.50",
    }


@pytest.mark.parametrize(("verdict", "kept"), [(KEEP, 2), ("", 1)])
def test_a_result_that_only_one_coder_has_is_kept_or_left_out_as_a_whole(
    team: tuple[str, Desk, Door], verdict: str, kept: int
) -> None:
    url, desk, door = team
    ada, zoe, bo = coders(desk, door)
    save(bo, another(values(desk, "bo")))
    post(zoe, f"/coding/{CASE}/finish")
    post(bo, f"/coding/{CASE}/finish")
    shown = text(ada.get(f"/compare/{CASE}").text)
    assert "1 differs, 1 of them not settled" in shown
    assert "only bo has it" in shown
    assert "9.50" in shown
    assert not any(path.startswith(SECOND) for path in values(desk, SETTLED))
    post(ada, f"/compare/{CASE}/settle", 422, path=SECOND, value="perhaps", reason="?")
    for reason in (" ", "a \x07 bell"):  # it would become part of the study
        post(ada, f"/compare/{CASE}/settle", 422, path=SECOND, value=verdict, reason=reason)
    post(ada, f"/compare/{CASE}/settle", path=SECOND, value=verdict, reason="Table 3 tells of it, or does not")
    post(ada, f"/compare/{CASE}/accept")
    (study,) = [one for one in load_corpus(url).studies if one.key == CASE]
    assert len(study.effects) == kept
    assert study.coding.coded_by == "zoe"  # who opened the case, whatever the alphabet says
    assert study.coding.checked_by == "bo"
    assert [one for one in check_corpus(url) if one.severity == "error"] == []


def test_a_verdict_on_a_whole_item_can_be_turned_round(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    ada, zoe, bo = coders(desk, door)
    save(bo, another(values(desk, "bo")))
    post(zoe, f"/coding/{CASE}/finish")
    post(bo, f"/coding/{CASE}/finish")
    post(ada, f"/compare/{CASE}/settle", path=SECOND, value=KEEP, reason="Table 3")
    with desk.database.read() as session:
        mark = Cases(session).settlements(CASE)[SECOND].mark
    post(ada, f"/compare/{CASE}/settle", path=SECOND, value="", reason="it is of another sample", seen=mark)
    assert not any(path.startswith(SECOND) for path in values(desk, SETTLED))


def test_what_differs_in_wording_is_shown_and_can_be_settled_too(team: tuple[str, Desk, Door]) -> None:
    url, desk, door = team
    ada, zoe, bo = coders(desk, door)
    path = "study/summary"
    save(bo, {path: "In other words."}, values(desk, "bo"))
    post(zoe, f"/coding/{CASE}/finish")
    post(bo, f"/coding/{CASE}/finish")
    shown = text(ada.get(f"/compare/{CASE}").text)
    assert "1 more differs in wording only: zoe's stands" in shown
    assert "In other words." in shown
    post(ada, f"/compare/{CASE}/settle", path=path, value="In better words.", reason="plainer")
    post(ada, f"/compare/{CASE}/accept")
    (study,) = [one for one in load_corpus(url).studies if one.key == CASE]
    assert study.summary == "In better words."


def test_a_finished_coding_stays_as_it_is_until_it_is_taken_up_again(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    _, zoe, _ = coders(desk, door)
    held = values(desk, "zoe")
    post(zoe, f"/coding/{CASE}/finish")
    nonsense = {f"{EFFECT}/computation/inputs/m1": "abc"}
    save(zoe, nonsense, held, status=422)
    post(zoe, f"/coding/{CASE}/way", 422, effect=EFFECT, way="t")
    post(zoe, f"/coding/{CASE}/drop", 422, item=EFFECT)
    assert values(desk, "zoe") == held
    shown = zoe.get(f"/coding/{CASE}/effects").text
    assert "You have finished, so nothing can be changed here." in text(shown)
    assert 'class="whole" disabled' in shown
    post(zoe, f"/coding/{CASE}/reopen")
    save(zoe, nonsense, held)


def test_an_item_taken_out_takes_what_points_to_it_along_and_comes_back_whole(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    _, zoe, _ = coders(desk, door)
    held = values(desk, "zoe")
    assert held[f"{EFFECT}/outcome"] == "1"
    shown = zoe.post(f"/coding/{CASE}/drop", data={"item": "study/outcomes/1"}, headers=HTMX)
    assert "Taken out: Outcome" in text(shown.text)
    left = values(desk, "zoe")
    assert not any(path.startswith("study/outcomes/1/") for path in left)
    assert f"{EFFECT}/outcome" not in left  # another outcome with this number must not inherit the effect
    found = re.search(r"hx-post=\"/coding/[^\"]+/restore\" hx-vals='([^']+)'", shown.text)
    assert found is not None
    back = json.loads(unescape(found.group(1)))
    post(zoe, f"/coding/{CASE}/restore", **back)
    assert values(desk, "zoe") == held
    post(zoe, f"/coding/{CASE}/restore", **back)  # twice is once
    save(zoe, {"study/outcomes/1/construct": "something else"}, held)
    post(zoe, f"/coding/{CASE}/restore", 422, **back)
    for item in ("study", "study/outcomes", "study/effects/1/p", "report/title", "nowhere/1"):
        before = values(desk, "zoe")
        post(zoe, f"/coding/{CASE}/drop", 422, item=item)
        assert values(desk, "zoe") == before


def test_a_place_goes_free_and_a_case_goes_on_with_one(team: tuple[str, Desk, Door]) -> None:
    url, desk, door = team
    ada, zoe, bo = coders(desk, door)
    post(bo, f"/coding/{CASE}/release", 403, coder="zoe")
    post(bo, f"/coding/{CASE}/release")
    assert values(desk, "bo") == {}
    post(zoe, f"/coding/{CASE}/finish")
    assert state(desk) is CaseState.CODING  # a second coder is waited for
    post(zoe, f"/coding/{CASE}/one", 403)
    post(ada, f"/coding/{CASE}/one")
    assert state(desk) is CaseState.COMPARING
    post(ada, f"/coding/{CASE}/release", 422, coder="zoe")
    post(ada, f"/compare/{CASE}/accept")
    (study,) = [one for one in load_corpus(url).studies if one.key == CASE]
    assert study.coding.checked_by != "bo"
    assert "not yet checked" in str(study.coding.checked_by)


def test_an_editor_lets_the_place_of_another_go_free_and_the_trail_keeps_what_was_typed(
    team: tuple[str, Desk, Door],
) -> None:
    _, desk, door = team
    ada, _, bo = coders(desk, door)
    save(bo, {"study/label": "Typed by Bo"}, values(desk, "bo"))
    post(ada, f"/coding/{CASE}/release", coder="bo")
    post(ada, f"/compare/{CASE}/close")
    assert "Typed by Bo" in ada.get(f"/trail?entity=draft/{CASE}/bo").text


def test_coding_a_study_anew_is_blind_for_whoever_begins_it(team: tuple[str, Desk, Door]) -> None:
    url, desk, door = team
    study = next(one for one in load_corpus(url).studies if one.effects)
    printed = study.effects[0].as_reported
    bo = door.member("bo", Role.EDITOR)
    post(bo, "/coding/begin", study=study.key)
    case = f"{study.key}_again"
    first = study.coding.coded_by
    entity = f"draft/{case}/{first}"
    assert any(value == printed for value in values(desk, first, case).values())
    pages = [f"/trail?entity={entity}", "/trail?who=bo", "/trail", f"/coding/{case}/effects", f"/coding/{case}/finish"]
    for page in pages:
        shown = bo.get(page).text
        assert f"{entity}/study/effects" not in shown, page
        assert f">{printed}<" not in shown, page
        assert f"&#34;{printed}&#34;" not in shown, page


def test_a_further_report_joins_the_study_it_tells_of(team: tuple[str, Desk, Door]) -> None:
    url, desk, door = team
    ada, bo = door.member("ada", Role.ADMIN), door.member("bo", Role.CODER)
    with desk.database.write() as session:
        Ledger(session).enter([ONE, THREE], found=TODAY)
    renew_queue(desk.database.write, desk.protocol)
    work = "pubmed:1"
    from corpus.domain.screening import Stage, Verdict

    with desk.database.write() as session:
        screening = Screening(session, desk.criteria, 1)
        for stage in Stage:
            screening.decide("ada", stage, [work], Verdict.INCLUDE)
    study = load_corpus(url).studies[0]
    form = {"work": work, "study": study.key, "kind": "protocol", "basis": "it names the registration"}
    post(bo, "/coding/join", 403, **form)
    post(ada, "/coding/join", 422, **{**form, "study": "nowhere"})
    post(ada, "/coding/join", 422, **{**form, "kind": "review"})
    post(ada, "/coding/join", 422, **{**form, "basis": " "})
    post(ada, "/coding/join", 422, **{**form, "work": "pubmed:3"})  # not included
    assert "It tells of a study of the corpus" in ada.get("/coding").text
    post(ada, "/coding/join", **form)
    corpus = load_corpus(url)
    (again,) = [one for one in corpus.studies if one.key == study.key]
    assert again.reports == (*study.reports, "muster2020")
    (report,) = [one for one in corpus.reports if one.key == "muster2020"]
    assert report.study == study.key
    assert [(link.kind.value, link.to) for link in report.links] == [("protocol_of", study.reports[0])]
    with desk.database.read() as session:
        held = Queue(session).work(work)
    assert held is not None
    assert held.report == "muster2020"
    post(ada, "/coding/join", 422, **form)
    assert [one for one in check_corpus(url) if one.severity == "error"] == []
