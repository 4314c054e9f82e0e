"""What decisions on one work amount to: who counts, how many are enough, what settles, and what was independent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from corpus.domain.screening import Decision, Stage, Standing, State, Verdict, independent, newest, passed, standing

TITLES, TEXTS = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def said(who: str, verdict: str, minute: int, stage: Stage = TITLES, record: str = "a", **more: Any) -> Decision:
    """A decision at a minute."""
    ended = more.pop("ended", None)
    return Decision(
        record=record,
        stage=stage,
        who=who,
        verdict=Verdict(verdict),
        reason=more.pop("reason", "not_human" if verdict == "exclude" else ""),
        at=BEGAN + timedelta(minutes=minute),
        needed=more.pop("needed", 2),
        ended=None if ended is None else BEGAN + timedelta(minutes=ended),
        **more,
    )


def test_nothing_is_told_of_a_work_before_enough_have_decided() -> None:
    assert standing([], 2) == Standing(TITLES, State.WAITING)
    assert standing([said("anna", "exclude", 1)], 2) == Standing(TITLES, State.WAITING)
    # With three, two who differ already are no conflict yet: the third decides without a sign of it.
    two = [said("anna", "include", 1, needed=3), said("bo", "exclude", 2, needed=3)]
    assert standing(two, 3).state is State.WAITING
    assert standing([*two, said("cy", "include", 3, needed=3)], 3).state is State.CONFLICT


def test_a_reason_makes_a_conflict_and_a_maybe_at_titles_makes_none() -> None:
    reasons = [said("anna", "exclude", 1), said("bo", "exclude", 2, reason="no_psychotherapy")]
    assert standing(reasons, 2).state is State.CONFLICT
    assert standing([said("anna", "include", 1), said("bo", "maybe", 2)], 2) == Standing(TEXTS, State.WAITING)


def test_of_each_person_the_newest_counts_and_the_earlier_ones_are_not_lost() -> None:
    both = [said("anna", "include", 1), said("anna", "exclude", 2, record="b"), said("bo", "exclude", 3)]
    assert standing(both, 2) == Standing(TITLES, State.EXCLUDED, "not_human")
    apart = [one for one in both if one.record == "a"]
    assert newest(apart)["anna"].verdict is Verdict.INCLUDE
    assert standing(apart, 2).state is State.CONFLICT


def test_a_work_stays_where_the_rule_of_its_day_has_brought_it() -> None:
    alone = [said("anna", "include", 1, needed=1), said("anna", "include", 2, TEXTS, needed=1)]
    assert standing(alone, 1) == Standing(TEXTS, State.INCLUDED)
    assert standing(alone, 2) == Standing(TEXTS, State.INCLUDED)
    # What has not passed a stage yet goes by the rule of today.
    assert standing(alone[:1], 2) == Standing(TEXTS, State.WAITING)
    assert standing([*alone[:1], said("bo", "include", 3, TEXTS)], 2) == Standing(TEXTS, State.WAITING)


def test_what_settles_counts_alone_and_of_two_the_newer() -> None:
    differ = [said("anna", "include", 1), said("bo", "exclude", 2)]
    assert standing([*differ, said("ada", "exclude", 3, settles=True)], 2) == Standing(
        TITLES, State.EXCLUDED, "not_human"
    )
    later = said("eve", "include", 4, record="b", settles=True)
    assert standing([*differ, said("ada", "exclude", 3, settles=True), later], 2) == Standing(TEXTS, State.WAITING)


def test_independent_is_what_stood_when_enough_had_decided_for_the_first_time() -> None:
    changed = said("anna", "include", 1, ended=3), said("anna", "exclude", 3)  # before the other decided: a correction
    bo = said("bo", "include", 4, ended=9), said("bo", "exclude", 9)  # afterwards: no longer independent
    late = said("cy", "include", 7), said("ada", "exclude", 8, settles=True), said("bo", "exclude", 10, together=True)
    found = independent([*late, *bo, *changed])
    assert {who: one.verdict.value for who, one in found.items()} == {"anna": "exclude", "bo": "include"}
    assert independent(changed) == {}
    # One that was brought back by an undo stood from its beginning; meanwhile the other one did.
    again = said("anna", "exclude", 1), said("anna", "include", 2, ended=6)
    found = independent([*again, said("bo", "include", 4)])
    assert found["anna"].verdict is Verdict.INCLUDE
    # Whoever decided alone under the rule of that day agreed with nobody.
    assert set(independent([said("anna", "include", 1, needed=1), said("bo", "include", 2)])) == {"anna"}


def test_a_stage_is_passed_by_going_on_or_by_exclusion() -> None:
    assert not passed(Standing(TITLES, State.CONFLICT), TITLES)
    assert passed(Standing(TITLES, State.EXCLUDED), TITLES)
    assert passed(Standing(TEXTS, State.WAITING), TITLES)
    assert not passed(Standing(TEXTS, State.WAITING), TEXTS)
    assert not passed(Standing(TITLES, State.EXCLUDED), TEXTS)
    assert passed(Standing(TEXTS, State.INCLUDED), TEXTS)
