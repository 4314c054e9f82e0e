"""Linking of duplicates: right, wrong and missed on the labelled sets, growth, an incremental week, and bib-dedupe beside it.

Never part of the tests: a machine's speed is not a property of the code. Memory is the peak of a process of its own.
Usage: .venv/bin/python bench/dedupe.py [--records 100000 …] [--rival PYTHON]
       PYTHON is an interpreter that can import bib_dedupe 0.11; it is no dependency of the project.
"""

import argparse
import csv
import importlib.util
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harvest.linking.dedupe import dedupe_file
from harvest.linking.index import Index
from harvest.linking.tables import read_table

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "dedup"
SETS = ("cytology_screening", "diabetes_A", "digital_work_A", "respiratory_A")
GROWTH = (12_500, 25_000, 50_000, 100_000)
WEEK = 2_000
DUPLICATES = 0.15  # share of the made records that repeat an earlier one, as in the labelled sets together
COLUMNS = ("record_id", "title", "author", "year", "journal", "volume", "number", "pages", "doi", "abstract")
RIVAL = """
import json, sys, time, warnings
import pandas as pd
warnings.simplefilter("ignore")
from bib_dedupe.bib_dedupe import block, cluster, match, prep
start = time.perf_counter()
table = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, encoding=sys.argv[2]).rename(
    columns={"record_id": "ID", "entrytype": "ENTRYTYPE"})
records = prep(table, cpu=1)
groups = cluster(match(block(records, cpu=1), cpu=1))
json.dump({"clusters": groups, "seconds": time.perf_counter() - start}, open(sys.argv[3], "w"))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="*", default=list(GROWTH))
    parser.add_argument("--rival", default=sys.executable)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # one file, in a process of its own
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measured(options.one)))
        return 0
    labelled(options.rival)
    for size in options.records:
        growth(size)
    week(max(options.records, default=GROWTH[-1]))
    return 0


def labelled(rival: str) -> None:
    """Removed rightly / wrongly / missed over the labelled sets, and the time beside the rival's."""
    ours, theirs = 0.0, 0.0
    sums = {"oxysynth": [0, 0, 0], "bib-dedupe": [0, 0, 0]}
    present = _has_rival(rival)
    for name in SETS:
        start = time.perf_counter()
        found = dedupe_file([SHARED / f"{name}.csv"])
        ours += time.perf_counter() - start
        counts = {"oxysynth": score(found["clusters"], SHARED / f"{name}.truth.csv")}
        if present:
            clusters, seconds = _rival(rival, SHARED / f"{name}.csv")
            theirs += seconds
            counts["bib-dedupe"] = score(clusters, SHARED / f"{name}.truth.csv")
        for system, (right, wrong, missed) in counts.items():
            sums[system] = [a + b for a, b in zip(sums[system], (right, wrong, missed), strict=True)]
            print(f"{name:20} {system:10} rightly {right:5} wrongly {wrong:3} missed {missed:3}")
    for system in ("oxysynth", "bib-dedupe") if present else ("oxysynth",):
        right, wrong, missed = sums[system]
        print(f"{'all four':20} {system:10} rightly {right:5} wrongly {wrong:3} missed {missed:3}", end="")
        print(f"  found {right / (right + missed):.2%}")
    print(f"time: oxysynth {ours:.2f} s", f"bib-dedupe {theirs:.1f} s, {theirs / ours:.1f} × slower" if present else "")
    if not present:
        print(f"bib-dedupe cannot be imported by {rival}: no comparison")


def growth(size: int) -> None:
    """Time and peak memory of one file of `size` made records, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.csv"
        write(file, size)
        command = [sys.executable, __file__, "--one", str(file)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(
        f"{size:9,} records: {said['seconds']:7.1f} s, {said['seconds'] / size * 1e6:5.0f} µs each, peak"
        f" {said['megabytes']:6.0f} MB, removed rightly {said['right']:,} wrongly {said['wrong']:,} missed {said['missed']:,}"
    )


def week(known: int) -> None:
    """Linking of a week's records to those known already."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.csv"
        write(file, known + WEEK)
        records = list(read_table(file))
    index = Index()
    index.add(records[:known])
    start = time.perf_counter()
    linked = index.add(records[known:])
    seconds = time.perf_counter() - start
    print(f"a week: {WEEK:,} against {known:,} known in {seconds:.2f} s, {len(linked.same):,} links")


