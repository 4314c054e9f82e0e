"""Whether everything that the desk acknowledged is in its database, and nothing else is.

Never asks the desk: it reads the database behind it.
"""

from collections.abc import Sequence

from corpus.audit import differing, verify
from corpus.database import reading
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.holding import holding
from corpus.store.trail import Trail
from loading.reviewer import Reviewer


def missing(url: str, reviewers: Sequence[Reviewer]) -> list[str]:
    """What is not as it was acknowledged; nothing, where all is well."""
    found = []
    with reading(url) as session:
        held: dict[str, dict[str, tuple[str, str]]] = {}
        for one in Decisions(session).all():
            held.setdefault(one.who, {})[one.record] = (one.verdict.value, one.reason)
        for person in reviewers:
            if held.get(person.key, {}) != person.decided:
                apart = set(held.get(person.key, {}).items()) ^ set(person.decided.items())
                found.append(f"{person.key}: {len(apart)} decisions differ, such as {sorted(apart)[:2]}")
            values = Cases(session).values(f"made{person.number}", person.key)
            lost = {path: value for path, value in person.typed.items() if values.get(path) != value}
            if lost:
                found.append(f"{person.key}: {len(lost)} typed values are not there, such as {sorted(lost)[:2]}")
        events = Trail(session).all()
        if broken := verify(events):
            found.append(f"the trail is broken at event {broken.sequence}: {broken.why}")
        else:
            found += [f"{entity}: {why}" for entity, why in differing(events, holding(session))]
    return found
