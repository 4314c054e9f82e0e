"""A study's way into the corpus: a case is opened, coded by one or two, compared, settled, and accepted.

Never commits, and never lets a coder see another's coding before both have finished.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.bibliography import draft_of, free, key_of
from corpus.checks import Finding, examine
from corpus.codebook import MissingReason
from corpus.coding.draft import Coded, Fault, coded
from corpus.coding.overlap import overlapping
from corpus.coding.undraft import values_of
from corpus.coding.values import Values
from corpus.companions import be_report
from corpus.curation import dump
from corpus.curation.nodes import Items, Node, Scalar, parse
from corpus.domain import Coding, Corpus, Missing, Person, Report, Sample, Study
from corpus.domain.cases import SETTLED, Case, CaseState, Draft, DraftState
from corpus.domain.screening import QueuedWork, State
from corpus.errors import InvalidInput
from corpus.estimation import estimate_corpus
from corpus.rebasing import Rebasing, digest, parts
from corpus.settling import Settling, agreed, history
from corpus.store import Store
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.current import current_corpus
from corpus.store.queue import Queue
from corpus.works.reading import read_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft as far as it fits."""

    coded: Coded
    faults: tuple[Fault, ...]  # what keeps it from being finished
    findings: tuple[Finding, ...]  # what does not fit together; errors keep it from being accepted


