"""Every fault on every endpoint, played by the real spiders over HTTP; the table in the docs is what came of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harvest.fault_table import fault_table, outcome, undisturbed
from tests.servers.faulty import Fault

Cells = list[dict[str, Any]]
pytestmark = pytest.mark.whole("every fault at every endpoint")

# What a server does once and we never ask twice for: it would be the same, and it may be hostile.
REFUSED = (Fault.GZIP_BOMB, Fault.HUGE, Fault.REDIRECT)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Cells:
    """Outcomes of a process that plays them all."""
    out = tmp_path_factory.mktemp("faults") / "cells.json"
    subprocess.run([sys.executable, "-m", "tests.harvest.fault_cells", str(out)], cwd=root, check=True, timeout=900)
    found: Cells = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_an_undisturbed_window_is_done_without_a_word(cells: Cells) -> None:
    for cell in undisturbed(cells).values():
        assert cell["done"], cell
        assert cell["records"]
        assert cell["message"] == ""


def test_no_fault_leaves_a_silent_gap(cells: Cells) -> None:
    quiet = undisturbed(cells)
    assert [cell for cell in cells if outcome(cell, quiet[cell["endpoint"]]) == "GAP"] == []


def test_what_failed_or_is_missing_is_said(cells: Cells) -> None:
    assert [cell for cell in cells if not cell["done"] and not cell["message"]] == []


def test_a_failed_window_enters_nothing(cells: Cells) -> None:
    failed = [cell for cell in cells if not cell["done"] and "by id" not in cell["endpoint"]]
    assert failed
    assert [cell for cell in failed if cell["records"] and cell["endpoint"] != "Crossref notices"] == []


def test_what_happens_once_is_recovered_from(cells: Cells) -> None:
    quiet = undisturbed(cells)
    once = [cell for cell in cells if cell["fault"] and not cell["stays"] and cell["fault"] not in REFUSED]
    lost = [cell for cell in once if outcome(cell, quiet[cell["endpoint"]]) not in ("recovered", "kept")]
    assert lost == []


def test_a_hostile_reply_is_refused_and_not_asked_for_again(cells: Cells) -> None:
    hostile = [cell for cell in cells if cell["fault"] in REFUSED]
    assert {cell["done"] for cell in hostile} == {False}
    assert all(
        any(word in cell["message"] for word in ("larger than", "unpacks to more", "another host")) for cell in hostile
    )


def test_nothing_private_reaches_a_message(cells: Cells) -> None:
    said = " ".join(cell["message"] for cell in cells)
    assert "reviewer" not in said
    assert "made-up" not in said


def test_the_table_in_the_docs_is_what_was_seen(cells: Cells, root: Path) -> None:
    path = root / "docs" / "faults.md"
    table = fault_table(cells)
    if os.environ.get("OXYSYNTH_WRITE_DOCS"):
        path.write_text(table, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == table, "renew it: OXYSYNTH_WRITE_DOCS=1 make pytest"
