"""What is typed is kept: when the session ends meanwhile, when the network goes, when the desk refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.practising import CASE, Learner
from tests.desk.served import served

FIELD = "#f-study-sizes-patients"


class Typist:
    """Somebody before the section on people of the guided case."""

    def __init__(self, page: Page, learner: Learner, door: str) -> None:
        self.page, self.learner, self.door = page, learner, door
        self.open()

    def open(self) -> None:
        """Enter, and open the section."""
        self.page.goto(self.door)
        self.page.goto(f"{self.learner.desk.origin}/coding/{CASE}/people")

    def said(self, text: str) -> None:
        """Wait until the line at the top says something."""
        self.page.locator(f"#saving:has-text({text!r})").wait_for()

    def kept(self) -> str:
        """What the database has."""
        return self.learner.values().get("study/sizes/patients", "")


@pytest.fixture
def typist(browser: Browser, tmp_path: Path) -> Iterator[Typist]:
    """A section of the form, open."""
    with served(tmp_path, practice=True) as (desk, door):
        learner = Learner(desk)
        for step in ("titles", "full_text"):
            learner.do(step)
        context = browser.new_context()
        yield Typist(context.new_page(), learner, door)
        context.close()


def test_nothing_is_lost_when_session_and_network_go(typist: Typist) -> None:
    page = typist.page
    page.context.set_offline(True)
    page.locator(FIELD).fill("40")
    typist.said("The desk does not answer. 1 value is kept")
    assert typist.kept() == ""
    page.context.set_offline(False)
    typist.said("All saved.")
    assert typist.kept() == "40"
    page.context.clear_cookies()
    page.locator(FIELD).fill("41")
    typist.said("Your session has ended.")
    assert typist.kept() == "40"
    typist.open()  # with the value that could not be sent
    typist.said("All saved.")
    assert page.locator(FIELD).input_value() == "41"
    assert typist.kept() == "41"


def test_a_refusal_is_told_in_one_line_and_nothing_is_lost(typist: Typist) -> None:
    page = typist.page
    page.locator(FIELD).evaluate("field => { field.dataset.path = 'study/nowhere'; }")
    page.locator(FIELD).fill("40")
    typist.said("Not saved: 'study/nowhere' is no field of the form")
    assert page.locator(FIELD).input_value() == "40"


def test_what_is_taken_back_while_its_save_is_on_the_way_is_taken_back(typist: Typist) -> None:
    page = typist.page
    page.evaluate(
        "() => { const real = window.fetch; window.fetch = (...all) => new Promise((done) => setTimeout(() => done(real(...all)), 900)); }"
    )
    page.locator(FIELD).fill("98")
    page.wait_for_timeout(600)  # it has been sent, and the reply is not there
    page.locator(FIELD).fill("")
    typist.said("All saved.")
    assert page.locator(FIELD).input_value() == ""
    assert typist.kept() == ""


def test_a_value_takes_the_place_of_the_reason_why_it_is_missing(typist: Typist) -> None:
    page = typist.page
    page.locator(f"{FIELD}-missing").select_option("unclear")
    typist.said("All saved.")
    page.locator(FIELD).fill("40")
    typist.said("All saved.")
    assert "study/sizes/patients/missing" not in typist.learner.values()
    page.locator(f"{FIELD}-missing").select_option("unclear")
    typist.said("All saved.")
    assert typist.kept() == ""


def test_what_was_found_enters_the_field_or_the_list_where_one_is_and_no_other(typist: Typist) -> None:
    page, learner = typist.page, typist.learner
    page.goto(f"{learner.desk.origin}/coding/{CASE}/oxytocin")
    before = learner.values()
    route, found = page.locator("#f-study-ot_given-1-route"), page.locator("[data-take-term=intranasal]").first
    route.select_option("")
    typist.said("All saved.")
    route.focus()
    found.click()
    typist.said("All saved.")
    assert learner.values() == before
    page.locator("#f-study-ot_given-1-timing").focus()  # a list that has no such word
    found.click()
    typist.said("nothing like it")
    assert learner.values() == before


def test_a_way_of_printing_is_chosen_also_by_who_leaves_at_once(typist: Typist) -> None:
    page, learner = typist.page, typist.learner
    learner.do("gaps")
    page.goto(f"{learner.desk.origin}/coding/{CASE}/effects")
    page.keyboard.press("+")
    way = page.locator("select[name=way]").last
    way.wait_for()
    way.select_option("t")
    page.goto(f"{learner.desk.origin}/coding/{CASE}/report")
    for _ in range(100):
        if any(path.endswith("/computation/kind") and value == "t" for path, value in learner.values().items()):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the choice was lost")
