"""The queue in the database: which works are found, in which order, on both systems."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session

from corpus.database import transactions
from corpus.domain.screening import Decision, QueuedWork, Stage, Standing, State, Verdict
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue, _first

TITLES = ("Ärger in made-up rats", "ärger and 100% trust", "Made-up trust_of therapists", "STRASSE or Straße")


def work(place: int, title: str, report: str = "") -> QueuedWork:
    return QueuedWork(
        key=f"made:{place}",
        place=place,
        likely=True,
        probability=None,
        reason="",
        title=title,
        year=2020,
        report=report,
        stage=Stage.TITLE_ABSTRACT,
        state=State.WAITING,
        excluded_for="",
    )


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    works = [work(place, title) for place, title in enumerate(TITLES)]
    works.append(work(len(works), "A report already", report="muster2020"))
    with transactions(url) as opened, opened() as held:
        Queue(held).put(works, {one.key: one.key for one in works})
        yield held


def found(session: Session, words: str) -> list[str]:
    return [one.title for one in Queue(session).listed(words=words)]


def test_words_of_titles_are_found_in_any_case_of_letters(session: Session) -> None:
    assert found(session, "ÄRGER") == [TITLES[0], TITLES[1]]
    assert found(session, "made-UP trust") == [TITLES[2]]
    assert found(session, "strasse") == [TITLES[3]]


def test_signs_of_patterns_stand_for_themselves(session: Session) -> None:
    assert found(session, "100%") == [TITLES[1]]
    assert found(session, "trust_") == [TITLES[2]]
    assert found(session, "%") == [TITLES[1]]


def test_a_work_is_found_by_its_report_and_none_by_no_report(session: Session) -> None:
    held = Queue(session).of_report("muster2020")
    assert held is not None
    assert held.title == "A report already"
    assert Queue(session).of_report("") is None
    assert Queue(session).of_report("other2020") is None


def test_what_is_a_report_or_settled_waits_for_nobody(session: Session) -> None:
    queue = Queue(session)
    queue.stand("made:0", Standing(stage=Stage.TITLE_ABSTRACT, state=State.EXCLUDED, reason="not_human"))
    waiting = [one.key for one in queue.next(Stage.TITLE_ABSTRACT, "anna", most=9)]
    assert waiting == ["made:1", "made:2", "made:3"]
    assert queue.next(Stage.FULL_TEXT, "anna") == ()


def test_the_next_record_is_looked_up_past_no_work_that_is_decided_on(session: Session) -> None:
    """As a database plans it that knows how much there is: two thousand works before the first that waits."""
    excluded = [replace(work(place, f"Made-up {place}"), state=State.EXCLUDED) for place in range(10, 2010)]
    Queue(session).put([replace(one, place=-one.place) for one in excluded], {})
    session.execute(text("ANALYZE"))
    bind = session.get_bind()
    values = {"stage": Stage.TITLE_ABSTRACT.value, "who": "anna", "most": 1}
    asked = _first().params(values).compile(dialect=bind.dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if bind.dialect.name == "sqlite" else "EXPLAIN"
    plan = str(session.connection().exec_driver_sql(f"{explain} {asked}").all())
    assert "ix_found_work_waiting" in plan or "ix_found_work_queue" in plan, plan  # and not the one by stage alone


def test_the_parties_of_conflicts_are_those_of_the_stage(session: Session) -> None:
    queue, decisions = Queue(session), Decisions(session)
    for who, verdict in (("anna", Verdict.INCLUDE), ("bo", Verdict.MAYBE), ("cy", Verdict.INCLUDE)):
        made = Decision(
            record="made:1",
            stage=Stage.TITLE_ABSTRACT if who != "cy" else Stage.FULL_TEXT,
            who=who,
            verdict=verdict,
            reason="",
            note="",
            at=datetime(2026, 1, 5, tzinfo=UTC),
            needed=2,
        )
        decisions.decide(made)
    queue.stand("made:1", Standing(stage=Stage.TITLE_ABSTRACT, state=State.CONFLICT, reason=""))
    assert queue.parties(Stage.TITLE_ABSTRACT, 10) == {"made:1": frozenset({"anna", "bo"})}
    assert queue.parties(Stage.TITLE_ABSTRACT, 0) == {}
    assert queue.parties(Stage.FULL_TEXT, 10) == {}
