"""Between desk and curated files: what one side changed is taken, what both changed is shown, nothing is overwritten."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import oxysynth
from corpus import commands
from corpus.commands import check_corpus, export_yaml, initialise, load_corpus
from corpus.curation import CurationError, read_corpus
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
        assert "Everything at the desk stands in the files" not in shown
        assert not re.search(r'hx-post="/files"[^>]*main-action', shown)  # neither side is proposed
        form = {"entity": f"study/{key}", "side": side, "seen": both.mark}
        stale = client.post("/files", data=form | {"seen": "0" * 64})
        assert stale.status_code == 422
        assert "have changed it since this page was shown" in stale.text
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


def test_files_that_do_not_hold_together_by_themselves_are_refused(loaded: str, folder: Path) -> None:
    key = at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk."))
    (folder / "studies" / f"{key}.yaml").unlink()
    with pytest.raises(CurationError, match=f"saw '{key}'"):  # a report still names the study
        initialise(loaded, folder)
    assert study_of(load_corpus(loaded), key).summary == "Said at the desk."


def renamed(folder: Path, key: str) -> None:
    """A pull request gives the study another name."""
    study = folder / "studies" / f"{key}.yaml"
    text = study.read_text(encoding="utf-8").replace(f"key: {key}\n", "key: renamed2020\n", 1)
    (folder / "studies" / "renamed2020.yaml").write_text(text, encoding="utf-8")
    study.unlink()
    reports = folder / "reports.yaml"
    told = reports.read_text(encoding="utf-8").replace(f"  study: {key}\n", "  study: renamed2020\n")
    reports.write_text(told, encoding="utf-8")


def taken_out(folder: Path, key: str) -> None:
    """A pull request takes the study out, with its sample, and its report's word of it."""
    study = folder / "studies" / f"{key}.yaml"
    sample = re.search(r"(?m)^sample: (.+)$", study.read_text(encoding="utf-8"))
    study.unlink()
    samples, reports = folder / "samples.yaml", folder / "reports.yaml"
    assert sample is not None
    entries = re.split(r"(?m)^(?=- )", samples.read_text(encoding="utf-8"))
    kept = [one for one in entries if not one.startswith(f"- key: {sample[1]}\n")]
    samples.write_text("".join(kept), encoding="utf-8")
    told = reports.read_text(encoding="utf-8").replace(f"  study: {key}\n", "")
    reports.write_text(told, encoding="utf-8")


@pytest.mark.parametrize("side", ["desk", "files"])
@pytest.mark.parametrize("change", [renamed, taken_out])
def test_what_would_refer_past_each_other_is_settled_at_once_and_the_rest_goes_its_way(
    loaded: str, folder: Path, change: Callable[[Path, str], None], side: str
) -> None:
    key = at_the_desk(loaded, lambda study: replace(study, label="Said at the desk"))
    before = study_of(load_corpus(loaded), key)
    change(folder, key)
    other = in_the_files(
        folder, "Said anew in the pull request.", of=lambda path: path.stem not in (key, "renamed2020")
    )

    told = initialise(loaded, folder)
    conflicts = told["conflicts"]
    assert isinstance(conflicts, list)
    assert {f"study/{key}", f"report/{before.reports[0]}"} <= set(conflicts)
    assert study_of(load_corpus(loaded), other).summary == "Said anew in the pull request."  # nothing else is held up
    assert study_of(load_corpus(loaded), key) == before
    assert [one for one in check_corpus(loaded) if one.severity == "error"] == []
    written = files_of(folder)
    with pytest.raises(CheckFailed, match=r"run `oxysynth init`, then settle them at the desk under Files"):
        export_yaml(loaded)
    assert files_of(folder) == written
    assert set(initialise(loaded, folder)["conflicts"]) == set(conflicts)  # type: ignore[call-overload]

    with opened_desk(loaded) as (desk, door):
        client = door.solo()
        shown = client.get("/files").text
        assert "and what stands or falls with it" in shown
        assert all(f"<h3>{entity}</h3>" in shown for entity in conflicts)
        with desk.database.read() as session:
            (group,) = Filework(session).standing().disagreements
        done = client.post("/files", data={"entity": group.name, "side": side, "seen": group.mark})
        assert "claim nothing against each other" in done.text, done.text

    assert "conflicts" not in initialise(loaded, folder)
    export_yaml(loaded)
    names = {path.stem for path in (folder / "studies").iterdir()}
    assert (key in names) == (side == "desk")
    assert ("renamed2020" in names) == (side == "files" and change is renamed)
    assert read_corpus(folder) == replace(load_corpus(loaded), estimates=())
    assert initialise(loaded, folder)["changed"] == "nothing"
    assert [one for one in check_corpus(loaded) if one.severity == "error"] == []


