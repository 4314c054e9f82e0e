"""Parity with metafor, clubSandwich and robumeta on every value of the reference folder.

Never lets a value go unlisted: each leaf of each file is compared by one block, or excluded by name with a reason.
"""

import importlib
import pkgutil
from fnmatch import fnmatchcase
from types import ModuleType

import pytest

from tests.parity import blocks
from tests.parity.comparing import NAMES, agrees, at, disagreement, leaves, load

BLOCKS: dict[str, ModuleType] = {
    module.name: importlib.import_module(f"tests.parity.blocks.{module.name}")
    for module in pkgutil.iter_modules(blocks.__path__)
}


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("name", NAMES)
def test_every_value_agrees(name: str, block: str) -> None:
    content = load(name)
    wrong = []
    for compared in BLOCKS[block].compare(name, content):
        assert at(content, compared.path) is not None or compared.want is None
        if not agrees(compared):
            relative, absolute = disagreement(compared)
            wrong.append(f"{'/'.join(compared.path)}: relative {relative:.2g}, absolute {absolute:.2g}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_no_value_is_unlisted(name: str) -> None:
    content = load(name)
    compared = [c.path for block in BLOCKS.values() for c in block.compare(name, content)]
    assert len(compared) == len(set(compared)), "one value is compared by two blocks"
    excluded = [pattern for block in BLOCKS.values() for pattern in block.EXCLUDED]
    done = set(compared)
    unlisted = []
    for path, _ in leaves(content["expected"]):
        if path in done or path[-1] == "error":
            continue
        place = "/".join(path)
        if not any(fnmatchcase(place, pattern) for pattern in excluded):
            unlisted.append(place)
    assert not unlisted, "\n".join(unlisted)
