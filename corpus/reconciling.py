"""What the curated files say against what the database says, entity by entity, and what each was when they last agreed.

Never overwrites one with the other where both have changed: that is a conflict, for a person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.audit import digests
from corpus.domain import Corpus

# The lists of a corpus that are files, by the kind of their entities.
LISTS: Mapping[str, str] = {
    "person": "people",
    "source": "sources",
    "record": "records",
    "report": "reports",
    "sample": "samples",
    "study": "studies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """Both sides brought together."""

    corpus: Corpus  # where both have changed: as the database has it; estimates are left out
    ahead: tuple[str, ...]  # entities that only the database has changed; an export writes them
    behind: tuple[str, ...]  # entities that only the files have changed; they are taken in
    conflicts: tuple[
        str, ...
    ]  # entities that both have changed, each in its own way; and what stands or falls with them
    synced: Mapping[str, str]  # digest of each entity on which both agree from now on
    together: Mapping[str, str] = field(
        default_factory=dict
    )  # of such a conflict, the name of what it stands or falls with


def reconcile(
    held: Corpus, files: Corpus, synced: Mapping[str, str], together: Mapping[str, str] | None = None
) -> Reconciled:
    """Bring the database's corpus and the files' together.

    ``synced`` is the digest of each entity when both last agreed; an entity that one side lacks is one that it removed, or
    that the other added. What only one side has changed is a conflict too where it is named in ``together``.
    """
    together = together or {}
    ours, theirs = digests(replace(held, estimates=())), digests(files)
    ahead: list[str] = []
    behind: list[str] = []
    conflicts: list[str] = []
    agreed = dict(synced)
    for entity in sorted(ours.keys() | theirs.keys() | synced.keys()):
        mine, yours, last = ours.get(entity), theirs.get(entity), synced.get(entity)
        if mine == yours:
            agreed[entity] = mine or ""
        elif entity in together or last not in (mine, yours):
            conflicts.append(entity)
        elif mine == last:
            behind.append(entity)
            agreed[entity] = yours or ""
        else:
            ahead.append(entity)
    return Reconciled(
        corpus=put_together(held, files, behind),
        ahead=tuple(ahead),
        behind=tuple(behind),
        conflicts=tuple(conflicts),
        synced={entity: digest for entity, digest in agreed.items() if digest},
        together=together,
    )


def entity_of(corpus: Corpus, entity: str) -> Any:
    """One entity of a corpus by its name, or None."""
    kind, _, key = entity.partition("/")
    return next((one for one in getattr(corpus, LISTS[kind]) if one.key == key), None)


def with_entity(corpus: Corpus, entity: str, value: Any) -> Corpus:
    """The corpus with another value for an entity; None takes it out."""
    kind, _, key = entity.partition("/")
    rest = [one for one in getattr(corpus, LISTS[kind]) if one.key != key]
    return replace(corpus, **{LISTS[kind]: _sorted([*rest, *([] if value is None else [value])])})


def put_together(held: Corpus, files: Corpus, from_files: Collection[str]) -> Corpus:
    """The database's corpus, with some entities as the files have them."""
    lists, taken = {}, frozenset(from_files)
    for kind, name in LISTS.items():
        ours, theirs = ({one.key: one for one in getattr(side, name)} for side in (held, files))
        found = ((theirs if f"{kind}/{key}" in taken else ours).get(key) for key in ours.keys() | theirs.keys())
        lists[name] = _sorted([one for one in found if one is not None])
    return Corpus(**lists)


def _sorted(values: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values, key=lambda value: value.key))
