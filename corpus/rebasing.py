"""A study is coded anew while the corpus goes on: what changed meanwhile is shown, and taken up by whoever brings it in.

Never lets a new coding take the place of what a pull request changed, unseen.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.audit import digest_of
from corpus.coding.rebasing import Meanwhile, meanwhile
from corpus.coding.undraft import values_of
from corpus.coding.values import Values
from corpus.domain import Corpus, Report, Sample, Study
from corpus.domain.cases import CORPUS, SETTLED, Case, CaseState, Change, Settlement
from corpus.errors import InvalidInput
from corpus.store.cases import Cases
from corpus.store.current import current_corpus

SIDES = ("coding", "corpus")


class Rebasing:
    """The cases of studies that the corpus holds, in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cases = Cases(session)

    def keep(self, case: Case, values: Values, by: str) -> None:
        """Keep what the corpus says, to be held against what it will say."""
        held = self._cases.values(case.key, CORPUS)
        self._cases.save(case.key, CORPUS, changes(held, values), by)

    def standing(self, case: Case) -> tuple[Meanwhile, str] | None:
        """What the corpus changed since it was last looked at, and the mark of what it says now; None for nothing."""
        return self._standing(case, current_corpus(self._session))

    def require_seen(self, case: Case, corpus: Corpus) -> None:
        """Raises InvalidInput where the corpus changed what nobody has looked at since."""
        if not case.study:
            return
        if _values(corpus, case.study) is None:
            raise InvalidInput(
                f"{case.study}: the corpus holds it no more; bring it back there (a pull request took it out), or give the case up"
            )
        found = self._standing(case, corpus)
        if found is not None:
            names = {"report": "its report", "sample": "its sample", "study": "the study"}
            changed = dict.fromkeys(names[path.partition("/")[0]] for path in found[0].paths)
            raise InvalidInput(
                f"{case.study}: the corpus changed {' and '.join(changed)} since the case was opened; take up what "
                "changed there, which keeps the coding, then bring it in"
            )

    def take_up(
        self, case: Case, who: str, stands: Mapping[str, str], reason: str, seen: str, unsettled: Sequence[str]
    ) -> None:
        """Let the settled coding follow the corpus; ``stands`` says, by path, whose value stands where both changed it.

        Raises InvalidInput while something is ``unsettled``, where the corpus changed again since ``seen``, or where a
        value that both changed has no side.
        """
        if unsettled:
            raise InvalidInput(f"{case.key}: first settle what the codings differ in; the first: {unsettled[0]}")
        found = self.standing(case)
        if case.state is not CaseState.COMPARING or found is None:
            raise InvalidInput(f"{case.key}: there is nothing to take up; somebody did it meanwhile")
        changed, mark = found
        if mark != seen:
            raise InvalidInput(f"{case.key}: the corpus has changed since this page was shown; load it again")
        if left := [one.path for one in changed.clashes if stands.get(one.path) not in SIDES]:
            raise InvalidInput(f"{left[0]}: say whose value stands")
        if changed.clashes and not reason.strip():
            raise InvalidInput(f"{changed.clashes[0].path}: say why")
        held = self._cases.values(case.key, SETTLED)
        taken = changed.taken_up(held, [path for path, side in stands.items() if side == "corpus"])
        self._cases.save(case.key, SETTLED, changes(held, taken), by=who)
        now = datetime.now(UTC)
        for one in changed.clashes:
            settlement = Settlement(
                path=one.path, value=taken.get(one.path, ""), reason=reason.strip(), who=who, at=now
            )
            self._cases.settle(case.key, settlement)
        values = _values(current_corpus(self._session), case.study)
        assert values is not None
        self.keep(case, values, by=who)
        self._cases.rebase(case, digest(values), who)

    def _standing(self, case: Case, corpus: Corpus) -> tuple[Meanwhile, str] | None:
        now = _values(corpus, case.study) if case.study else None
        if now is None or digest(now) == case.base:
            return None
        base, settled = self._cases.values(case.key, CORPUS), self._cases.values(case.key, SETTLED)
        found = meanwhile(base, now, settled)
        return (found, digest(now)) if found.paths else None


def parts(corpus: Corpus, study: Study) -> tuple[Report, Sample, Study]:
    """What a case holds of a study of the corpus."""
    report = next(one for one in corpus.reports if one.key == study.reports[0])
    sample = next(one for one in corpus.samples if one.key == study.sample)
    return report, sample, study


def digest(values: Values) -> str:
    """Tells what the corpus says from what it said."""
    return digest_of(json.dumps({path: values[path] for path in sorted(values) if values[path]}, ensure_ascii=False))


def changes(held: Values, wanted: Values) -> Sequence[Change]:
    """What takes a draft from what it holds to what is wanted."""
    return [
        Change(path=path, was=held.get(path, ""), value=wanted.get(path, ""))
        for path in sorted({*held, *wanted})
        if held.get(path, "") != wanted.get(path, "")
    ]


def _values(corpus: Corpus, key: str) -> Values | None:
    study = next((one for one in corpus.studies if one.key == key), None)
    return None if study is None else values_of(*parts(corpus, study))
