"""Made-up records that fill the queues of a desk: two that may be one work, a third, and a page that leads nowhere.

Never asserts: the tests beside it do.
"""

from dataclasses import replace
from datetime import date

from corpus.desk.desk import Desk
from corpus.domain.harvested import Author, HarvestedRecord, Relation, RelationKind
from corpus.domain.links import LinkVerdict, RecordLink
from corpus.domain.watch import Answered, Check, Notice, NoticeKind
from corpus.protocol import read_protocol
from corpus.store import Ledger, Store
from corpus.store.links import Links
from corpus.store.record_text import digest
from corpus.store.watch import Checks
from corpus.works.queueing import renew_queue

TODAY = date(2026, 1, 5)
ONE = HarvestedRecord(
    source="pubmed",
    source_id="1",
    title="Oxytocin in a made-up trial",
    authors=(Author(family="Muster", given="A."),),
    year=2020,
    journal="Journal of Made-Up Trials",
)
TWO = replace(
    ONE, source="crossref", source_id="10.5555/two", title="Oxytocin in a made-up trial <b>again</b>", year=2021
)
THREE = replace(ONE, source_id="3", title="Another made-up work on oxytocin")
PAGE = HarvestedRecord(
    source="secondary_page",
    source_id="https://blog.example/1",
    title="A hormone that helps?",
    url="https://blog.example/1",
    relations=(Relation(kind=RelationKind.RELATED, text="Muster A (2020). Some trial."),),
)
A, B, C = "crossref:10.5555/two", "pubmed:1", "pubmed:3"


def fill(desk: Desk) -> None:
    """The records come in, linked and ranked."""
    with desk.database.write() as session:
        Ledger(session).enter([ONE, TWO, THREE, PAGE], found=TODAY)
        unsure = RecordLink(a=A, b=B, verdict=LinkVerdict.UNSURE, reason="titles alike, years differ", score=0.9)
        Links(session).add([unsure], {name: digest(name) for name in (A, B, C)})
    renew_queue(desk.database.write, read_protocol())


def give_notice(desk: Desk) -> str:
    """A source publishes an expression of concern about the first report of a study; returns the report's key."""
    with desk.database.write() as session:
        report = next(one for one in Store(session).load().reports if one.study)
        notice = Notice(kind=NoticeKind.EXPRESSION_OF_CONCERN, where="10.5555/notice")
        check = Check(report=report.key, source="crossref", on=TODAY, answered=Answered.NOTICE, notices=(notice,))
        Checks(session).add([check])
    return report.key
