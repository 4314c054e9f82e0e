"""What all categories of tests share; nothing here touches the network."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evidence and reference numbers beside the checkout; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the reference folder {SHARED.name}/ beside the checkout, which is absent here")
    return SHARED
