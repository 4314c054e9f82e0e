"""One more report of a study that the corpus holds: a protocol, a registration, a further paper on the same people.

Never adds a result: what the report gives beyond the others is coded when the study is coded again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.bibliography import free_key, report_of
from corpus.codebook import LinkKind, ReportKind
from corpus.domain import ReportLink
from corpus.domain.links import REPORT, LinkVerdict
from corpus.domain.screening import QueuedWork, State
from corpus.errors import InvalidInput
from corpus.estimation import estimate_corpus
from corpus.store import Store
from corpus.store.cases import Cases
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.works.reading import read_work

# What a report of a known study can be, and how it relates to the study's first report.
KINDS: Mapping[ReportKind, LinkKind] = {
    ReportKind.PROTOCOL: LinkKind.PROTOCOL_OF,
    ReportKind.REGISTRATION: LinkKind.REGISTRATION_OF,
    ReportKind.SECONDARY_ANALYSIS: LinkKind.SECONDARY_ANALYSIS_OF,
    ReportKind.CONFERENCE_ABSTRACT: LinkKind.ABSTRACT_OF,
}
LONGEST_BASIS = 500


def join_study(session: Session, work: QueuedWork, study: str, kind: ReportKind, basis: str, who: str) -> str:
    """Enter a work as one more report of a study; the key of the new report.

    Raises InvalidInput for a work that is not included or is being coded, an unknown study or kind, and without a basis.
    """
    if work.state is not State.INCLUDED or work.report:
        raise InvalidInput(f"{work.title}: it is not included, or is a report of the corpus already")
    if Cases(session).of_work(Queue(session).members(work.key)) is not None:
        raise InvalidInput(f"{work.title}: it is being coded as a study of its own; give that case up first")
    if kind not in KINDS:
        raise InvalidInput(f"{kind.label}: it is one of {', '.join(one.label for one in KINDS)}")
    if not basis.strip() or len(basis) > LONGEST_BASIS:
        raise InvalidInput(f"say what tells that it is of {study[:64]}, in at most {LONGEST_BASIS} characters")
    store = Store(session)
    corpus = store.load()
    known = next((one for one in corpus.studies if one.key == study), None)
    if known is None:
        raise InvalidInput(f"{study[:64]!r} is no study of the corpus")
    record = read_work(session, work).record
    key = free_key(record, {one.key for one in corpus.reports})
    text = " ".join(basis.split())
    report = replace(
        report_of(key, record, kind, reason=f"companion report of {study}: {text}"),
        study=study,
        links=(ReportLink(kind=KINDS[kind], to=known.reports[0], basis=text),),
    )
    studies = tuple(replace(one, reports=(*one.reports, key)) if one.key == study else one for one in corpus.studies)
    reports = tuple(sorted((*corpus.reports, report), key=lambda one: one.key))
    store.replace(estimate_corpus(replace(corpus, studies=studies, reports=reports)), who=who, at=datetime.now(UTC))
    be_report(session, work.key, key, text, who)
    return key


def be_report(session: Session, work: str, report: str, reason: str, who: str) -> None:
    """From now on a work is a report of the corpus."""
    Links(session).say(work, REPORT + report, LinkVerdict.SAME, reason=reason, who=who)
    queue = Queue(session)
    held = queue.work(work)
    if held is not None:
        queue.put([replace(held, report=report)], {})
