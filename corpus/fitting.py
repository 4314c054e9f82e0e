"""What stands or falls together where the changes of files and desk do not fit: a study, its report, its sample.

Never decides which side stands: a person does, for all of it at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from corpus.audit import digests
from corpus.checks import examine
from corpus.domain import Corpus
from corpus.errors import CheckFailed
from corpus.reconciling import LISTS, Reconciled, put_together, reconcile

_IDENTIFIERS = ("doi", "pmid", "pmcid", "nct")  # each belongs to one report only
Misfits = Callable[[Corpus], frozenset[tuple[str, str]]]


def bring_together(held: Corpus, files: Corpus, synced: Mapping[str, str]) -> Reconciled:
    """Bring the database's corpus and the files' together, so that what comes of it fits.

    Changes that refer past each other (the desk changed a study which the files have renamed) are one conflict, with all
    that they refer to; every other change goes its way. Raises CheckFailed where even that does not fit.
    """
    held = replace(held, estimates=())
    found = reconcile(held, files, synced)
    if not (found.ahead or found.conflicts):
        return found
    misfits = beyond(held, files)
    if not _either_way(held, files, found.behind, found.conflicts, misfits):
        return found
    together: dict[str, str] = {}
    for group in _groups(held, files):
        behind = [entity for entity in group if entity in found.behind]
        conflicts = [entity for entity in group if entity in found.conflicts]
        if len(group) > 1 and _either_way(held, files, behind, conflicts, misfits):
            named = next((entity for entity in (*conflicts, *group) if entity.startswith("study/")), group[0])
            together |= dict.fromkeys(group, named)
    found = reconcile(held, files, synced, together)
    if errors := sorted(misfits(found.corpus)):
        where, message = errors[0]
        raise CheckFailed(
            f"files and desk do not fit together: {where}: {message} ({len(errors)} in all); nothing was changed"
        )
    return found


def beyond(*known: Corpus) -> Misfits:
    """What finds the errors of a corpus that none of some others has by itself."""
    before = {error for corpus in known for error in _errors(corpus)}
    return lambda corpus: frozenset(_errors(corpus)) - before


def _either_way(held: Corpus, files: Corpus, behind: Sequence[str], conflicts: Sequence[str], misfits: Misfits) -> bool:
    """Whether something does not fit, be the conflicts settled for the desk or for the files."""
    sides = [behind, [*behind, *conflicts]] if conflicts else [behind]
    return any(misfits(put_together(held, files, side)) for side in sides)


def _errors(corpus: Corpus) -> Iterator[tuple[str, str]]:
    for one in examine(corpus):
        if one.severity == "error":
            yield one.where, one.message.partition("; allowed")[0]  # what is allowed is another list in every corpus


def _groups(held: Corpus, files: Corpus) -> Sequence[Sequence[str]]:
    """What differs between the two, brought together with what it refers to, in either."""
    sides = [_named(held), _named(files)]
    ours, theirs = digests(held), digests(files)
    changed = sorted(entity for entity in ours.keys() | theirs.keys() if ours.get(entity) != theirs.get(entity))
    keys = {entity.partition("/")[2] for entity in changed}
    heads: dict[str, str] = {}

    def head(name: str) -> str:
        while heads.setdefault(name, name) != name:
            name = heads[name]
        return name

    for entity in changed:
        for side in sides:
            for name in _refers(side.get(entity), entity.partition("/")[2], keys):
                heads[head(name)] = head(entity)
    found: dict[str, list[str]] = {}
    for entity in changed:
        found.setdefault(head(entity), []).append(entity)
    return list(found.values())


def _refers(value: Any, key: str, keys: set[str]) -> Iterator[str]:
    """What ties an entity to others: keys that it bears or names, and identifiers that only one report can have."""
    if value is None:
        return
    yield f"key:{key}"
    yield from (f"key:{text}" for text in _texts(asdict(value)) if text in keys)
    for name in _IDENTIFIERS:
        if identifier := getattr(value, name, None):
            yield f"{name}:{identifier}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _named(corpus: Corpus) -> Mapping[str, Any]:
    return {f"{kind}/{one.key}": one for kind, name in LISTS.items() for one in getattr(corpus, name)}
