"""Screening on a telephone: decided without scrolling, nothing under a thumb that moves, keys all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.desk.people import Person
from tests.desk.served import served

WIDTH, HEIGHT = 390, 844


class Phoning(Person):
    """Somebody with a telephone of 390 by 844 px."""

    def box(self, selector: str) -> dict[str, float]:
        """Where something is on the screen."""
        found = self.page.locator(selector).first.bounding_box()
        assert found is not None, selector
        return {"y": found["y"], "height": found["height"]}

    def touch(self, selector: str) -> None:
        """Touch what stands there; a decision changes the page."""
        with self.page.expect_response(lambda reply: reply.request.method == "POST"):
            self.page.locator(selector).first.click()
        self.until("() => document.querySelectorAll('.htmx-request, .htmx-settling').length === 0")


@pytest.fixture
def person(browser: Browser, tmp_path: Path) -> Iterator[Phoning]:
    """Somebody who practises on a telephone."""
    with served(tmp_path, practice=True) as (_, door):
        held = Phoning(browser, desk=None, width=WIDTH)  # type: ignore[arg-type]
        held.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        held.page.goto(door)
        held.page.goto(door.split("/enter")[0] + "/screening/title_abstract")
        yield held
        assert held.errors == []


def test_every_decision_is_within_reach_without_scrolling(person: Phoning) -> None:
    for button in (".decide.include", ".decide.maybe", ".unfold", "[data-key=s]"):
        box = person.box(button)
        assert box["y"] > HEIGHT / 2
        assert box["y"] + box["height"] <= HEIGHT
        assert box["height"] >= 44
    first = person.heading()
    person.touch(".decide.include")
    assert person.heading() != first
    person.touch("[data-key=u]")
    assert person.heading() == first
    person.page.mouse.wheel(0, 10_000)
    assert person.box(".decide.include")["y"] + 44 <= HEIGHT


def test_the_reasons_come_up_above_the_button_and_one_touch_excludes(person: Phoning) -> None:
    assert not person.page.locator("#reasons button").first.is_visible()
    before = person.box(".unfold")
    person.page.locator(".unfold").click()
    assert person.page.locator(".unfold").get_attribute("aria-expanded") == "true"
    assert person.box(".unfold")["y"] == pytest.approx(before["y"], abs=1)
    assert person.box("#reasons")["y"] + person.box("#reasons")["height"] <= before["y"]
    assert person.page.evaluate("() => document.activeElement.closest('#reasons') !== null")
    person.page.locator(".unfold").click()
    assert not person.page.locator("#reasons button").first.is_visible()
    person.page.locator(".unfold").click()
    first = person.heading()
    person.touch("#reasons button")
    assert person.heading() != first
    assert not person.page.locator("#reasons button").first.is_visible()


def test_the_criteria_are_folded_until_somebody_wants_them(person: Phoning) -> None:
    listed = person.page.locator("details.criteria ul").first
    assert not listed.is_visible()
    person.page.locator("details.criteria summary").click()
    assert listed.is_visible()
    person.touch(".decide.maybe")
    assert person.page.locator("details.criteria ul").first.is_visible()  # as they were left
    person.page.set_viewport_size({"width": 1280, "height": 900})
    assert person.page.locator("details.criteria ul").first.is_visible()
    assert person.page.locator("#reasons button").first.is_visible()
    assert not person.page.locator(".unfold").is_visible()


def test_keys_decide_on_a_narrow_window_too(person: Phoning) -> None:
    first = person.heading()
    person.key("1")
    second = person.heading()
    assert second != first
    person.page.keyboard.press("e")
    assert person.page.locator("#reasons button").first.is_visible()
    person.key("2")
    assert person.heading() not in (first, second)
