"""Two works said to be one by keyboard alone, in a browser: looked for, chosen, said, and taken back."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.desk.people import Person
from tests.desk.served import served


def test_a_pair_is_said_and_taken_back_by_keys(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, practice=True) as (desk, door):
        person = Person(browser, desk=None)  # type: ignore[arg-type]
        person.page.goto(door)
        person.page.goto(f"{desk.origin}/screening/title_abstract?record=practice:voles")
        with person.page.expect_navigation():
            person.press("t")
        assert person.heading() == "The same as another?"
        person.press("/")
        person.write("oxytocin in sheep")
        with person.page.expect_navigation():
            person.press("Enter")
        person.key("1")  # nothing is chosen yet: a stray key says nothing
        assert "Choose the other work first" in person.message()
        person.press("o")
        person.key("1")
        assert "practice:sheep and practice:voles are the same publication" in person.said()
        person.key("u")
        assert "are the same publication" not in person.said()
        assert person.errors == []
