"""`oxysynth pool`: anyone's CSV, the contract's document, and one clear line for every file that cannot be used."""

import json
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from synthesis.pool_csv import pool_file

GOOD = "study,yi,vi,sample\nA,0.31,0.04,1\nB,-0.12,0.09,1\nC,0.8,0.02,2\nD,0.05,0.07,3\n"
CONTRACT = {
    *("k", "method", "test", "estimate", "se", "statistic", "df", "p", "ci", "pi"),
    *("tau2", "tau2_ci", "i2", "h2", "q", "q_df", "q_p"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "studies.csv"


def _strict(document: dict[str, object]) -> dict[str, object]:
    """As JSON, which has no NaN."""
    parsed: dict[str, object] = json.loads(json.dumps(document, allow_nan=False))
    return parsed


def test_the_document_of_the_contract(file: Path) -> None:
    file.write_text(GOOD)
    document = _strict(pool_file(file, cluster="sample", influence=True))
    assert set(document) == CONTRACT | {"warnings", "robust", "influence"}
    robust, influence = document["robust"], document["influence"]
    assert isinstance(robust, dict)
    assert isinstance(influence, dict)
    assert set(robust) == {"estimate", "se", "df", "p", "ci", "clusters"}
    assert robust["clusters"] == 3
    assert robust["estimate"] == pytest.approx(document["estimate"])
    assert set(influence) == {"leave_one_out", "cook_d", "hat", "rstudent", "dffits"}
    assert all(len(values) == 4 for values in influence.values())
    assert set(pool_file(file)) == CONTRACT | {"warnings"}


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\n\n"),
        GOOD.rstrip("\n"),
        GOOD.replace("study,yi", '"study", yi ').replace("A,", '"A; a, b",').replace("0.31", " 0.31 "),
        GOOD.replace("A,", '"two\nlines",'),
        GOOD.replace("study,", "Studie,").replace("A,", "Ä,"),
    ],
    ids=["semicolon", "tab", "windows", "blank lines", "no last newline", "quotes", "newline in a cell", "umlaut"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_dialects_give_the_same(file: Path, content: str, encoding: str) -> None:
    file.write_text(GOOD)
    expected = pool_file(file)
    file.write_bytes(content.encode(encoding))
    assert pool_file(file) == expected


def test_columns_by_any_name(file: Path) -> None:
    file.write_text(GOOD.replace("yi,vi", "g,var g"))
    assert pool_file(file, yi="g", vi="var g")["k"] == 4


def test_one_row_is_itself_and_says_so(file: Path) -> None:
    file.write_text("yi,vi,s\n0.3,0.04,a\n")
    document = _strict(pool_file(file, cluster="s", influence=True))
    assert (document["k"], document["estimate"], document["se"], document["test"]) == (1, 0.3, 0.2, "z")
    assert {document[key] for key in ("df", "pi", "tau2", "tau2_ci", "i2", "h2", "q", "q_df", "q_p")} == {None}
    assert document["warnings"]
    assert document["robust"] == {"estimate": 0.3, "se": None, "df": None, "p": None, "ci": None, "clusters": 1}


def test_thousands_of_rows(file: Path) -> None:
    rows = "".join(f"{0.1 * (i % 7) - 0.3},{0.01 + 0.001 * (i % 11)}\n" for i in range(5000))
    file.write_text("yi,vi\n" + rows)
    assert pool_file(file)["k"] == 5000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ["is empty"]),
        ("\n\n", ["is empty"]),
        ("yi,vi\n", ["no rows"]),
        ("y,v\n1,2\n", ["no column 'yi'", "'y', 'v'"]),
        ("yi,yi,vi\n1,1,1\n", ["2 columns 'yi'", "rename"]),
        ("yi,vi\n0.3,high\n", ["line 2", "'vi'", "'high'", "not a number"]),
        ("yi;vi\n0.3;0,04\n", ["line 2", "'vi'", "'0,04'", "point for decimals"]),
        ("yi,vi\n0.3,1_0\n", ["line 2", "'1_0'", "not a number"]),
        ("yi,vi\n0.3,0.1\n0.2,0\n", ["line 3", "'vi'", "0 is not above 0", "se²"]),
        ("yi,vi\n0.3,-0.1\n", ["line 2", "'vi'", "-0.1 is not above 0"]),
        ("yi,vi\nNaN,0.1\n", ["line 2", "'yi'", "'NaN'", "not a finite number"]),
        ("yi,vi\n0.1,inf\n", ["line 2", "'vi'", "'inf'", "not a finite number"]),
        ("yi,vi\n0.1,1e999\n", ["line 2", "'vi'", "'1e999'", "not a finite number"]),
        ("yi,vi\n,0.1\n", ["line 2", "'yi' is empty"]),
        ("yi,vi\nNA,0.1\n", ["line 2", "'NA' is not a number"]),
        ("yi,vi\n0.1,0.2,0.3\n", ["line 2", "3 cells", "2 columns"]),
        ("yi,vi\n0.1\n", ["line 2", "1 cells", "2 columns"]),
        ('yi,vi\n"0.1,0.2\n', ["line 2", "mend the quotes"]),
        ("yi,vi\n0.1,1e-30\n0.2,1\n", ["row 1", "check its unit"]),
    ],
)
def test_a_broken_file_gets_one_clear_line(file: Path, content: str, said: list[str]) -> None:
    file.write_text(content)
    _refused(file, [str(file), *said])


