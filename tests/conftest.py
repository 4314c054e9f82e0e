"""What all categories of tests share; nothing here touches the network."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
LOOPBACK = ("127.", "::1", "localhost")


def absent(what: str) -> None:
    """Skip loudly where a real thing is not installed; in CI (OXYSYNTH_REQUIRE_ALL) that is a failure."""
    if os.environ.get("OXYSYNTH_REQUIRE_ALL"):
        pytest.fail(f"{what} is absent, and this run requires everything")
    pytest.skip(f"SKIPPED FOR WANT OF {what.upper()}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the rest of the grids out of the default run, and say so; CI, and whoever writes the documents anew, runs all."""
    if os.environ.get("OXYSYNTH_REQUIRE_ALL") or os.environ.get("OXYSYNTH_WRITE_DOCS"):
        return
    for item in items:
        marker = item.get_closest_marker("whole")
        if marker is not None:
            said = f"LEFT TO CI, UNLESS OXYSYNTH_REQUIRE_ALL=1: {marker.args[0].upper()}"
            item.add_marker(pytest.mark.skip(reason=said))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evidence and reference numbers beside the checkout."""
    if not SHARED.is_dir():
        absent("the reference folder shared/ beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few of the curated studies."""
    from tests.few import write_few

    return write_few(ROOT / "corpus" / "curated", tmp_path_factory.mktemp("few"), "guastella2009")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a real browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        absent("Chromium")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def rscript() -> str:
    """Path of Rscript."""
    path = shutil.which("Rscript")
    if path is None:
        absent("R")
    assert path is not None
    return path


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves this machine fails the test that made it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not str(host).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped for want of a real thing, so that nobody takes a green run for a full one."""
    reasons = {
        str(report.longrepr[2])
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    }
    for reason in sorted(reasons):
        terminalreporter.write_line(f"!!! {reason}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator["Browser"]:
    """A real Chromium, without a network of its own; one for all tests, since Playwright runs once per process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield opened
        opened.close()