class Casework:
    """Cases in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cases = Cases(session)
        self._store = Store(session)
        self._settling = Settling(session)

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

    def check(self, case: Case, values: Values, coding: Coding) -> Checked:
        """What a draft makes, within the corpus as it is."""
        corpus = current_corpus(self._session)
        made = coded(values, _extra(case, values, corpus, coding))
        faults = [*made.faults]
        report_key, sample_key = values.get("report/key", "").strip(), values.get("sample/key", "").strip()
        known_sample = next((one for one in corpus.samples if one.key == sample_key), None)
        if known_sample is not None:  # people that the corpus knows already: what it says of them stands
            made = replace(made, sample=known_sample)
            faults = [fault for fault in faults if not fault.path.startswith("sample")]
        if not case.study and any(one.key == report_key for one in corpus.reports):
            faults.append(
                Fault(path="report/key", text=f"{report_key} is a report of the corpus already; choose another")
            )
        if not case.study and made.study and any(one.key == made.study.key for one in corpus.studies):
            faults.append(
                Fault(path="study/key", text=f"{made.study.key} is a study of the corpus already; choose another")
            )
        if made.report is None or made.sample is None or made.study is None:
            return Checked(coded=made, faults=tuple(faults), findings=())
        whole = _with(corpus, made.report, made.sample, made.study, self._people(coding))
        names = {made.study.key, made.report.key, "reports", "samples"}
        before = set(examine(corpus))
        findings = tuple(one for one in examine(whole) if one.where.partition("/")[0] in names and one not in before)
        return Checked(coded=made, faults=tuple(faults), findings=findings)

    def look(self, case: Case, values: Values) -> Checked:
        """What a draft makes so far."""
        return self.check(case, values, self._coding(case))

    def overlapping(self, values: Values) -> Sequence[tuple[Sample, str]]:
        """Samples of the corpus whose people may be the same, each with what speaks for it."""
        return overlapping(current_corpus(self._session), values)

    def notices(self, case: Case) -> Sequence[str]:
        """What the sources say of a retraction."""
        found = []
        work = Queue(self._session).work(case.work) if case.work else None
        if work is not None and read_work(self._session, work).record.retracted:
            found.append("A bibliographic source marks the record as retracted.")
        if case.study:
            corpus = current_corpus(self._session)
            keys = _reports_of(corpus, case.study)
            held = [one for one in corpus.reports if one.key in keys and one.retraction is not None]
            found += [f"The corpus holds {one.key} as retracted." for one in held]
        return found

    def finish(self, case: Case, who: str) -> None:
        """A coder has finished; when all have, their codings are compared. Raises InvalidInput where the draft does not fit."""
        draft = self._draft(case, who)
        checked = self.check(case, self._cases.values(case.key, who), self._coding(case))
        errors = [one.message for one in checked.findings if one.severity == "error"]
        if checked.faults or errors:
            first = f"{checked.faults[0].path}: {checked.faults[0].text}" if checked.faults else errors[0]
            count = len(checked.faults) + len(errors)
            raise InvalidInput(f"{count} {'values do' if count > 1 else 'value does'} not fit yet; the first: {first}")
        self._cases.mark(draft, DraftState.FINISHED)
        self._go_on(case, who)

    def _go_on(self, case: Case, who: str) -> None:
        """Let a case be compared when all its coders have finished."""
        drafts = self._cases.drafts(case.key)
        if len(drafts) == case.coders and all(one.state is DraftState.FINISHED for one in drafts):
            self._cases.begin(case.key, SETTLED, agreed(self._settling.comparison(case)), by=who)
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

    def ready(self, case: Case) -> Checked:
        """The settled coding, as it would enter the corpus."""
        return self.check(case, self._cases.values(case.key, SETTLED), self._coding(case))

    def accept(self, case: Case, who: str) -> Study:
        """Bring the settled coding into the corpus. Raises InvalidInput where something is open or does not fit."""
        if case.state is not CaseState.COMPARING:
            raise InvalidInput(f"{case.key}: it is {case.state.value}; only what all coders have finished is accepted")
        if left := self._settling.unsettled(case):
            raise InvalidInput(f"{case.key}: {len(left)} differences are not settled; the first: {left[0]}")
        checked = self.ready(case)
        errors = [f"{one.where}: {one.message}" for one in checked.findings if one.severity == "error"]
        told = [*(f"{one.path}: {one.text}" for one in checked.faults), *errors]
        report, sample, study = checked.coded.report, checked.coded.sample, checked.coded.study
        if told or report is None or sample is None or study is None:
            raise InvalidInput(f"{case.key}: {len(told)} values do not fit; the first: {told[0] if told else 'empty'}")
        corpus = self._store.load()
        Rebasing(self._session).require_seen(case, corpus)
        whole = _with(corpus, report, sample, study, self._people(self._coding(case)))
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

    def _coding(self, case: Case) -> Coding:
        drafts = self._settling.drafts(case)
        unchecked = Missing(MissingReason.NOT_APPLICABLE, "not yet checked by a second reviewer")
        second = drafts[1] if len(drafts) > 1 else None
        settled = self._cases.settlements(case.key)
        return Coding(
            coded_by=drafts[0].who,
            coded_on=drafts[0].at.date(),
            checked_by=second.who if second else unchecked,
            checked_on=second.at.date() if second else unchecked,
            settled=history(self._settling.comparison(case), settled)
            if second and case.state is not CaseState.CODING
            else "",
        )

    def _people(self, coding: Coding) -> Sequence[Person]:
        keys = [coding.coded_by, *([] if isinstance(coding.checked_by, Missing) else [coding.checked_by])]
        found = [Accounts(self._session).get(key) for key in keys]
        return [
            Person(key=one.key, name=one.name, role="reviewer", orcid=one.orcid) for one in found if one is not None
        ]

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


def _extra(case: Case, values: Values, corpus: Corpus, coding: Coding) -> Mapping[str, Mapping[str, Node]]:
    def text(value: str) -> Node:
        return Scalar(value.strip(), plain=False, line=1)

    reports = [values.get("report/key", "")]
    if case.study:
        reports = list(_reports_of(corpus, case.study)) or reports
    return {
        "report": {"study": text(values.get("study/key", ""))},
        "study": {
            "reports": Items(1, [text(key) for key in reports]),
            "sample": text(values.get("sample/key", "")),
            "coding": parse(dump(coding)),
        },
    }


def _with(corpus: Corpus, report: Report, sample: Sample, study: Study, people: Sequence[Person]) -> Corpus:
    """The corpus with a study in the place of what it held under these keys."""
    known = next((one for one in corpus.reports if one.key == report.key), None)
    if known is not None:  # what the form does not show stays as it is
        report = replace(
            report, searches=known.searches, claims=known.claims, retraction=known.retraction, evidence=known.evidence
        )
    before = next((one for one in corpus.studies if one.key == study.key), None)
    if before is not None:
        evidence = {one.key: one.evidence for one in before.effects}
        effects = tuple(replace(one, evidence=evidence.get(one.key, one.evidence)) for one in study.effects)
        study = replace(study, not_coded=before.not_coded, effects=effects)
    names = {one.key for one in corpus.people}
    return replace(
        corpus,
        people=_put(corpus.people, *(one for one in people if one.key not in names)),
        reports=_put(corpus.reports, report),
        samples=_put(corpus.samples, sample),
        studies=_put(corpus.studies, study),
    )


def _put(held: tuple, *values: object) -> tuple:  # type: ignore[type-arg]
    by_key = {one.key: one for one in (*held, *values)}
    return tuple(by_key[key] for key in sorted(by_key))


def _study(corpus: Corpus, key: str) -> Study:
    for study in corpus.studies:
        if study.key == key:
            return study
    raise InvalidInput(f"{key[:64]!r} is no study of the corpus")


def _reports_of(corpus: Corpus, key: str) -> Sequence[str]:
    """The reports of a study; none where the corpus holds it no more."""
    return next((one.reports for one in corpus.studies if one.key == key), ())
