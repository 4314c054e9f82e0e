"""The audit trail shows every change, and every change made to itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.audit import GENESIS, AuditEvent, changes, digests, recorded, verify
from corpus.domain import Corpus
from tests.examples import corpus, effect, study

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def after(events: Sequence[AuditEvent], held: Corpus, wanted: Corpus) -> list[AuditEvent]:
    return [*events, *changes(events, digests(held), digests(wanted), "test", NOON)]


@pytest.fixture
def trail() -> list[AuditEvent]:
    first = after([], Corpus(), corpus())
    second = after(first, corpus(), corpus(study(label="changed")))
    return after(second, corpus(study(label="changed")), Corpus())


def test_each_change_is_one_event(trail: list[AuditEvent]) -> None:
    told = [(event.action, event.entity) for event in trail]
    everything = ["person/coder", "report/guastella2009", "sample/sad", "study/guastella2009"]
    assert told == [
        *(("create", entity) for entity in everything),
        ("update", "study/guastella2009"),
        *(("delete", entity) for entity in everything),
    ]
    assert trail[0].previous == GENESIS
    assert verify(trail) is None
    assert recorded(trail) == {}


def test_nothing_changed_means_no_event(trail: list[AuditEvent]) -> None:
    assert after(trail[:4], corpus(), corpus()) == trail[:4]


def test_a_change_outside_the_program_is_told_as_restored() -> None:
    trail = after([], Corpus(), corpus())
    tampered = corpus(study(effects=(effect(as_reported="better than it was"),)))
    (event,) = after(trail, tampered, corpus())[4:]
    assert (event.action, event.entity, event.before) == ("restore", "study/guastella2009", event.after)


def test_the_order_of_inputs_is_part_of_what_is_sealed() -> None:
    coded = effect()
    assert coded.computation is not None
    turned = dict(reversed(list(coded.computation.inputs.items())))
    changed = replace(coded, computation=replace(coded.computation, inputs=turned))
    assert digests(corpus(study(effects=(changed,)))) != digests(corpus())


@pytest.mark.parametrize("field", ["at", "who", "action", "entity", "before", "after"])
def test_an_event_changed_by_hand_is_named(trail: list[AuditEvent], field: str) -> None:
    value = datetime(2020, 1, 1, tzinfo=UTC) if field == "at" else "forged"
    trail[4] = replace(trail[4], **{field: value})  # type: ignore[arg-type]
    broken = verify(trail)
    assert broken is not None
    assert (broken.sequence, broken.why) == (5, "its content does not match its hash")


def test_an_event_taken_out_or_turned_is_named(trail: list[AuditEvent]) -> None:
    removed = verify(trail[:3] + trail[4:])
    assert removed is not None
    assert (removed.sequence, removed.why) == (5, "event 4 is absent")
    renumbered = [replace(event, sequence=place) for place, event in enumerate(trail[:3] + trail[4:], start=1)]
    broken = verify(renumbered)
    assert broken is not None
    assert broken.sequence == 4
