"""What the documents tell a reader to type works as told."""

import re
import shlex
from pathlib import Path

import pytest

import oxysynth


def commands(text: str) -> list[list[str]]:
    """Every ``.venv/bin/oxysynth …`` of the fenced blocks, without its comment."""
    fences = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for fence in fences for line in fence.splitlines() if line.startswith(".venv/bin/oxysynth ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.parametrize("name", ["README.md", "docs/developing.md"])
def test_the_commands_of_a_document_run(
    root: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = commands((root / name).read_text(encoding="utf-8"))
    assert len(found) >= 3
    for arguments in found:
        assert oxysynth.main(arguments, {}) == 0, arguments
        assert "Traceback" not in capsys.readouterr().err


def test_links_between_documents_lead_somewhere(root: Path) -> None:
    for path in [root / "README.md", *(root / "docs").rglob("*.md"), *(root / "validation").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