def score(clusters: list[list[str]], truth_file: Path) -> tuple[int, int, int]:
    """Records removed rightly, removed wrongly, and duplicates missed."""
    with truth_file.open(encoding="utf-8", newline="") as handle:
        truth = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(handle)}
    works = [len({truth[id_] for id_ in group}) for group in clusters]
    right = sum(len(group) - count for group, count in zip(clusters, works, strict=True))
    return right, sum(works) - len(works), len(truth) - len(set(truth.values())) - right


def write(file: Path, size: int) -> None:
    """A table of made records and its truth: words, names and journals drawn from the labelled sets."""
    with file.open("w", encoding="utf-8", newline="") as handle, _truth(file).open("w", encoding="utf-8") as truth:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        truth.write("record_id,cluster_id\n")
        for row, work in made(size):
            writer.writerow(row)
            truth.write(f"{row['record_id']},{work}\n")


def made(size: int) -> Iterator[tuple[dict[str, str], str]]:
    """Made records, each with the id of the work it tells of."""
    draw = random.Random(4)
    words, names, journals = vocabulary()
    works: list[dict[str, str]] = []
    for number in range(size):
        if works and draw.random() < DUPLICATES:
            work = draw.choice(works)
            yield _again(work, number, draw), work["record_id"]
            continue
        first = draw.randrange(1, 3000)
        work = {
            "record_id": f"r{number}",
            "title": " ".join(draw.choices(words, k=draw.randrange(6, 18))),
            "author": " and ".join(draw.choices(names, k=draw.randrange(1, 9))),
            "year": str(draw.randrange(1990, 2026)),
            "journal": draw.choice(journals),
            "volume": str(draw.randrange(1, 200)),
            "number": str(draw.randrange(1, 13)),
            "pages": f"{first}-{first + draw.randrange(1, 20)}",
            "doi": f"10.{draw.randrange(1000, 9999)}/{number}" if draw.random() < 0.7 else "",
            "abstract": " ".join(draw.choices(words, k=150)) if draw.random() < 0.8 else "",
        }
        works.append(work)
        yield work, work["record_id"]


def _again(work: dict[str, str], number: int, draw: random.Random) -> dict[str, str]:
    """The work as another source prints it."""
    row = work | {"record_id": f"r{number}"}
    letter = draw.randrange(len(row["title"]))
    row["title"] = draw.choice(
        (
            row["title"].upper(),
            f"[{row['title']}]",
            row["title"][:letter] + row["title"][letter + 1 :],
            row["title"] + ".",
        )
    )
    row["author"] = re.sub(r", (\w)\w+", r", \1.", row["author"])
    if draw.random() < 0.4:
        row["doi"] = ""
    if draw.random() < 0.3:
        row["pages"] = row["pages"].partition("-")[0]
    if draw.random() < 0.2:
        row["abstract"] = ""
    return row


def vocabulary() -> tuple[list[str], list[str], list[str]]:
    words: list[str] = []
    names: set[str] = set()
    journals: set[str] = set()
    for name in SETS:
        with (SHARED / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                words += row["title"].split()
                names.update(row["author"].split(" and "))
                journals.add(row["journal"])
    return words, sorted(names - {""}), sorted(journals - {""})


def _truth(file: Path) -> Path:
    return file.with_suffix(".truth.csv")


def _measured(file: Path) -> dict[str, float]:
    start = time.perf_counter()
    found = dedupe_file([file])
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    right, wrong, missed = score(found["clusters"], _truth(file))
    return {"seconds": seconds, "megabytes": megabytes, "right": right, "wrong": wrong, "missed": missed}


def _has_rival(python: str) -> bool:
    if python == sys.executable:
        return importlib.util.find_spec("bib_dedupe") is not None
    return subprocess.run([python, "-c", "import bib_dedupe"], capture_output=True, check=False).returncode == 0


def _rival(python: str, file: Path) -> tuple[list[list[str]], float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        subprocess.run(
            [python, "-c", RIVAL, str(file), "utf-8-sig", str(out)], check=True, capture_output=True, cwd=folder
        )
        said = json.loads(out.read_text(encoding="utf-8"))
    return said["clusters"], said["seconds"]


if __name__ == "__main__":
    raise SystemExit(main())
