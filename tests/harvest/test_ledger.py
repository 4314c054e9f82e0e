"""The ledger on both databases: states, replies, records, and what survives."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session

from corpus.commands import initialise
from corpus.database import Transactions, only_run, transactions
from corpus.domain.harvested import Author, Deleted, HarvestedRecord, Relation, RelationKind
from corpus.domain.identifiers import Doi, NctId, Pmcid, Pmid
from corpus.domain.windows import Kept, Window, WindowState
from corpus.errors import InvalidInput, Locked
from corpus.store import Ledger
from corpus.store.record_text import from_text, record_id, to_text

WEEK = Window(source="pubmed", search="main", since=date(2026, 11, 16), until=date(2026, 11, 23))
FULL = HarvestedRecord(
    source="pubmed",
    source_id="11",
    title="Oxytocin, “warmth” & words",
    original_title="Oxytocin und Wärme",
    authors=(Author(family="Muster", given="A", orcid="0000-0003-1208-2077"), Author(collective="The Group")),
    year=2026,
    date="2026-11-20",
    journal="J Made Up",
    issn=("1063-3995",),
    doi=Doi("10.1000/abc"),
    pmid=Pmid("11"),
    pmcid=Pmcid("PMC12"),
    nct=(NctId("NCT01234567"),),
    abstract="Two lines\nof text",
    mesh=("Oxytocin/blood",),
    relations=(
        Relation(kind=RelationKind.ERRATUM_IN, pmid=Pmid("12")),
        Relation(kind=RelationKind.CITES, doi=Doi("10.1000/x"), text="Somebody (2020)"),
    ),
    retracted=True,
    warnings=("no year",),
)


@pytest.fixture
def opened(url: str) -> Iterator[Transactions]:
    with transactions(url) as found:
        yield found


def plan(session: Session, query: str = "q") -> Ledger:
    ledger = Ledger(session)
    ledger.plan([(WEEK, query)])
    return ledger


def half_done(ledger: Ledger) -> None:
    """Keeps a reply, and ends before its transaction does."""
    ledger.keep(WEEK, b"two", url="u", received=1, total=2, cursor=None)
    ledger.start(Window(source="pubmed", search="none", since=WEEK.since, until=WEEK.until))


def test_a_record_comes_back_from_its_text() -> None:
    assert from_text(to_text(FULL)) == FULL
    assert from_text(to_text(HarvestedRecord(source="ris"))) == HarvestedRecord(source="ris")
    assert to_text(FULL) == to_text(from_text(to_text(FULL)))


def test_a_record_without_a_number_gets_one_that_stays() -> None:
    bare = HarvestedRecord(source="ris", title="One")
    assert record_id(bare) == record_id(replace(bare)) != record_id(replace(bare, title="Two"))
    assert record_id(FULL) == "11"


def test_a_window_goes_from_planned_to_done(opened: Transactions) -> None:
    with opened() as session:
        entry = plan(session).entry(WEEK)
        assert entry is not None
        assert (entry.state, entry.attempts) == (WindowState.PLANNED, 0)
    with opened() as session:
        ledger = Ledger(session)
        assert ledger.start(WEEK).attempts == 1
        ledger.keep(WEEK, b"one", url="http://a/1", received=2, total=3, cursor="next")
        ledger.keep(WEEK, b"two", url="http://a/2", received=1, total=None, cursor=None)
    with opened() as session:
        ledger = Ledger(session)
        (entry,) = ledger.open("pubmed")
        assert (entry.replies, entry.received, entry.total, entry.cursor) == (2, 3, 3, None)
        assert [reply.payload for reply in ledger.replies(WEEK)] == [b"one", b"two"]
        assert ledger.finish(WEEK, [FULL]) == Kept(new=1, changed=0, unchanged=0)
        assert ledger.open() == ()


def test_what_was_kept_before_a_kill_is_there_after_it(url: str) -> None:
    with transactions(url) as opened:
        with opened() as session:
            plan(session).start(WEEK)
        with opened() as session:
            Ledger(session).keep(WEEK, b"one", url="u", received=1, total=2, cursor="c")
        with pytest.raises(InvalidInput, match="not in the ledger"), opened() as session:
            half_done(Ledger(session))
    with transactions(url) as opened, opened() as session:
        entry = Ledger(session).start(WEEK)
        assert (entry.attempts, entry.replies, entry.cursor) == (2, 1, "c")


def test_another_query_starts_the_window_anew(opened: Transactions) -> None:
    with opened() as session:
        ledger = plan(session)
        ledger.start(WEEK)
        ledger.keep(WEEK, b"one", url="u", received=1, total=1, cursor=None)
        ledger.finish(WEEK, [])
        ledger.plan([(WEEK, "q")])
        assert ledger.open() == ()
        ledger.plan([(WEEK, "other")])
        (entry,) = ledger.open()
        assert (entry.query, entry.replies, list(ledger.replies(WEEK))) == ("other", 0, [])


def test_equal_payloads_are_kept_once_and_a_changed_one_is_found(opened: Transactions) -> None:
    from sqlalchemy import text

    with opened() as session:
        ledger = plan(session)
        for _ in range(2):
            ledger.keep(WEEK, b"same", url="u", received=0, total=None, cursor=None)
        assert session.connection().execute(text("SELECT count(*) FROM payload")).scalar() == 1
        import zlib

        session.connection().execute(text("UPDATE payload SET packed = :p"), {"p": zlib.compress(b"forged")})
        with pytest.raises(InvalidInput, match="the kept reply of u was changed"):
            list(ledger.replies(WEEK))


def test_records_are_new_changed_or_unchanged_and_gone_when_deleted(opened: Transactions) -> None:
    with opened() as session:
        ledger = plan(session)
        assert ledger.enter([FULL], found=WEEK.until) == Kept(new=1, changed=0, unchanged=0)
        before = list(ledger.export())
        assert ledger.enter([FULL], found=date(2027, 1, 1)) == Kept(new=0, changed=0, unchanged=1)
        assert list(ledger.export()) == before
        assert ledger.enter([replace(FULL, title="Other")], found=WEEK.until) == Kept(new=0, changed=1, unchanged=0)
        ((name, record),) = ledger.records(ledger.checksums())
        assert (name, record.title) == ("pubmed:11", "Other")
        ledger.finish(WEEK, [], [Deleted(source="pubmed", source_id="11")])
        assert ledger.checksums() == {}
        assert ledger.counts() == {}


def test_many_records_are_entered_at_once(opened: Transactions) -> None:
    records = [replace(FULL, source_id=str(number), title=f"Title {number}") for number in range(1, 1502)]
    with opened() as session:
        assert plan(session).enter(records, found=WEEK.until).new == 1501
        assert Ledger(session).enter(records, found=WEEK.until).unchanged == 1501


def test_a_rebuild_of_the_corpus_leaves_the_harvest_alone(url: str, few: Path) -> None:
    with transactions(url) as opened, opened() as session:
        plan(session).enter([FULL], found=WEEK.until)
    initialise(url, few)
    with transactions(url) as opened, opened() as session:
        assert Ledger(session).counts() == {"pubmed": 1}
        assert len(Ledger(session).entries()) == 1


def test_one_run_at_a_time_and_no_lock_left_behind(url: str) -> None:
    with transactions(url):
        pass
    with only_run(url), pytest.raises(Locked, match="another run is under way"), only_run(url):
        pass
    with only_run(url):
        pass
