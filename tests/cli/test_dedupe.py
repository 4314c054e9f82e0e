"""`oxysynth dedupe`: duplicates of anyone's table, as a document and for the eye, and one line for each mistake."""

import csv
import json
from pathlib import Path

import pytest

import oxysynth

HEAD = ("record_id", "title", "author", "year", "doi")
ROWS = (
    ("a1", "Oxytocin before group therapy: a randomised trial", "Lind, A. and Moor, B.", "2021", "10.1234/lind.1"),
    ("a2", "Oxytocin before group therapy. A randomised trial", "Lind A; Moor B", "2021", "10.1234/lind.1"),
    ("b1", "Plasma oxytocin in couples who quarrel", "Okafor, C.", "2019", "10.1234/okafor.9"),
    ("c1", "Editorial introduction", "Berg, D.", "2020", "10.1234/berg.1"),
    ("c2", "Editorial introduction", "Berg, D.", "2020", "10.1234/berg.2"),
)


def written(folder: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> str:
    path = folder / "records.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows((head, *rows))
    return str(path)


def test_the_document_has_groups_and_unsure_pairs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert oxysynth.main(["dedupe", written(tmp_path, *ROWS), "--json"], {}) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"records", "clusters", "unsure"}
    assert document["records"] == len(ROWS)
    assert document["clusters"] == [["a1", "a2"]]
    assert not [pair for pair in document["unsure"] if {"c1", "c2"} == set(pair[:2])]


def test_for_the_eye_one_group_stands_to_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert oxysynth.main(["dedupe", written(tmp_path, *ROWS)], {}) == 0
    assert "clusters:\n  a1, a2\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("head", "rows"),
    [(("yi", "vi"), (("0.1", "0.2"),)), (HEAD, (ROWS[0], ROWS[0])), (HEAD, (("", *ROWS[0][1:]),))],
)
def test_a_table_that_cannot_be_used_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> None:
    assert oxysynth.main(["dedupe", written(tmp_path, *rows, head=head)], {}) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("oxysynth: ")
    assert shown.err.count("\n") == 1


def test_a_missing_file_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert oxysynth.main(["dedupe", str(tmp_path / "none.csv")], {}) == 2
    assert "none.csv" in capsys.readouterr().err
