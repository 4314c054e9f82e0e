"""A study's way into the corpus: a case is opened, coded by one or two, compared, settled, and accepted.

Never commits, and never lets a coder see another's coding before both have finished.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.assembling import Assembling, reports_of
from corpus.bibliography import draft_of, free, key_of
from corpus.coding.undraft import values_of
from corpus.companions import be_report
from corpus.domain import Corpus, Study
from corpus.domain.cases import SETTLED, Case, CaseState, Draft, DraftState
from corpus.domain.screening import QueuedWork, State
from corpus.errors import InvalidInput
from corpus.estimation import estimate_corpus
from corpus.rebasing import Rebasing, digest, parts
from corpus.settling import Settling, agreed
from corpus.store import Store
from corpus.store.cases import Cases
from corpus.store.current import current_corpus
from corpus.store.queue import Queue
from corpus.works.reading import read_work


class Casework:
    """Cases in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cases = Cases(session)
        self._store = Store(session)
        self._settling = Settling(session)
        self._assembling = Assembling(session)

    def open_work(self, work: QueuedWork, who: str, coders: int) -> Case:
        """A case for a work that was included. Raises InvalidInput for another work."""
        if work.state is not State.INCLUDED:
            raise InvalidInput(f"{work.title}: it is not included; only what passed full text is coded")
        known = self._cases.of_work(Queue(self._session).members(work.key))
        if known is not None:
            return known
        record = read_work(self._session, work).record
        case = self._case(key_of(record), work=work.key, study="", base="", coders=coders, who=who)
        self._cases.open(case)
        return case

    def open_study(self, study: str, who: str) -> Case:
        """A case in which somebody codes a study of the corpus anew, blind; what the corpus holds is the first coding."""
        corpus = self._store.load()
        held = _study(corpus, study)
        key = self._free(f"{study}_again")
        values = values_of(*parts(corpus, held))
        case = self._case(key, work="", study=study, base=digest(values), coders=2, who=who)
        self._cases.open(case)
        Rebasing(self._session).keep(case, values, by=who)
        first = held.coding.coded_by
        self._cases.begin(case.key, first, values, by=who)
        self._cases.mark(self._draft(case, first), DraftState.FINISHED)
        return case

    def begin(self, case: Case, who: str) -> None:
        """Begin a person's own draft, with what the source says of the publication. Raises InvalidInput where there is no place left."""
        if case.state is not CaseState.CODING:
            raise InvalidInput(f"{case.key}: it is not being coded any more")
        drafts = self._cases.drafts(case.key)
        if any(one.who == who for one in drafts):
            return
        if len(drafts) >= case.coders:
            raise InvalidInput(f"{case.key}: it has its {case.coders} coders")
        values: dict[str, str] = {}
        if case.work:
            work = Queue(self._session).work(case.work)
            if work is not None:
                values = draft_of(case.key, read_work(self._session, work).record)
        elif case.study:
            corpus = current_corpus(self._session)
            known = values_of(*parts(corpus, _study(corpus, case.study)))
            values = {path: value for path, value in known.items() if path.startswith("report/") or path == "study/key"}
        self._cases.begin(case.key, who, values)

    def notices(self, case: Case) -> Sequence[str]:
        """What the sources say of a retraction."""
        found = []
        work = Queue(self._session).work(case.work) if case.work else None
        if work is not None and read_work(self._session, work).record.retracted:
            found.append("A bibliographic source marks the record as retracted.")
        if case.study:
            corpus = current_corpus(self._session)
            keys = reports_of(corpus, case.study)
            held = [one for one in corpus.reports if one.key in keys and one.retraction is not None]
            found += [f"The corpus holds {one.key} as retracted." for one in held]
        return found

    def finish(self, case: Case, who: str) -> None:
        """A coder has finished; when all have, their codings are compared. Raises InvalidInput where the draft does not fit."""
        draft = self._draft(case, who)
        self._assembling.look(case, self._cases.values(case.key, who)).require()
        self._cases.mark(draft, DraftState.FINISHED)
        self._go_on(case, who)

    def _go_on(self, case: Case, who: str) -> None:
        """Let a case be compared when all its coders have finished."""
        drafts = self._cases.drafts(case.key)
        if len(drafts) == case.coders and all(one.state is DraftState.FINISHED for one in drafts):
            self._cases.begin(case.key, SETTLED, agreed(self._settling.side_by_side(case).comparison), by=who)
            self._cases.move(case, CaseState.COMPARING, who)

    def reopen(self, case: Case, who: str) -> None:
        """A coder takes the own draft up again, as long as the other has not finished."""
        if case.state is not CaseState.CODING:
            raise InvalidInput(f"{case.key}: both have finished; what should change is settled in the comparison")
        self._cases.mark(self._draft(case, who), DraftState.OPEN)

    def release(self, case: Case, coder: str, by: str) -> None:
        """Let a coder's place go free, the own one or (an editor) another's; the trail keeps what was typed.

        Raises InvalidInput where the codings are compared already, or the coding is the corpus' own.
        """
        if case.state is not CaseState.CODING:
            raise InvalidInput(f"{case.key}: its coding has ended; nobody can leave it")
        draft = self._draft(case, coder)
        if case.study and coder != case.opened_by and draft.state is DraftState.FINISHED:
            raise InvalidInput(f"{case.key}: {coder}'s coding is what the corpus holds; give the case up instead")
        self._cases.drop(draft, by)

    def one_is_enough(self, case: Case, by: str) -> None:
        """Let a case go on with the one coding it has; what comes of it is coded as not checked by a second person."""
        drafts = self._cases.drafts(case.key)
        if case.state is not CaseState.CODING or len(drafts) != 1:
            raise InvalidInput(f"{case.key}: it has {len(drafts)} codings; only a case with one can go on with one")
        self._cases.need(case, 1, by)
        self._go_on(replace(case, coders=1), by)

    def accept(self, case: Case, who: str) -> Study:
        """Bring the settled coding into the corpus. Raises InvalidInput where something is open or does not fit."""
        if case.state is not CaseState.COMPARING:
            raise InvalidInput(f"{case.key}: it is {case.state.value}; only what all coders have finished is accepted")
        found = self._settling.side_by_side(case)
        if left := found.unsettled:
            raise InvalidInput(f"{case.key}: {len(left)} differences are not settled; the first: {left[0]}")
        report, sample, study = self._assembling.ready(case, found).require()
        corpus = self._store.load()
        Rebasing(self._session).require_seen(case, corpus)
        whole = self._assembling.put(corpus, report, sample, study)
        self._store.replace(estimate_corpus(whole), who=who, at=datetime.now(UTC))
        self._cases.move(case, CaseState.ACCEPTED, who)
        if case.work:
            be_report(self._session, case.work, report.key, "coded from it", who)
        return study

    def close(self, case: Case, who: str) -> None:
        """Give a case up; what was typed stays kept."""
        if case.state is CaseState.ACCEPTED:
            raise InvalidInput(f"{case.key}: it is in the corpus")
        self._cases.move(case, CaseState.CLOSED, who)

    def _draft(self, case: Case, who: str) -> Draft:
        for draft in self._cases.drafts(case.key):
            if draft.who == who:
                return draft
        raise InvalidInput(f"{case.key}: {who} does not code it")

    def _free(self, key: str) -> str:
        return free(key, {one.key for one in self._cases.all()})

    def _case(self, key: str, *, work: str, study: str, base: str, coders: int, who: str) -> Case:
        return Case(
            key=self._free(key),
            work=work,
            study=study,
            base=base,
            coders=coders,
            state=CaseState.CODING,
            opened_by=who,
            at=datetime.now(UTC),
        )


def _study(corpus: Corpus, key: str) -> Study:
    for study in corpus.studies:
        if study.key == key:
            return study
    raise InvalidInput(f"{key[:64]!r} is no study of the corpus")
