"""Pairs that may be one work: both sides of a pair field by field, and what a person's verdict does to the queue.

Never merges records, and never drops a decision: a work's decisions are those of its records, however they are grouped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from corpus.domain import Missing, Report
from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import REPORT, LinkVerdict, RecordLink, works
from corpus.domain.screening import QueuedWork
from corpus.errors import InvalidInput
from corpus.store.current import current_corpus
from corpus.store.decisions import Decisions
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.works.queueing import standings_of
from corpus.works.works import Work, read_works

WHERE = "where"  # the field that tells where a record is from
SAME_STUDY = "same study"  # the relation of two publications of one study
# What a person may say of a pair: the word, the verdict, the relation, and the reason as the link keeps it.
SAYINGS: Mapping[str, tuple[LinkVerdict, str, str]] = {
    "same": (LinkVerdict.SAME, "", "the same publication"),
    "one_study": (LinkVerdict.RELATED, SAME_STUDY, "two publications of one study"),
    "apart": (LinkVerdict.APART, "", "two different studies"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field of both sides."""

    field: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether both sides give it, and otherwise; where a record is from always differs, and says nothing."""
        return self.field != WHERE and bool(self.left and self.right) and self.left.casefold() != self.right.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records that may be one work, side by side."""

    link: RecordLink
    left: str  # name of the side
    right: str
    lines: tuple[Line, ...]


def pair_of(session: Session, link: RecordLink) -> Pair:
    """Both sides of a link, field by field."""
    left, right = _facts(session, link.a), _facts(session, link.b)
    lines = (Line(field=name, left=left.get(name, ""), right=right.get(name, "")) for name in {**left, **right})
    return Pair(link=link, left=link.a, right=link.b, lines=tuple(line for line in lines if line.left or line.right))


def say(session: Session, a: str, b: str, saying: str, note: str, who: str, needed: int, *, seen: str) -> None:
    """A person's verdict on a pair; the works of both are grouped anew at once. ``seen`` is the mark of the pair's link.

    Raises InvalidInput for an unknown word, or a pair that nothing was said of before; SaidMeanwhile where something else
    was said since.
    """
    if saying not in SAYINGS:
        raise InvalidInput(f"{saying!r}: one of {', '.join(SAYINGS)} is expected")
    links = Links(session)
    if not any({link.a, link.b} == {a, b} for link in links.about([a])):
        raise InvalidInput("this pair is not in the queue any more")
    verdict, relation, reason = SAYINGS[saying]
    why = f"{reason}: {note.strip()}" if note.strip() else reason
    links.say(a, b, verdict, reason=why, who=who, relation=relation, seen=seen)
    regroup(session, [name for name in (a, b) if not name.startswith(REPORT)], needed)


def regroup(session: Session, records: Collection[str], needed: int) -> None:
    """Bring the works of some records up to date with their links."""
    queue, ledger, links = Queue(session), Ledger(session), Links(session)
    before = {work.key: work for name in records if (work := queue.work(name)) is not None}
    names = {name for key in before for name in queue.members(key)}
    about = links.about(names)
    reports = {name for link in about for name in (link.a, link.b) if name.startswith(REPORT)}
    found = []
    for members in works([*names, *reports], about):
        held = tuple(name for name in members if name in names)
        if held:
            report = next((name.removeprefix(REPORT) for name in members if name.startswith(REPORT)), "")
            found.append(Work(key=held[0], members=held, report=report))
    standings = standings_of(found, Decisions(session).on(names), needed)
    titles = {work.key: record for work, record in read_works(ledger, found)}
    was = {name: before[key] for key in before for name in queue.members(key)}
    now = [
        replace(
            _first([was[name] for name in work.members]),
            key=work.key,
            title=titles[work.key].title or titles[work.key].original_title,
            year=titles[work.key].year,
            report=work.report,
            stage=standings[work.key].stage,
            state=standings[work.key].state,
        )
        for work in found
    ]
    gone = sorted(before.keys() - {work.key for work in found})
    queue.put(now, {name: work.key for work in found for name in work.members}, gone)


def _first(was: list[QueuedWork]) -> QueuedWork:
    """The work whose place the group takes: the likeliest; those decided on have none."""
    return min(was, key=lambda work: (work.place == 0, work.place, work.key))


def _facts(session: Session, name: str) -> Mapping[str, str]:
    if name.startswith(REPORT):
        key = name.removeprefix(REPORT)
        report = next((one for one in current_corpus(session).reports if one.key == key), None)
        return {} if report is None else _of_report(report)
    found = dict(Ledger(session).records([name]))
    return _of_record(found[name]) if name in found else {}


def _of_report(report: Report) -> Mapping[str, str]:
    return {
        WHERE: f"report {report.key} of the corpus",
        "title": report.title,
        "authors": "" if isinstance(report.authors, Missing) else "; ".join(report.authors),
        "year": "" if isinstance(report.year, Missing) else str(report.year),
        "journal": report.journal,
        "volume, issue": " ".join(part for part in (report.volume, report.issue) if part),
        "pages": report.pages,
        "DOI": report.doi or "",
        "PMID": report.pmid or "",
        "registration": report.nct or report.registration,
        "kind": report.kind.label,
    }


def _of_record(record: HarvestedRecord) -> Mapping[str, str]:
    names = (one.collective or f"{one.family}, {one.given}".strip(", ") for one in record.authors)
    return {
        WHERE: f"{record.source} {record.source_id}".strip(),
        "title": record.title or record.original_title,
        "authors": "; ".join(names),
        "year": record.date or (str(record.year) if record.year else ""),
        "journal": record.journal,
        "volume, issue": " ".join(part for part in (record.volume, record.issue) if part),
        "pages": record.pages,
        "DOI": record.doi or "",
        "PMID": record.pmid or "",
        "registration": ", ".join(record.nct),
        "kind": ", ".join(record.types),
        "abstract": record.abstract,
    }
