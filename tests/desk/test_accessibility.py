"""Every page of the desk in the states that people meet: axe-core finds nothing, nothing scrolls sideways on a telephone.

The states are listed below in the order in which the guided case goes through them. A page that is in none of them
fails a test: add it to the list.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import Match, Route

from corpus.commands import initialise
from corpus.desk.desk import Desk
from corpus.desk.rooms import ROUTERS, practice
from corpus.store.accounts import Accounts
from corpus.store.matters import Matters
from corpus.store.synced import Synced
from tests.desk.anew import overtaken
from tests.desk.practising import CASE, Learner
from tests.desk.queue_world import A, fill, give_notice
from tests.desk.served import served
from tests.servers.faulty import FaultyServer
from tests.servers.identity import Provider

WIDE, NARROW = 1280, 390
# Every width and every colour scheme is looked at; each with each where everything is required, as in CI.
LOOKED_AT = [(WIDE, "light"), (NARROW, "dark")]
if os.environ.get("OXYSYNTH_REQUIRE_ALL"):
    LOOKED_AT += [(NARROW, "light"), (WIDE, "dark")]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# What answers to GET and is no page: with the reason.
NO_PAGES = {
    "/full-texts/file": "a PDF, saved and never shown",
    "/works/download": "a table for other programs, saved and never shown",
    "/coding/{case}/preview": "part of the section on effects, and looked at there",
    "/coding/{case}/item": "part of a section, and looked at there",
    "/coding/{case}/rivals": "part of the section on effects, and looked at there",
    "/appraising/{case}": "part of the section on bias, and looked at there",
    "/appraising/{case}/judgement": "part of the section on bias, and looked at there",
}

Act = Callable[[Page], object]


def nothing(_: Page) -> None:
    """The page as it is opened."""


def press(key: str) -> Act:
    """Press a key, and let the page settle."""

    def act(page: Page) -> None:
        page.keyboard.press(key)
        settled(page)

    return act


def settled(page: Page) -> None:
    """Wait until nothing is asked for any more."""
    while page.evaluate("() => document.querySelectorAll('.htmx-request, .htmx-settling, .htmx-swapping').length > 0"):
        page.wait_for_timeout(20)


def clash(learner: Learner) -> Act:
    """Type into a field that was changed meanwhile in another window."""

    def act(page: Page) -> None:
        learner.save({"study/sizes/patients": "41"})
        page.locator("#f-study-sizes-patients").fill("42")
        page.wait_for_selector(".clash")

    return act


def refuse(page: Page) -> None:
    """Ask for what the desk refuses, so that it says why."""
    page.locator("#text").fill("*")
    page.locator("main button").first.click()
    page.wait_for_selector("#message p")


def say_after_another(page: Page) -> None:
    """Say what became of it on a page that is older than what another person said."""
    page.evaluate("() => { document.querySelector('[name=seen]').value = 'older'; }")
    page.locator("#note-1").fill("by e-mail")
    page.locator("main button").first.click()
    page.wait_for_selector("#message form")


def wrong_password(page: Page) -> None:
    """Try to enter as nobody."""
    page.locator("#account").fill("nobody")
    page.locator("#password").fill("not the password")
    page.locator("#password").press("Enter")
    page.wait_for_selector("[role=alert]:has-text('not right')")


def take_place(page: Page, key: str = "ada") -> None:
    """Take the place of an invitation."""
    page.locator("#key").fill(key)
    page.locator("#password").fill("four words in a row")
    page.locator("#password").press("Enter")


def take_place_badly(page: Page) -> None:
    """Choose a short name that is none."""
    page.evaluate("() => { document.querySelector('form').noValidate = true; }")
    take_place(page, "9")
    page.wait_for_selector("[role=alert]:has-text('short name')")


def invite(page: Page) -> None:
    """Make a link for somebody."""
    page.locator("#invite-name").fill("Bo Beispiel")
    page.locator("#invite-name").press("Enter")
    page.wait_for_selector("#link")


def let_recover(page: Page) -> None:
    """Make a link to a new password."""
    page.get_by_role("button", name="choose a new password").first.click()
    page.wait_for_selector("#link")


Looks = Sequence[tuple[str, Act]]
# Before each step of the guided case: what is looked at, and what is done there first.
SCREENING: Mapping[str, Looks] = {
    "decide": [
        ("/", nothing),
        ("/screening/title_abstract", press("?")),
        ("/screening/title_abstract?record=practice:trial", nothing),
        ("/screening/title_abstract?record=practice:retracted", nothing),
        ("/screening/title_abstract?record=practice:trust", nothing),
        ("/screening/words", refuse),
        ("/nowhere", nothing),
    ],
    "abstract": [("/screening/title_abstract?record=practice:saliva", press("a"))],
    "conflict": [
        ("/screening/title_abstract", nothing),
        ("/screening/title_abstract/mine", nothing),
        ("/conflicts/title_abstract", nothing),
    ],
    "full_text": [
        ("/conflicts/title_abstract", nothing),
        ("/screening/full_text?record=practice:trial", nothing),
        ("/conflicts/title_abstract/settled", nothing),
        ("/works", nothing),
        ("/works/of?record=practice:trial", nothing),
    ],
}
CODING: Mapping[str, Looks] = {
    "gaps": [
        ("/coding", nothing),
        ("/screening/agreement", nothing),
        ("/practice/paper", nothing),
        ("/practice/tour", nothing),
        *((f"/coding/{CASE}/{name}", press("+")) for name in ("report", "study", "arms", "oxytocin", "bias")),
        (f"/coding/{CASE}/finish", nothing),
        (f"/compare/{CASE}", nothing),
    ],
    "finish": [(f"/coding/{CASE}/effects", nothing), (f"/coding/{CASE}/finish", nothing)],
    "settle": [(f"/compare/{CASE}", nothing)],
    "accept": [(f"/compare/{CASE}", nothing), ("/trail?record=practice:trial", nothing)],
    "end": [(f"/compare/{CASE}", nothing), ("/coding?words=muster", nothing), ("/people", nothing)],
}
QUEUES: Looks = [
    ("/queues", nothing),
    ("/duplicates", nothing),
    (f"/duplicates/of?record={A}", nothing),
    (f"/same?record={A}&words=made-up", nothing),
    ("/untraced?words=made-up", nothing),
    ("/untraced/said", nothing),
    ("/notices", nothing),
    ("/reported", nothing),
    ("/authors", nothing),
    ("/authors/guastella2009", nothing),
    ("/authors/guastella2009", say_after_another),
    ("/files", nothing),
]
TEAM: Looks = [
    ("/people", invite),
    ("/people", let_recover),
    ("/", nothing),
    ("/screening/title_abstract", nothing),
    ("/works", nothing),
]
OUTSIDE: Looks = [
    ("/enter", wrong_password),
    ("/invitation?token=used", nothing),
    ("/recovery?token=used", nothing),
    ("/tell?about=study/guastella2009", nothing),
    ("/identity?token=used", nothing),
    ("/identity/back?state=guessed", nothing),
]
NAMED: Looks = [("/identity/welcome", nothing)]  # whom the identity provider has named
STEPS = ("decide", "abstract", "titles", "conflict", "full_text", "gaps", "effect", "finish", "settle", "accept")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all looks."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of an identity provider that names a made-up person."""
    with FaultyServer() as server:
        # For a browser, localhost and 127.0.0.1 are two sites, as desk and provider are in life.
        provider = Provider(f"{server.url.replace('127.0.0.1', 'localhost')}/realm")
        server.mount("/realm", provider)
        yield provider.issuer


