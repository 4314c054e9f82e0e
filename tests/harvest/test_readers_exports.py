"""Export files: counts and values pinned from the files themselves, and what is wrong in a file is said with its line."""

import csv
import gzip
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.domain.harvested import Author
from corpus.errors import InvalidInput
from harvest.linking.dedupe import dedupe_file
from harvest.readers.exports import encoding
from harvest.readers.exports.sniff import ReadFile, read_export

RIS = "TY  - JOUR\nTI  - Ärger über Oxytocin\nPY  - 2020\nER  - \n"
BIBTEX = r"""@string{j = "Made"}
@comment{not this}
@article{one, author={M{\"u}ller, J{\'e}r{\^o}me and {Made Group} and van den Brink, Gert},
 title="{The} big \& $\alpha$ {\o}re \textit{in vivo}: 50% of all", journal=j # " Journal", year=2001, month=mar,
 doi={https://doi.org/10.1234/x\_1}, pages={1--9}}
@article{broken, title={never closed
@article{two, title={<b>=cmd()</b>}, year={2003}}
"""
ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Lind, Ada</style></author></authors></contributors>
<titles><title><style>Oxytocin </style><style face="italic">and</style> trust</title></titles>
<periodical><full-title>Made Journal</full-title><abbr-1>Made J</abbr-1></periodical><pages>1-9</pages><volume>3</volume>
<dates><year>2020</year></dates><isbn>1234-5679 (Print)</isbn><accession-num>123456</accession-num>
<electronic-resource-num>10.1234/made.1</electronic-resource-num>
<remote-database-name>Medline</remote-database-name></record>
<record><titles><title>bad &unknown;</title></titles></record>
<record><titles><title>Third</title></titles></record><record><titles>"""
WOS = """FN Made Export
VR 1.0
PT J
AU Lind, A
   Berg, BC
AF Lind, Ada
   Berg, Bo C.
TI Oxytocin and trust in
   couples
SO MADE JOURNAL
DT Article; Retracted Publication
DE oxytocin; trust
SN 1234-5679
EI 1234-5687
PD MAR 7
PY 2020
BP 1
EP 9
DI 10.1234/made.1
UT WOS:000000000000001
PM 123
ER

PT J
TI Second
UT WOS:2
ER

EF
"""
OVID_LABELS = """<1>
Accession Number
  2019-65183-001
Title
  Made title.
Author
  Lind, Ada; Berg, Bo
Source
  Made Journal of Trust. Vol.26(6), 2019, pp. 1-10.
Digital Object Identifier
  http://dx.doi.org/10.1234/made.1

<2>
Accession Number
  2019-65183-002
Title
  Second.
Source
  Made Journal. 36(4):463-5, 2011 May.
"""
OVID_TAGS = """VN  - Ovid Technologies
DB  - APA PsycInfo
AN  - 2019-65183-001
TI  - Made title
AU  - Lind, Ada
SO  - Made Journal. Vol 26(6), Nov-Dec 2019, 1-10.

VN  - Ovid Technologies
DB  - APA PsycInfo
AN  - 2019-65183-002
TI  - Second
"""
SCOPUS = """\ufeffEID,Title,Authors,Author full names,Year,Source title,Page start,Page end,DOI,Abstract,PubMed ID
2-s2.0-1,"=1+1 ""Oxytocin"" now","Lind A.; Berg B.","Lind, Ada (57); Berg, Bo (58)",2020,Made Journal,1,9,10.1234/made.1,"one
two <b>",123
2-s2.0-2,too,few
"2-s2.0-3,never closed
2-s2.0-4,Fourth,"Lind A., Berg B.",,2021,Made Journal,,,,,
"""
MEDLINE = """PMID- 7
OWN - NLM
TI  - A title cut by

      a blank line.
DP  - 2020 Mar 5
LID - 10.1234/made.7 [doi]
FAU - Lind, Ada
PT  - Retracted Publication
RIN - Made J. 2021;1(1):2. PMID: 8

