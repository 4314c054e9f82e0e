"""Judging bias at the desk, without a browser: taking up, what is asked, what the algorithm says, and the comparison."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.codebook import BiasLevel
from corpus.commands import load_corpus
from corpus.desk.desk import Desk
from corpus.domain import BiasJudgement
from corpus.domain.people import Role
from corpus.instruments import instruments
from corpus.store.cases import Cases
from tests.desk.judging import CASE, ROW, begun_twice
from tests.desk.opened import Door, opened_desk

HTMX = {"hx-request": "true"}
DOMAINS = list(instruments()["rob2"].domains)
LOW = {
    1: {"q1_1": "yes", "q1_2": "yes", "q1_3": "no"},
    2: {"q2_1": "no", "q2_2": "no", "q2_6": "yes"},
    3: {"q3_1": "yes"},
    4: {"q4_1": "no", "q4_2": "no", "q4_3": "no"},
    5: {"q5_1": "yes", "q5_2": "no", "q5_3": "no"},
}


@pytest.fixture
def team(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[str, Desk, Door]]:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'corpus.sqlite')}"
    with opened_desk(url, team=True) as (desk, door):
        yield url, desk, door


@pytest.fixture
def team_on_both(loaded: str) -> Iterator[tuple[str, Desk, Door]]:
    with opened_desk(loaded, team=True) as (desk, door):
        yield loaded, desk, door


def judged(answers: Mapping[int, Mapping[str, str]]) -> dict[str, str]:
    """The values of RoB 2 with these answers, and facts for every domain."""
    found = {f"{ROW}/{n}/answers/{key}": answer for n, given in answers.items() for key, answer in given.items()}
    return found | {f"{ROW}/{number}/support": "made up" for number in range(1, len(DOMAINS) + 1)}


def save(client: TestClient, values: Mapping[str, str], was: str = "") -> None:
    changes = [{"path": path, "was": was, "value": value} for path, value in values.items()]
    done = client.post(f"/coding/{CASE}/save", json={"changes": changes})
    assert done.json() == {"saved": len(changes), "clashes": []}, done.text


def take_up(client: TestClient, instrument: str = "rob2", result: str = "effect 1") -> str:
    data = {"instrument": instrument, "result": result}
    done = client.post(f"/appraising/{CASE}/take-up", data=data, headers=HTMX)
    return f"{done.status_code} {done.text}"


def coders(desk: Desk, door: Door) -> tuple[TestClient, TestClient, TestClient]:
    """An editor and two coders, with the case begun by both."""
    editor, anna, bo = door.member("ada", Role.ADMIN), door.member("anna", Role.CODER), door.member("bo", Role.CODER)
    with desk.database.write() as session:
        begun_twice(session, "anna", "bo")
    return editor, anna, bo


def said(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_an_instrument_is_taken_up_once_for_a_result_and_its_questions_come_as_they_are_asked(
    team: tuple[str, Desk, Door],
) -> None:
    _, desk, door = team
    _, anna, _ = coders(desk, door)
    text = take_up(anna)
    assert all(f'id="f-study-risk_of_bias-{n + 1}-support"' in text for n in range(len(DOMAINS)))
    assert 'name="q2_6"' in text
    assert 'name="q2_3"' not in text
    assert "taken up for this result already" in take_up(anna)
    assert take_up(anna, "rob2", "effect 9").startswith("422")
    assert take_up(anna, "astrology").startswith("422")

    save(anna, {f"{ROW}/2/answers/q2_1": "yes"})
    address = f"/appraising/{CASE}/judgement?judgement={ROW}/2&q2_1=yes&q2_2=&q2_6="
    came_up = anna.get(address, headers=HTMX).text
    assert re.findall(r'id="ask-[^"]+-(q\d_\d)"', came_up) == ["q2_3"]
    assert 'hx-swap-oob="true"' in came_up
    assert "not decided yet" in said(came_up)
    save(anna, {f"{ROW}/2/answers/{key}": answer for key, answer in {"q2_2": "no", "q2_3": "no", "q2_6": "no"}.items()})
    settled = anna.get(address + "&q2_3=no", headers=HTMX).text
    assert re.findall(r'id="ask-[^"]+-(q\d_\d)"', settled) == ["q2_7"]
    save(anna, {f"{ROW}/2/answers/q2_7": "probably_yes"})
    decided = said(anna.get(address + "&q2_3=no&q2_7=no", headers=HTMX).text)
    assert decided == "The algorithm says high risk . It got there by: 2.3 no, 2.6 no, 2.7 probably yes."
    assert "high risk" in anna.get(f"/coding/{CASE}/bias").text


def test_nobody_sees_or_changes_anothers_judgements(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    editor, anna, bo = coders(desk, door)
    take_up(anna)
    save(anna, {f"{ROW}/1/support": "Anna's own words."})
    assert "Anna" not in bo.get(f"/appraising/{CASE}").text.partition("<main")[2]
    assert "no judgement of your draft" in bo.get(f"/appraising/{CASE}/judgement?judgement={ROW}/1").text
    for address in (f"/appraising/{CASE}", f"/appraising/{CASE}/judgement?judgement={ROW}/1"):
        assert editor.get(address).status_code == 422
    assert take_up(editor).startswith("422")
    turned_away = door.anybody().get(f"/appraising/{CASE}", follow_redirects=False)
    assert turned_away.headers["location"] == "/enter"


def test_an_instrument_taken_out_leaves_nothing_in_the_draft(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    _, anna, _ = coders(desk, door)
    take_up(anna)
    take_up(anna, "inspect_sr", "")
    save(anna, judged(LOW))
    anna.post(f"/appraising/{CASE}/take-out", data={"judgement": f"{ROW}/1"}, headers=HTMX)
    with desk.database.read() as session:
        left = {path.split("/")[2] for path in Cases(session).values(CASE, "anna") if path.startswith(ROW)}
    assert left == {"7", "8", "9", "10", "11"}


def test_checks_of_trust_show_what_the_program_computed_and_answer_nothing(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    _, anna, _ = coders(desk, door)
    save(anna, {"study/outcomes/1/instrument": "BDI"})
    save(anna, {"study/effects/1/computation/inputs/m1": "10.03"}, was="10.0")
    text = said(take_up(anna, "inspect_sr", ""))
    assert "No registration is coded." in text
    assert "GRIM: " in text.partition("4.8 ")[2].partition("4.9 ")[0]
    assert "No source that was read marks it as retracted." in text
    with desk.database.write() as session:
        values = Cases(session).values(CASE, "anna")
    assert [path for path in values if "/answers/" in path] == []
    assert [path for path in values if path.startswith(ROW) and path.endswith(("effect", "outcome"))] == []


def test_two_judgements_that_differ_are_settled_answer_by_answer_and_the_algorithm_follows(
    team_on_both: tuple[str, Desk, Door],
) -> None:
    url, desk, door = team_on_both
    editor, anna, bo = coders(desk, door)
    for client, answers in (
        (anna, LOW),
        # Bo holds that people knew what they got, and is asked on; his judgement of the first domain departs, with a reason.
        (bo, LOW | {2: {"q2_1": "yes", "q2_2": "no", "q2_3": "no", "q2_6": "yes"}}),
    ):
        assert take_up(client).startswith("200")
        save(client, judged(answers))
    save(bo, {f"{ROW}/1/level": "some_concerns", f"{ROW}/1/reason": "made up"})
    for client in (anna, bo):
        assert "Every value fits." in client.get(f"/coding/{CASE}/finish").text
        client.post(f"/coding/{CASE}/finish")
    page = said(editor.get(f"/compare/{CASE}").text)
    assert "2 differ, 2 of them not settled" in page  # that Bo was asked 2.3 follows from 2.1
    assert "2.1 Did participants know during the trial what they were assigned to?" in page

    def settle(path: str, value: str) -> str:
        data = {"path": f"{ROW}/{path}", "value": value, "reason": "made up"}
        done = editor.post(f"/compare/{CASE}/settle", data=data, headers=HTMX)
        assert done.status_code == 200, done.text
        return said(done.text)

    # A third answer brings up what only Bo was asked, and then a question that neither was.
    assert "2.3 Did the intended intervention change" in settle("2/answers/q2_1", "probably_yes")
    page = settle("2/answers/q2_3", "yes")
    assert "2.4 Is it likely that these changes affected the outcome?" in page
    assert "4 differ, 2 of them not settled" in page
    page = settle("2/answers/q2_4", "no")
    assert "Deviations from the intended interventions: some concerns" in page
    page = settle("1/level", "")
    assert "0 of them not settled" in page
    assert "Randomisation process: low risk" in page
    assert "Overall: some concerns" in page
    assert "/compare/" in editor.post(f"/compare/{CASE}/accept", headers=HTMX).headers["hx-redirect"]
    (study,) = [one for one in load_corpus(url).studies if one.key == CASE]
    levels = {one.domain: one.level for one in study.risk_of_bias}
    assert levels == {
        **dict.fromkeys(DOMAINS, BiasLevel.LOW),
        "deviations": BiasLevel.SOME_CONCERNS,
        "overall": BiasLevel.SOME_CONCERNS,
    }
    deviations = of(study.risk_of_bias, "deviations")
    assert list(deviations.answers) == ["q2_1", "q2_2", "q2_3", "q2_4", "q2_6"]
    assert deviations.effect == "score_end_of_treatment"
    assert (
        of(study.risk_of_bias, "randomisation").reason == "made up"
    )  # words of our own: the second's stand beside none


def of(judgements: tuple[BiasJudgement, ...], domain: str) -> BiasJudgement:
    (found,) = [one for one in judgements if one.domain == domain]
    return found


def test_a_judgement_that_departs_without_a_reason_keeps_the_coder_from_finishing(team: tuple[str, Desk, Door]) -> None:
    _, desk, door = team
    _, anna, _ = coders(desk, door)
    take_up(anna)
    save(anna, judged(LOW) | {f"{ROW}/3/level": "high"})
    page = said(anna.get(f"/coding/{CASE}/finish").text)
    assert (
        "RoB 2, Missing outcome data (score_end_of_treatment): judged high risk, where the algorithm says low risk"
        in page
    )
    save(anna, {f"{ROW}/3/reason": "made up"})
    assert "Every value fits." in anna.get(f"/coding/{CASE}/finish").text
