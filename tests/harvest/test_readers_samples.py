"""Every sample reply and page by the right reader: counts pinned from the files, and what is none says what it is."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.domain.harvested import HarvestedRecord, RelationKind
from corpus.errors import InvalidInput
from harvest.readers import aggregator_page, article_page, crossref, ctgov, europepmc, oai, openalex, secondary_page
from harvest.readers.exports.sniff import read_export
from harvest.readers.reading import BadReply, Reading
from harvest.sources import source_named

Read = Callable[[bytes, str], Reading]


def _named(read: Callable[..., Reading]) -> Read:
    return lambda payload, name: read(payload, url=name)


PUBMED: Read = source_named("pubmed").read
CROSSREF, OPENALEX, EUROPEPMC = _named(crossref.read), _named(openalex.read), _named(europepmc.read)
CTGOV, OAI, PAGE = _named(ctgov.read), _named(oai.read), _named(article_page.read)
# Records, deletions, rejected items, total of the search; or the words in which a reply is refused.
REPLIES: Mapping[str, tuple[Read, tuple[int, int, int, int | None] | str]] = {
    "crossref/crossref_api_work_s1047951103000064.json": (CROSSREF, (1, 0, 0, 1)),
    "crossref/crossref_api_works.json": (CROSSREF, (3, 0, 0, 2473850)),
    "crossref/retraction_updated_by_wakefield.json": (CROSSREF, (1, 0, 0, 1)),
    "ctgov/get_nct02576665_20260811.json": (CTGOV, (1, 0, 0, 1)),
    "ctgov/search_phelan_limit5_20260811.json": (CTGOV, (5, 0, 0, 21)),
    "ctgov/search_phelan_next_20260811.json": (CTGOV, (5, 0, 0, None)),
    "errors/control_char.xml": (PUBMED, (8, 0, 0, None)),
    "errors/efetch_empty_set.xml": (PUBMED, (0, 0, 0, None)),
    "errors/efetch_expired_webenv.xml": (PUBMED, "the server says: Cannot retrieve history data"),
    "errors/esearch_backend_failed.xml": (PUBMED, "the server says: Search Backend failed"),
    "errors/esearch_backend_failed_retstart.json": (PUBMED, "PubMed XML expected; saw"),
    "errors/esummary_empty_idlist.json": (PUBMED, "Empty id list"),
    "errors/latin1_bytes_in_utf8.xml": (PUBMED, (7, 0, 1, None)),
    "errors/ncbi_html_block_page.html": (PUBMED, "WWW Error Blocked Diagnostic"),
    "errors/ratelimit_429.json": (PUBMED, "API rate limit exceeded"),
    "errors/ratelimit_docs.json": (PUBMED, "API rate limit exceeded"),
    "errors/truncated_pubmed.xml": (PUBMED, "cut after 55 whole records"),
    "europepmc/search_cancer_core.json": (EUROPEPMC, (25, 0, 0, 5059039)),
    "europepmc/search_cancer_page2.json": (EUROPEPMC, (5, 0, 0, 5059039)),
    "europepmc/search_no_results.json": (EUROPEPMC, (0, 0, 0, 0)),
    "eutils/biopython_efetch_pmc.xml": (PUBMED, "saw a document <pmc-articleset>"),
    "eutils/biopython_elink1.xml": (PUBMED, (0, 0, 0, None)),
    "eutils/biopython_epost1.xml": (PUBMED, "saw a document <ePostResult>"),
    "eutils/biopython_epost3.xml": (PUBMED, "the server says: Empty ID list"),
    "eutils/biopython_esearch2.xml": (PUBMED, (0, 0, 0, 42249)),
    "eutils/biopython_esearch5.xml": (PUBMED, "'WebEnv' is missing"),
    "eutils/biopython_esearch8.xml": (PUBMED, (0, 0, 0, 0)),
    "eutils/biopython_esummary1.xml": (PUBMED, "saw a document <eSummaryResult>"),
    "html/first_monday_ojs3_landingpage.html": (PAGE, (1, 0, 0, None)),
    "html/genders_g58_fairlie.html": (PAGE, "no citation metadata in this page"),
    "html/nature_article.html": (PAGE, (1, 0, 0, None)),
    "html/plos_one_article.html": (PAGE, (1, 0, 0, None)),
    "oai/noRecordsMatch.xml": (OAI, (0, 0, 0, 0)),
    "oai/ojs_ListRecords_ijict.xml": (OAI, (1, 1, 0, 120)),
    "openalex/zotero_OpenAlex_JSON_05.json": (OPENALEX, (5, 0, 0, 5)),
    "openalex/zotero_OpenAlex_JSON_06.json": (OPENALEX, (1, 0, 0, 1)),
}
# As files: the format that is recognised, records, and lines that could not be used; or the words of the refusal.
FILES: Mapping[str, tuple[str, int, int] | str] = {
    "crossref/crossref-works.2018-01-21.badsample.json": ("json", 14, 0),
    "crossref/huge_crossref_doi.json.gz": ("json", 1, 0),
    "doaj/example_doaj_articles.json": ("json", 5, 0),
    "exports/asreview_embase.csv": ("embase_csv", 6, 0),
    "exports/asreview_embase.ris": ("ris", 6, 0),
    "exports/asreview_ovid_psycinfo.ris": ("ris", 6, 6),
    "exports/asreview_proquest.ris": ("ris", 6, 0),
    "exports/asreview_ris_issue_992.txt": ("ris", 19, 0),
    "exports/asreview_ris_many_authors.ris": ("ris", 1, 0),
    "exports/asreview_web_of_science.txt": ("ris", 10, 0),
    "exports/jabref_RisImporterCorrupted.ris": ("ris", 1, 0),
    "exports/zotero_BibTeX_00.bib": ("bibtex", 1, 0),
    "jats/pubget_articleset.xml": ("jats", 7, 0),
    "jats/scielo_article.jats.xml": ("jats", 1, 0),
    "medline/biopython_pubmed_result2.txt": ("medline", 4, 0),
    "medline/zotero_MEDLINEnbib_04.nbib": ("medline", 3, 0),
    "medline/zotero_MEDLINEnbib_08.nbib": ("medline", 1, 0),
    "pubmed_xml/agr_2.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_20301347.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_21290765.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_21976771.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_27899353.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_28304499.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_30979869.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/agr_33054145.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/biopython_pubmed3.html": "no known format",
    "pubmed_xml/biopython_pubmed7.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/efetch_citation_22663011.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/jabref_MedlineImporterTestMalformedEntry.xml": ("pubmed_xml", 0, 1),
    "pubmed_xml/jabref_MedlineImporterTestNbib.xml": ("pubmed_xml", 2, 0),
    "pubmed_xml/pubmed_31393839.xml": ("pubmed_xml", 1, 0),
    "pubmed_xml/pubmedsample_2019.xml": ("pubmed_xml", 176, 0),
    "pubmed_xml/pubmedsample_no_pmid_2019.xml.gz": ("pubmed_xml", 1, 0),
    "pubmed_xml/zotero_PubMed_XML_07.xml": ("pubmed_xml", 1, 0),
}


@pytest.fixture(scope="module")
def samples(shared: Path) -> Path:
    return shared / "harvest-samples"


def test_every_sample_has_its_reader(samples: Path) -> None:
    with (samples / "MANIFEST.tsv").open(encoding="utf-8") as handle:
        listed = {row["file"] for row in csv.DictReader(handle, delimiter="\t")}
    assert listed == REPLIES.keys() | FILES.keys()


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_gives_what_is_in_it_or_says_what_it_is(samples: Path, name: str) -> None:
    read, expected = REPLIES[name]
    payload = (samples / name).read_bytes()
    if isinstance(expected, str):
        with pytest.raises(BadReply) as refused:
            read(payload, name)
        assert expected in str(refused.value)
        assert name in str(refused.value)
        return
    found = read(payload, name)
    assert (len(found.records), len(found.deleted), len(found.rejected), found.total) == expected


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_recognised_by_its_content(samples: Path, name: str) -> None:
    expected = FILES[name]
    if isinstance(expected, str):
        with pytest.raises(InvalidInput, match=expected):
            read_export(samples / name)
        return
    found = read_export(samples / name)
    assert (found.format, len(found.records), len(found.rejected)) == expected


def only(samples: Path, name: str) -> HarvestedRecord:
    """The first record of a sample reply."""
    return REPLIES[name][0]((samples / name).read_bytes(), name).records[0]


def test_crossref_names_the_retraction_on_the_article(samples: Path) -> None:
    record = only(samples, "crossref/retraction_updated_by_wakefield.json")
    assert record.retracted
    assert [(r.kind, r.doi) for r in record.relations] == [
        (RelationKind.ERRATUM_IN, "10.1016/s0140-6736(04)15715-2"),
        (RelationKind.RETRACTION_IN, "10.1016/s0140-6736(10)60175-4"),
    ]


def test_openalex_gives_its_abstract_in_the_order_of_its_words(samples: Path) -> None:
    record = only(samples, "openalex/zotero_OpenAlex_JSON_06.json")
    assert (record.source_id, record.date, record.volume, record.pages) == (
        "W2962935454",
        "2018-05-01",
        "31",
        "5334-5344",
    )
    assert record.authors[0].orcid == "0000-0003-4485-9573"
    assert record.abstract.startswith("We are concerned with learning models")


def test_an_oai_record_finds_its_volume_in_one_line_of_text(samples: Path) -> None:
    record = only(samples, "oai/ojs_ListRecords_ijict.xml")
    assert (record.journal, record.volume, record.issue, record.pages) == (
        "International Journal of Advancements in Technology",
        "1",
        "2",
        "163-165",
    )
    assert "’" in record.title  # escaped twice in the file


def test_a_registration_is_one_and_has_its_number(samples: Path) -> None:
    record = only(samples, "ctgov/get_nct02576665_20260811.json")
    assert (record.nct, record.types[0]) == (("NCT02576665",), "registration")


def test_a_page_prints_its_references_without_the_buttons_beside_them(samples: Path) -> None:
    record = only(samples, "html/plos_one_article.html")
    cited = [relation for relation in record.relations if relation.kind is RelationKind.CITES]
    assert all(relation.text[:2].strip(".").isdigit() for relation in cited)
    assert not any("Google Scholar" in relation.text for relation in cited)
    assert cited[0].pmid == "18176029"


ALL_READERS: tuple[Read, ...] = (
    PUBMED,
    CROSSREF,
    OPENALEX,
    EUROPEPMC,
    CTGOV,
    OAI,
    PAGE,
    _named(aggregator_page.read),
    _named(secondary_page.read),
)


def outcome(read: Read, payload: bytes, name: str) -> tuple[HarvestedRecord, ...] | str:
    """The records of a reply, or that it was refused in words; every other exception is a crash."""
    try:
        return read(payload, name).records
    except BadReply as refused:
        return "refused" if str(refused) else "without a word"


@settings(max_examples=60, deadline=None)
@given(payload=st.binary(max_size=300))
def test_garbage_is_refused_and_never_crashes(payload: bytes) -> None:
    for read in ALL_READERS:
        assert outcome(read, payload, "garbage") in ((), "refused")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_reply_gives_records_or_is_refused(data: st.DataObject, samples: Path) -> None:
    name = data.draw(st.sampled_from(sorted(REPLIES)))
    payload = bytearray((samples / name).read_bytes()[:60_000])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(payload) - 1)))
        match data.draw(st.sampled_from(["cut", "byte", "gone", "twice"])):
            case "cut":
                del payload[place:]
            case "byte":
                payload[place : place + 1] = bytes([data.draw(st.integers(0, 255))])
            case "gone":
                del payload[place : place + 200]
            case _:
                payload[place:place] = payload[place : place + 200]
    for read in ALL_READERS:
        found = outcome(read, bytes(payload), name)
        assert found == "refused" or all(isinstance(record, HarvestedRecord) for record in found)
