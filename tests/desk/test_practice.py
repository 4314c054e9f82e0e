"""The practice desk: a database of its own, and a guided case that can be done to its end."""

import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.coding.draft import leads
from corpus.commands import check_corpus, initialise
from corpus.desk.application import create_application
from corpus.desk.practice.beginning import FILE
from corpus.desk.practice.material import material, model_coding, read
from corpus.desk.practice.tour import DONE, steps
from corpus.desk.running import hosts, open_desk, run_desk
from corpus.domain.people import Role
from corpus.domain.screening import Stage, State
from corpus.errors import InvalidInput, Locked
from corpus.protocol import read_protocol
from corpus.settings import Settings
from corpus.store.accounts import Accounts
from corpus.store.queue import Queue
from tests.desk.practising import CASE, practising


def test_every_step_ends_when_its_work_is_done_and_the_trial_enters_the_corpus(tmp_path: Path) -> None:
    with practising(tmp_path) as learner:
        for number, step in enumerate(steps(), start=1):
            now = learner.stands()
            assert (now.step.key, now.number) == (step.key, number)
            said = learner.get("/")
            assert f"Step {number} of {len(steps())}" in said
            assert step.text.replace("`", "") in re.sub(r"</?kbd>", "", said)
            learner.get(now.step.place)
            learner.do(step.key)
        assert learner.stands().finished
        assert f"All {len(steps())} steps are done" in learner.get("/")
        said = learner.get("/screening/agreement")
        assert f"kim and {learner.account.key}" in said or f"{learner.account.key} and kim" in said
        assert "It is in the corpus." in learner.get(f"/compare/{CASE}")
    assert [one for one in check_corpus(f"sqlite:///{tmp_path / FILE}") if one.severity == "error"] == []


def test_a_step_is_open_again_when_its_work_is_taken_back(tmp_path: Path) -> None:
    with practising(tmp_path) as learner:
        learner.do("decide")
        assert learner.stands().number == 2
        reply = learner.post("/screening/title_abstract/undo")
        assert reply.headers["hx-trigger"] == "practised"  # upon which the page asks where the case stands
        assert learner.stands().number == 1


def test_a_case_that_was_given_up_is_coded_anew(tmp_path: Path) -> None:
    with practising(tmp_path) as learner:
        for step in ("decide", "abstract", "titles", "conflict", "full_text"):
            learner.do(step)
        learner.post(f"/compare/{CASE}/close")
        assert learner.stands().step.place == "/coding"
    with practising(tmp_path) as learner:
        assert learner.stands().step.place == f"/coding/{CASE}_2/people"
        assert learner.get(learner.stands().step.place)


def test_it_goes_on_where_it_was_left_and_begins_anew_when_told(tmp_path: Path) -> None:
    with practising(tmp_path) as learner:
        learner.do("decide")
    with practising(tmp_path) as learner:
        assert learner.stands().number == 2
    with practising(tmp_path, anew=True) as learner:
        assert learner.stands().number == 1


@pytest.mark.parametrize("anew", [False, True])
def test_a_second_desk_on_the_same_practice_is_refused_and_takes_nothing_away(tmp_path: Path, anew: bool) -> None:
    with practising(tmp_path) as learner:
        learner.do("decide")
        with pytest.raises(Locked, match="a practice desk is open on it already"), practising(tmp_path, anew=anew):
            pass
        learner.do("abstract")
        assert learner.stands().number == 3
    with practising(tmp_path) as learner:
        assert learner.stands().number == 3  # nothing went into a file that was gone


def test_practice_and_review_are_open_in_one_browser(sqlite_template: Path, tmp_path: Path) -> None:
    """A browser sends the cookies of one host to every port of it."""
    settings = Settings(database=f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'oxysynth.sqlite')}")
    with (
        open_desk(settings, "127.0.0.1", 8765, team=False) as (review, _),
        open_desk(settings, "127.0.0.1", 8766, team=False, practice=True) as (practice, _),
    ):
        clients = [
            TestClient(create_application(desk, hosts(desk, "127.0.0.1", port)), base_url=desk.origin)
            for desk, port in ((review, 8765), (practice, 8766))
        ]
        jar: dict[str, str] = {}
        for desk, client in zip((review, practice), clients, strict=True):
            client.get(f"/enter?key={desk.entry_key}")
            jar |= dict(client.cookies)
        for client in clients:
            client.cookies.clear()
            sent = "; ".join(f"{name}={value}" for name, value in jar.items())
            assert client.get("/", headers={"cookie": sent}, follow_redirects=False).status_code == 200


