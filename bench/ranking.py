"""Ranking on labelled screening sets: what it saves, when it overtakes search terms, what is unseen, and its speed.

Never part of the tests: a machine's speed is not a property of the code. All sets are read from ../shared/screening.
Usage: .venv/bin/python bench/ranking.py [--seeds 5] [--rival PYTHON] [--only saved takeover unseen speed]
       PYTHON is an interpreter that can import asreview 3; it is no dependency of the project. Without it the rival is
       the table of an earlier run of a linear support-vector machine on the same sets, and that is said.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from corpus.screening import Ranker, ScreeningRecord
from corpus.screening.linear import Labels, Rows, Scores, Texts
from corpus.screening.simulation import left_after, next_week, recall_at, screen, work_saved
from corpus.screening.terms import TermFinder

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "screening"
SMALL = 900  # records; a smaller set is read five at a time, a larger one ten at a time
SHARES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
WEEKS = 20  # random halves of each set
FIRST = (1, 2, 3, 5, 10, 20)  # relevant decisions
DRAWS = 20
KNOWN = (2_000, 5_000, 10_000)  # decisions an incremental week of 2,000 records is ranked against
WEEK = 2_000
RIVAL = """
import csv, json, sys, time, warnings
import numpy as np
import pandas as pd
warnings.simplefilter("ignore")
from asreview.learner import ActiveLearningCycle
from asreview.models.models import AI_MODEL_CONFIGURATIONS
from asreview.simulation.simulate import Simulate
job = json.load(open(sys.argv[1]))
model = next(known["value"] for known in AI_MODEL_CONFIGURATIONS if known["name"] == "elas_u4")
orders, seconds = [], []
for prior in job["priors"]:
    cycle = ActiveLearningCycle.from_meta(model)
    cycle.n_query = job["batch"]
    start = time.perf_counter()
    run = Simulate(pd.DataFrame(job["records"]), np.array(job["labels"]), [cycle], print_progress=False)
    run.label(prior)
    run.review()
    seconds.append(time.perf_counter() - start)
    orders.append([int(row) for row in run._results["record_id"]])
