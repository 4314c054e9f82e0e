"""The audit trail in sentences: who did what with what, what it became, and what it was before.

Never adds to an event, and never leaves one out: what has no wording of its own is told field by field.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corpus.audit import AuditEvent
from corpus.desk.wordings import MATTERS, OF_RECORDS, Titles, Values, fields_of, short, wording_of
from corpus.domain.screening import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One event as it is read: "judy" "settled title and abstract of" "A trial", "include; “it is a trial”"."""

    event: AuditEvent
    did: str
    what: str  # what the event is about; leads to all that became of it
    now: str  # "" for nothing
    was: str
    kept: str  # the text that is sealed, for the eye


def tell(event: AuditEvent, before: AuditEvent | None, titles: Titles) -> Telling:
    """An event in words. ``before`` is the event that told what the entity was; ``titles`` those of records, by id."""
    kind, _, rest = event.entity.partition("/")
    now, was = _values(event.told), _values(before.told if before else "")
    wording = wording_of(kind, rest, now or was)
    action = {"create": wording.comes, "delete": wording.goes}.get(event.action, wording.changes)
    if event.action == "restore":
        action = "found changed outside the program, and entered anew,"
    states = [_said(wording.state, one) for one in (now, was)]
    if states[0] == states[1] and now != was:  # in something that has no words
        states = [
            fields_of({name: one for name, one in held.items() if now.get(name) != was.get(name)})
            for held in (now, was)
        ]
    return Telling(
        event=event,
        did=action.format(**{"whose": _whose(event), **_places(kind, rest)}),
        what=short(wording.about(rest, now or was, titles)) or event.entity,
        now=states[0],
        was=states[1],
        kept=json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True) if now else "",
    )


def records_of(events: Sequence[AuditEvent]) -> frozenset[str]:
    """The records that events are about, whose titles say more than their ids."""
    found = set()
    for event in events:
        kind, _, rest = event.entity.partition("/")
        if kind in OF_RECORDS:
            found.add(rest.rsplit("/", OF_RECORDS[kind])[0])
        if kind == "link":
            found |= {str(_values(event.told).get(side, "")) for side in "ab"}
    return frozenset(found - {""})


def _values(told: str) -> Values:
    found = json.loads(told) if told else {}
    return found if isinstance(found, dict) else {"": found}


def _said(state: Callable[[Values], str], values: Values) -> str:
    """How a thing stood; what an older program kept in another form is told field by field."""
    if not values:
        return ""
    try:
        return state(values)
    except (KeyError, ValueError):
        return fields_of(values)


def _places(kind: str, rest: str) -> Mapping[str, str]:
    parts = rest.split("/")
    stage = next((one.label for one in Stage if kind in ("screening", "skip") and one.value in parts), "")
    matter = MATTERS.get(parts[0], "the matter") if kind == "matter" else ""
    return {"stage": stage, "matter": matter, "case": parts[0]}


def _whose(event: AuditEvent) -> str:
    owner = event.entity.rsplit("/", 1)[-1]
    return "a" if owner == event.who or not event.entity.startswith("screening/") else f"{owner}'s"
