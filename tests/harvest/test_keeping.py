"""Links in the database: made once, undone by a person for good, and never at the cost of a decision."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from corpus.codebook import Scope
from corpus.database import Transactions, transactions
from corpus.domain import Corpus
from corpus.domain.harvested import Author, HarvestedRecord
from corpus.domain.identifiers import Doi, Pmid
from corpus.domain.links import RULES, LinkVerdict, RecordLink, works
from corpus.domain.screening import Decision, Stage, Verdict
from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.decisions import Decisions
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.works.backlog import backlog
from corpus.works.works import counts, settled, works_found
from harvest.linking.keeping import LinkedNow, link_new
from tests import examples

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PEOPLE = (Author(family="Muster", given="Anna"), Author(family="Beispiel", given="Bo"))
PUBMED = HarvestedRecord(
    source="pubmed",
    source_id="11111111",
    title="Oxytocin before sessions of group psychotherapy: a made-up trial",
    authors=PEOPLE,
    year=2026,
    journal="Journal of Made-Up Trials",
    volume="3",
    pages="1-9",
    doi=Doi("10.1000/trial"),
    pmid=Pmid("11111111"),
)
CROSSREF = replace(PUBMED, source="crossref", source_id="10.1000/trial", pmid=None)
OTHER = replace(
    PUBMED,
    source_id="22222222",
    title="Milk ejection in the prairie vole",
    authors=(Author(family="Wühler", given="V"),),
    doi=Doi("10.1000/vole"),
    pmid=Pmid("22222222"),
    pages="90-99",
)


def corpus() -> Corpus:
    """The example's corpus, its report with identifiers."""
    whole = examples.corpus()
    return replace(
        whole, reports=tuple(replace(one, doi=Doi("10.1000/known"), pmid=Pmid("1")) for one in whole.reports)
    )


@pytest.fixture
def opened(url: str) -> Iterator[Transactions]:
    with transactions(url) as found:
        yield found


def link(opened: Transactions, *records: HarvestedRecord) -> LinkedNow:
    with opened() as session:
        Ledger(session).enter(records, found=DAY)
        return link_new(Ledger(session), Links(session), corpus().reports)


def titles(opened: Transactions) -> list[tuple[str, ...]]:
    with opened() as session:
        return [work.members for work in works_found(Ledger(session), Links(session), corpus().reports)]


def test_records_of_one_work_are_linked_with_a_reason_and_once(opened: Transactions) -> None:
    assert link(opened, PUBMED, CROSSREF, OTHER) == LinkedNow(records=3, same=1, related=0, unsure=0, to_reports=0)
    with opened() as session:
        (made,) = [one for one in Links(session).all() if one.verdict is LinkVerdict.SAME]
    assert (made.a, made.b, made.by) == ("crossref:10.1000/trial", "pubmed:11111111", RULES)
    assert "10.1000/trial" in made.reason
    assert link(opened).records == 0
    assert link(opened, PUBMED).records == 0


def test_a_report_of_the_corpus_is_recognised(opened: Transactions) -> None:
    (report,) = corpus().reports
    seen = HarvestedRecord(source="pubmed", source_id="1", title=report.title, doi=report.doi, pmid=report.pmid)
    assert link(opened, seen).to_reports == 1
    with opened() as session:
        (work,) = works_found(Ledger(session), Links(session), corpus().reports)
    assert work.report == report.key


def test_an_undone_link_stays_undone_and_keeps_decisions_made_since(opened: Transactions) -> None:
    link(opened, PUBMED, CROSSREF)
    assert titles(opened) == [("crossref:10.1000/trial", "pubmed:11111111")]
    with opened() as session:
        made = Decision(
            record="pubmed:11111111", stage=Stage.TITLE_ABSTRACT, who="anna", verdict=Verdict.INCLUDE, at=NOW, needed=1
        )
        Decisions(session).decide(made)
        Links(session).say(
            "pubmed:11111111", "crossref:10.1000/trial", LinkVerdict.APART, reason="two trials of one name", who="anna"
        )
    assert titles(opened) == [("crossref:10.1000/trial",), ("pubmed:11111111",)]
    # Not even a changed record, which is linked anew, brings the link back; nor does a third one that is like both.
    link(opened, replace(CROSSREF, issue="2"), replace(CROSSREF, source="openalex", source_id="W1"))
    together = titles(opened)
    assert not any({"crossref:10.1000/trial", "pubmed:11111111"} <= set(members) for members in together)
    with opened() as session:
        found = tuple(works_found(Ledger(session), Links(session), corpus().reports))
        told = settled(found, Decisions(session).all())
        assert told == {"pubmed:11111111": True}
        assert counts(found, told).assessed == 1


