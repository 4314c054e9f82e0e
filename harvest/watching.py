"""One source's answer about one report, from the records it gave: which notices, or that there is none, or no answer.

Never asks for records, and never takes a correction or an update for a retraction.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from corpus.domain import Report
from corpus.domain.harvested import HarvestedRecord, Relation, RelationKind
from corpus.domain.watch import Answered, Check, Notice, NoticeKind

# What a record says of itself ("in": the notice is elsewhere), and what a notice says of the work it is about.
_OF_ITSELF = {
    RelationKind.RETRACTION_IN: NoticeKind.RETRACTION,
    RelationKind.EXPRESSION_OF_CONCERN_IN: NoticeKind.EXPRESSION_OF_CONCERN,
    RelationKind.ERRATUM_IN: NoticeKind.CORRECTION,
}
_OF_ANOTHER = {
    RelationKind.RETRACTION_OF: NoticeKind.RETRACTION,
    RelationKind.EXPRESSION_OF_CONCERN_FOR: NoticeKind.EXPRESSION_OF_CONCERN,
    RelationKind.ERRATUM_FOR: NoticeKind.CORRECTION,
}


def checked(report: Report, source: str, on: date, records: Iterable[HarvestedRecord]) -> Check:
    """What ``source`` says of ``report`` by the records it returned for its identifiers, notices among them."""
    held, notices = False, list[Notice]()
    for record in records:
        if _is(report, record):
            held = True
            notices += _of_itself(record)
        else:
            notices += _about(report, record)
    if notices:
        unique = tuple(dict.fromkeys(notices))
        return Check(report=report.key, source=source, on=on, answered=Answered.NOTICE, notices=unique)
    if held:
        return Check(report=report.key, source=source, on=on, answered=Answered.CLEAR)
    return unanswered(report, source, on, "the source does not hold this report")


def unanswered(report: Report, source: str, on: date, message: str) -> Check:
    """That a source did not answer about a report, and why."""
    return Check(report=report.key, source=source, on=on, answered=Answered.UNKNOWN, message=message)


def _is(report: Report, record: HarvestedRecord) -> bool:
    return _same(report, record.doi, record.pmid)


def _same(report: Report, doi: object, pmid: object) -> bool:
    by_doi = report.doi is not None and doi == report.doi
    return by_doi or (report.pmid is not None and pmid == report.pmid)


def _of_itself(record: HarvestedRecord) -> Iterator[Notice]:
    found = [
        Notice(kind=_OF_ITSELF[relation.kind], where=_where(relation))
        for relation in record.relations
        if relation.kind in _OF_ITSELF
    ]
    yield from found
    if record.retracted and all(notice.kind is not NoticeKind.RETRACTION for notice in found):
        yield Notice(kind=NoticeKind.RETRACTION)


def _about(report: Report, record: HarvestedRecord) -> Iterator[Notice]:
    for relation in record.relations:
        if relation.kind in _OF_ANOTHER and _same(report, relation.doi, relation.pmid):
            where = str(record.doi or "") or (f"pmid:{record.pmid}" if record.pmid else record.title)
            yield Notice(kind=_OF_ANOTHER[relation.kind], where=where)


def _where(relation: Relation) -> str:
    return str(relation.doi or "") or (f"pmid:{relation.pmid}" if relation.pmid else relation.text)
