"""The folder of curated files: what is read and written again is the same, byte for byte, and its references hold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from corpus.codebook import LinkKind, OverlapCertainty, ReportStatus
from corpus.curation import CurationError, curated_texts, read_corpus, write_corpus
from corpus.curation.comments import has_comment
from corpus.domain import Corpus, Doi, Record, ReportLink, Sample, SampleOverlap
from tests.corpora import corpora
from tests.examples import SOURCE, corpus, curated, effect, report, study


@given(written=corpora())
@settings(
    max_examples=20,
    phases=(Phase.generate,),  # shrinking a whole corpus would take minutes
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_any_corpus_is_a_fixed_point(tmp_path_factory: pytest.TempPathFactory, written: Corpus) -> None:
    folder = tmp_path_factory.mktemp("curated")
    write_corpus(written, folder)
    read = read_corpus(folder)
    assert repr(read) == repr(replace(written, estimates=()))
    assert write_corpus(read, folder) == ()


def test_the_curated_files_are_canonical(root: Path) -> None:
    for name, text in curated_texts(curated(root)).items():
        assert (root / "corpus" / "curated" / name).read_bytes() == text.encode(), name


def test_the_file_of_a_study_that_is_gone_is_removed(tmp_path: Path) -> None:
    write_corpus(corpus(), tmp_path)
    (tmp_path / "studies" / "notes.yaml").write_text("somebody's own\n")
    other = replace(study(), key="other2010")
    changed = write_corpus(corpus(other), tmp_path, known=corpus())
    assert {path.name for path in changed} >= {"other2010.yaml", "guastella2009.yaml"}
    assert {path.name for path in (tmp_path / "studies").iterdir()} == {"other2010.yaml", "notes.yaml"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# first\na: b\n", True),
        ("a: b # said\n", True),
        ("a: b\n# last\n", True),
        ("- |\n  text\n# between\n- c\n", True),
        ("a: 'no # comment'\n", False),
        ("a: no#comment\n", False),
        ("a: |\n  # text\n", False),
        ("é: 'ü # ö' # said\n", True),
        ("a: [\n", False),
    ],
)
def test_a_comment_is_told_from_a_value(text: str, expected: bool) -> None:
    assert has_comment(text) is expected


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_corpus(corpus(), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.curation.folder.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_corpus(corpus(replace(study(), label="changed")), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (corpus(study(sample="nobody")), "studies/guastella2009.yaml:7: sample: saw 'nobody'; allowed: sad"),
        (corpus(study(reports=("guastella2009", "x"))), "reports[1]: saw 'x'; allowed: guastella2009"),
        (
            corpus(study(reports=())),
            "reports.yaml:9: [0].study: saw 'guastella2009', whose file does not list 'guastella2009'",
        ),
        (
            corpus(reports=(report(study=""),)),
            "reports[0]: saw 'guastella2009', whose entry in reports.yaml does not name study",
        ),
        (corpus(reports=(report(study="y"),)), "reports.yaml:9: [0].study: saw 'y'; allowed: guastella2009"),
        (
            corpus(study(effects=(effect(source=replace(SOURCE, report="x")),))),
            "effects[0].source.report: saw 'x'; allowed: ",
        ),
        (corpus(people=()), "coding.coded_by: saw 'coder'; allowed: none, since no such key is defined"),
        (
            corpus(reports=(report(links=(ReportLink(kind=LinkKind.CITES, to="z", basis="b"),)),)),
            "[0].links[0].to: saw 'z'; allowed: none",
        ),
        (
            corpus(samples=(*corpus().samples, Sample(key="lost", description="d", n=1))),
            "[0].key: saw 'lost', which no study and no overlap names",
        ),
        (
            corpus(
                samples=(
                    Sample(
                        key="sad",
                        description="d",
                        n=1,
                        overlaps=(SampleOverlap(sample="sad", certainty=next(iter(OverlapCertainty)), basis="b"),),
                    ),
                )
            ),
            "samples.yaml:5: [0].overlaps[0].sample: saw 'sad'; allowed: none",
        ),
        (
            corpus(records=(Record(key="r", source="pubmed", title="t"),)),
            "records.yaml:2: [0].source: saw 'pubmed'; allowed: none",
        ),
    ],
)
def test_references_between_files_are_checked(tmp_path: Path, changed: Corpus, expected: str) -> None:
    write_corpus(changed, tmp_path)
    with pytest.raises(CurationError) as caught:
        read_corpus(tmp_path)
    assert expected in str(caught.value)


def _twins(**link: Any) -> Corpus:
    doi = Doi("10.1016/j.psyneuen.2008.11.005")
    twin = report(key="twin", status=ReportStatus.BACKGROUND, study="", doi=doi, **link)
    return corpus(reports=(report(doi=doi), twin))


def test_a_doi_belongs_to_one_report_unless_linked_as_duplicate(tmp_path: Path) -> None:
    write_corpus(_twins(), tmp_path)
    with pytest.raises(
        CurationError, match=r"\[1\]\.doi: saw 10\.1016/j\.psyneuen\.2008\.11\.005, which 'guastella2009' has too"
    ):
        read_corpus(tmp_path)
    link = ReportLink(kind=LinkKind.DUPLICATE, to="guastella2009", basis="the same article")
    write_corpus(_twins(links=(link,)), tmp_path)
    assert len(read_corpus(tmp_path).reports) == 2
