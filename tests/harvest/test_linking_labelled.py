"""The labelled sets, record by record: how many duplicates are found, and how many records would be lost wrongly."""

import csv
import json
from pathlib import Path

import pytest

from harvest.linking.dedupe import Duplicates, dedupe_file
from harvest.linking.index import Index
from harvest.linking.tables import read_table

SETS = ("cytology_screening", "diabetes_A", "digital_work_A", "respiratory_A")
MOST_WRONG = 3  # over all sets
FOUND_AT_LEAST = 0.98


@pytest.fixture(scope="module")
def found(shared: Path) -> dict[str, Duplicates]:
    return {name: dedupe_file([shared / "dedup" / f"{name}.csv"]) for name in SETS}


def truth(shared: Path, name: str) -> dict[str, str]:
    with (shared / "dedup" / f"{name}.truth.csv").open(encoding="utf-8", newline="") as handle:
        return {row["record_id"]: row["cluster_id"] for row in csv.DictReader(handle)}


def test_over_all_sets_almost_nothing_is_lost_and_almost_all_is_found(
    shared: Path, found: dict[str, Duplicates]
) -> None:
    wrong = right = duplicates = 0
    for name in SETS:
        works = truth(shared, name)
        assert found[name]["records"] == len(works)
        for cluster in found[name]["clusters"]:
            distinct = len({works[record] for record in cluster})
            wrong += distinct - 1
            right += len(cluster) - distinct
        duplicates += len(works) - len(set(works.values()))
    assert duplicates == 1810
    assert wrong <= MOST_WRONG
    assert right / duplicates >= FOUND_AT_LEAST


@pytest.mark.parametrize("name", SETS)
def test_a_person_is_asked_about_few_pairs_and_never_about_a_linked_one(
    name: str, found: dict[str, Duplicates]
) -> None:
    group = {record: number for number, cluster in enumerate(found[name]["clusters"]) for record in cluster}
    for a, b, score in found[name]["unsure"]:
        assert a != b
        assert group.get(a, a) != group.get(b, b)
        assert 0.0 < score < 0.8
    assert len(found[name]["unsure"]) < found[name]["records"] / 200


def test_the_answer_is_plain_json_and_every_record_is_in_one_group(found: dict[str, Duplicates]) -> None:
    for answer in found.values():
        assert list(json.loads(json.dumps(answer))) == ["records", "clusters", "unsure"]
        members = [record for cluster in answer["clusters"] for record in cluster]
        assert len(members) == len(set(members))
        assert all(len(cluster) >= 2 for cluster in answer["clusters"])


def test_the_hard_cases(shared: Path) -> None:
    folder = shared / "dedup" / "special_cases"
    with (folder / "merged_record_ids.csv").open(encoding="utf-8", newline="") as handle:
        expected = sorted(row["merged_ids"].split(";") for row in csv.DictReader(handle))
    assert dedupe_file([folder / "records_pre_merged.csv"])["clusters"] == expected


@pytest.mark.parametrize("name", ["respiratory_A", "diabetes_A"])
def test_batches_find_what_one_reading_finds(name: str, shared: Path, found: dict[str, Duplicates]) -> None:
    records = list(read_table(shared / "dedup" / f"{name}.csv"))
    index = Index()
    for start in range(0, len(records), 97):
        index.add(records[start : start + 97])
    assert len(index) == len(records)
    assert index.clusters() == found[name]["clusters"]


def test_every_link_has_a_reason(shared: Path) -> None:
    linked = Index().add(read_table(shared / "dedup" / "respiratory_A.csv"))
    for pair in (*linked.same, *linked.related, *linked.unsure):
        assert pair.reason
        assert 0.0 < pair.score <= 1.0
    assert all(pair.relation for pair in linked.related)