def test_a_side_that_moved_on_since_the_page_was_shown_is_not_taken(loaded: str, folder: Path) -> None:
    key = at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk."))
    in_the_files(folder, "Said in the files.")
    initialise(loaded, folder)
    with writing(loaded) as session:
        (both,) = Filework(session).standing().disagreements
    at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk after all."))
    with writing(loaded) as session, pytest.raises(InvalidInput, match="have changed it since"):
        Filework(session).settle(f"study/{key}", "files", both.mark, "anna")
    assert study_of(load_corpus(loaded), key).summary == "Said at the desk after all."


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_export_to_a_named_folder_overwrites_no_more_than_one_to_the_shipped(
    loaded: str, folder: Path, tmp_path: Path, elsewhere: bool
) -> None:
    at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk."))
    in_the_files(folder, "Said in the files.")
    out = shutil.copytree(folder, tmp_path / "copy") if elsewhere else folder
    before = files_of(out)
    with pytest.raises(CheckFailed, match="both in the files and at the desk") as caught:
        export_yaml(loaded, out)
    assert files_of(out) == before
    assert ("--curated" in str(caught.value)) == elsewhere  # what is recommended loads that folder


def test_what_only_the_folder_has_changed_stays_and_is_told(loaded: str, folder: Path) -> None:
    initialise(loaded, folder)
    key = in_the_files(folder, "Said in the files.")
    before = files_of(folder)
    told = export_yaml(loaded, folder)
    assert (told["changed"], told["not_loaded"]) == ("nothing", [f"study/{key}"])
    assert files_of(folder) == before


def test_a_copy_elsewhere_is_not_taken_for_what_both_agree_on(loaded: str, folder: Path, tmp_path: Path) -> None:
    initialise(loaded, folder)
    key = at_the_desk(loaded, lambda study: replace(study, summary="Said at the desk."))
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert export_yaml(loaded, copy)["changed"] == [f"studies/{key}.yaml"]
    assert initialise(loaded, folder)["not_exported"] == [f"study/{key}"]  # and not: changed back in the files
    assert study_of(load_corpus(loaded), key).summary == "Said at the desk."


def test_a_database_that_holds_nothing_is_not_exported(loaded: str, folder: Path, tmp_path: Path) -> None:
    before = files_of(folder)
    for url in (f"sqlite:///{tmp_path / 'none.sqlite'}", f"sqlite:///{tmp_path / 'empty.sqlite'}"):
        if "empty" in url:
            with writing(url):
                pass
        for out in (None, folder, tmp_path / "fresh"):
            with pytest.raises(InvalidInput, match="oxysynth init"):
                export_yaml(url, out)
    assert files_of(folder) == before
    assert not (tmp_path / "fresh").exists()
    assert not (tmp_path / "none.sqlite").exists()


def test_an_export_removes_no_file_but_that_of_a_study_the_desk_removed(
    loaded: str, folder: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    (fresh / "studies").mkdir(parents=True)
    (fresh / "studies" / "notes.yaml").write_text("somebody's own\n", encoding="utf-8")
    export_yaml(loaded, fresh)
    assert (fresh / "studies" / "notes.yaml").read_text(encoding="utf-8") == "somebody's own\n"
    (folder / "studies" / "notes.yaml").write_text("somebody's own\n", encoding="utf-8")
    with pytest.raises(CurationError, match=r"notes\.yaml"):  # it lies where studies do: it is named, and left alone
        export_yaml(loaded, folder)
    assert (folder / "studies" / "notes.yaml").read_text(encoding="utf-8") == "somebody's own\n"


def test_comments_stay_where_nothing_is_said_anew_and_are_told_of(
    loaded: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, study = folder / "reports.yaml", min((folder / "studies").glob("*.yaml"))
    for path in (reports, study):
        path.write_text(f"# ask the authors\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    name = f"studies/{study.name}"
    assert initialise(loaded, folder)["comments"] == ["reports.yaml", name]
    assert oxysynth.main(["init", "--curated", str(folder)], {"OXYSYNTH_DATABASE": loaded}) == 0
    assert "a comment is no part of the corpus" in capsys.readouterr().err
    assert export_yaml(loaded)["changed"] == "nothing"
    assert study.read_text(encoding="utf-8").startswith("# ask the authors\n")
    at_the_desk(loaded, lambda one: replace(one, summary="Said at the desk."))
    told = export_yaml(loaded)
    assert (told["changed"], told["comments_dropped"]) == ([name], [name])
    assert reports.read_text(encoding="utf-8").startswith("# ask the authors\n")


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def at_the_desk(url: str, change: Callable[[Study], Study]) -> str:
    """Change the first study of the corpus as an accepted case does; returns its key."""
    with writing(url) as session:
        store = Store(session)
        corpus = store.load()
        changed = (change(corpus.studies[0]), *corpus.studies[1:])
        store.replace(estimate_corpus(replace(corpus, studies=changed)), who="anna", at=datetime.now(UTC))
    return corpus.studies[0].key


def in_the_files(folder: Path, summary: str, of: Callable[[Path], bool] = lambda _: True) -> str:
    """Change the first study (of some) as a pull request does; returns its key."""
    path = min(one for one in (folder / "studies").glob("*.yaml") if of(one))
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("summary:"))
    end = next(number for number in range(at + 1, len(lines)) if not lines[number].startswith(" "))
    path.write_text("\n".join([*lines[:at], f"summary: {summary}", *lines[end:]]) + "\n", encoding="utf-8")
    return path.stem


def study_of(corpus: Corpus, key: str) -> Study:
    """One study of a corpus."""
    return next(one for one in corpus.studies if one.key == key)