json.dump({"orders": orders, "seconds": seconds}, open(sys.argv[2], "w"))
"""


class Labelled(NamedTuple):
    """A labelled set, WSS@95 and recall at 10 % of the earlier run, and terms as a protocol might have had them."""

    name: str
    label: str
    saved: float
    recall: float
    terms: tuple[str, ...]


TRIALS = "random*, placebo, double blind, trial*"
ATYPICAL = "olanzapine, risperidone, quetiapine, clozapine, ziprasidone, atypical antipsychotic*"
DEPRESSION = "depress*, anhedonia, despair, forced swim*, tail suspension"
ANIMALS = "rat, rats, mice, mouse, animal*, rodent*"
ADHD = "attention deficit*, hyperactiv*, ADHD"
STIMULANTS = "methylphenidate, amphetamine*, atomoxetine, pemoline, stimulant*"
REVIEWS = "systematic review*, literature review*, meta-analysis, survey*, review*"
SETS = (
    Labelled("Bannach-Brown_2019", "label_included", 0.451, 0.485, (DEPRESSION, ANIMALS)),
    Labelled("ADHD_local", "label_abstract_screening", 0.705, 0.571, (ADHD, STIMULANTS, TRIALS)),
    Labelled("AtypicalAntipsychotics_local", "label_included", 0.267, 0.321, (ATYPICAL, TRIALS)),
    Labelled("Kitchenham_2010", "label_included", 0.664, 0.698, ("software, program*", REVIEWS)),
)


class Loaded(NamedTuple):
    """The records of a set, what was decided about them, and how many are read between two trainings."""

    records: list[dict[str, str]]
    texts: list[str]
    relevant: Labels
    batch: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rival", default=sys.executable)
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "saved": saved,
        "takeover": takeover,
        "unseen": unseen,
        "speed": speed,
    }
    parser.add_argument("--only", nargs="*", choices=parts, default=list(parts))
    options = parser.parse_args()
    if not SHARED.is_dir():
        print("no labelled sets: ../shared/screening is absent")
        return 0
    for name in options.only:
        parts[name](options)
        print()
    return 0


def saved(options: argparse.Namespace) -> None:
    """WSS@95 and recall at 10 %, with seconds of a whole simulated screening."""
    rival = options.rival if _has_asreview(options.rival) else None
    print(f"What ranking saves; means of {options.seeds} seeds; 1 relevant and 10 irrelevant records known at first.")
    print("Beside it:", "asreview in this run, same start, same batches." if rival else "an earlier run's figures.")
    print("| set | records | relevant | WSS@95 | beside | recall@10 % | beside | s a run | beside |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for known in SETS:
        loaded = _load(known)
        orders, seconds = [], []
        for seed in range(options.seeds):
            start = time.perf_counter()
            orders.append(screen(Texts(loaded.texts), loaded.relevant, seed=seed, batch=loaded.batch))
            seconds.append(time.perf_counter() - start)
        ours = _quality(orders, loaded.relevant)
        took = statistics.median(seconds)
        beside, slower = (known.saved, known.recall), ""
        if rival:
            others, times = _asreview(rival, loaded, [order[:11] for order in orders])
            beside, other = _quality(others, loaded.relevant), statistics.median(times)
            slower = f"{other:.1f} ({other / took:.1f} ×)"
        print(
            f"| {known.name} | {len(loaded.records):,} | {loaded.relevant.sum()} | {ours[0]:.3f} | "
            f"{beside[0]:.3f} | {ours[1]:.3f} | {beside[1]:.3f} | {took:.1f} | {slower} |"
        )


def takeover(options: argparse.Namespace) -> None:
    """From how many relevant decisions a model orders the rest better than search terms do."""
    print(f"Chance that a relevant record stands before an irrelevant one (area under the curve); {DRAWS} draws.")
    print("| set | search terms |", " | ".join(f"{first} relevant" for first in FIRST), "|")
    print("|---|--:|" + "--:|" * len(FIRST))
    for known in SETS:
        loaded = _load(known)
        texts, relevant = Texts(loaded.texts), loaded.relevant
        finder = TermFinder({group: group.split(", ") for group in known.terms})
        named = [finder.named(text) for text in loaded.texts]
        most = 1 + max(len(found.terms) for found in named)
        cells = [_area(np.array([len(found.terms) / most - len(found.absent) for found in named]), relevant)]
        for first in FIRST:
            areas = []
            for seed in range(DRAWS):
                draw = np.random.default_rng(seed)
                rows = np.concatenate(
                    [
                        draw.choice(np.flatnonzero(relevant), first, replace=False),
                        draw.choice(np.flatnonzero(~relevant), max(first, 10), replace=False),
                    ]
                )
                rest = np.setdiff1d(np.arange(len(relevant)), rows)
                areas.append(_area(texts.scores(texts.separate(rows, relevant[rows]), rest), relevant[rest]))
            cells.append(statistics.fmean(areas))
        print(f"| {known.name} |", " | ".join(f"{cell:.2f}" for cell in cells), "|")


def unseen(options: argparse.Namespace) -> None:
    """What is said to be unseen against what is, while one pool is read and when a new one comes."""
    print(
        f"Relevant records unseen: means of {options.seeds} simulated screenings; of {WEEKS} random halves (last row)."
    )
    print("| set | read | truly unseen | expected | 95 % interval | holds the truth |")
    print("|---|--:|--:|--:|--:|--:|")
    held: list[bool] = []
    for known in SETS:
        loaded = _load(known)
        texts, relevant = Texts(loaded.texts), loaded.relevant
        orders = [screen(texts, relevant, seed=seed, batch=loaded.batch) for seed in range(options.seeds)]
        splits = {
            f"{share:.0%}": [np.split(order, [round(share * len(order))]) for order in orders] for share in SHARES
        }
        splits["a new half"] = [list(next_week(relevant, seed=seed)) for seed in range(WEEKS)]
        for name, pairs in splits.items():
            said = [
                left_after(texts, relevant, decided, waiting)
                for decided, waiting in pairs
                if relevant[decided].sum() >= 10  # before that the ranking says "none to all"
            ]
            if not said:
                continue
            holds = [left.lowest <= truth <= left.highest for left, truth in said]
            held.extend(holds)
            print(
                f"| {known.name} | {name} | {statistics.fmean(truth for _, truth in said):.1f} | "
                f"{statistics.fmean(left.expected or 0.0 for left, _ in said):.1f} | "
                f"{statistics.fmean(left.lowest for left, _ in said):.0f} to "
                f"{statistics.fmean(left.highest for left, _ in said):.0f} | {sum(holds)} of {len(holds)} |"
            )
    print(f"The interval held the truth in {sum(held)} of {len(held)}.")


def speed(options: argparse.Namespace) -> None:
    """Seconds of a retraining, and of a week of new records against growing numbers of decisions."""
    pool = [
        (record, bool(label))
        for known in SETS
        for loaded in [_load(known)]
        for record, label in zip(loaded.records, loaded.relevant, strict=True)
    ]
    two = _records(pool[:WEEK], "a")
    ranker = Ranker([record for record, _ in two])
    for share in (0.25, 0.5, 1.0):
        decisions = {record.key: label for record, label in two[: round(share * WEEK)]}
        print(
            f"retraining, 2,000 records, {len(decisions):5,d} decided: {_median(ranker, decisions):6.2f} s (median of 5)"
        )
    draw = np.random.default_rng(0)
    for size in KNOWN:  # drawn with repetition: only the time counts here
        chosen = [pool[at] for at in draw.integers(0, len(pool), size)]
        decided, new = _records(chosen, "a"), _records(pool[-WEEK:], "b")
        start = time.perf_counter()
        ranker = Ranker([record for record, _ in decided + new])
        read = time.perf_counter() - start
        ranking = ranker.rank({record.key: label for record, label in decided})
        total = time.perf_counter() - start
        print(
            f"a week: {len(ranking.records):,} new records, {size:6,d} decided: {total:6.2f} s, of which {read:.2f} s "
            "reading texts"
        )


def _load(known: Labelled) -> Loaded:
    csv.field_size_limit(2**31 - 1)
    with (SHARED / f"{known.name}.csv").open(newline="", encoding="utf-8") as handle:
        records = [row for row in csv.DictReader(handle) if not row.get("duplicate_record_id")]
    texts = [f"{row['title']} {row['abstract']}" for row in records]
    return Loaded(
        records, texts, np.array([row[known.label] == "1" for row in records]), 5 if len(texts) < SMALL else 10
    )


def _quality(orders: Sequence[Rows], relevant: Labels) -> tuple[float, float]:
    return (
        statistics.fmean(work_saved(order, relevant) for order in orders),
        statistics.fmean(recall_at(order, relevant) for order in orders),
    )


def _area(scores: Scores, relevant: Labels) -> float:
    few, many = int(relevant.sum()), int((~relevant).sum())
    return float((rankdata(scores)[relevant].sum() - few * (few + 1) / 2) / (few * many))


def _records(pool: Sequence[tuple[dict[str, str], bool]], prefix: str) -> list[tuple[ScreeningRecord, bool]]:
    return [
        (ScreeningRecord(key=f"{prefix}{number}", title=row["title"], abstract=row["abstract"]), label)
        for number, (row, label) in enumerate(pool)
    ]


def _median(ranker: Ranker, decisions: Mapping[str, bool]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        ranker.rank(decisions)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _has_asreview(python: str) -> bool:
    return subprocess.run([python, "-c", "import asreview"], capture_output=True, check=False).returncode == 0


def _asreview(python: str, loaded: Loaded, priors: Sequence[Rows]) -> tuple[list[Rows], list[float]]:
    """Orders and seconds of asreview's elas_u4; it stops at the last relevant record, the rest is appended."""
    with tempfile.TemporaryDirectory() as folder:
        job, result = Path(folder) / "job.json", Path(folder) / "result.json"
        task = {
            "records": [{"title": row["title"], "abstract": row["abstract"]} for row in loaded.records],
            "labels": loaded.relevant.astype(int).tolist(),
            "priors": [prior.tolist() for prior in priors],
            "batch": loaded.batch,
        }
        job.write_text(json.dumps(task), encoding="utf-8")
        subprocess.run([python, "-c", RIVAL, str(job), str(result)], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(result.read_text(encoding="utf-8"))
    rows = np.arange(len(loaded.records))
    return [np.concatenate([order, np.setdiff1d(rows, order)]) for order in found["orders"]], found["seconds"]


if __name__ == "__main__":
    raise SystemExit(main())
