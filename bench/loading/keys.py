"""How long it takes from a key press to the next title on the screen, in a real Chromium.

Never touches the mouse.
"""

import shutil

from playwright.sync_api import sync_playwright

from loading.world import PASSWORD
from tests.desk.people import RunningDesk

PRESSED = 40  # decisions
# The time of the key press against the time at which the title that follows has been painted.
WATCH = """() => {
  window.pressedAt = 0; window.took = [];
  addEventListener("keydown", () => { window.pressedAt = performance.now(); }, true);
  new MutationObserver(() => {
    if (!window.pressedAt || !document.getElementById("work-title")) return;
    const began = window.pressedAt; window.pressedAt = 0;
    requestAnimationFrame(() => window.took.push(performance.now() - began));
  }).observe(document.getElementById("main"), { childList: true });
}"""


def pressed(desk: RunningDesk, key: str) -> list[float]:
    """The seconds from each key press to the next title."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{desk.address}/enter")
        page.locator("[name=account]").fill(key)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('Good to see you')")
        page.goto(f"{desk.address}/screening/title_abstract")
        page.evaluate(WATCH)
        for number in range(1, PRESSED + 1):
            page.keyboard.press("1")
            while page.evaluate("() => window.took.length") < number:
                page.wait_for_timeout(20)
            page.wait_for_timeout(150)
        found: list[float] = page.evaluate("() => window.took")
        browser.close()
    return [one / 1000 for one in found]
