"""On a telephone everything of the queues and of people is in sight, without a swipe to the side, and little is taken by bars."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from corpus.commands import initialise
from corpus.desk.desk import Desk
from corpus.domain.people import Account, Role
from corpus.store.accounts import Accounts
from corpus.store.synced import Synced
from tests.desk.queue_world import A, B, fill, give_notice
from tests.desk.served import served

NARROW = 390
OUT_OF_SIGHT = """(chosen) => [...document.querySelectorAll(chosen)].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width === 0 || box.left < 0 || box.right > innerWidth;
}).map((one) => one.outerHTML.slice(0, 120))"""
TALL = "(chosen) => [...document.querySelectorAll(chosen)].reduce((sum, one) => sum + one.getBoundingClientRect().height, 0)"
FLUSH = """() => {
  const boxes = [...document.querySelectorAll('main p > button')].map((one) => [one, one.getBoundingClientRect()]);
  return boxes.filter(([one, box]) => boxes.some(([other, below]) => other !== one && other.parentElement === one.parentElement
    && below.top >= box.bottom - 1 && below.top - box.bottom < 4 && below.left < box.right && box.left < below.right)).length;
}"""
QUEUES = ("/duplicates", "/untraced", "/untraced/said", "/notices", "/reported", "/authors", "/files")


@pytest.fixture(scope="module")
def desk(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    folder = tmp_path_factory.mktemp("telephone")
    initialise(f"sqlite:///{folder / 'oxysynth.sqlite'}", few)
    with served(folder, team=False) as held:
        desk, _ = held
        fill(desk)
        give_notice(desk)
        with desk.database.write() as session:
            Synced(session).disagree({"study/guastella2009": ("key: guastella2009\nlabel: another\n", "0" * 64)})
            kim = Account(key="kim", name="Kim Muster-Beispielhausen", role=Role.ADJUDICATOR)
            Accounts(session).add(kim, by="test")
        yield held


@pytest.fixture(scope="module")
def page(browser: Browser, desk: tuple[Desk, str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": NARROW, "height": 844})
    page = context.new_page()
    page.goto(desk[1])
    yield page
    context.close()


@pytest.mark.parametrize(
    ("path", "chosen", "least"),
    [
        ("/people", "td select, td button, td input[type=checkbox]", 6),
        ("/duplicates", ".pair th[scope=row], .pair td", 9),
        (f"/duplicates/of?record={A}", "td, td select, td button", 4),
        ("/files", ".texts tr:not(.cut) td:not(:empty):first-child", 3),
        ("/trail", ".events p", 2),
    ],
)
def test_what_is_told_and_done_is_in_sight(
    page: Page, desk: tuple[Desk, str], path: str, chosen: str, least: int
) -> None:
    page.goto(desk[0].origin + path)
    assert page.locator(chosen).count() >= least
    assert page.evaluate(OUT_OF_SIGHT, chosen) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROW


def test_the_files_side_of_a_conflict_is_named_where_it_differs(page: Page, desk: tuple[Desk, str]) -> None:
    page.goto(f"{desk[0].origin}/files")
    last = page.locator(".texts tr:is(.replace, .insert) td:last-child:not(:empty)").first
    assert page.evaluate("(one) => getComputedStyle(one, '::before').content", last.element_handle()) == '"Files: "'
    box = last.bounding_box()
    assert box is not None
    assert box["width"] > NARROW / 2


@pytest.mark.parametrize("path", QUEUES)
def test_buttons_keep_their_distance_and_the_menu_says_where_one_is(
    page: Page, desk: tuple[Desk, str], path: str
) -> None:
    page.goto(desk[0].origin + path)
    assert page.evaluate(FLUSH) == 0
    assert page.locator("nav[aria-label=Desk] [aria-current=page]").all_text_contents() == ["Queues"]
    assert page.evaluate(OUT_OF_SIGHT, "nav[aria-label=Desk] [aria-current=page]") == []
    assert page.evaluate(TALL, ".top") <= 100


def test_only_what_differs_is_marked(page: Page, desk: tuple[Desk, str]) -> None:
    page.goto(f"{desk[0].origin}/duplicates")
    marked = page.locator(".pair .differs th").all_text_contents()
    assert [text.split()[0] for text in marked] == ["Title", "Year"]
    assert page.locator(".pair td").first.text_content() in (A, B, "crossref 10.5555/two", "pubmed 1")


def test_the_guided_case_leaves_the_screen_to_the_work(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, practice=True) as (desk, door):
        for width, open_, most in ((NARROW, False, 130), (1280, True, 160)):
            context = browser.new_context(viewport={"width": width, "height": 844})
            page = context.new_page()
            page.goto(door)
            page.goto(f"{desk.origin}/queues")
            assert page.locator(".tour-text").evaluate("(one) => one.open") is open_
            assert page.evaluate(TALL, ".practice, .tour") <= most, width
            assert page.locator(".tour-step").is_visible()
            assert page.locator("[data-key=h]").is_visible()
            page.locator(".tour-text summary").press("Enter")
            assert page.locator(".tour-text p").is_visible() is not open_
            context.close()
