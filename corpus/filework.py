"""How the corpus of the database and the curated files stand to each other, and how an editor settles what both have changed.

Never writes a file: ``oxysynth export`` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.audit import digest_of, digests
from corpus.curation import dump, read_entity
from corpus.domain import BibliographicSource, Corpus, Person, Record, Report, Sample, Study
from corpus.errors import InvalidInput
from corpus.estimation import estimate_corpus
from corpus.fitting import beyond
from corpus.reconciling import LISTS, entity_of, with_entity
from corpus.store import Store
from corpus.store.synced import FileConflict, Synced
from corpus.store.trail import Trail

CLASSES: Mapping[str, type] = {
    "person": Person,
    "source": BibliographicSource,
    "record": Record,
    "report": Report,
    "sample": Sample,
    "study": Study,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One entity of a disagreement."""

    conflict: FileConflict  # the files' side
    desk: str  # the desk's side, as YAML; "" where the desk removed it
    by_desk: bool  # whether the desk has changed it
    by_files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """What desk and files have both changed: one entity, or several that stand or fall together."""

    name: str
    parts: Sequence[Part]

    @property
    def mark(self) -> str:
        """Tells both sides as they are from what they become."""
        return digest_of("\n".join(f"{one.conflict.entity} {one.conflict.digest} {one.desk}" for one in self.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesStanding:
    """How desk and files stand to each other."""

    ahead: Sequence[str]  # entities that only the desk has changed since both agreed
    disagreements: Sequence[Disagreement]
    known: bool  # whether files were ever loaded


class Filework:
    """Files and desk, in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._store = Store(session)
        self._synced = Synced(session)

    def standing(self) -> FilesStanding:
        """How desk and files stand to each other, as of the files that were loaded last."""
        held = replace(self._store.load(), estimates=())
        agreed, ours, disagreements = self._synced.all(), digests(held), self._disagreements(held)
        disputed = {part.conflict.entity for one in disagreements for part in one.parts}
        changed = (name for name in sorted(ours.keys() | agreed.keys()) if ours.get(name) != agreed.get(name))
        return FilesStanding(
            ahead=[name for name in changed if name not in disputed] if agreed else [],
            disagreements=disagreements,
            known=bool(agreed),
        )

    def settle(self, name: str, side: str, seen: str, who: str) -> None:
        """Take the desk's or the files' side; either way both agree from now on that the files' side was seen.

        Raises InvalidInput where there is no such conflict any more, where either side has changed since, or where the
        files' side does not fit the rest of the corpus.
        """
        held = replace(self._store.load(), estimates=())
        disagreement = next((one for one in self._disagreements(held) if one.name == name), None)
        if disagreement is None:
            raise InvalidInput(f"{name[:100]}: there is no conflict any more; somebody settled it meanwhile")
        if disagreement.mark != seen:
            raise InvalidInput(
                f"{name}: the files or the desk have changed it since this page was shown; load it again"
            )
        if side == "files":
            self._take(held, disagreement, who)
        for part in disagreement.parts:
            entity, digest = part.conflict.entity, part.conflict.digest
            self._synced.settle(entity, digest)
            Trail(self._session).tell(f"files/{entity}", None, {"side": side, "files": digest}, who)

    def _take(self, held: Corpus, disagreement: Disagreement, who: str) -> None:
        corpus = held
        for part in disagreement.parts:
            kind, text = part.conflict.entity.partition("/")[0], part.conflict.text
            value = read_entity(CLASSES[kind], text) if text else None
            corpus = with_entity(corpus, part.conflict.entity, value)
        if errors := sorted(beyond(held)(corpus)):
            raise InvalidInput(
                f"the files' side does not fit the rest any more: {errors[0][0]}: {errors[0][1]}; load the files again with "
                "`oxysynth init`: what depends on it is then settled with it"
            )
        self._store.replace(estimate_corpus(corpus), who=who, at=datetime.now(UTC))

    def _disagreements(self, held: Corpus) -> Sequence[Disagreement]:
        agreed, ours = self._synced.all(), digests(held)
        found: dict[str, list[Part]] = {}
        for one in self._synced.conflicts():
            last = agreed.get(one.entity, "")
            part = Part(
                conflict=one,
                desk=_text(held, one.entity),
                by_desk=ours.get(one.entity, "") != last,
                by_files=one.digest != last,
            )
            found.setdefault(one.together, []).append(part)
        return [Disagreement(name=name, parts=parts) for name, parts in sorted(found.items())]


def _text(corpus: Corpus, entity: str) -> str:
    found = entity_of(corpus, entity) if entity.partition("/")[0] in LISTS else None
    return "" if found is None else dump(found)