@pytest.mark.parametrize("looks", [SCREENING, CODING], ids=["screening", "coding"])
def test_no_page_of_the_guided_case_has_a_fault(looks: Mapping[str, Looks], page: Page, tmp_path: Path) -> None:
    faults: list[str] = []
    with served(tmp_path, practice=True) as (desk, door):
        learner = Learner(desk)
        page.goto(door)
        for step in STEPS:
            for path, act in looks.get(step, ()):
                faults += _look(desk, page, path, act)
            if step == "gaps" and looks is CODING:
                faults += _look(desk, page, f"/coding/{CASE}/people", clash(learner))
                learner.save({"study/sizes/patients": ""})
            learner.do(step)
        for path, act in looks.get("end", ()):
            faults += _look(desk, page, path, act)
    assert not faults, "\n".join(faults)


def test_no_page_of_a_team_has_a_fault(page: Page, few: Path, tmp_path: Path, issuer: str) -> None:
    initialise(f"sqlite:///{tmp_path / 'oxysynth.sqlite'}", few)
    with served(tmp_path, team=True, issuer=issuer) as (desk, invitation):
        faults = [fault for path, act in OUTSIDE for fault in _look(desk, page, path, act)]
        faults += _look(desk, page, invitation.removeprefix(desk.origin), take_place_badly)
        page.goto(invitation.replace("/invitation?", "/identity?"))
        faults += [fault for path, act in NAMED for fault in _look(desk, page, path, act)]
        page.goto(invitation)
        take_place(page)
        page.wait_for_selector("h1:has-text('Good to see you')")
        faults += [fault for path, act in TEAM for fault in _look(desk, page, path, act)]
        page.goto(f"{desk.origin}/people")
        let_recover(page)
        link = page.locator("#link").input_value()
        faults += _look(desk, page, link.removeprefix(desk.origin), nothing)
        fill(desk)
        give_notice(desk)
        with desk.database.write() as session:
            Matters(session).tell("study/guastella2009/lsas_post", "Another SD is printed.", "nobody")
            disputed = {"study/guastella2009": ("key: guastella2009\n", "0" * 64), "report/guastella2009": ("", "")}
            Synced(session).disagree(disputed, dict.fromkeys(disputed, "study/guastella2009"))
            ada = Accounts(session).get("ada")
            assert ada is not None
            anew = overtaken(session, "guastella2009", ada)
        faults += [fault for path, act in QUEUES for fault in _look(desk, page, path, act)]
        faults += _look(desk, page, f"/compare/{anew.key}", nothing)
    assert not faults, "\n".join(faults)


