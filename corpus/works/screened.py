"""Found works with what was decided of each, for other programs: one row each in CSV and RIS.

Never tells a decision that the caller may not see: who asks says which may be told.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from corpus.domain.harvested import HarvestedRecord
from corpus.domain.screening import Decision, QueuedWork, Stage, State, Verdict, passed
from corpus.store import Ledger
from corpus.store.additions import Abstracts
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.store.rows import in_parts
from corpus.works.works import Work, read_works

_AT_ONCE = 500
May = Callable[[QueuedWork, Decision], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One work with what was decided of it."""

    work: QueuedWork
    members: tuple[str, ...]
    record: HarvestedRecord
    decisions: tuple[Decision, ...]  # those that may be told

    def at(self, stage: Stage) -> str:
        """What the decisions at a stage amount to: include, exclude, or nothing while it is open."""
        if self.work.stage is not stage:
            return Verdict.INCLUDE.value if stage is Stage.TITLE_ABSTRACT else ""
        return {State.EXCLUDED: "exclude", State.INCLUDED: "include"}.get(self.work.state, "")

    @property
    def included(self) -> bool | None:
        """Whether it is in the review; None while nobody can say."""
        return {State.EXCLUDED: False, State.INCLUDED: True}.get(self.work.state)


def settled(work: QueuedWork, decision: Decision) -> bool:
    """Whether a decision is of a stage that the work has left, or at which it is settled."""
    return passed(work, decision.stage)


def screened(session: Session, may: May) -> Iterator[Screened]:
    """Every found work that is in no report yet, in the order of the queue."""
    queue, ledger, abstracts = Queue(session), Ledger(session), Abstracts(session).all()
    found = sorted((work for work in queue.all().values() if not work.report), key=lambda one: (one.place, one.key))
    members: dict[str, list[str]] = {}
    for name, key in queue.belongings().items():
        members.setdefault(key, []).append(name)
    decided: dict[str, list[Decision]] = {}
    for decision in Decisions(session).all():
        decided.setdefault(decision.record, []).append(decision)
    for some in in_parts(found, _AT_ONCE):
        works = [
            Work(key=one.key, members=tuple(sorted(members[one.key])), report="") for one in some if one.key in members
        ]
        by_key = {one.key: one for one in some}
        for work, record in read_works(ledger, works, abstracts):
            queued = by_key[work.key]
            made = [one for name in work.members for one in decided.get(name, ()) if may(queued, one)]
            made.sort(key=lambda one: (list(Stage).index(one.stage), one.at))
            yield Screened(work=queued, members=work.members, record=record, decisions=tuple(made))


def csv_lines(found: Iterator[Screened], labels: Mapping[str, str]) -> Iterator[str]:
    """A table with a header, as ASReview, Rayyan and Covidence name their columns."""
    line = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for one in found:
        row = _row(one, labels)
        if writer is None:
            writer = csv.DictWriter(line, list(row))
            writer.writeheader()
        writer.writerow({name: _harmless(value) for name, value in row.items()})
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def ris_lines(found: Iterator[Screened], labels: Mapping[str, str]) -> Iterator[str]:
    """Records in RIS; notes say what was decided, the label that ASReview reads among them."""
    for one in found:
        record = one.record
        first, _, last = record.pages.partition("-")
        label = {None: "not_seen", True: "relevant", False: "irrelevant"}[one.included]
        tags: list[tuple[str, Sequence[str]]] = [
            ("TY", ["JOUR"]),
            ("ID", [one.work.key]),
            ("TI", [record.title or record.original_title]),
            ("AU", _authors(record)),
            ("PY", [str(record.year or "")]),
            ("T2", [record.journal]),
            ("VL", [record.volume]),
            ("IS", [record.issue]),
            ("SP", [first.strip()]),
            ("EP", [last.strip()]),
            ("SN", record.issn),
            ("DO", [str(record.doi or "")]),
            ("AN", [str(record.pmid or "")]),
            ("UR", [record.url]),
            ("KW", [*record.mesh, *record.keywords]),
            ("AB", [record.abstract]),
            ("N1", [f"ASReview_{label}", _standing(one, labels), *_told(one, labels)]),
        ]
        lines = [f"{tag}  - {' '.join(value.split())}" for tag, values in tags for value in values if value.strip()]
        yield "\r\n".join([*lines, "ER  - ", "", ""])


def _row(one: Screened, labels: Mapping[str, str]) -> dict[str, str]:
    record = one.record
    return {
        "key": one.work.key,
        "title": record.title or record.original_title,
        "authors": "; ".join(_authors(record)),
        "year": str(record.year or ""),
        "journal": record.journal,
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "issn": "; ".join(record.issn),
        "doi": str(record.doi or ""),
        "pmid": str(record.pmid or ""),
        "url": record.url,
        "keywords": "; ".join((*record.mesh, *record.keywords)),
        "abstract": record.abstract,
        "included": {None: "", True: "1", False: "0"}[one.included],
        "title_abstract": one.at(Stage.TITLE_ABSTRACT),
        "full_text": one.at(Stage.FULL_TEXT),
        "exclusion_reason": labels.get(one.work.excluded_for, one.work.excluded_for),
        "decisions": "; ".join(_told(one, labels)),
        "records": "; ".join(one.members),
    }


def _authors(record: HarvestedRecord) -> list[str]:
    return [one.collective or ", ".join(part for part in (one.family, one.given) if part) for one in record.authors]


def _standing(one: Screened, labels: Mapping[str, str]) -> str:
    if one.included is None:
        return f"Screening: open at {one.work.stage.label}"
    reason = labels.get(one.work.excluded_for, one.work.excluded_for)
    return f"Screening: {one.work.state.value} at {one.work.stage.label}{f', {reason}' if reason else ''}"


def _told(one: Screened, labels: Mapping[str, str]) -> list[str]:
    """Each decision in words."""
    return [
        f"{made.who} at {made.stage.label}: {made.verdict.value}"
        f"{f', {labels.get(made.reason, made.reason)}' if made.reason else ''}"
        f"{' (settled a conflict)' if made.settles else ''}{f' “{made.note}”' if made.note else ''}"
        for made in one.decisions
    ]


def _harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
