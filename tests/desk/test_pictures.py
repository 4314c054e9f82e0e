"""How pictures are held against each other: what is another page is told, what is another rendering of the same is not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.desk.pictures import apart, letters, with_palette
from tests.desk.test_handbook import STALE

PAGE = """<!doctype html><style>body { font: 16px/1.5 sans-serif; margin: 24px }</style><h1>Three records wait</h1>
<p>Decided on 2026-01-05 by anna, and looked at by nobody else since.</p>
<table><tr><th>Study<th>People</tr><tr><td>One<td>24</tr><tr><td>Two<td>36</tr></table>
<p><button>Include</button> <button>Exclude</button> <button id=third>Skip it for now</button></p>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 640, "height": 400})
    page = context.new_page()
    page.set_content(PAGE)
    yield page
    context.close()


def test_the_same_page_is_the_same_picture_in_fewer_colours_too(browser: Browser, page: Page) -> None:
    picture = page.screenshot()
    assert apart(browser, picture, page.screenshot()) == 0
    assert apart(browser, picture, with_palette(browser, picture)) <= STALE


@pytest.mark.parametrize(
    "change",
    [
        "document.querySelector('#third').remove()",
        "document.querySelector('tr:last-child').remove()",
        "document.querySelector('th:last-child').textContent = 'Randomised people'",
        "document.querySelector('h1').style.marginTop = '40px'",
        "document.body.insertAdjacentHTML('afterbegin', '<p>Practice. Everything is made up.</p>')",
    ],
)
def test_another_page_of_the_same_size_is_told(browser: Browser, page: Page, change: str) -> None:
    before = page.screenshot()
    page.evaluate(f"() => {{ {change} }}")
    assert apart(browser, before, page.screenshot()) > STALE


def test_another_size_is_another_picture_and_other_letters_are_told(browser: Browser, page: Page) -> None:
    before, here = page.screenshot(), letters(page)
    page.add_style_tag(content=":root { --sans: monospace }")
    assert letters(page) != here
    page.set_viewport_size({"width": 640, "height": 420})
    assert apart(browser, before, page.screenshot()) == 1
