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
