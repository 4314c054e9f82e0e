"""The real site of the real corpus, built once for all tests of this folder."""

from pathlib import Path

import pytest

import oxysynth


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("review")
    environ = {"OXYSYNTH_DATABASE": f"sqlite:///{folder / 'oxysynth.sqlite'}"}
    assert oxysynth.main(["init"], environ) == 0
    assert oxysynth.main(["build", "--out", str(folder / "site")], environ) == 0
    return folder / "site"
