"""The reviewer's handbook: its pictures are taken here from the practice desk, and its keys are those of the pages.

`OXYSYNTH_WRITE_DOCS=1 pytest tests/desk/test_handbook.py` writes the pictures into docs/handbook; look at them before
you commit them. Otherwise they are taken and held against those that are kept. With other letters than those they were
taken with (`docs/handbook/letters.txt`) only the widths can be. What is compared is where a page is dark and where it is
light: a picture that lacks a button, a line or a column does not pass, one word in place of another may.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from corpus.desk.desk import Desk
from corpus.desk.pages import environment
from tests.desk.pictures import apart, letters, size_of, with_palette
from tests.desk.practising import CASE, Learner
from tests.desk.served import served

WIDE, NARROW = 1280, 390
NAMED = "Muster 2021 (made up)"  # what the page of a case calls it
WRITE = "OXYSYNTH_WRITE_DOCS"
STALE = 0.004  # the share of blocks that may differ: a pace, a time of ranking

Act = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the page, its main heading, and what is done before it is taken."""

    name: str
    path: str
    heading: str
    act: Act = lambda _: None
    width: int = WIDE
    height: int = 800
    whole: bool = False  # as high as the page is, so that nothing is cut through


def type_patients(page: Page) -> None:
    """Type into a field, and wait for the line that says what became of it."""
    page.locator("#f-study-sizes-patients").scroll_into_view_if_needed()
    page.locator("#f-study-sizes-patients").fill("40")


def offline(page: Page) -> None:
    """The network goes while somebody types."""
    page.context.set_offline(True)
    type_patients(page)
    page.wait_for_selector("#saving[data-waiting]")
    page.evaluate("() => window.scrollTo(0, 0)")


def clash(learner: Learner) -> Act:
    """Another window of the same person saved another value."""

    def act(page: Page) -> None:
        learner.save({"study/sizes/patients": "41"})
        type_patients(page)
        page.locator(".clash").scroll_into_view_if_needed()

    return act


def give_reason(page: Page) -> None:
    """Say why the percentage of women is missing."""
    page.locator("#f-study-population-percent_female-missing").select_option("not_reported")
    page.locator("#f-study-sizes-patients").scroll_into_view_if_needed()
    page.wait_for_selector("#saving:has-text('All saved.')")


def press(key: str) -> Act:
    """Press a key."""
    return lambda page: page.keyboard.press(key)


def after_preview(page: Page) -> None:
    """Wait for the estimate, and show the figures beside it."""
    page.wait_for_selector(".preview .estimate")
    page.locator(".item legend").first.scroll_into_view_if_needed()
    page.evaluate("() => document.querySelector('.item').scrollIntoView()")


def judge(page: Page) -> None:
    """Take RoB 2 up, and answer the first questions."""
    page.locator("#instrument").select_option("rob2")
    page.locator(".take-up button").click()
    for question, answer in (("1.1", "yes"), ("1.2", "probably_yes"), ("1.3", "no")):
        page.locator(f"select[name='q{question.replace('.', '_')}']").select_option(answer)
        page.wait_for_selector("#saving:has-text('All saved.')")
    page.wait_for_selector(".said:has-text('Low')")
    page.evaluate("() => document.querySelector('#appraisals .item').scrollIntoView()")


BEFORE: dict[str, list[Picture]] = {
    "decide": [
        Picture("home", "/", "Good to see you, anna", height=300, whole=True),
        Picture(
            "screening",
            "/screening/title_abstract?record=practice:labour",
            "Made-up study: oxytocin for labor induction, and counselling in the waiting room",
        ),
        Picture(
            "screening-phone",
            "/screening/title_abstract?record=practice:labour",
            "Made-up study: oxytocin for labor induction, and counselling in the waiting room",
            width=NARROW,
        ),
        Picture(
            "keys",
            "/screening/title_abstract?record=practice:labour",
            "Made-up study: oxytocin for labor induction, and counselling in the waiting room",
            press("?"),
        ),
        Picture(
            "together",
            "/screening/title_abstract?record=practice:trial",
            "Made-up trial: intranasal oxytocin before exposure therapy for fear of public speaking",
        ),
        Picture(
            "unsure",
            "/screening/title_abstract?record=practice:trust",
            "Made-up study: trust in students after a single dose of oxytocin",
        ),
    ],
    "abstract": [
        Picture(
            "no-abstract",
            "/screening/title_abstract?record=practice:saliva",
            "Made-up study: oxytocin in the saliva of therapists and patients during psychotherapy",
            press("a"),
        ),
    ],
    "conflict": [
        Picture("your-decisions", "/screening/title_abstract/mine", "Your decisions on title and abstract"),
        Picture(
            "conflict",
            "/conflicts/title_abstract",
            "Made-up study: oxytocin and a breathing exercise that patients do at home",
        ),
        Picture("agreement", "/screening/agreement", "Agreement between reviewers"),
        Picture("queues", "/queues", "What else waits", height=300, whole=True),
        Picture("pair", "/duplicates", "Are these one work?", height=640),
    ],
    "full_text": [
        Picture(
            "full-text",
            "/screening/full_text?record=practice:trial",
            "Made-up trial: intranasal oxytocin before exposure therapy for fear of public speaking",
            lambda page: page.evaluate("() => window.scrollTo(0, 400)"),
        ),
    ],
    "gaps": [
        Picture("cases", "/coding", "Coding", height=640),
        Picture("faults", f"/coding/{CASE}/finish", "Finish", height=560),
        Picture("missing", f"/coding/{CASE}/people", "People", give_reason),
        Picture("offline", f"/coding/{CASE}/people", "People", offline, height=480),
    ],
    "finish": [
        Picture("effect", f"/coding/{CASE}/effects", "Effects", after_preview),
        Picture("bias", f"/coding/{CASE}/bias", "Bias and trust", judge),
    ],
    "settle": [Picture("compare", f"/compare/{CASE}", NAMED, height=640)],
    "end": [
        Picture("accepted", f"/compare/{CASE}", NAMED, height=560),
        Picture("trail", f"/trail?entity=case/{CASE}", "Audit trail", height=560),
    ],
}
STEPS = ("decide", "abstract", "titles", "conflict", "full_text", "gaps", "effect", "finish", "settle", "accept")


