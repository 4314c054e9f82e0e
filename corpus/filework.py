"""How the corpus of the database and the curated files stand to each other, and how an editor settles what both have changed.

Never writes a file: ``oxysynth export`` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.audit import digests
from corpus.checks import examine
from corpus.curation import dump, read_entity
from corpus.domain import BibliographicSource, Corpus, Person, Record, Report, Sample, Study
from corpus.errors import InvalidInput
from corpus.estimation import estimate_corpus
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
class Disagreement:
    """One entity that desk and files have both changed."""

    conflict: FileConflict  # the files' side
    desk: str  # the desk's side, as YAML; "" where the desk removed it


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
        agreed, ours, conflicts = self._synced.all(), digests(held), self._synced.conflicts()
        disputed = {one.entity for one in conflicts}
        changed = (name for name in sorted(ours.keys() | agreed.keys()) if ours.get(name) != agreed.get(name))
        return FilesStanding(
            ahead=[name for name in changed if name not in disputed] if agreed else [],
            disagreements=[Disagreement(conflict=one, desk=_text(held, one.entity)) for one in conflicts],
            known=bool(agreed),
        )

    def settle(self, entity: str, side: str, seen: str, who: str) -> None:
        """Take the desk's or the files' side; either way both agree from now on that the files' side was seen.

        Raises InvalidInput where there is no such conflict any more, where the files have changed again since, or where
        the files' side does not fit the rest of the corpus.
        """
        conflict = next((one for one in self._synced.conflicts() if one.entity == entity), None)
        if conflict is None:
            raise InvalidInput(f"{entity[:100]}: there is no conflict any more; somebody settled it meanwhile")
        if conflict.digest != seen:
            raise InvalidInput(f"{entity}: the files have changed since this page was shown; load it again")
        if side == "files":
            self._take(entity, conflict.text, who)
        self._synced.settle(entity, conflict.digest)
        Trail(self._session).tell(f"files/{entity}", None, {"side": side, "files": conflict.digest}, who)

    def _take(self, entity: str, text: str, who: str) -> None:
        held = self._store.load()
        value = None if not text else read_entity(CLASSES[entity.partition("/")[0]], text)
        corpus = with_entity(replace(held, estimates=()), entity, value)
        errors = [one for one in examine(corpus) if one.severity == "error"]
        if errors:
            raise InvalidInput(f"the files' side does not fit the rest: {errors[0].where}: {errors[0].message}")
        self._store.replace(estimate_corpus(corpus), who=who, at=datetime.now(UTC))


def _text(corpus: Corpus, entity: str) -> str:
    found = entity_of(corpus, entity) if entity.partition("/")[0] in LISTS else None
    return "" if found is None else dump(found)
