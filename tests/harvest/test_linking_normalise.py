"""Forms in which equal things are equal: titles, names, pages, journals; and tables that are not as they should be."""

import doctest
from pathlib import Path

import pytest

from corpus.domain.harvested import HarvestedRecord
from corpus.errors import InvalidInput
from harvest.linking import normalise
from harvest.linking.compare import same_container
from harvest.linking.dedupe import dedupe_file
from harvest.linking.tables import read_table, split_authors


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(normalise).failed == 0


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("Oxytocin &amp; <i>empathy</i>", "oxytocin and empathy"),
        ("The role of (alpha)v(beta)3", "the role of alpha v beta 3"),
        ("αvβ3 integrin", "alphavbeta3 integrin"),
        ("Kölner Straße", "kolner strasse"),
        ("[Oxytocin in psychotherapy] LA: Chi", "oxytocin in psychotherapy"),
        ("Oxytocin. [Review] [32 refs]", "oxytocin"),
        ("RETRACTED ARTICLE: Oxytocin", "oxytocin"),
        ("[Review]", "review"),
    ],
)
def test_titles(printed: str, form: str) -> None:
    assert normalise.title_forms(printed)[0] == form


@pytest.mark.parametrize(
    ("printed", "family"),
    [
        ("von Pawel, J.", "pawel"),
        ("Villegas-Carlos, Felipe", "villegascarlos"),
        ("Smith JA", "smith"),
        ("John A. Smith", "smith"),
        ("Akoumianakis I.", "akoumianakis"),
        ("Ørsted, H. C.", "orsted"),
        ("", ""),
    ],
)
def test_family_names(printed: str, family: str) -> None:
    assert normalise.family_name(printed) == family


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("112-118", "112", "118"),
        ("97--110", "97", "110"),
        ("112–8", "112", "118"),
        ("01-Apr", "1", "4"),
        ("viii108", "108", ""),
        ("S27", "27", ""),
        ("Suppl-12", "", "12"),
        ("UNKNOWN", "", ""),
        ("", "", ""),
    ],
)
def test_pages(printed: str, first: str, last: str) -> None:
    pages = normalise.pages_of(printed)
    assert (pages.first, pages.last) == (first, last)
    assert not pages.electronic


def test_article_numbers_are_told_from_pages() -> None:
    assert normalise.pages_of("e24083").electronic
    assert normalise.pages_of("CD006273").electronic


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Vascul Pharmacol", "Vascular Pharmacology", True),
        ("Dtsch-Med-Wochenschr", "Deutsche Medizinische Wochenschrift (1946)", True),
        ("Jthoraccardiovascsurg", "The Journal of Thoracic & Cardiovascular Surgery", True),
        ("Zhongguo fei ai za zhi = Chinese journal of lung cancer", "Chinese Journal of Lung Cancer", True),
        ("AMCIS 2017 Proceedings", "Americas Conference on Information Systems", True),
        ("PLoS ONE [Electronic Resource]", "PLoS ONE", True),
        ("Diabetes", "Diabetologia", False),
        ("Circulation", "International Journal of Cardiology", False),
    ],
)
def test_journals(one: str, other: str, same: bool) -> None:
    assert same_container(normalise.container_forms(one), normalise.container_forms(other)) is same


@pytest.mark.parametrize(
    "printed", ["Rossi A. and Bianchi C.", "Rossi, A.; Bianchi, C.", "Rossi A, Bianchi C", "Rossi AB, Bianchi C D"]
)
def test_author_fields(printed: str) -> None:
    assert [normalise.family_name(name) for name in split_authors(printed)] == ["rossi", "bianchi"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_tables_of_spreadsheets(encoding: str, mark: str, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    rows = "Record_ID,Title,Authors,Year\r\n1,Bindung und Präsenz,Grünwald J,2019\r\n"
    file.write_bytes(rows.replace(",", mark).encode(encoding))
    assert [record.titles[0] for record in read_table(file)] == ["bindung und prasenz"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "saw an empty file"),
        ("a,b\n1,2\n", "needs the columns record_id and title; saw a, b"),
        ("record_id,title\n1,x\n1,y\n", "line 3: record_id '1' is used twice"),
        ("record_id,title\n,x\n", "line 2: record_id '' is missing"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_in_one_line(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "records.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"^[^\n]*$") as caught:
        dedupe_file([file])
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"absent\.csv"):
        dedupe_file([tmp_path / "absent.csv"])


def test_line_separators_inside_a_field_do_not_end_a_row(tmp_path: Path) -> None:
    file = tmp_path / "records.csv"
    file.write_text('record_id,title\n1,one\u2028title\n2,"two\nlines\x00"\n', encoding="utf-8")
    assert [record.titles[0] for record in read_table(file)] == ["one title", "two lines"]


def test_other_formats_are_read_by_the_reader_given(tmp_path: Path) -> None:
    table, export = tmp_path / "a.csv", tmp_path / "b.ris"
    table.write_text(
        "record_id,title,author,year,journal\nt,Oxytocin in couples,Rossi A,2019,Brain\n", encoding="utf-8"
    )
    export.write_text("TY  - JOUR\n", encoding="utf-8")
    record = HarvestedRecord(source="ris", title="Oxytocin in the therapy of couples")
    found = dedupe_file([table, export], read_export=lambda path: [record, record])
    assert found["records"] == 3
    assert [(a, b) for a, b, _ in found["unsure"]] == [("b.ris#1", "b.ris#2")]


def test_ids_that_two_files_share_are_told_apart(tmp_path: Path) -> None:
    rows = "record_id,title,author,year,journal\n1,Oxytocin in the psychotherapy of couples,Rossi A,2019,Brain\n"
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(rows, encoding="utf-8")
    found = dedupe_file([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert found["clusters"] == [["a.csv:1", "b.csv:1"]]
