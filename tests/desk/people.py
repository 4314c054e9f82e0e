"""A running desk and the people before it: they type, and never touch a mouse."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a secret of the tests, long enough for a team"
PASSWORD = "four words in a row"


class RunningDesk:
    """A desk in a process of its own."""

    def __init__(self, database: str, folder: Path, *arguments: str, **more: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OXYSYNTH_")}
        self.environment = {**kept, "OXYSYNTH_DATABASE": database, "OXYSYNTH_DESK_SECRET": SECRET, **more}
        self.folder = folder
        self._arguments = arguments
        self.welcome: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self, port: int = 0, *, managed: bool = False) -> "RunningDesk":
        """Start it, and wait until it says where it is; a team that has its admin already is invited no more."""
        command = [sys.executable, "-m", "oxysynth", "desk", "--port", str(port), *self._arguments]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "desk.log").open("a"),
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.welcome = [self.process.stdout.readline().strip()]
        assert " is at http" in self.welcome[0], self.welcome[0] + (self.folder / "desk.log").read_text()
        if "--team" in self._arguments and not managed:
            self.welcome.append(self.process.stdout.readline().strip())
        return self

    @property
    def address(self) -> str:
        """Where it is."""
        found = re.search(r"http://[^/ ]+", self.welcome[0])
        assert found is not None
        return found.group()

    @property
    def door(self) -> str:
        """The address that lets in: with the key of a desk for one, or with the admin's invitation."""
        found = re.search(r"http://\S+", self.welcome[-1])
        assert found is not None
        return found.group()

    def run(self, *arguments: str) -> str:
        """Another command on the same database; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "oxysynth", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        """What the process said on stderr."""
        return (self.folder / "desk.log").read_text()

    def kill(self) -> None:
        """End it without a word of warning."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@contextlib.contextmanager
def running(database: str, folder: Path, *arguments: str, **more: str) -> Iterator[RunningDesk]:
    """A desk that is ended with the test."""
    desk = RunningDesk(database, folder, *arguments, **more).start()
    try:
        yield desk
    finally:
        desk.kill()


