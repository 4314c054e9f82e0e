"""The figures of the deep analyses in a real browser: they fit, they line up, and they can be read in the dark and on paper.

Needs Chromium; it is named at the end of the run where it is absent.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.site.showcase_analyses import write_analyses


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_analyses(tmp_path_factory.mktemp("analyses")).as_uri()


@pytest.fixture(params=[320, 390, 800, 1280])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    opened.goto(address)
    for summary in opened.locator("summary").all():
        summary.click()
    yield opened
    context.close()


def test_nothing_scrolls_sideways(page: Any) -> None:
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        "w => [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && !e.closest('thead, .skip, .behind')"
        " && e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 90))",
        width,
    )
    assert wide == []


def test_the_curve_and_its_options_share_one_column(page: Any) -> None:
    boxes = page.evaluate(
        "[...document.querySelectorAll('#curve .c-plot > svg')].map(e => e.getBoundingClientRect())"
        ".map(b => [Math.round(b.left), Math.round(b.right)].join())"
    )
    assert len(boxes) == 1 + 2 + 2 + 3 + 4 + 2
    assert len(set(boxes)) == 1


def test_points_lie_over_their_places_and_are_large_enough(page: Any) -> None:
    off = page.evaluate(
        """() => { const field = document.querySelector('#albatross .layers svg').getBoundingClientRect();
        return [...document.querySelectorAll('#albatross .points li')].map(li => { const b = li.getBoundingClientRect();
          const x = field.left + parseFloat(li.style.left) / 100 * field.width - (b.left + b.right) / 2;
          const y = field.top + parseFloat(li.style.top) / 100 * field.height - (b.top + b.bottom) / 2;
          return [Math.abs(x), Math.abs(y), b.width, b.height]; }); }"""
    )
    assert len(off) == 20
    assert all(x < 1 and y < 1 and width >= 24 and height >= 24 for x, y, width, height in off)


def test_dark_pictures_take_the_colours_of_the_page(browser: Any, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    opened = context.new_page()
    opened.goto(address)
    assert (
        opened.evaluate("getComputedStyle(document.querySelector('#funnel .dot.ringed')).fill") == "rgb(232, 230, 225)"
    )
    assert (
        opened.evaluate("getComputedStyle(document.querySelector('#curve .spec-estimates.under')).stroke")
        == "rgb(20, 24, 26)"
    )
    context.close()


def test_the_cells_of_the_next_trial_can_be_read_on_paper(browser: Any, address: str) -> None:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(address)
    opened.emulate_media(media="print")
    assert opened.evaluate("getComputedStyle(document.querySelector('#next .o-beyond')).color") == "rgb(0, 0, 0)"
    context.close()
