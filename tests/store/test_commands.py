"""From curated files to the database and back: atomic, repeatable, byte for byte."""

from pathlib import Path

import pytest
from sqlalchemy import text

from corpus.commands import check_corpus, export_yaml, initialise, load_corpus, status
from corpus.curation import CurationError, write_corpus
from corpus.database import writing
from corpus.errors import InvalidInput
from tests.examples import corpus, curated, effect, study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "curated"
    write_corpus(corpus(), found)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def test_init_builds_and_a_second_one_changes_nothing(url: str, folder: Path) -> None:
    first = initialise(url, folder)
    assert first["studies"] == first["reports"] == first["effects"] == first["estimates"] == 1
    assert first["changed"] == {"create": 5}
    head = status(url)["audit"]
    assert initialise(url, folder)["changed"] == "nothing"
    assert status(url)["audit"] == head


def test_export_gives_the_curated_files_byte_for_byte(url: str, folder: Path, tmp_path: Path) -> None:
    initialise(url, folder)
    out = tmp_path / "out"
    export_yaml(url, out)
    assert contents(out) == contents(folder)
    assert export_yaml(url, out)["changed"] == "nothing"


def test_the_real_corpus_comes_back_byte_for_byte(tmp_path: Path, root: Path) -> None:
    curated(root)
    url = f"sqlite:///{tmp_path / 'corpus.sqlite'}"
    initialise(url)
    assert export_yaml(url, tmp_path / "out")["folder"] == str(tmp_path / "out")
    assert contents(tmp_path / "out") == contents(root / "corpus" / "curated")


def test_the_real_corpus_has_no_errors(tmp_path: Path, root: Path) -> None:
    curated(root)
    url = f"sqlite:///{tmp_path / 'corpus.sqlite'}"
    initialise(url)
    assert [finding for finding in check_corpus(url) if finding.severity == "error"] == []


def test_a_broken_file_leaves_the_database_as_it_was(url: str, folder: Path) -> None:
    initialise(url, folder)
    before = status(url)
    file = folder / "studies" / "guastella2009.yaml"
    file.write_text(file.read_text().replace("design: parallel_rct", "design: astrology"))
    with pytest.raises(CurationError, match=r"guastella2009\.yaml:8: design: saw 'astrology'; allowed: parallel_rct"):
        initialise(url, folder)
    assert status(url) == before


def test_a_change_is_audited_and_loaded(url: str, folder: Path) -> None:
    initialise(url, folder)
    write_corpus(corpus(study(effects=(effect(note="checked again"),))), folder)
    assert initialise(url, folder)["changed"] == {"update": 1}
    assert load_corpus(url).studies[0].effects[0].note == "checked again"


def test_the_status_counts_what_is_held(url: str, folder: Path) -> None:
    initialise(url, folder)
    found = status(url)
    assert found["reports_by_status"] == {"included": 1}
    assert found["effects_by_tier"] == {"A": 1}
    assert found["clusters"] == 1
    versions = (Path(__file__).parents[2] / "corpus" / "migrations" / "versions").glob("[0-9]*.py")
    assert found["schema_revision"] == max(path.name.partition("_")[0] for path in versions)
    audit = found["audit"]
    assert isinstance(audit, dict)
    assert (audit["events"], audit["intact"]) == (5, True)


def test_a_value_changed_by_hand_is_found_and_restored(url: str, folder: Path) -> None:
    initialise(url, folder)
    assert check_corpus(url) == ()
    with writing(url) as session:
        session.execute(text("UPDATE estimate SET yi = -yi"))
    (finding,) = check_corpus(url)
    assert (finding.severity, finding.where) == ("error", "estimates/guastella2009")
    assert initialise(url, folder)["changed"] == {"restore": 1}
    assert check_corpus(url) == ()


def test_a_folder_that_is_not_there_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone: no such folder of curated files; name one with --curated"):
        initialise(url, tmp_path / "gone")
