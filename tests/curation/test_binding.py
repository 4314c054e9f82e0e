"""A curated file is read strictly, and every fault is named with file, line, field, value and what is allowed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.curation import CurationError, dump, read_reports, read_samples, read_study
from corpus.curation.nodes import MAX_BYTES, MAX_DEPTH
from tests.examples import study

SAMPLE = "- key: sad\n  description: adults\n  n: 25\n"


@pytest.fixture
def faults(tmp_path: Path) -> Callable[[str], list[str]]:
    """The lines of the message for a samples file of this text, without the folder."""

    def read(text: str) -> list[str]:
        path = tmp_path / "samples.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(CurationError) as caught:
            read_samples(path)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- key: sad\n  n: 25\n", "samples.yaml:1: [0].description: required and not given; allowed: text"),
        (
            SAMPLE + "  extra: 1\n",
            "samples.yaml:4: [0].extra: unknown field; Sample allows key, description, n, overlaps, note",
        ),
        (SAMPLE + "  n: 26\n", "samples.yaml:4: [0].n: given twice; first in line 3"),
        (SAMPLE.replace("25", "many"), "samples.yaml:3: [0].n: saw 'many'; allowed: a whole number, or {missing: "),
        (SAMPLE.replace("25", "2.5"), "samples.yaml:3: [0].n: saw '2.5'; allowed: a whole number"),
        (SAMPLE.replace("25", "'25'"), "samples.yaml:3: [0].n: saw '25'; allowed: a whole number"),
        (SAMPLE.replace("25", "9999999999"), "samples.yaml:3: [0].n: saw '9999999999'; allowed: a whole number"),
        (
            SAMPLE.replace("25", "not_reported"),
            "samples.yaml:3: [0].n: saw not_reported; a value that is not there is written {missing: not_reported}",
        ),
        (
            SAMPLE.replace("25", "{missing: dunno}"),
            "samples.yaml:3: [0].n.missing: saw 'dunno'; allowed: not_reported, ",
        ),
        (SAMPLE.replace("adults", "24"), "[0].description: saw 24, a number to YAML; as text it is written '24'"),
        (SAMPLE.replace("adults", "no"), "[0].description: saw no, a yes/no value to YAML; as text it is written 'no'"),
        (SAMPLE.replace("adults", "2015-01-01"), "saw 2015-01-01, a date to YAML; as text it is written '2015-01-01'"),
        (SAMPLE.replace("adults", ""), "samples.yaml:2: [0].description: saw nothing; allowed: text"),
        (SAMPLE.replace("adults", '"a\\0b"'), "one line of text without control characters is expected"),
        (SAMPLE.replace("adults", "[a]"), "samples.yaml:2: [0].description: saw a list of 1; allowed: text"),
        (SAMPLE.replace("adults", "{a: b}"), "samples.yaml:2: [0].description: saw a mapping with a; allowed: text"),
        (SAMPLE.replace("key: sad", "key: ../sad"), "[0].key: saw '../sad'; allowed: up to 64 of a-z, 0-9 and _"),
        (SAMPLE + SAMPLE, "samples.yaml:4: [1].key: saw 'sad' a second time; first as [0]"),
        (
            SAMPLE + "  overlaps: {}\n",
            "samples.yaml:4: [0].overlaps: saw a mapping with no fields; allowed: a list, each item",
        ),
        (
            "key: sad\n",
            "samples.yaml:1: saw a mapping with key; allowed: a list, each item a mapping with key, description",
        ),
        (
            SAMPLE + "  ? [a]\n  : b\n",
            "samples.yaml:4: [0]: saw a list of 1 as the name of a field; allowed: a plain word",
        ),
        ("", "samples.yaml:1: the file is empty; an empty list is written []"),
        (SAMPLE + "---\n" + SAMPLE, "samples.yaml:4: a second document begins here; one file holds one document"),
        ("- &a 1\n", "samples.yaml:1: anchor or alias 'a'; write the value out where it is needed"),
        ("- *a\n", "samples.yaml:1: anchor or alias 'a'; write the value out where it is needed"),
        (
            "- !!python/name:os.system x\n",
            "samples.yaml:1: tag 'tag:yaml.org,2002:python/name:os.system'; curated files use none",
        ),
        ("- {a: [\n", "samples.yaml:2: not valid YAML: "),
        ("- a: b: c\n", "samples.yaml:1: not valid YAML: mapping values are not allowed in this context"),
        ("- a\x07\n", "samples.yaml:1: not valid YAML: "),
        ("- \ud800\n", "samples.yaml:1: not UTF-8 (byte 0xed); save the file as UTF-8"),
        ("[" * (MAX_DEPTH + 2), f"samples.yaml:1: nested more than {MAX_DEPTH} deep"),
        ("[" * 100_000, f"samples.yaml:1: nested more than {MAX_DEPTH} deep"),
        ("#" * (MAX_BYTES + 1), f"a curated file has at most {MAX_BYTES}"),
    ],
)
def test_a_fault_is_named(faults: Callable[[str], list[str]], text: str, expected: str) -> None:
    count, *lines = faults(text)
    assert count == "1 fault in the curated files; nothing was changed"
    assert expected in lines[0]


def test_all_faults_of_a_file_are_told_in_the_order_of_lines(faults: Callable[[str], list[str]]) -> None:
    lines = faults(
        "- key: A b\n  description: 1\n  n: x\n  overlaps:\n  - sample: s\n    certainty: sure\n    basis: b\n"
    )
    assert lines[0] == "3 faults in the curated files; nothing was changed"
    assert [line.split(":")[1] for line in lines[1:]] == ["2", "3", "6"]
    assert lines[3].startswith("samples.yaml:6: [0].overlaps[0].certainty: saw 'sure'; allowed: ")


def test_an_identifier_says_what_it_saw(tmp_path: Path) -> None:
    path = tmp_path / "reports.yaml"
    path.write_text(
        "- {key: a, kind: article, status: excluded, reason: r, authors: {missing: not_reported}, "
        "year: 2009, title: t, pmid: PMC12, doi: 10.1/x}\n"
    )
    with pytest.raises(CurationError) as caught:
        read_reports(path)
    assert "[0].pmid: PMID expected, for example 19246160; saw 'PMC12'" in str(caught.value)
    assert "[0].doi: DOI expected" in str(caught.value)


def test_a_missing_word_as_text_is_refused_where_a_reason_belongs(tmp_path: Path) -> None:
    path = tmp_path / "guastella2009.yaml"
    path.write_text(dump(study()).replace("country: Australia", "country: not_reported"))
    with pytest.raises(
        CurationError, match=r"country: saw not_reported; a value that is not there is written \{missing: "
    ):
        read_study(path)


def test_printed_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "guastella2009.yaml"
    text = dump(study())
    assert "m2: 52.30\n" in text
    path.write_text(text.replace("sd2: 21.30", "sd2: .30"))
    computation = read_study(path).effects[0].computation
    assert computation is not None
    assert (computation.inputs["m2"], computation.inputs["sd2"], computation.inputs["sd2"].value) == (
        "52.30",
        ".30",
        0.3,
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("outcome: lsas\n", "outcome: bdi\n", "effects[0].outcome: saw 'bdi'; allowed: lsas"),
        ("  ot_given: oxytocin\n", "  ot_given: pill\n", "effects[0].ot_given: saw 'pill'; allowed: oxytocin"),
        ("  - placebo\n", "  - waiting\n", "effects[0].arms[1]: saw 'waiting'; allowed: oxytocin, placebo"),
        ("  - placebo\n", "", "effects[0].arms: saw 1; allowed: the oxytocin arm and the comparison arm, or none"),
        ("  tier: A\n", "  tier: B\n", "effects[0]: tier B without a p"),
        ("      sd2: 21.30\n", "", "effects[0].computation: two-groups: sd2 missing"),
        ("      sd2: 21.30\n", "      sd3: 21.30\n", "effects[0].computation: two-groups: unknown key sd3"),
        (
            "key: guastella2009\n",
            "key: guastella\n",
            "key: saw 'guastella'; allowed: 'guastella2009', the name of the file",
        ),
    ],
)
def test_references_within_a_study_are_checked(tmp_path: Path, before: str, after: str, expected: str) -> None:
    path = tmp_path / "guastella2009.yaml"
    text = dump(study())
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(CurationError) as caught:
        read_study(path)
    assert expected in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CurationError, match=r"nobody\.yaml:1: cannot be read \(No such file or directory\)"):
        read_study(tmp_path / "nobody.yaml")