def test_a_person_links_what_no_rule_would(opened: Transactions) -> None:
    link(opened, PUBMED, OTHER)
    with opened() as session:
        Links(session).say(
            "pubmed:11111111", "pubmed:22222222", LinkVerdict.SAME, reason="same trial, told twice", who="bo"
        )
    assert titles(opened) == [("pubmed:11111111", "pubmed:22222222")]
    assert link(opened, replace(OTHER, issue="7")).records == 1
    assert titles(opened) == [("pubmed:11111111", "pubmed:22222222")]


def test_a_verdict_needs_a_reason_and_a_person(opened: Transactions) -> None:
    with opened() as session:
        links = Links(session)
        with pytest.raises(InvalidInput, match="cannot be linked to itself"):
            links.say("a", "a", LinkVerdict.SAME, reason="r", who="anna")
        with pytest.raises(InvalidInput, match="needs a reason"):
            links.say("a", "b", LinkVerdict.SAME, reason=" ", who="anna")
        with pytest.raises(InvalidInput, match="the name of a person"):
            links.say("a", "b", LinkVerdict.SAME, reason="r", who=RULES)


def test_a_record_that_its_source_withdraws_leaves_its_work(opened: Transactions) -> None:
    from corpus.domain.harvested import Deleted
    from corpus.domain.windows import Window

    link(opened, PUBMED, CROSSREF)
    window = Window(source="pubmed", search="main", since=DAY, until=DAY)
    with opened() as session:
        ledger = Ledger(session)
        ledger.plan([(window, "q")])
        ledger.finish(window, [], [Deleted(source="pubmed", source_id="11111111")])
        link_new(ledger, Links(session), corpus().reports)
        assert [one for one in Links(session).all() if "pubmed" in one.a + one.b] == []
    assert titles(opened) == [("crossref:10.1000/trial",)]


def test_a_chain_does_not_join_what_was_set_apart() -> None:
    def same(a: str, b: str, score: float) -> RecordLink:
        return RecordLink(a=a, b=b, verdict=LinkVerdict.SAME, reason="r", score=score)

    apart = RecordLink(a="a", b="b", verdict=LinkVerdict.APART, reason="r", by="anna")
    chain = [same("a", "c", 0.9), same("b", "c", 0.95)]
    assert works("abc", [*chain]) == (("a", "b", "c"),)
    assert works("abc", [*chain, apart]) == (("a",), ("b", "c"))


def test_the_backlog_orders_what_waits_and_leaves_out_what_is_assessed(opened: Transactions) -> None:
    (report,) = corpus().reports
    known = HarvestedRecord(source="pubmed", source_id="1", title=report.title, doi=report.doi, pmid=report.pmid)
    link(opened, PUBMED, CROSSREF, OTHER, known)
    with opened() as session:
        held = backlog(
            Ledger(session), Links(session), Decisions(session), Matters(session), corpus(), read_protocol().search
        )
    assert (held.counts.found, held.counts.assessed, held.counts.waiting) == (3, 1, 2)
    assert [work.key for work, _, _ in held.waiting] == ["crossref:10.1000/trial", "pubmed:22222222"]
    assert [ranked.likely for _, _, ranked in held.waiting] == [True, False]
    assert held.likely == 1
    assert "psychotherapy" in held.waiting[0][2].reason
    assert corpus().studies[0].scope is Scope.CORE
    assert held.ranking.relevant == 1
