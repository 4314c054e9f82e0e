"""Pages that tell of a study lead to it, and are never the study."""

from dataclasses import replace

from corpus.database import Transactions
from corpus.domain.harvested import HarvestedRecord, Relation, RelationKind
from corpus.domain.identifiers import Doi, Pmid
from corpus.domain.links import LinkVerdict
from corpus.store import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.works.works import untraced
from tests.harvest.test_keeping import PUBMED, link, opened, titles

__all__ = ["opened"]

BLOG = HarvestedRecord(
    source="secondary_page",
    source_id="https://blog.example/1",
    title="Does a hormone help?",
    types=("secondary",),
    url="https://blog.example/1",
)


def telling(**reference: object) -> HarvestedRecord:
    """The blog with one printed reference."""
    return replace(BLOG, relations=(Relation(kind=RelationKind.RELATED, **reference),))  # type: ignore[arg-type]


def reasons(opened: Transactions) -> list[tuple[str, str]]:
    with opened() as session:
        return [(one.relation, one.reason) for one in Links(session).all() if one.verdict is LinkVerdict.RELATED]


def waiting(opened: Transactions) -> tuple[str, ...]:
    with opened() as session:
        return untraced(Ledger(session), Links(session), Matters(session))


def test_a_page_is_traced_by_the_identifier_of_its_reference(opened: Transactions) -> None:
    link(opened, PUBMED, telling(doi=Doi("10.1000/trial"), text="Muster A (2026)"))
    assert reasons(opened) == [("secondary page of", "its reference has the DOI 10.1000/trial")]
    assert waiting(opened) == ()


def test_a_page_is_traced_to_a_report_of_the_corpus(opened: Transactions) -> None:
    link(opened, telling(pmid=Pmid("1"), text="A known one"))
    assert reasons(opened) == [("secondary page of", "its reference has the PMID 1")]


def test_a_page_is_traced_by_the_title_within_its_reference(opened: Transactions) -> None:
    printed = f"Muster, Anna, and Bo Beispiel. “{PUBMED.title}.” Journal of Made-Up Trials 3.1 (2026): 1-9. Print."
    link(opened, PUBMED, telling(text=printed))
    assert reasons(opened) == [("secondary page of", "its reference has the title")]


def test_an_aggregator_with_the_papers_own_title_is_not_the_paper(opened: Transactions) -> None:
    page = replace(BLOG, source="aggregator_page", title=PUBMED.title, year=2026)
    link(opened, PUBMED, page)
    ((relation, _),) = reasons(opened)
    assert relation == "secondary page of"
    assert titles(opened) == [("pubmed:11111111",)]
    assert waiting(opened) == ()


def test_an_untraced_page_waits_until_its_study_is_found(opened: Transactions) -> None:
    link(opened, telling(doi=Doi("10.1000/trial")))
    assert waiting(opened) == ("secondary_page:https://blog.example/1",)
    assert titles(opened) == []  # it is no work to be screened
    link(opened, PUBMED)
    assert waiting(opened) == ()


def test_a_page_without_a_reference_stays_with_a_person(opened: Transactions) -> None:
    link(opened, PUBMED, BLOG)
    assert waiting(opened) == ("secondary_page:https://blog.example/1",)


def test_a_verdict_of_a_person_stands(opened: Transactions) -> None:
    page = telling(doi=Doi("10.1000/trial"))
    link(opened, PUBMED, page)
    with opened() as session:
        Links(session).say(
            "pubmed:11111111",
            "secondary_page:https://blog.example/1",
            LinkVerdict.APART,
            reason="another trial",
            who="AM",
        )
    link(opened, replace(page, year=2026))
    assert reasons(opened) == []
    assert waiting(opened) == ("secondary_page:https://blog.example/1",)