def test_the_review_is_never_touched(tmp_path: Path) -> None:
    review = tmp_path / "oxysynth.sqlite"
    with practising(tmp_path) as learner:
        learner.do("decide")
    assert not review.exists()
    assert (tmp_path / FILE).exists()


@pytest.mark.parametrize("content", ["a database of the review", "no database"])
def test_a_file_that_was_not_made_for_practice_is_refused_and_kept(tmp_path: Path, curated: Path, content: str) -> None:
    place = tmp_path / FILE
    if content == "no database":
        place.write_bytes(b"letters to my aunt")
    else:
        initialise(f"sqlite:///{place}", curated)
    before = place.read_bytes()
    with pytest.raises(InvalidInput, match="not made for practice"), practising(tmp_path, anew=True):
        pass
    assert place.read_bytes() == before


def test_a_team_does_not_practise_and_only_practice_begins_anew(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'oxysynth.sqlite'}", desk_secret="x" * 40)
    with pytest.raises(InvalidInput, match="--team and --practice"):
        run_desk(settings, "127.0.0.1", 0, team=True, practice=True, anew=False)
    with pytest.raises(InvalidInput, match="--anew"):
        run_desk(settings, "127.0.0.1", 0, team=False, practice=False, anew=True)
    assert list(tmp_path.iterdir()) == []


def test_whoever_starts_it_is_told_where_it_is_kept(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'oxysynth.sqlite'}")
    with open_desk(settings, "127.0.0.1", 8765, team=False, practice=True) as (_, welcome):
        assert str(tmp_path / FILE) in welcome
        assert "--anew" in welcome


def test_only_the_learner_may_enter_and_the_colleagues_are_coders(tmp_path: Path) -> None:
    with practising(tmp_path) as learner:
        assert learner.account.role is Role.ADMIN
        with learner.desk.database.read() as session:
            others = [one for one in Accounts(session).all() if one.key != learner.account.key]
        assert {one.key for one in others} == set(material().people)
        assert {one.role for one in others} == {Role.CODER}
        assert all("Madeup" in one.name for one in others)


def test_the_traps_stand_as_they_are_meant_to(tmp_path: Path) -> None:
    with practising(tmp_path) as learner, learner.desk.database.read() as session:
        queue = Queue(session)
        work = {name: queue.work(f"practice:{name}") for name in ("pilot", "breathing", "sheep", "trial", "protocol")}
        assert queue.members("practice:pilot") == ("practice:pilot", "practice:pilot_again")
        assert work["breathing"] is not None
        assert work["breathing"].state is State.CONFLICT
        assert work["sheep"] is not None
        assert work["sheep"].state is State.EXCLUDED
        assert queue.undecided(Stage.TITLE_ABSTRACT, learner.account.key) == 12
    with practising(tmp_path) as learner:
        assert "Decided together" in learner.get("/screening/title_abstract?record=practice:trial")
        assert "retracted" in learner.get("/screening/title_abstract?record=practice:retracted")
        assert "No source gives an abstract" in learner.get("/screening/title_abstract?record=practice:saliva")
        assert "Perhaps the same" in learner.get("/screening/title_abstract?record=practice:trust")


def test_all_of_it_says_that_it_is_made_up() -> None:
    for record in material().records:
        assert re.search(r"made[- ]up", record.title, re.IGNORECASE)
        assert "Made-Up" in record.journal
        assert record.doi is None or str(record.doi).startswith("10.5555/practice.")
        assert not record.abstract or record.abstract.startswith("Made up for practice.")
        assert record.pmid is None
    assert "made up" in model_coding().values["study/label"]
    assert "Made up for practice" in read("paper.toml")["about"]


def test_the_material_fits_the_protocol_the_form_and_the_tour() -> None:
    reasons = {one.key for one in read_protocol().screening.exclude}
    for opinions in material().opinions.values():
        assert {one.reason for one in opinions.values()} - {""} <= reasons
    assert [path for path in model_coding().values if not leads(path)] == []
    assert model_coding().misread.keys() <= model_coding().values.keys()
    assert [one.key for one in steps()] == list(DONE)
    for part in model_coding().left:
        assert any(path.startswith(part) for path in model_coding().values), part
