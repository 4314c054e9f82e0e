"""A study of the corpus is coded anew while pull requests change it: neither side's work is lost, and an editor sees both."""

import html
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from starlette.testclient import TestClient

from corpus.coding.rebasing import meanwhile
from corpus.coding.undraft import values_of
from corpus.commands import check_corpus, initialise, load_corpus
from corpus.curation import read_corpus
from corpus.database import connecting, migrations, parse_url, writing
from corpus.desk.desk import Desk
from corpus.domain import Report, Study
from corpus.domain.cases import CORPUS, SETTLED, Clash
from corpus.rebasing import Rebasing
from corpus.store.cases import Cases
from tests.desk.anew import TITLE, coded
from tests.desk.opened import opened_desk

DIAGNOSIS = "study/population/diagnosis"


class Anew:
    """A study of the corpus, coded anew and finished by whoever sits at the desk."""

    def __init__(self, url: str, folder: Path, desk: Desk, client: TestClient) -> None:
        self.url, self.folder, self.desk, self.client = url, folder, desk, client
        self.study = next(one for one in load_corpus(url).studies if len(one.reports) == 1)
        self.case = f"{self.study.key}_again"
        self.post("/coding/begin", study=self.study.key)

    def post(self, address: str, **data: object) -> str:
        reply = self.client.post(address, data=data, headers={"hx-request": "true"})
        return f"{reply.status_code} {html.unescape(reply.text)}"

    def code(self, path: str, change: Callable[[str], str], *, settle: bool = True) -> None:
        """Code what the corpus says, with one value changed; then finish, and settle the one difference."""
        with self.desk.database.write() as session:
            self.coded = coded(session, self.case, path, change)
        assert not self.post(f"/coding/{self.case}/finish").startswith("4")
        if settle:
            settled = self.post(f"/compare/{self.case}/settle", path=path, value=self.coded, reason="made up")
            assert settled.startswith("200"), settled

    def page(self) -> str:
        return html.unescape(self.client.get(f"/compare/{self.case}").text)

    def seen(self) -> str:
        found = re.search(r'name="seen" value="([0-9a-f]{64})"', self.page())
        return found[1] if found else ""

    def correct(self, name: str, old: str, new: str) -> None:
        """Correct a value in a curated file, as a pull request does, and load it."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, text.count(old)
        path.write_text(text.replace(old, new), encoding="utf-8")
        initialise(self.url, self.folder)

    def report(self) -> Report:
        return next(one for one in load_corpus(self.url).reports if one.key == self.study.reports[0])

    def held(self) -> Study:
        return next(one for one in load_corpus(self.url).studies if one.key == self.study.key)


@pytest.fixture
def folder(curated: Path, tmp_path: Path) -> Path:
    return shutil.copytree(curated, tmp_path / "curated")


def test_a_title_that_a_pull_request_corrected_meanwhile_is_not_lost(loaded: str, folder: Path) -> None:
    with opened_desk(loaded) as (desk, door):
        anew = Anew(loaded, folder, desk, door.solo())
        before = anew.report().title
        anew.code(DIAGNOSIS, lambda old: f"{old}, coded anew")
        anew.correct("reports.yaml", before, f"{before}, corrected")

        refused = anew.post(f"/compare/{anew.case}/accept")
        assert refused.startswith("422")
        assert "the corpus changed its report since the case was opened" in refused
        page = anew.page()
        assert f"{before}, corrected" in page
        assert "it will follow the corpus" in page
        assert re.search(r'data-does="bring it into the corpus"[^>]* disabled', page)

        assert "load it again" in anew.post(f"/compare/{anew.case}/take-up", seen="0" * 64)
        assert anew.post(f"/compare/{anew.case}/take-up", seen=anew.seen()).startswith("200")
        assert "nothing to take up" in anew.post(f"/compare/{anew.case}/take-up", seen="0" * 64)
        assert anew.post(f"/compare/{anew.case}/accept").startswith("200")
    assert anew.report().title == f"{before}, corrected"
    assert anew.held().population.diagnosis == anew.coded
    assert [one for one in check_corpus(loaded) if one.severity == "error"] == []


@pytest.mark.parametrize("side", ["coding", "corpus"])
def test_of_a_value_that_both_changed_an_editor_says_which_stands_and_why(loaded: str, folder: Path, side: str) -> None:
    with opened_desk(loaded) as (desk, door):
        anew = Anew(loaded, folder, desk, door.solo())
        before = anew.report().title
        anew.code(TITLE, lambda old: f"{old} (as coded)")
        anew.correct("reports.yaml", before, f"{before}, corrected")
        seen = anew.seen()
        assert "say whose value stands" in anew.post(f"/compare/{anew.case}/take-up", seen=seen)
        stands = f"{side}:{TITLE}"
        assert "say why" in anew.post(f"/compare/{anew.case}/take-up", seen=seen, stands=stands)
        done = anew.post(f"/compare/{anew.case}/take-up", seen=seen, stands=stands, reason="I looked")
        assert done.startswith("200"), done
        assert "I looked" in done
        assert anew.post(f"/compare/{anew.case}/accept").startswith("200")
    assert anew.report().title == {"coding": f"{before} (as coded)", "corpus": f"{before}, corrected"}[side]


def test_what_the_codings_differ_in_is_settled_first(loaded: str, folder: Path) -> None:
    with opened_desk(loaded) as (desk, door):
        anew = Anew(loaded, folder, desk, door.solo())
        before = anew.report().title
        anew.code(DIAGNOSIS, lambda old: f"{old}, coded anew", settle=False)
        anew.correct("reports.yaml", before, f"{before}, corrected")
        assert "the corpus changed 1 of the values it holds" in anew.page()
        with desk.database.read() as session:
            case = Cases(session).get(anew.case)
            assert case is not None
            standing = Rebasing(session).standing(case)
        assert standing is not None
        refused = anew.post(f"/compare/{anew.case}/take-up", seen=standing[1])
        assert "first settle what the codings differ in" in refused


def test_what_did_not_change_needs_no_taking_up(loaded: str, folder: Path) -> None:
    with opened_desk(loaded) as (desk, door):
        anew = Anew(loaded, folder, desk, door.solo())
        anew.code(TITLE, lambda old: f"{old} (as coded)")
        assert "What the corpus changed meanwhile" not in anew.page()
        assert anew.post(f"/compare/{anew.case}/accept").startswith("200")
    assert anew.report().title == anew.coded


def test_a_study_that_is_gone_from_the_corpus_leaves_its_coding_to_be_seen(loaded: str, folder: Path) -> None:
    with opened_desk(loaded) as (desk, door):
        anew = Anew(loaded, folder, desk, door.solo())
        anew.code(TITLE, lambda old: f"{old} (as coded)")
        with writing(loaded) as session:
            kept = Cases(session).values(anew.case, SETTLED)
        corpus = load_corpus(loaded)
        own = (anew.study.key, anew.study.sample)
        (folder / "studies" / f"{anew.study.key}.yaml").unlink()
        drop(folder / "samples.yaml", own[1])
        text = (folder / "reports.yaml").read_text(encoding="utf-8")
        (folder / "reports.yaml").write_text(text.replace(f"  study: {own[0]}\n", ""), encoding="utf-8")
        if sum(one.sample == own[1] for one in corpus.studies) == 1:
            initialise(loaded, folder)
        assert "(as coded)" in anew.page()
        assert "the corpus holds it no more" in anew.post(f"/compare/{anew.case}/accept")
        with desk.database.read() as session:
            assert Cases(session).values(anew.case, SETTLED) == kept
        assert anew.post(f"/compare/{anew.case}/close").startswith("200")


def test_a_case_that_was_open_before_the_corpus_was_kept_beside_it_goes_on(loaded: str, folder: Path) -> None:
    with opened_desk(loaded) as (desk, door):
        anew = Anew(loaded, folder, desk, door.solo())
        with desk.database.read() as session:
            kept = Cases(session).values(anew.case, CORPUS)
    with connecting(parse_url(loaded), writes=True) as connection, connection.begin():
        config = migrations(connection)
        revision = ScriptDirectory.from_config(config).get_revision("0010")
        command.downgrade(config, str(revision.down_revision))
        connection.exec_driver_sql("UPDATE coding_case SET base = 'a digest of the study alone'")
        command.upgrade(config, "head")
    with opened_desk(loaded) as (desk, door):
        with desk.database.read() as session:
            assert Cases(session).values(anew.case, CORPUS) == kept != {}
        anew.desk, anew.client = desk, door.solo()
        anew.code(TITLE, lambda old: f"{old} (as coded)")
        assert anew.post(f"/compare/{anew.case}/accept").startswith("200")


def test_items_are_told_by_what_they_say_not_by_their_numbers(root: Path) -> None:
    corpus = read_corpus(root / "corpus" / "curated")
    study = next(one for one in corpus.studies if len(one.outcomes) > 2 and len(one.effects) > 2)
    report = next(one for one in corpus.reports if one.key == study.reports[0])
    sample = next(one for one in corpus.samples if one.key == study.sample)
    base = values_of(report, sample, study)
    number = str(len(study.arms) + 1)

    def arm(values: dict[str, str], name: str) -> dict[str, str]:
        return values | {
            f"study/arms/{number}/key": name,
            f"study/arms/{number}/name": {"files": "Waiting list", "coded": "Sessions by telephone"}[name],
            f"study/arms/{number}/n_analysed": "7" if name == "coded" else "9",
        }

    def keys(values: Mapping[str, str]) -> set[str]:
        return {values[path] for path in values if path.startswith("study/arms/") and path.endswith("/key")}

    # Both sides have added an arm, each another one, under the same number: both are kept, under numbers of their own.
    found = meanwhile(base, arm(base, "files"), arm(base, "coded"))
    assert found.clashes == ()
    assert {one.value for one in found.follows} == {"files", "Waiting list", "9"}
    taken = found.taken_up(arm(base, "coded"), ())
    assert keys(taken) == {*(one.key for one in study.arms), "files", "coded"}
    # The coding took an arm's name out; the corpus changed it.
    path = "study/arms/1/name"
    without = {name: value for name, value in base.items() if name != path}
    found = meanwhile(base, base | {path: "Said anew"}, without)
    assert found.clashes == (Clash(path=path, mine="", theirs="Said anew"),)
    assert found.taken_up(without, [path])[path] == "Said anew"
    assert path not in found.taken_up(without, ())
    # One side took an arm out, the other says more of it: it stays whole, or goes whole.
    arm_out = {name: value for name, value in base.items() if not name.startswith("study/arms/1/")}
    for now, settled, whole in (
        (base | {path: "Said anew"}, arm_out, "corpus"),
        (arm_out, base | {path: "Said anew"}, "coding"),
    ):
        found = meanwhile(base, now, settled)
        names = [one.path for one in found.clashes]
        kept = found.taken_up(settled, names if whole == "corpus" else ())
        assert keys(kept) == {one.key for one in study.arms}
        assert "Said anew" in kept.values()
        gone = found.taken_up(settled, () if whole == "corpus" else names)
        assert keys(gone) == {one.key for one in study.arms[1:]}
        assert "Said anew" not in gone.values()


def drop(file: Path, key: str) -> None:
    """Take one entry out of a list of curated values."""
    entries = re.split(r"(?m)^(?=- )", file.read_text(encoding="utf-8"))
    file.write_text("".join(one for one in entries if not one.startswith(f"- key: {key}\n")), encoding="utf-8")
