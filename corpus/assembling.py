"""What a coding makes within the corpus as it is: put together with what the desk knows of its case, and examined.

Never writes, and never decides whether a case goes on: that is ``corpus.casework``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from corpus.checks import Finding, examine
from corpus.codebook import MissingReason
from corpus.coding.draft import Coded, Fault, coded
from corpus.coding.overlap import overlapping
from corpus.coding.values import Values
from corpus.curation import dump
from corpus.curation.nodes import Items, Node, Scalar, parse
from corpus.domain import Coding, Corpus, Missing, Person, Report, Sample, Study
from corpus.domain.cases import SETTLED, Case
from corpus.errors import InvalidInput
from corpus.settling import Settling, SideBySide, history
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.current import current_corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft as far as it fits."""

    coded: Coded
    faults: tuple[Fault, ...]  # what keeps it from being finished
    findings: tuple[Finding, ...]  # what does not fit together; errors keep it from being accepted

    def require(self) -> tuple[Report, Sample, Study]:
        """What it makes. Raises InvalidInput where a value does not fit, with the first of them."""
        told = [f"{one.path}: {one.text}" for one in self.faults]
        told += [f"{one.where}: {one.message}" for one in self.findings if one.severity == "error"]
        report, sample, study = self.coded.report, self.coded.sample, self.coded.study
        if told or report is None or sample is None or study is None:
            raise InvalidInput(
                f"{len(told)} value{'s do' if len(told) != 1 else ' does'} not fit yet; the first: {told[0] if told else 'empty'}"
            )
        return report, sample, study


class Assembling:
    """Codings of one session's database, as studies."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._settling = Settling(session)

    def look(self, case: Case, values: Values) -> Checked:
        """What one coder's draft makes so far."""
        return self._check(case, values, self._coding(case, None))

    def ready(self, case: Case, found: SideBySide) -> Checked:
        """The settled coding, as it would enter the corpus."""
        values = Cases(self._session).values(case.key, SETTLED)
        return self._check(case, values, self._coding(case, found))

    def overlapping(self, values: Values) -> Sequence[tuple[Sample, str]]:
        """Samples of the corpus whose people may be the same, each with what speaks for it."""
        return overlapping(current_corpus(self._session), values)

    def put(self, corpus: Corpus, report: Report, sample: Sample, study: Study) -> Corpus:
        """The corpus with a study in the place of what it held under these keys, and with those who coded it."""
        known = next((one for one in corpus.reports if one.key == report.key), None)
        if known is not None:  # what the form does not show stays as it is
            report = replace(
                report,
                searches=known.searches,
                claims=known.claims,
                retraction=known.retraction,
                evidence=known.evidence,
            )
        before = next((one for one in corpus.studies if one.key == study.key), None)
        if before is not None:
            evidence = {one.key: one.evidence for one in before.effects}
            effects = tuple(replace(one, evidence=evidence.get(one.key, one.evidence)) for one in study.effects)
            study = replace(study, not_coded=before.not_coded, effects=effects)
        names = {one.key for one in corpus.people}
        return replace(
            corpus,
            people=_put(corpus.people, *(one for one in self._people(study.coding) if one.key not in names)),
            reports=_put(corpus.reports, report),
            samples=_put(corpus.samples, sample),
            studies=_put(corpus.studies, study),
        )

    def _check(self, case: Case, values: Values, coding: Coding) -> Checked:
        corpus = current_corpus(self._session)
        made = coded(values, _extra(case, values, corpus, coding))
        faults = [*made.faults]
        sample_key = values.get("sample/key", "").strip()
        known_sample = next((one for one in corpus.samples if one.key == sample_key), None)
        if known_sample is not None:  # people that the corpus knows already: what it says of them stands
            made = replace(made, sample=known_sample)
            faults = [fault for fault in faults if not fault.path.startswith("sample")]
        if not case.study:
            faults += _taken(values, made, corpus)
        if made.report is None or made.sample is None or made.study is None:
            return Checked(coded=made, faults=tuple(faults), findings=())
        whole = self.put(corpus, made.report, made.sample, made.study)
        names = {made.study.key, made.report.key, "reports", "samples"}
        before = set(examine(corpus))
        findings = tuple(one for one in examine(whole) if one.where.partition("/")[0] in names and one not in before)
        return Checked(coded=made, faults=tuple(faults), findings=findings)

    def _coding(self, case: Case, found: SideBySide | None) -> Coding:
        drafts = self._settling.drafts(case)
        unchecked = Missing(MissingReason.NOT_APPLICABLE, "not yet checked by a second reviewer")
        second = drafts[1] if len(drafts) > 1 else None
        return Coding(
            coded_by=drafts[0].who,
            coded_on=drafts[0].at.date(),
            checked_by=second.who if second else unchecked,
            checked_on=second.at.date() if second else unchecked,
            settled=history(found) if second and found else "",
        )

    def _people(self, coding: Coding) -> Sequence[Person]:
        keys = [coding.coded_by, *([] if isinstance(coding.checked_by, Missing) else [coding.checked_by])]
        found = [Accounts(self._session).get(key) for key in keys]
        return [
            Person(key=one.key, name=one.name, role="reviewer", orcid=one.orcid) for one in found if one is not None
        ]


def reports_of(corpus: Corpus, study: str) -> Sequence[str]:
    """The keys of a study's reports; none where the corpus holds it no more."""
    return next((one.reports for one in corpus.studies if one.key == study), ())


def _taken(values: Values, made: Coded, corpus: Corpus) -> Sequence[Fault]:
    """Keys that the corpus has given to something else."""
    report, study = values.get("report/key", "").strip(), made.study.key if made.study else ""
    found = []
    if any(one.key == report for one in corpus.reports):
        found.append(Fault(path="report/key", text=f"{report} is a report of the corpus already; choose another"))
    if any(one.key == study for one in corpus.studies):
        found.append(Fault(path="study/key", text=f"{study} is a study of the corpus already; choose another"))
    return found


def _extra(case: Case, values: Values, corpus: Corpus, coding: Coding) -> Mapping[str, Mapping[str, Node]]:
    """What no form shows: the case's own keys, and who coded it when."""

    def text(value: str) -> Node:
        return Scalar(value.strip(), plain=False, line=1)

    reports = [values.get("report/key", "")]
    if case.study:
        reports = list(reports_of(corpus, case.study)) or reports
    return {
        "report": {"study": text(values.get("study/key", ""))},
        "study": {
            "reports": Items(1, [text(key) for key in reports]),
            "sample": text(values.get("sample/key", "")),
            "coding": parse(dump(coding)),
        },
    }


def _put(held: tuple, *values: object) -> tuple:  # type: ignore[type-arg]
    by_key = {one.key: one for one in (*held, *values)}
    return tuple(by_key[key] for key in sorted(by_key))