PMID- 8
TI  - The notice.
"""


def read(folder: Path, content: str | bytes, name: str = "export.txt") -> ReadFile:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_export(path)


@pytest.fixture(scope="module")
def samples(shared: Path) -> Path:
    return shared / "harvest-samples"


def test_lines_behind_a_record_are_told_and_not_part_of_it(samples: Path) -> None:
    found = read_export(samples / "exports" / "asreview_ovid_psycinfo.ris")
    assert len(found.records) == 6
    assert [one.line for one in found.rejected] == [28, 106, 193, 220, 295, 329]
    assert {one.reason[:24] for one in found.rejected} == {"no RIS: 'Link to the Ovi"}


@pytest.mark.parametrize(
    ("name", "format_", "count"),
    [
        ("exports/asreview_embase.csv", "embase_csv", 6),
        ("exports/asreview_embase.ris", "ris", 6),
        ("exports/asreview_proquest.ris", "ris", 6),
        ("exports/asreview_ris_issue_992.txt", "ris", 19),
        ("exports/asreview_ris_many_authors.ris", "ris", 1),
        ("exports/asreview_web_of_science.txt", "ris", 10),
        ("exports/jabref_RisImporterCorrupted.ris", "ris", 1),
        ("exports/zotero_BibTeX_00.bib", "bibtex", 1),
        ("medline/biopython_pubmed_result2.txt", "medline", 4),
        ("medline/zotero_MEDLINEnbib_04.nbib", "medline", 3),
        ("medline/zotero_MEDLINEnbib_08.nbib", "medline", 1),
        ("pubmed_xml/pubmedsample_2019.xml", "pubmed_xml", 176),
    ],
)
def test_every_sample_is_read_whole(samples: Path, name: str, format_: str, count: int) -> None:
    found = read_export(samples / name)
    assert (found.format, len(found.records), found.rejected) == (format_, count, ())


def test_the_counts_are_those_of_the_files(samples: Path) -> None:
    for path in sorted((samples / "exports").glob("asreview_*.*")):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as handle:
                titles = [row["Title"] for row in csv.DictReader(handle)]
        else:
            titles = re.findall(r"^(?:TI|T1)  - (.*?)\s*$", path.read_text("utf-8-sig"), re.MULTILINE)
        assert [record.title for record in read_export(path).records] == [" ".join(t.split()) for t in titles], (
            path.name
        )


def test_each_database_is_known_by_its_marks(samples: Path) -> None:
    first = {
        name: read_export(samples / "exports" / f"asreview_{name}").records[0]
        for name in ("embase.ris", "ovid_psycinfo.ris", "proquest.ris", "web_of_science.txt")
    }
    assert {name: (record.source, record.source_id) for name, record in first.items()} == {
        "embase.ris": ("embase", "L373791783"),
        "ovid_psycinfo.ris": ("psycinfo", "2019-65183-001"),
        "proquest.ris": ("proquest", "2214991469"),
        "web_of_science.txt": ("web_of_science", "WOS:000444108200009"),
    }
    psycinfo = first["ovid_psycinfo.ris"]
    assert (psycinfo.doi, psycinfo.year, psycinfo.pages) == ("10.1002/cpp.2398", 2019, "")  # "No Specified"
    assert psycinfo.authors[0] == Author(family="Trindade", given="Ines A")
    assert first["embase.ris"].authors[0] == Author(family="Liu", given="R.")
    assert first["embase.ris"].pages == "152-160"


def test_embase_says_the_same_in_both_its_formats(samples: Path) -> None:
    table = read_export(samples / "exports" / "asreview_embase.csv").records
    tagged = {record.doi: record for record in read_export(samples / "exports" / "asreview_embase.ris").records}
    for record in table:
        same = tagged[record.doi]
        assert (record.title, record.year) == (same.title, same.year)  # the journal is abbreviated in one of them
        assert (record.authors, record.volume, record.abstract) == (same.authors, same.volume, same.abstract)


def test_seven_thousand_authors_are_seven_thousand(samples: Path) -> None:
    path = samples / "exports" / "asreview_ris_many_authors.ris"
    (record,) = read_export(path).records
    assert len(record.authors) == path.read_text().count("AU  - ")


def test_lines_without_a_tag_are_key_words(samples: Path) -> None:
    record = read_export(samples / "exports" / "asreview_ris_issue_992.txt").records[0]
    assert record.keywords[:3] == ("Health Facility Administration", "Joint Commission", "Standards")


def test_medline_fields(samples: Path) -> None:
    record = read_export(samples / "medline" / "biopython_pubmed_result2.txt").records[1]
    assert (record.source, record.source_id, record.pmid) == ("medline", "16377612", "16377612")
    assert (record.doi, record.date, record.issue) == ("10.1093/bioinformatics/btk021", "2006-03-01", "5")


def test_a_blank_line_in_a_medline_record_does_not_end_it(tmp_path: Path) -> None:
    found = read(tmp_path, MEDLINE)
    assert [record.title for record in found.records] == ["A title cut by a blank line.", "The notice."]
    record = found.records[0]
    assert (record.doi, record.date, record.retracted) == ("10.1234/made.7", "2020-03-05", True)
    assert [relation.pmid for relation in record.relations] == ["8"]


def test_bibtex_becomes_plain_text_and_a_broken_entry_costs_only_itself(tmp_path: Path) -> None:
    found = read(tmp_path, BIBTEX)
    first, second = found.records
    assert first.title == "The big & α øre in vivo: 50% of all"
    assert first.authors == (
        Author(family="Müller", given="Jérôme"),
        Author(collective="Made Group"),
        Author(family="van den Brink", given="Gert"),
    )
    assert (first.journal, first.date, first.doi, first.pages) == ("Made Journal", "2001-03", "10.1234/x_1", "1-9")
    assert second.title == "<b>=cmd()</b>"
    assert [one.line for one in found.rejected] == [6]


def test_endnote_xml(tmp_path: Path) -> None:
    found = read(tmp_path, ENDNOTE)
    record, third = found.records
    assert (record.title, record.source, record.pmid, record.doi) == (
        "Oxytocin and trust", "medline", "123456", "10.1234/made.1",
    )  # fmt: skip
    assert (record.journal_abbreviation, record.issn, record.authors) == (
        "Made J", ("1234-5679",), (Author(family="Lind", given="Ada"),),
    )  # fmt: skip
    assert third.title == "Third"
    assert [one.line for one in found.rejected] == [8, 9]


def test_web_of_science_tags(tmp_path: Path) -> None:
    found = read(tmp_path, WOS)
    first, second = found.records
    assert (found.format, second.source_id, found.rejected) == ("web_of_science", "WOS:2", ())
    assert first.title == "Oxytocin and trust in couples"
    assert first.authors == (Author(family="Lind", given="Ada"), Author(family="Berg", given="Bo C."))
    assert (first.date, first.pages, first.pmid, first.retracted) == ("2020-03-07", "1-9", "123", True)
    assert first.issn == ("1234-5679", "1234-5687")


def test_ovid_by_labels_and_by_tags(tmp_path: Path) -> None:
    first, second = read(tmp_path, OVID_LABELS).records
    assert (first.source, first.source_id, first.doi) == ("psycinfo", "2019-65183-001", "10.1234/made.1")
    assert (first.journal, first.volume, first.issue, first.pages, first.year) == (
        "Made Journal of Trust", "26", "6", "1-10", 2019,
    )  # fmt: skip
    assert [author.family for author in first.authors] == ["Lind", "Berg"]
    assert (second.volume, second.issue, second.pages, second.date) == ("36", "4", "463-5", "2011-05")
    tagged = read(tmp_path, OVID_TAGS)
    assert [record.source_id for record in tagged.records] == ["2019-65183-001", "2019-65183-002"]
    assert (tagged.format, tagged.records[0].year, tagged.records[0].pages) == ("ovid", 2019, "1-10")


def test_scopus_rows_and_the_rows_that_are_none(tmp_path: Path) -> None:
    found = read(tmp_path, SCOPUS)
    first, fourth = found.records
    assert (first.source, first.source_id, first.pmid) == ("scopus", "2-s2.0-1", "123")
    assert (first.title, first.abstract, first.pages) == ('=1+1 "Oxytocin" now', "one two <b>", "1-9")
    assert first.authors == (Author(family="Lind", given="Ada"), Author(family="Berg", given="Bo"))
    assert fourth.authors == (Author(family="Lind", given="A."), Author(family="Berg", given="B."))
    assert [one.line for one in found.rejected] == [4, 5]


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("latin-1", "cp1252"),  # which agrees with it on every letter
    ],
)
def test_encodings(tmp_path: Path, codec: str, said: str) -> None:
    found = read(tmp_path, RIS.encode(codec))
    assert (found.encoding, found.records[0].title) == (said, "Ärger über Oxytocin")
    assert found.records[0].warnings == ()


def test_two_encodings_in_one_file_are_told_apart_by_line(tmp_path: Path) -> None:
    found = read(tmp_path, RIS.encode("utf-8") + RIS.encode("cp1252"))
    assert found.encoding == "utf-8 and cp1252"
    assert {record.title for record in found.records} == {"Ärger über Oxytocin"}


def test_hostile_fields_stay_text(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        f"TY  - JOUR\nTI  - =1+1 <script>x</script>\x07\nER  - \nTY  - JOUR\nTI  - B\nAB  - {'a' * 100_001}\nER  - \n",
    ).records
    assert first.title == "=1+1 <script>x</script>"
    assert any("control character" in warning for warning in first.warnings)
    assert len(second.abstract) == 100_000
    assert any("100001" in warning for warning in second.warnings)


def test_a_bad_ris_record_costs_only_itself(tmp_path: Path) -> None:
    found = read(tmp_path, f"{RIS}\nTY  - JOUR\nVL  - 3\nER  - \n\n{RIS}TY  - JOUR\nTI  - no end\n")
    assert [record.title for record in found.records] == ["Ärger über Oxytocin", "Ärger über Oxytocin", "no end"]
    assert [one.line for one in found.rejected] == [6]


def test_gzip_is_opened_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(RIS.encode())
    assert len(read(tmp_path, packed, "export.ris.gz").records) == 1
    with pytest.raises(InvalidInput, match="damaged gzip"):
        read(tmp_path, packed[:-12])
    monkeypatch.setattr(encoding, "LARGEST", len(RIS.encode()) - 1)
    with pytest.raises(InvalidInput, match="export it in parts"):
        read(tmp_path, packed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing in it"),
        (b"hello world", "hello world"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "Excel"),
        (b"<html><body>Sign in</body></html>", "<html>"),
        (b"a,b\n1,2\n", "a,b"),
        (b"\xff\xfea", "begins as utf-16"),
    ],
)
def test_a_file_of_no_known_format_is_refused_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(said)) as refused:
        read(tmp_path, content, "records.ris")  # the name does not help
    assert "\n" not in str(refused.value)
    assert "records.ris" in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_export(tmp_path / "absent.ris")


def test_dedupe_reads_export_files(tmp_path: Path) -> None:
    path = tmp_path / "both.ris"
    record = "TY  - JOUR\nAN  - {0}\nTI  - Oxytocin and trust in couples\nAU  - Lind, Ada\nPY  - 2020\nJF  - Made\nVL  - 3\nSP  - 1\nEP  - 9\nDO  - 10.1234/made.1\nER  - \n"
    path.write_text(record.format("A1") + record.format("A2"))
    found = dedupe_file([path], read_export=lambda file: read_export(file).records)
    assert found["records"] == 2
    assert [sorted(group) for group in found["clusters"]] == [["A1", "A2"]]


BEGINNINGS = [b"", RIS.encode(), BIBTEX.encode(), ENDNOTE.encode(), WOS.encode(), OVID_LABELS.encode()]
BEGINNINGS += [OVID_TAGS.encode(), SCOPUS.encode(), MEDLINE.encode(), b"\x1f\x8b", b"\xff\xfe", b"<?xml "]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=300), st.integers(0, 900))
@settings(deadline=None, max_examples=50)
def test_arbitrary_bytes_raise_nothing_but_invalid_input(whole: bytes, garbage: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = read(Path(folder), whole[:at] + garbage + whole[at:])
        except InvalidInput as refused:
            assert "\n" not in str(refused)  # noqa: PT017 - which of the two happens is the bytes' business
            return
        assert isinstance(found, ReadFile)


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=50)
def test_any_text_is_a_title(title: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        line = re.sub(r"[\r\n]", " ", title)
        (record,) = read(Path(folder), f"TY  - JOUR\nTI  - x{line}\nER  - \n".encode("utf-8", "ignore")).records
    assert record.title.startswith("x")
    assert not re.search(r"[\x00-\x1f\x7f]", record.title)
