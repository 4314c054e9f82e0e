"""One description out of several records: the written rule, field by field, and that nothing printed is lost."""

from itertools import permutations

import pytest

from corpus.domain.harvested import Author, HarvestedRecord, Relation, RelationKind
from corpus.domain.identifiers import Doi, NctId, Pmid
from corpus.errors import InvalidInput
from corpus.works.merge import Other, merge
from harvest.linking.candidate import Kind
from harvest.linking.harvested import candidate_of
from harvest.linking.rules import Verdict, decide

PUBMED = HarvestedRecord(
    source="pubmed",
    source_id="30000001",
    title="Oxytocin and the therapeutic alliance",
    authors=(Author(family="Rossi", given="A"), Author(family="Bianchi", given="C")),
    year=2019,
    date="2019-03",
    journal="Journal of affective disorders",
    journal_abbreviation="J Affect Disord",
    volume="250",
    pages="112-8",
    doi=Doi("10.1000/1"),
    pmid=Pmid("30000001"),
    mesh=("Oxytocin",),
)
CROSSREF = HarvestedRecord(
    source="crossref",
    source_id="10.1000/1",
    title="Oxytocin and the Therapeutic Alliance",
    authors=(
        Author(family="Rossi", given="Anna", orcid="0000-0002-1825-0097"),
        Author(family="Bianchi", given="Carlo"),
    ),
    year=2019,
    date="2019-03-07",
    journal="Journal of Affective Disorders",
    volume="250",
    pages="112",
    doi=Doi("10.1000/1"),
    retracted=True,
    nct=(NctId("NCT02728557"),),
)
FILE = HarvestedRecord(source="ris", title="Oxytocin and alliance", year=2018, doi=Doi("10.1000/9"), pages="112-118")


def test_each_field_comes_from_the_source_that_the_rule_names() -> None:
    merged = merge([PUBMED, CROSSREF, FILE])
    assert merged.record.title == PUBMED.title, "of complete titles the curated index's"
    assert merged.record.authors == CROSSREF.authors, "the list with an ORCID is the more complete"
    assert merged.record.date == "2019-03-07"
    assert merged.record.pages == "112-8"
    assert merged.record.doi == "10.1000/1", "two sources against one"
    assert merged.record.mesh == ("Oxytocin",)
    assert merged.record.nct == ("NCT02728557",)
    assert merged.record.retracted
    assert merged.chosen["title"] == "pubmed"
    assert merged.chosen["authors"] == "crossref"


def test_what_was_not_chosen_is_remembered_with_its_source() -> None:
    others = merge([PUBMED, CROSSREF, FILE]).others
    assert Other(field="year", source="ris", source_id="", value=2018) in others
    assert Other(field="doi", source="ris", source_id="", value=Doi("10.1000/9")) in others
    assert Other(field="authors", source="pubmed", source_id="30000001", value=PUBMED.authors) in others
    assert not any(other.field == "volume" for other in others), "equal values are no other values"


def test_the_order_of_the_records_does_not_matter() -> None:
    assert len({repr(merge(order)) for order in permutations([PUBMED, CROSSREF, FILE])}) == 1


def test_one_record_merges_to_itself_and_none_is_refused() -> None:
    assert merge([PUBMED]).record == PUBMED
    assert merge([PUBMED]).others == ()
    with pytest.raises(InvalidInput, match="at least one"):
        merge([])


def test_harvested_records_are_linked_across_sources() -> None:
    assert decide(candidate_of(PUBMED, "a"), candidate_of(CROSSREF, "b")).verdict is Verdict.SAME


def test_what_a_record_says_of_its_relations_names_its_kind() -> None:
    notice = HarvestedRecord(
        source="pubmed",
        title=PUBMED.title,
        authors=PUBMED.authors,
        year=2020,
        relations=(Relation(kind=RelationKind.ERRATUM_FOR, pmid=Pmid("30000001")),),
    )
    assert candidate_of(notice, "n").kind is Kind.NOTICE
    assert decide(candidate_of(PUBMED, "a"), candidate_of(notice, "n")).verdict is Verdict.RELATED
