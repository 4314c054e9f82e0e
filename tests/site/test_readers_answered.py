"""What readers held to be wrong and what became of it, from the desk's queue to the page of the study."""

from datetime import UTC, datetime
from pathlib import Path

from corpus.commands import initialise, load_living
from corpus.database import writing
from corpus.domain.matters import Dealt, MatterKind, Outcome, ReaderReport, heard
from corpus.store.matters import Matters
from oxysite.build import site_files
from oxysite.links import study_path

STUDY = "guastella2009"
DESK = "https://desk.example.org"


def test_the_page_of_a_study_says_what_became_of_a_readers_report(few: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'corpus.sqlite'}"
    initialise(url, few)
    effect = next(one for one in load_living(url).corpus.studies if one.key == STUDY).effects[0].key
    with writing(url) as session:
        matters = Matters(session)
        for about, said in ((effect, "my own words"), ("arms", "24, not 25"), ("design", "not answered")):
            matters.tell(f"study/{STUDY}/{about}", said, "nobody")
        matters.deal(MatterKind.REPORTED, "1", Outcome.AS_PRINTED, "the note of an editor", "ed", seen="")
        matters.deal(MatterKind.REPORTED, "2", Outcome.MENDED, "Table 1", "ed", seen="")
    page = site_files(load_living(url), DESK)[study_path(STUDY)].decode()
    assert page.count("The reviewers looked it up") == 2
    today = datetime.now(UTC).date()
    assert (
        f"A reader held this value to be wrong ({today}). The reviewers looked it up: the source prints it so." in page
    )
    assert f"A reader held a number of people to be wrong ({today}). The reviewers looked it up: mended." in page
    for kept in ("my own words", "the note of an editor", "24, not 25", "not answered"):
        assert kept not in page
    for part in (effect, "design", "arms", "therapy", "oxytocin"):
        assert f'href="{DESK}/tell?about=study/{STUDY}/{part}"' in page


def test_only_what_was_looked_up_is_shown() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    reports = [ReaderReport(number=number, about="study/x/y" if number else "", said="", at=at) for number in range(4)]
    outcomes = {0: Outcome.MENDED, 1: Outcome.MENDED, 2: Outcome.NOT_CLEAR}
    dealt = {str(number): Dealt(outcome=outcome, note="", who="ed", at=at) for number, outcome in outcomes.items()}
    assert [one.outcome for one in heard(reports, dealt)] == [Outcome.MENDED]
