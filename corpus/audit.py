"""The audit trail: what changed, when and by whom, each event sealed with the hash of the one before.

Never edited: events are only added, in the transaction of the change they tell of.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from corpus.domain import Corpus

KINDS = ("person", "source", "record", "report", "sample", "study", "estimates")  # of entities of the corpus
GENESIS = "0" * 64  # stands before the first event
NOTHING = ""  # digest of what is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One change of one entity."""

    sequence: int
    at: datetime  # UTC
    who: str
    action: str  # create, update, delete, or restore (the database had been changed outside the program)
    entity: str  # "study/guastella2009"
    before: str  # digest, or "" where there was nothing
    after: str
    previous: str  # hash of the event before
    hash: str
    told: str = ""  # what the entity became, as text whose digest is ``after``; "" for entities of the corpus


_SEALED = tuple(item.name for item in fields(AuditEvent) if item.name != "hash")


@dataclass(frozen=True, slots=True)
class Head:
    """How long the trail is, and the hash of its last event: whoever keeps both sees when events are taken out at the end."""

    events: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.events}:{self.hash}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A head of the trail as somebody has kept it outside the chain."""

    by: str  # who kept it, for the message
    head: Head
    last: bool = False  # whether nothing may follow it
    forged: bool = False  # whether its seal is not of the desk's secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What people made at the desk, as its rows tell it now."""

    # By entity, as an event of the trail would tell it; one text, unless rows were put in.
    told: Mapping[str, Sequence[str]]
    past: Mapping[str, Sequence[str]]  # what stood before, where it is kept, in the same words
    keeping: Mapping[str, str]  # kinds that keep it, each with a field that is told since they do
    lasting: Collection[str]  # kinds whose rows do not go without an event


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first event that does not follow from the one before."""

    sequence: int
    why: str


def digests(corpus: Corpus) -> Mapping[str, str]:
    """Digest of every entity, by name; the estimates of a study are one entity."""
    found = {}
    for kind, values in (
        ("person", corpus.people),
        ("source", corpus.sources),
        ("record", corpus.records),
        ("report", corpus.reports),
        ("sample", corpus.samples),
        ("study", corpus.studies),
    ):
        for value in values:
            found[f"{kind}/{value.key}"] = _digest(asdict(value))
    for study in corpus.studies:
        own = [asdict(estimate) for estimate in corpus.estimates if estimate.study == study.key]
        if own:
            found[f"estimates/{study.key}"] = _digest(own)
    return found


def recorded(events: Sequence[AuditEvent]) -> Mapping[str, str]:
    """Digest of every entity as the trail last left it."""
    state = {event.entity: event.after for event in events}
    return {entity: digest for entity, digest in state.items() if digest != NOTHING}


def changes(
    events: Sequence[AuditEvent], held: Mapping[str, str], wanted: Mapping[str, str], who: str, at: datetime
) -> tuple[AuditEvent, ...]:
    """The events that take what the trail recorded, and what the database holds, to what is wanted."""
    known = {entity: digest for entity, digest in recorded(events).items() if of_corpus(entity)}
    last = events[-1] if events else None
    added: list[AuditEvent] = []
    for entity in sorted({*known, *held, *wanted}):
        before, after = known.get(entity, NOTHING), wanted.get(entity, NOTHING)
        if before == after == held.get(entity, NOTHING):
            continue
        last = following(last, entity, before, after, who, at)
        added.append(last)
    return tuple(added)


def following(
    last: AuditEvent | None, entity: str, before: str, after: str, who: str, at: datetime, told: str = ""
) -> AuditEvent:
    """The next event of the chain, sealed."""
    event = AuditEvent(
        sequence=last.sequence + 1 if last else 1,
        at=at.astimezone(UTC),
        who=who,
        action=_action(before, after),
        entity=entity,
        before=before,
        after=after,
        previous=last.hash if last else GENESIS,
        hash="",
        told=told,
    )
    return replace(event, hash=_seal(event))


def of_corpus(entity: str) -> bool:
    """Whether an entity is one of the corpus; the others are what people do at the desk."""
    return entity.partition("/")[0] in KINDS


def digest_of(told: str) -> str:
    """The digest of an entity that is its own text; nothing for nothing."""
    return hashlib.sha256(told.encode()).hexdigest() if told else NOTHING


def verify(events: Sequence[AuditEvent]) -> BrokenLink | None:
    """The first event whose hash, place or predecessor is wrong; None where the chain holds."""
    previous = GENESIS
    for place, event in enumerate(events, start=1):
        if event.sequence != place:
            return BrokenLink(event.sequence, f"event {place} is absent")
        if event.previous != previous:
            return BrokenLink(event.sequence, "it does not follow from the event before")
        if _seal(event) != event.hash:
            return BrokenLink(event.sequence, "its content does not match its hash")
        previous = event.hash
    return None


def seal_of(secret: bytes, head: Head) -> str:
    """What only who has the secret can write beside a head."""
    return hmac.new(secret, f"trail\0{head}".encode(), hashlib.sha256).hexdigest()


def at_odds(events: Sequence[AuditEvent], seen: Seen) -> str:
    """Why an unbroken trail does not hold the head that somebody has kept; "" where it does."""
    head = seen.head
    if seen.forged:
        return f"the head that {seen.by} keeps is not sealed with the desk's secret"
    if len(events) < head.events:
        return f"{seen.by} saw {head.events} events, {len(events)} are there: the last ones were taken out"
    if head.events and events[head.events - 1].hash != head.hash:
        return f"event {head.events} is not the one that {seen.by} saw: the trail was written anew"
    if seen.last and len(events) > head.events:
        return f"{seen.by} saw {head.events} events, {len(events)} are there: the last ones were added by hand"
    return ""


def differing(events: Sequence[AuditEvent], held: Held) -> Iterator[tuple[str, str]]:
    """Entities of the desk whose rows are not what the trail last told of them, each with what is wrong.

    A field that no event has told yet (its column is younger than the event) is not compared.
    """
    last = {event.entity: event for event in events if not of_corpus(event.entity)}
    for entity in sorted(held.told.keys() | last.keys()):
        event, now = last.get(entity), held.told.get(entity, ())
        if event is None or (not event.told and now):
            yield entity, "no event tells of it" if event is None else f"event {event.sequence} took it away"
        elif len(now) > 1:
            yield entity, f"it is there {len(now)} times"
        elif now:
            sealed, found = json.loads(event.told), json.loads(now[0])
            wrong = [name for name, value in sealed.items() if name in found and found[name] != value]
            if wrong:
                yield entity, f"{', '.join(wrong)}: not what event {event.sequence} told"
        elif event.told and entity.partition("/")[0] in held.lasting:
            yield entity, f"it is gone, and event {event.sequence} left it there"
    yield from _past(events, held)


def _past(events: Sequence[AuditEvent], held: Held) -> Iterator[tuple[str, str]]:
    """What stood once, against what was told of it then: the moment at which it was made tells one from another."""
    told: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        field = held.keeping.get(event.entity.partition("/")[0])
        if field is not None and event.told and field in (was := json.loads(event.told)):
            told.setdefault(event.entity, []).append(was)
    for entity in sorted(told.keys() | held.past.keys()):
        past = [json.loads(text) for text in held.past.get(entity, ())]
        for one in past:
            known = told.get(entity, ())
            if not any(all(one.get(name, value) == value for name, value in was.items()) for was in known):
                yield entity, f"what stood before, made at {one.get('at')}, is not what any event told"
        kept = {one.get("at") for one in (*past, *map(json.loads, held.told.get(entity, ())))}
        for at in sorted({str(was["at"]) for was in told.get(entity, ())} - kept):
            yield entity, f"what stood before, made at {at}, is gone"


def _action(before: str, after: str) -> str:
    if before == after:
        return "restore"
    if before == NOTHING:
        return "create"
    return "delete" if after == NOTHING else "update"


def _seal(event: AuditEvent) -> str:
    # One by one, in their order: `asdict` copies every value, which would take most of a long trail's check.
    content = {name: getattr(event, name) for name in _SEALED}
    content["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    if not event.told:
        del content["told"]
    return hashlib.sha256((event.previous + _canonical(content)).encode()).hexdigest()


def _digest(content: Any) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: Any) -> str:
    # Keys stay in their order: the order of a mapping is part of the curated text.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)
