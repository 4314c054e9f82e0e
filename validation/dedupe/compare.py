"""Our links beside bib-dedupe's on the labelled sets, pair by pair: `compare.py PYTHON` writes RESULTS.md.

Never part of the tests or of what is installed: bib-dedupe 0.11 is the cross-check, not a dependency. PYTHON is an
interpreter that can import it. The sets are read from ../shared/dedup.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from harvest.linking.dedupe import dedupe_file

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared" / "dedup"
SETS = ("cytology_screening", "diabetes_A", "digital_work_A", "respiratory_A")
RIVAL = """
import json, sys, warnings
import pandas as pd
warnings.simplefilter("ignore")
from bib_dedupe.bib_dedupe import block, cluster, match, prep
table = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, encoding="utf-8-sig").rename(
    columns={"record_id": "ID", "entrytype": "ENTRYTYPE"})
json.dump(cluster(match(block(prep(table, cpu=1), cpu=1), cpu=1)), open(sys.argv[2], "w"))
"""

Pairs = frozenset[tuple[str, str]]


def main(python: str) -> None:
    lines = [
        "# Our links and bib-dedupe's, pair by pair",
        "",
        "Written by `compare.py`; do not edit. A pair is two records that a system holds to be one work; it is right where the truth file says so.",
        "",
        "| set | true pairs | both, right | only ours, right | only bib-dedupe, right | neither | only ours, wrong | only bib-dedupe, wrong | both, wrong |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    doubts: list[str] = []
    for name in SETS:
        true = truth(SHARED / f"{name}.truth.csv")
        found = dedupe_file([SHARED / f"{name}.csv"])
        ours, theirs = pairs(found["clusters"]), pairs(rival(python, SHARED / f"{name}.csv"))
        right, wrong = ours & true, ours - true
        lines.append(
            f"| {name} | {len(true):,} | {len(right & theirs):,} | {len(right - theirs):,} | {len((theirs & true) - ours):,} "
            f"| {len(true - ours - theirs):,} | {len(wrong - theirs)} | {len((theirs - true) - ours)} | {len(wrong & theirs)} |"
        )
        missed = (theirs & true) - ours
        unsure = frozenset((min(a, b), max(a, b)) for a, b, _ in found["unsure"])
        doubts.append(
            f"- {name}: {len(missed)} right pairs of bib-dedupe that ours leaves, {len(missed & unsure)} of them for a person."
        )
    (HERE / "RESULTS.md").write_text("\n".join([*lines, "", *doubts, ""]), encoding="utf-8")
    print((HERE / "RESULTS.md").read_text(encoding="utf-8"))


def truth(file: Path) -> Pairs:
    """Pairs of records that tell of one work."""
    works: dict[str, list[str]] = {}
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            works.setdefault(row["cluster_id"], []).append(row["record_id"])
    return pairs(works.values())


def pairs(clusters: Iterable[Iterable[str]]) -> Pairs:
    """Every pair within the clusters."""
    return frozenset((a, b) for cluster in clusters for a, b in combinations(sorted(cluster), 2))


def rival(python: str, file: Path) -> list[list[str]]:
    """The clusters of bib-dedupe."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        subprocess.run([python, "-c", RIVAL, str(file), str(out)], check=True, capture_output=True, cwd=folder)
        found: list[list[str]] = json.loads(out.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main(sys.argv[1])
