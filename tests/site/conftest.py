"""The real site of the real corpus, built once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import oxysynth

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("review")
    environ = {"OXYSYNTH_DATABASE": f"sqlite:///{folder / 'oxysynth.sqlite'}"}
    assert oxysynth.main(["init"], environ) == 0
    assert oxysynth.main(["build", "--out", str(folder / "site")], environ) == 0
    return folder / "site"


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator["Browser"]:
    """A real Chromium, without a network of its own."""
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