class Person:
    """Somebody before a browser of their own, with a keyboard."""

    def __init__(self, browser: Browser, desk: RunningDesk, width: int = 1280, pause: float = 0) -> None:
        self._pause = pause  # seconds after each key, as people need them; a text then is typed letter by letter
        self.strokes = 0
        self._context = browser.new_context(viewport={"width": width, "height": 900})
        self.page: Page = self._context.new_page()
        self.desk = desk
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, line: ConsoleMessage) -> None:
        # That the desk refused something is no error of the page.
        if line.type == "error" and "422" not in line.text:
            self.errors.append(line.text)

    def take_place(self, link: str, name: str, key: str) -> None:
        """Take the place of an invitation, by keyboard."""
        self.page.goto(link)
        self.tab_to("[name=name]")
        self.page.keyboard.press("Control+A")
        for text in (name, key, "", PASSWORD):
            self.page.keyboard.type(text)
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("h1:has-text('Good to see you')")

    def open(self, path: str) -> None:
        """Open a page of the desk by its address."""
        self.page.goto(self.desk.address + path)

    def press(self, key: str) -> None:
        """Press a key."""
        self.strokes += 1
        self.page.keyboard.press(key)
        time.sleep(self._pause)

    def write(self, text: str) -> None:
        """Type a text; at once, where no pause is asked for."""
        self.strokes += len(text)
        if self._pause:
            self.page.keyboard.type(text, delay=1000 * self._pause)
        else:
            self.page.keyboard.insert_text(text)

    def key(self, key: str) -> None:
        """Press a key that changes the page, and wait for the change."""
        with self.page.expect_response(lambda reply: reply.request.method == "POST"):
            self.page.keyboard.press(key)
        self.until("() => document.querySelectorAll('.htmx-request, .htmx-settling').length === 0")

    def until(self, condition: str, argument: object = None, seconds: float = 15) -> None:
        """Wait until a condition holds in the page; the page's own policy forbids Playwright's way of waiting."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(condition, argument):
            assert time.monotonic() < end, f"never: {condition} {argument}"
            time.sleep(0.02)

    def heading(self) -> str:
        """The main heading."""
        return self.page.locator("h1").first.inner_text()

    def said(self) -> str:
        """The text of the page."""
        return self.page.locator("main").inner_text()

    def message(self) -> str:
        """What the desk objects to."""
        return self.page.locator("#message").inner_text()

    def tab_to(self, selector: str, most: int = 300) -> None:
        """Press Tab until an element that fits has the focus."""
        for _ in range(most):
            if self.page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab")

    def type_values(self, values: Mapping[str, str]) -> None:
        """Go through the form of the page by Tab, adding items as needed, and type the values where they belong."""
        left = dict(values)
        lists = {path.rsplit("/", path.count("/") - 1)[0] for path in left}
        self.page.locator("main").press("Escape")
        for _ in range(900):
            if not left:
                break
            self.press("Tab")
            here = self.page.evaluate(
                "() => { const e = document.activeElement; return {path: e.dataset?.path ?? '', member: e.dataset?.member ?? '',"
                " tag: e.tagName, add: e.getAttribute('hx-get') ?? '', way: e.name === 'way' ? e.id : '', value: e.value ?? '', id: e.id} }"
            )
            if here["way"]:
                effect = here["way"].removeprefix("f-").removesuffix("-way").replace("-", "/")
                self._choose_way(left, effect)
            elif here["path"] in left:
                self._fill(here["tag"], left.pop(here["path"]))
            elif here["member"]:
                path = here["member"].removeprefix("f-").replace("-", "/")
                if here["value"] in left.get(path, "").split():
                    self.press("Space")
                    rest = [one for one in left[path].split() if one != here["value"]]
                    left[path] = " ".join(rest)
                    if not rest:
                        del left[path]
            elif "/item?" in here["add"]:
                self._add(here["add"], left)
            elif here["tag"] == "SUMMARY":
                inside = self.page.evaluate(
                    "() => [...document.activeElement.parentElement.querySelectorAll('[data-path]')].map(e => e.dataset.path)"
                )
                is_open = self.page.evaluate("() => document.activeElement.parentElement.open")
                if not is_open and any(path in left for path in inside):
                    self.press("Enter")
        assert not left, f"not reached by Tab: {sorted(left)} ({lists})"
        self.saved()

    def saved(self) -> None:
        """Wait until the form says that all is saved."""
        self.until("() => document.getElementById('saving').textContent === 'All saved.'")

    def _choose_way(self, left: dict[str, str], effect: str) -> None:
        kind = left.pop(f"{effect}/computation/kind", None)
        left.pop(f"{effect}/tier", None)
        if kind is not None:
            with self.page.expect_response(lambda reply: reply.url.endswith("/way")):
                self._fill("SELECT", kind)
            self.page.wait_for_selector(f"#f-{effect.replace('/', '-')}-computation-inputs-m1")
            self.until("() => document.querySelectorAll('.htmx-request, .htmx-settling').length === 0")

    def _add(self, address: str, left: Mapping[str, str]) -> None:
        found = re.search(r"where=([^&]+)&number=(\d+)", address)
        assert found is not None
        where = found.group(1).replace("%2F", "/")
        if any(path.startswith(f"{where}/{found.group(2)}/") for path in left):
            with self.page.expect_response(lambda reply: "/item?" in reply.url):
                self.press("Enter")
            self.until(
                "id => document.getElementById(id)?.contains(document.activeElement) ?? false",
                f"item-{where.replace('/', '-')}-{found.group(2)}",
            )
            self.press("Shift+Tab")

    def _fill(self, tag: str, value: str) -> None:
        if tag == "SELECT":
            options = self.page.evaluate("() => [...document.activeElement.options].map(o => o.value)")
            now = self.page.evaluate("() => document.activeElement.selectedIndex")
            for _ in range(options.index(value) - now):
                self.press("ArrowDown")
        else:
            self.press("Control+A")
            self.write(value)
