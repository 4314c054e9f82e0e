"""The built pages in a real Chromium: they fit, they are readable without scripts, and filters filter."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = (
    "index.html",
    "map.html",
    "questions/ot-augmented-symptoms.html",
    "questions/therapist-ot-mediation.html",
    "questions/orientation-moderation.html",
    "studies/index.html",
    "studies/guastella2009.html",
    "studies/fisher2023.html",
    "reports/index.html",
    "ot-methods.html",
    "methods.html",
    "data.html",
)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_asks_for_nothing_elsewhere(browser: "Browser", site: Path, name: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto((site / name).as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    headings = page.locator("h1").count()
    context.close()
    assert wide <= 0, f"{name} is {wide}px wider than a window of {width}px"
    assert headings == 1
    assert problems == []
    assert all(url.startswith(("file://", "data:")) for url in asked), asked


def test_pages_are_complete_without_javascript(browser: "Browser", site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "questions" / "ot-augmented-symptoms.html").as_uri())
    assert "Guastella 2009" in page.locator("main").inner_text()
    assert page.locator("svg").count() > 5
    context.close()


def test_a_filter_hides_what_does_not_match(browser: "Browser", site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "studies" / "index.html").as_uri())
    everything = page.locator("[data-row]:visible").count()
    page.select_option("#filter-design", value="crossover-rct")
    crossover = page.locator("[data-row]:visible").count()
    assert 0 < crossover < everything
    page.select_option("#filter-scope", value="core")
    assert 0 < page.locator("[data-row]:visible").count() <= crossover
    page.click("button[type=reset]")
    assert page.locator("[data-row]:visible").count() == everything
    context.close()


def test_dark_mode_changes_the_paper(browser: "Browser", site: Path) -> None:
    papers = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert papers[0] != papers[1]


def test_a_row_of_the_forest_plot_leads_to_its_effect(browser: "Browser", site: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto((site / "questions" / "ot-augmented-symptoms.html").as_uri())
    page.click("main a:has-text('Guastella 2009') >> nth=0")
    assert page.url.endswith("studies/guastella2009.html#effect-lsas_post")
    assert page.locator("#effect-lsas_post").is_visible()
    context.close()


def test_a_page_prints(browser: "Browser", site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((site / "questions" / "ot-augmented-symptoms.html").as_uri())
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav.top ul").is_visible()
    context.close()
