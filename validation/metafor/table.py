"""Writes PARITY.md: how far every compared value of the reference lies from ours, by data set and by quantity.

Never compares anything itself: the blocks of tests/parity do, and the tests fail where one is out of tolerance.
Usage: .venv/bin/python validation/metafor/table.py
"""

import importlib
import math
import pkgutil
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # the tests are not installed

from tests.parity import blocks
from tests.parity.comparing import NAMES, agrees, disagreement, load


@dataclass(slots=True)
class Worst:
    """The largest differences met so far; the absolute one only where the relative rule was not met."""

    count: int = 0
    relative: float = 0.0
    where: str = ""
    absolute: float = 0.0

    def meet(self, where: str, relative: float, absolute: float, allowed: float) -> None:
        self.count += 1
        if relative > allowed:
            self.absolute = max(self.absolute, absolute)
        elif relative > self.relative:
            self.relative, self.where = relative, where

    def __str__(self) -> str:
        shown = f"{self.relative:.0e}" if self.relative else "0"
        return shown + (f" (abs {self.absolute:.0e})" if self.absolute else "")


def main() -> int:
    names = sorted(module.name for module in pkgutil.iter_modules(blocks.__path__))
    by_quantity: dict[tuple[str, str], Worst] = defaultdict(Worst)
    by_data: dict[tuple[str, str], Worst] = defaultdict(Worst)
    excluded: list[tuple[str, str]] = []
    failed = 0
    for block in names:
        module = importlib.import_module(f"tests.parity.blocks.{block}")
        excluded += sorted(module.EXCLUDED.items())
        for name in NAMES:
            for compared in module.compare(name, load(name)):
                failed += not agrees(compared)
                relative, absolute = disagreement(compared)
                if math.isinf(relative):
                    continue
                for worst in (by_quantity[block, compared.path[-1]], by_data[name, block]):
                    worst.meet(name, relative, absolute, compared.rule.relative)
    (HERE / "PARITY.md").write_text(_page(names, by_quantity, by_data, excluded), encoding="utf-8")
    print(f"{sum(worst.count for worst in by_quantity.values())} values compared, {failed} out of tolerance")
    return 1 if failed else 0


def _page(
    names: list[str],
    by_quantity: dict[tuple[str, str], Worst],
    by_data: dict[tuple[str, str], Worst],
    excluded: list[tuple[str, str]],
) -> str:
    total = sum(worst.count for worst in by_quantity.values())
    lines = [
        "# Every compared value",
        "",
        f"Written by `validation/metafor/table.py`: {total:,} values of {len(NAMES)} data sets. Worst relative difference; an absolute",
        "one stands beside it where a value is 0 but for rounding, or is a difference of nearly equal numbers, and the",
        "relative rule cannot be met. The tolerances, each with the worst case seen, stand in `tests/parity/blocks`.",
        "",
        "## By quantity",
        "",
        "| block | quantity | values | worst | data set |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {block} | {quantity} | {worst.count} | {worst} | {worst.where} |"
        for (block, quantity), worst in sorted(by_quantity.items())
    ]
    lines += ["", "## By data set", "", "| data set | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for name in NAMES:
        cells = [str(by_data[name, block]) if (name, block) in by_data else "–" for block in names]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "## Not compared", "", "| place | why |", "|---|---|"]
    lines += [f"| `{place}` | {reason} |" for place, reason in excluded]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
