"""Between desk and curated files: what one side changed is taken, what both changed is shown, nothing is overwritten."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus import commands
from corpus.commands import check_corpus, export_yaml, initialise, load_corpus
from corpus.database import writing
from corpus.domain import Corpus, Study
from corpus.errors import CheckFailed, InvalidInput
from corpus.estimation import estimate_corpus
from corpus.filework import Filework
from corpus.store import Store
from tests.desk.opened import opened_desk


@pytest.fixture
def folder(curated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Curated files of one's own, which `oxysynth export` without --out writes into."""
    own = tmp_path / "curated"
    shutil.copytree(curated, own)
    monkeypatch.setattr(commands, "_folder", lambda given: given or own)
    return own


def test_what_only_the_desk_changed_stays_and_is_exported(loaded: str, folder: Path) -> None:
    key = at_the_desk(loaded, lambda study: replace(study, summary="Said anew at the desk."))
    told = initialise(loaded, folder)
    assert told["not_exported"] == [f"study/{key}"]
    assert study_of(load_corpus(loaded), key).summary == "Said anew at the desk."
    with opened_desk(loaded) as (_, door):
        assert f"<li>study/{key}</li>" in door.solo().get("/files").text
    assert export_yaml(loaded)["changed"] == [f"studies/{key}.yaml"]
    assert "Said anew at the desk." in (folder / "studies" / f"{key}.yaml").read_text()
    assert "not_exported" not in initialise(loaded, folder)


def test_what_only_the_files_changed_is_taken_in(loaded: str, folder: Path) -> None:
    key = in_the_files(folder, "Said anew in a pull request.")
    assert initialise(loaded, folder)["changed"] == {"update": 1}
    assert study_of(load_corpus(loaded), key).summary == "Said anew in a pull request."
    with writing(loaded) as session:
        assert Filework(session).standing().ahead == []


@pytest.mark.parametrize("side", ["desk", "files"])
def test_what_both_changed_is_shown_and_settled_by_an_editor(loaded: str, folder: Path, side: str) -> None:
    key = at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk."))
    in_the_files(folder, "Said in the files.")
    assert initialise(loaded, folder)["conflicts"] == [f"study/{key}"]
    assert study_of(load_corpus(loaded), key).summary == "Said at the desk."
    with pytest.raises(CheckFailed, match="both in the files and at the desk"):
        export_yaml(loaded)
    assert "Said in the files." in (folder / "studies" / f"{key}.yaml").read_text()  # nothing was overwritten

    with opened_desk(loaded) as (desk, door):
        client = door.solo()
        shown = client.get("/files").text
        assert "Said at the desk." in shown
        assert "Said in the files." in shown
        with desk.database.read() as session:
            (both,) = Filework(session).standing().disagreements
        form = {"entity": f"study/{key}", "side": side, "seen": both.conflict.digest}
        stale = client.post("/files", data=form | {"seen": "0" * 64})
        assert stale.status_code == 422
        assert "the files have changed since" in stale.text
        assert "claim nothing against each other" in client.post("/files", data=form).text
        assert "somebody settled it meanwhile" in client.post("/files", data=form).text

    expected = {"desk": "Said at the desk.", "files": "Said in the files."}[side]
    assert study_of(load_corpus(loaded), key).summary == expected
    told = initialise(loaded, folder)
    assert "conflicts" not in told
    assert told.get("not_exported") == ([f"study/{key}"] if side == "desk" else None)
    export_yaml(loaded)
    assert expected in (folder / "studies" / f"{key}.yaml").read_text()
    assert not [one for one in check_corpus(loaded) if one.severity == "error"]


def test_a_file_that_was_taken_out_and_changed_at_the_desk_is_a_conflict(loaded: str, folder: Path) -> None:
    key = at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk."))
    (folder / "studies" / f"{key}.yaml").unlink()
    with pytest.raises(InvalidInput):  # a report still names the study: the files do not hold together
        initialise(loaded, folder)
    assert study_of(load_corpus(loaded), key).summary == "Said at the desk."


def at_the_desk(url: str, change: Callable[[Study], Study]) -> str:
    """Change the first study of the corpus as an accepted case does; returns its key."""
    with writing(url) as session:
        store = Store(session)
        corpus = store.load()
        changed = (change(corpus.studies[0]), *corpus.studies[1:])
        store.replace(estimate_corpus(replace(corpus, studies=changed)), who="anna", at=datetime.now(UTC))
    return corpus.studies[0].key


def in_the_files(folder: Path, summary: str) -> str:
    """Change the first study as a pull request does; returns its key."""
    path = min((folder / "studies").glob("*.yaml"))
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("summary:"))
    end = next(number for number in range(at + 1, len(lines)) if not lines[number].startswith(" "))
    path.write_text("\n".join([*lines[:at], f"summary: {summary}", *lines[end:]]) + "\n", encoding="utf-8")
    return path.stem


def study_of(corpus: Corpus, key: str) -> Study:
    """One study of a corpus."""
    return next(one for one in corpus.studies if one.key == key)