def _look(desk: Desk, page: Page, path: str, act: Act) -> list[str]:
    """What is wrong with a page at every width and in every colour scheme that is looked at."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(desk.origin + path)
    settled(page)
    act(page)
    page.evaluate(AXE)
    faults = []
    for width, scheme in LOOKED_AT:
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.set_viewport_size({"width": width, "height": 900})
        faults += _faults(page, f"{path} at {width} in {scheme}")
    page.set_viewport_size({"width": NARROW, "height": 900})
    sideways = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*faults, *([f"{path}: {sideways} px wider than the window of a telephone"] if sideways > 0 else [])]


def _faults(page: Page, where: str) -> list[str]:
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{where}: {one['id']}: {one['help']}: {'; '.join(node['html'][:150] for node in one['nodes'][:3])}"
        for one in found["violations"]
    ]


def test_every_page_is_looked_at() -> None:
    looks = [look for held in (*SCREENING.values(), *CODING.values(), TEAM, QUEUES, OUTSIDE, NAMED) for look in held]
    routes = [one for router in (*ROUTERS, practice.router) for one in router.routes if isinstance(one, Route)]
    pages = [one for one in routes if "GET" in (one.methods or ())]
    unseen = {route.path for route in pages if not any(_leads_to(route, path) for path, _ in looks)}
    assert unseen == set(NO_PAGES), "a page without a state in the lists above, or one that is named there in vain"


def _leads_to(route: Route, path: str) -> bool:
    match, _ = route.matches({"type": "http", "method": "GET", "path": path.partition("?")[0]})
    return match is Match.FULL


def test_colours_do_not_hang_on_the_width() -> None:
    """Why it is enough to look at light when wide and at dark when narrow."""
    style = files("corpus.desk").joinpath("assets", "desk.css").read_text(encoding="utf-8")
    by_width = re.findall(r"@media \((?:max|min)-width[^{]*\{(.*?)\n?\}\n", style, re.DOTALL)
    assert len(by_width) >= 3
    assert not re.search(r"color|background|opacity|--\w+:", "".join(by_width))
