"""Typing while the network goes, the session ends, the page is left, or somebody else types the same: nothing is lost, and both are seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import delete
from starlette.testclient import TestClient

from corpus.desk.desk import Desk
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.rows import table_of
from corpus.tables.desk import LoginSessionRow
from tests.desk.hostile import fill
from tests.desk.served import served
from tests.desk.visitors import Team

TYPED = {"study/label": "Made-up 2020", "study/summary": "Nothing was found.", "study/country": "Nowhere"}


@dataclass
class Form:
    """The section on the study, in as many browsers as somebody has."""

    browser: Browser
    desk: Desk
    door: str
    case: str
    who: str

    def page(self, section: str = "study") -> Page:
        """One more browser, before a section."""
        page = self.browser.new_context().new_page()
        page.goto(self.door)
        return self.open(page, section)

    def open(self, page: Page, section: str = "study") -> Page:
        page.goto(f"{self.desk.origin}/coding/{self.case}/{section}")
        return page

    def kept(self) -> dict[str, str]:
        """What the database has."""
        with self.desk.database.read() as session:
            return Cases(session).values(self.case, self.who)

    def end_sessions(self) -> None:
        with self.desk.database.write() as session:
            session.execute(delete(table_of(LoginSessionRow)))


def field(page: Page, path: str) -> Locator:
    return page.locator(f'[data-path="{path}"]')


def says(page: Page, text: str) -> None:
    """Wait until the line at the top says so."""
    page.locator(f"#saving:has-text({text!r})").wait_for()


def clash(page: Page) -> Locator:
    """What stands beside a value that somebody else changed."""
    return page.locator(".clash")


@pytest.fixture(scope="module")
def form(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Form]:
    folder: Path = tmp_path_factory.mktemp("offline")
    with served(folder) as (desk, door):
        client = TestClient(Team(desk).app, base_url=desk.origin)
        entered = client.get(f"/enter?key={desk.entry_key}").text
        client.headers["x-csrf-token"] = entered.partition('"X-CSRF-Token": "')[2].partition('"')[0]
        with desk.database.read() as session:
            (me,) = Accounts(session).all()
        yield Form(browser, desk, door, fill(desk, client, me.key), me.key)
        for context in browser.contexts:
            context.close()


def test_what_is_typed_offline_is_saved_when_the_network_is_back(form: Form) -> None:
    page, before = form.page(), form.kept()
    page.context.set_offline(True)
    for path, text in TYPED.items():
        field(page, path).fill(text)
    says(page, "3 values are kept in this browser")
    assert form.kept() == before
    page.context.set_offline(False)
    says(page, "All saved.")
    assert TYPED.items() <= form.kept().items()


def test_what_is_typed_offline_outlives_the_page(form: Form) -> None:
    page = form.page()
    page.context.set_offline(True)
    field(page, "study/label").fill("typed before the page was closed")
    says(page, "1 value is kept in this browser")
    context = page.context
    page.close()
    context.set_offline(False)
    again = form.open(context.new_page())
    says(again, "All saved.")
    assert form.kept()["study/label"] == "typed before the page was closed"
    assert field(again, "study/label").input_value() == "typed before the page was closed"


def test_a_session_that_ends_while_somebody_types_loses_nothing(form: Form) -> None:
    page = form.page()
    form.end_sessions()
    for path, text in TYPED.items():
        field(page, path).fill(f"{text} Again.")
    page.locator("#saving[data-waiting]").wait_for()
    assert all(form.kept().get(path) != f"{text} Again." for path, text in TYPED.items())
    page.goto(form.door)  # enter again; what was typed waits in the browser
    form.open(page)
    says(page, "All saved.")
    assert {path: f"{text} Again." for path, text in TYPED.items()}.items() <= form.kept().items()


def test_both_values_stand_until_one_is_chosen(form: Form) -> None:
    here, there = form.page(), form.page()
    field(here, "study/label").fill("typed here")
    says(here, "All saved.")
    field(there, "study/label").fill("typed there")
    clash(there).wait_for()
    for page in (there, form.open(there)):  # and it stands there still when the page is opened again
        clash(page).wait_for()
        assert "“typed here”" in clash(page).inner_text()
        assert "“typed there”" in clash(page).inner_text()
        says(page, "both stand beside it")
    assert form.kept()["study/label"] == "typed here"
    there.get_by_text("Keep mine").press("Enter")
    says(there, "All saved.")
    assert form.kept()["study/label"] == "typed there"
    assert clash(form.open(there)).count() == 0


def test_a_clash_in_another_section_is_told_and_waits_there(form: Form) -> None:
    here, there = form.page(), form.page()
    there.context.set_offline(True)
    field(there, "study/label").fill("typed offline")
    says(there, "1 value is kept in this browser")
    field(here, "study/label").fill("typed online")
    says(here, "All saved.")
    context = there.context
    there.close()
    context.set_offline(False)
    there = form.open(context.new_page(), "report")  # not where the value stands
    says(there, "a value of another section meanwhile (study › label)")
    form.open(there, "study")
    clash(there).wait_for()
    assert "“typed offline”" in clash(there).inner_text()
    there.get_by_text("Take theirs").press("Enter")
    says(there, "All saved.")
    assert field(there, "study/label").input_value() == "typed online"
    assert form.kept()["study/label"] == "typed online"
