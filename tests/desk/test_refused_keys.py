"""A key of the queues that is refused: the reviewer sees why, wherever the page stands, and goes on without a mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from corpus.commands import initialise
from corpus.desk.desk import Desk
from corpus.domain.matters import MatterKind, Outcome
from corpus.store.matters import Matters
from tests.desk.served import served

STUDY = "guastella2009"
IN_SIGHT = """() => {
  const box = document.querySelector('#message').getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.fixture(scope="module")
def desk(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    folder = tmp_path_factory.mktemp("keys")
    initialise(f"sqlite:///{folder / 'oxysynth.sqlite'}", few)
    with served(folder) as held:
        yield held


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Browser, desk: tuple[Desk, str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 700})
    page = context.new_page()
    page.goto(desk[1])
    page.goto(f"{desk[0].origin}/authors/{STUDY}")
    yield page
    context.close()


def typed(page: Page, text: str, key: str) -> None:
    """Write in a few words, leave the field, and press a key."""
    page.keyboard.press("n")
    page.keyboard.type(text)
    page.keyboard.press("Escape")
    page.keyboard.press(key)


def test_an_empty_note_is_asked_for_and_has_the_focus(page: Page) -> None:
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("3")
    page.wait_for_selector("#message p")
    assert page.locator("#message").inner_text().strip() == "Say in a few words why; it is kept in the trail"
    assert page.evaluate(IN_SIGHT)
    assert page.evaluate("() => document.activeElement.name") == "note"
    page.keyboard.type("asked by e-mail")
    page.keyboard.press("Escape")
    assert page.locator("#message").text_content() == ""
    page.keyboard.press("1")
    page.wait_for_selector(".own:has-text('asked by e-mail')")


def test_another_persons_word_stands_beside_ones_own_until_one_goes_on(page: Page, desk: tuple[Desk, str]) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    with desk[0].database.write() as session:
        matters = Matters(session)
        held = matters.dealt(MatterKind.AUTHORS).get(STUDY)
        note, mine = f"told by telephone at {width}", f"nobody answered me at {width}"
        matters.deal(MatterKind.AUTHORS, STUDY, Outcome.ANSWERED, note, "ada", seen=held.mark if held else "")
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    typed(page, mine, "3")
    page.wait_for_selector("#message form")
    said = page.locator("#message").inner_text()
    for text in ("ada was here meanwhile", note, mine):
        assert text in said
    assert page.evaluate(IN_SIGHT)
    assert page.locator("input[name=note]:not([type=hidden])").input_value() == mine
    assert page.evaluate("() => document.activeElement.textContent") == "Leave it so"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".own:has-text('{mine}')")
    page.wait_for_selector("#message:empty", state="attached")