def test_an_empty_cluster_is_refused(file: Path) -> None:
    file.write_text("yi,vi,s\n0.1,0.2,a\n0.1,0.2, \n")
    _refused(file, ["line 3", "'s' is empty"], cluster="s")
    _refused(file, ["no column 'sample'", "'yi', 'vi', 's'"], cluster="sample")


def test_other_encodings_are_refused(file: Path) -> None:
    file.write_bytes("yi,vi,name\n0.1,0.2,Müller\n".encode("latin-1"))
    _refused(file, ["not UTF-8", "0xfc", "save it as UTF-8"])
    file.write_bytes("yi,vi\n0.1,0.2\n".encode("utf-16"))
    _refused(file, ["not UTF-8"])


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    _refused(tmp_path / "none.csv", ["none.csv does not exist"])
    _refused(tmp_path, ["is a folder"])


def test_unknown_options_name_the_known_ones(file: Path) -> None:
    file.write_text(GOOD)
    _refused(file, ["--method 'reml'", "REML, PM"], method="reml")
    _refused(file, ["--test 'wald'", "knha, z"], test="wald")


def _refused(file: Path, said: list[str], **options: str) -> None:
    with pytest.raises(InvalidInput) as error:
        pool_file(file, **options)  # type: ignore[arg-type]
    message = str(error.value)
    assert "\n" not in message
    for part in said:
        assert part in message


SEVERAL = (
    "study,yi,vi,sample,weeks,setting\nA,0.31,0.04,1,2,group\nA,-0.12,0.09,1,4,group\nB,0.8,0.02,2,6,indiv\n"
    "B,0.6,0.03,2,6,indiv\nC,0.05,0.07,3,9,group\nD,0.15,0.05,4,1,indiv\nE,0.35,0.06,5,3,group\n"
)


def test_effects_within_studies(file: Path) -> None:
    file.write_text(SEVERAL)
    found = _strict(pool_file(file, study="study"))["multilevel"]
    assert isinstance(found, dict)
    assert set(found) == {"estimate", "se", "df", "p", "ci", "sigma2", "warnings"}
    assert found["df"] == 6
    assert len(found["sigma2"]) == 2
    assert found["ci"][0] < found["estimate"] < found["ci"][1]


def test_moderators_are_numbers_factors_and_interactions(file: Path) -> None:
    file.write_text(SEVERAL)
    found = _strict(pool_file(file, moderators=["weeks", "setting", "weeks:setting"]))["regression"]
    assert isinstance(found, dict)
    assert {"terms", "qm", "qm_df", "qm_p", "r2", "tau2", "qe", "qe_p"} <= set(found)
    names = [term["term"] for term in found["terms"]]
    assert names == ["intercept", "weeks", "setting[indiv]", "weeks:setting[indiv]"]
    assert set(found["terms"][0]) == {"term", "estimate", "se", "statistic", "df", "p", "ci"}
    assert found["references"] == {"setting": "group"}


def test_small_study_effects_come_with_their_cautions(file: Path) -> None:
    file.write_text(SEVERAL)
    found = _strict(pool_file(file, cluster="sample", bias=True))["bias"]
    assert isinstance(found, dict)
    assert {"egger", "rank", "trimfill", "pet", "peese", "selection", "egger_dependent"} <= set(found)
    assert found["readable"] is False
    assert "7 effects" in found["cautions"][0]
    assert found["egger"]["limit"]["estimate"] == pytest.approx(found["pet"]["estimate"])
    assert found["trimfill"]["k0"] >= 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"moderators": ["nope"]}, ("'nope'", "'weeks'")),
        ({"moderators": ["weeks", "weeks"]}, ("each term once",)),
        ({"study": "weeks2"}, ("'weeks2'",)),
        ({"moderators": ["study", "sample"]}, ("studies.csv", "sample")),
    ],
)
def test_moderators_and_studies_that_cannot_be_used(
    file: Path, options: dict[str, object], said: tuple[str, ...]
) -> None:
    file.write_text(SEVERAL)
    with pytest.raises(InvalidInput) as error:
        pool_file(file, **options)  # type: ignore[arg-type]
    for part in said:
        assert part in str(error.value)
    assert "\n" not in str(error.value)