@pytest.fixture(scope="module")
def handbook(root: Path) -> str:
    """The text."""
    return (root / "docs" / "handbook.md").read_text(encoding="utf-8")


@pytest.mark.whole("the pictures of the handbook against the desk")
def test_the_pictures_show_what_the_handbook_says(
    browser: Browser, root: Path, handbook: str, tmp_path: Path, writes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setitem(environment().filters, "moment", lambda _: "2026-01-05 10:00")  # today is in no picture
    folder = root / "docs" / "handbook"
    taken: dict[str, bytes] = {}
    keys: set[str] = set()
    for directory in ("practice", "team"):
        (tmp_path / directory).mkdir()
    with served(tmp_path / "practice", practice=True) as (desk, door):
        taken.update(_practice(browser, desk, door, keys))
    with served(tmp_path / "team", team=True) as (desk, invitation):
        page = _window(browser, invitation, WIDE)
        taken["invitation"] = _take(page, desk, Picture("invitation", "", "Welcome, Admin"))
        here = letters(page)
        page.context.close()
    if writes:
        for name, picture in taken.items():
            (folder / f"{name}.png").write_bytes(with_palette(browser, picture))
        (folder / "letters.txt").write_text(here, encoding="utf-8")
    assert set(re.findall(r"\]\(handbook/([\w-]+)\.png\)", handbook)) == taken.keys()
    kept = {path.stem: path.read_bytes() for path in folder.glob("*.png")}
    assert kept.keys() == taken.keys(), f"renew them: {WRITE}=1 pytest {Path(__file__).name}"
    assert {name: size_of(one)[0] for name, one in kept.items()} == {
        name: size_of(one)[0] for name, one in taken.items()
    }
    with_these = folder / "letters.txt"
    if with_these.exists() and with_these.read_text(encoding="utf-8") == here:
        far = {name: apart(browser, kept[name], one) for name, one in taken.items()}
        stale = {name: round(share, 4) for name, share in far.items() if share > STALE}
        assert stale == {}, f"they show another page; renew them: {WRITE}=1 pytest {Path(__file__).name}"
    assert sum(len(one) for one in kept.values()) < 1_500_000
    assert [key for key in sorted(keys) if not key.isdigit() and f"`{key}`" not in handbook] == []


def _practice(browser: Browser, desk: Desk, door: str, keys: set[str]) -> Iterator[tuple[str, bytes]]:
    learner = Learner(desk)
    windows = {width: _window(browser, door, width) for width in (WIDE, NARROW)}
    for step in (*STEPS, "end"):
        for picture in BEFORE.get(step, ()):
            page = windows[picture.width]
            yield picture.name, _take(page, desk, picture)
            keys |= set(page.evaluate("() => [...document.querySelectorAll('[data-key]')].map(e => e.dataset.key)"))
        if step == "gaps":  # what was typed without a network is sent when it is back
            page = windows[WIDE]
            page.context.set_offline(False)
            page.wait_for_selector("#saving:has-text('All saved.')")
            learner.save({"study/sizes/patients": "", "study/population/percent_female/missing": ""})
            yield (
                "clash",
                _take(page, desk, Picture("clash", f"/coding/{CASE}/people", "People", clash(learner))),
            )
            # A clash is told of on every page until it is settled.
            page.get_by_role("button", name="Take theirs").click()
            page.wait_for_selector("#saving:has-text('All saved.')")
            page.goto("about:blank")
            learner.save({"study/sizes/patients": ""})
        if step == "finish":  # what was judged for the picture is no part of the guided case
            page = windows[WIDE]
            page.goto("about:blank")
            learner.post(f"/appraising/{CASE}/take-out", judgement="study/risk_of_bias/1")
        if step in STEPS:
            learner.do(step)
    for page in windows.values():
        page.context.close()


def _window(browser: Browser, door: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(door)
    return page


def _take(page: Page, desk: Desk, picture: Picture) -> bytes:
    """Open the page and take it as it stands."""
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    if picture.path:
        page.goto(desk.origin + picture.path)
    assert page.locator("h1").first.text_content() == picture.heading
    picture.act(page)
    return page.screenshot(animations="disabled", caret="hide", full_page=picture.whole)
