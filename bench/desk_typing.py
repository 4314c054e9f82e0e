"""How long coding and deciding take at the desk, by keys alone: a person of 60 ms a key before a real Chromium.

The targets are the project's own (no rival publishes such a figure): an effect of means and SDs under 90 s, a decision one key.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from playwright.sync_api import Browser, sync_playwright

from tests.desk.people import Person, running
from tests.desk.test_week import SECTIONS, facts

PAUSE = 0.06  # seconds a key: about 200 letters a minute less than a fast typist, more than a slow one
MOST = 90.0
RECORDS = 40
SETTLED = "() => document.querySelectorAll('.htmx-request, .htmx-swapping, .htmx-settling').length === 0"
RIS = "TY  - JOUR\nTI  - Made-up record {0} on oxytocin\nAU  - Muster, A{0}.\nPY  - 2020\nAB  - Made up.\nDO  - 10.5555/m.{0}\nER  - \n"


def main() -> int:
    """Print seconds and keys; 1 where a target is missed."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        found = measure(browser, Path(folder))
        browser.close()
    print(json.dumps(found, indent=1))
    return int(found["effect_seconds"] >= MOST or found["keys_for_a_decision"] != 1)


def measure(browser: Browser, folder: Path) -> dict[str, float]:
    """Seconds for the effect, and from a key to the next record."""
    url = f"sqlite:///{folder / 'oxysynth.sqlite'}"
    with running(url, folder) as desk:
        desk.run("init")
        (folder / "found.ris").write_text("\n".join(RIS.format(number) for number in range(RECORDS)), encoding="utf-8")
        desk.run("import", str(folder / "found.ris"))
        person = Person(browser, desk, pause=PAUSE)
        person.page.goto(desk.door)
        person.open("/screening/title_abstract")
        waits, before = [], person.strokes
        for _ in range(RECORDS // 2):
            title = person.heading()
            began = time.perf_counter()
            person.strokes += 1
            person.page.keyboard.press("i")
            while person.heading() == title:
                pass
            waits.append(time.perf_counter() - began)
            person.until(SETTLED)
        keys = (person.strokes - before) / len(waits)
        values = facts(ROOT)
        case = begin(person)
        others = {
            path: value
            for path, value in values.items()
            if path.startswith(("study/arms/", "study/outcomes/", "study/ot_given/"))
        }
        slow, person._pause = person._pause, 0.0
        for section in ("arms", "oxytocin", "outcomes"):
            person.open(f"/coding/{case}/{section}")
            person.type_values({path: value for path, value in others.items() if path.startswith(SECTIONS[section])})
        person._pause, before = slow, person.strokes
        effect = {path: value for path, value in values.items() if path.startswith("study/effects/")}
        began = time.perf_counter()
        person.open(f"/coding/{case}/effects")
        person.type_values(effect)
        person.page.wait_for_selector(".preview .estimate")
        return {
            "effect_seconds": round(time.perf_counter() - began, 1),
            "effect_keys": person.strokes - before,
            "effect_values": len(effect),
            "seconds_a_key": PAUSE,
            "keys_for_a_decision": keys,
            "milliseconds_to_the_next_title_median": round(1000 * median(waits)),
            "milliseconds_to_the_next_title_longest": round(1000 * max(waits)),
        }


def begin(person: Person) -> str:
    """Pass one record through full text and begin to code it; the key of the case."""
    person.open("/screening/full_text")
    person.key("i")
    person.open("/coding")
    with person.page.expect_navigation():
        person.page.keyboard.press("b")
    return person.page.url.split("/")[4]


if __name__ == "__main__":
    raise SystemExit(main())
