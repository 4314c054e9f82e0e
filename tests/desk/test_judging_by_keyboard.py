"""RoB 2 for one result, judged twice by keyboard in a real browser, with one difference that is settled."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser

from corpus.codebook import BiasLevel
from corpus.commands import load_corpus
from tests.desk.judging import CASE, ROW, begin_twice
from tests.desk.people import Person, running
from tests.desk.test_judging import LOW, judged
from tests.desk.test_week import invited


def test_two_people_judge_by_keyboard_and_a_third_settles(
    sqlite_template: Path, browser: Browser, tmp_path: Path
) -> None:
    database = tmp_path / "corpus.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{database}"
    with running(url, tmp_path, "--team") as desk:
        admin, anna, bo = (Person(browser, desk) for _ in range(3))
        admin.take_place(desk.door, "Ada Admin", "ada")
        for person, name, key in ((anna, "Anna Muster", "anna"), (bo, "Bo Beispiel", "bo")):
            person.take_place(invited(admin, name, "coder"), name, key)
        begin_twice(url, "anna", "bo")

        judge(anna, LOW)
        # Bo holds that the analysis left people out, and is asked how much that matters.
        judge(bo, {**LOW, 2: {"q2_1": "no", "q2_2": "no", "q2_6": "no", "q2_7": "probably_yes"}})
        assert "The algorithm says high risk. It got there by: 2.1 no, 2.2 no, 2.6 no, 2.7 probably yes." in bo.said()
        for person in (anna, bo):
            person.open(f"/coding/{CASE}/finish")
            assert "Every value fits." in person.said(), person.said()
            with person.page.expect_navigation():
                person.page.keyboard.press("e")

        admin.open(f"/compare/{CASE}")
        assert "1 differs, 1 of them not settled" in admin.said()
        admin.page.keyboard.press("2")  # takes Bo's answer over, and goes on to the reason
        admin.page.keyboard.insert_text("eleven of forty are not in the table (made up)")
        admin.key("Enter")
        assert "2.7 Could it matter much" in admin.said()
        admin.page.keyboard.press("Escape")
        admin.page.keyboard.press("1")  # Anna was not asked: nothing
        admin.page.keyboard.press("Escape")
        admin.page.keyboard.press("v")
        admin.page.keyboard.type("probably no")  # in a list of the answers
        admin.page.keyboard.press("Tab")
        admin.page.keyboard.insert_text("as many left either arm (made up)")
        admin.key("Enter")
        assert "0 of them not settled" in admin.said()
        assert "Deviations from the intended interventions: some concerns" in admin.said()
        admin.page.keyboard.press("Escape")
        with admin.page.expect_navigation():
            admin.page.keyboard.press("e")
        assert "It is in the corpus." in admin.said()
        assert [error for person in (admin, anna, bo) for error in person.errors] == []
        assert "Traceback" not in desk.log()
    (study,) = [one for one in load_corpus(url).studies if one.key == CASE]
    levels = {one.domain: one.level for one in study.risk_of_bias}
    assert levels["deviations"] is levels["overall"] is BiasLevel.SOME_CONCERNS
    assert levels["measurement"] is BiasLevel.LOW


def judge(person: Person, answers: Mapping[int, Mapping[str, str]]) -> None:
    """Take RoB 2 up for the one result, and answer what is asked, by keyboard alone."""
    person.open(f"/coding/{CASE}/bias")
    person.page.keyboard.press("i")
    person.page.keyboard.type("RoB 2 (")
    person.page.keyboard.press("Escape")
    person.key("+")
    left = judged(answers)
    for _ in range(200):
        if not left:
            break
        path = person.page.evaluate("() => document.activeElement.dataset?.path ?? ''")
        if path in left:
            value = left.pop(path)
            tag = person.page.evaluate("() => document.activeElement.tagName")
            if tag == "SELECT":
                person.page.keyboard.type(value.replace("_", " "))
            else:
                person.page.keyboard.insert_text(value)
            assert person.page.evaluate("() => document.activeElement.value") == value
            coming = [one for one in left if one.startswith(path.rpartition("/")[0])]
            person.until(
                # What this answer brings up is there before the next Tab.
                "paths => paths.every(path => document.querySelector(`[data-path='${path}']`))",
                coming if path.endswith(("q2_6", "q4_2")) else [],
            )
        person.page.keyboard.press("Tab")
    person.saved()
    person.until("() => document.querySelectorAll('.htmx-request, .htmx-settling').length === 0")
    assert left == {}, f"not asked, or not reached by Tab: {sorted(left)}; at {ROW}"
