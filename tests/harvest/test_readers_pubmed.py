"""PubMed's article XML: every field of real records, counts pinned from the files, and what is wrong in a file is said."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.domain.harvested import Author, Deleted, HarvestedRecord, Rejected, RelationKind
from corpus.errors import InvalidInput
from harvest.readers.pubmed_xml import read, read_pubmed_xml
from harvest.readers.reading import BadReply

Part = HarvestedRecord | Deleted | Rejected
HEAD = '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2031//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_310101.dtd">'
ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>
<Journal><ISSN>1234-5679</ISSN><JournalIssue><Volume>3</Volume><Issue>2</Issue><PubDate>{date}</PubDate></JournalIssue>
<Title>Made Journal</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<Abstract><AbstractText Label="AIM">To be <i>read</i>.</AbstractText><AbstractText>Done.</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author><LastName>Lind</LastName><ForeName>Ada</ForeName></Author>
<Author><CollectiveName>Made Group</CollectiveName></Author></AuthorList><Language>eng</Language>{more}</Article>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="doi">10.1234/made.{pmid}</ArticleId></ArticleIdList>
</PubmedData></PubmedArticle>"""


def made(pmid: int = 1, title: str = "A title", date: str = "<Year>2020</Year>", more: str = "") -> str:
    return ARTICLE.format(pmid=pmid, title=title, date=date, more=more)


def a_set(*articles: str) -> bytes:
    return f"{HEAD}<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>".encode()


def parts(path: Path) -> list[Part]:
    with path.open("rb") as handle:
        return list(read_pubmed_xml(handle, path.name))


@pytest.fixture(scope="module")
def sample(shared: Path) -> list[Part]:
    return parts(shared / "harvest-samples" / "pubmed_xml" / "pubmedsample_2019.xml")


@pytest.fixture(scope="module")
def records(sample: list[Part]) -> list[HarvestedRecord]:
    return [part for part in sample if isinstance(part, HarvestedRecord)]


def test_the_sample_is_read_whole(sample: list[Part], records: list[HarvestedRecord]) -> None:
    assert len(records) == 176
    assert sum(isinstance(part, Deleted) for part in sample) == 7
    assert len(sample) == 183  # nothing rejected


@pytest.mark.parametrize(
    ("what", "count", "holds"),
    [
        ("a DOI, 49 of them in ArticleIdList alone", 70, lambda r: r.doi is not None),
        ("retracted", 3, lambda r: r.retracted),
        ("the notice of the retraction", 3, lambda r: has(r, RelationKind.RETRACTION_IN)),
        ("a retraction of another", 2, lambda r: has(r, RelationKind.RETRACTION_OF)),
        ("an erratum", 11, lambda r: has(r, RelationKind.ERRATUM_IN)),
        ("no authors", 7, lambda r: not r.authors),
        ("a group among the authors", 8, lambda r: any(author.collective for author in r.authors)),
        ("621 authors", 1, lambda r: len(r.authors) == 621),
        ("a title in another language", 11, lambda r: bool(r.original_title)),
        ("a bracket left around a translated title", 0, lambda r: r.title.startswith("[")),
        ("no year, though 15 print a MedlineDate", 0, lambda r: r.year is None),
        ("no title", 0, lambda r: not r.title),
    ],
)
def test_counts_of_the_sample(
    records: list[HarvestedRecord], what: str, count: int, holds: Callable[[HarvestedRecord], bool]
) -> None:
    assert sum(map(holds, records)) == count, what


def has(record: HarvestedRecord, kind: RelationKind) -> bool:
    return any(relation.kind is kind for relation in record.relations)


def test_a_reply_is_the_same_records(shared: Path, records: list[HarvestedRecord]) -> None:
    payload = (shared / "harvest-samples" / "pubmed_xml" / "pubmedsample_2019.xml").read_bytes()
    reading = read(payload)
    assert list(reading.records) == records
    assert len(reading.deleted) == 7


def test_every_sample_of_the_folder_is_read_or_refused_with_a_reason(shared: Path) -> None:
    refused = {}
    for path in sorted((shared / "harvest-samples" / "pubmed_xml").glob("*.xml")):
        try:
            found = parts(path)
        except InvalidInput as error:
            refused[path.name] = str(error)
            continue
        assert found, path.name
        for part in found:
            if isinstance(part, HarvestedRecord):
                assert part.title or part.original_title, path.name
                assert part.pmid is not None or part.warnings, path.name
    assert refused == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("efetch_expired_webenv.xml", "Cannot retrieve history data"),
        ("esearch_backend_failed.xml", "Search Backend failed"),
        ("ncbi_html_block_page.html", "NCBI - WWW Error Blocked Diagnostic"),
        ("ratelimit_429.json", "rate limit exceeded"),
        ("truncated_pubmed.xml", "cut after 55 whole records"),
    ],
)
def test_what_is_no_reply_says_what_it_is(shared: Path, name: str, said: str) -> None:
    with pytest.raises(BadReply, match=said):
        read((shared / "harvest-samples" / "errors" / name).read_bytes(), url=name)


def test_a_broken_record_costs_only_itself(shared: Path) -> None:
    reading = read((shared / "harvest-samples" / "errors" / "latin1_bytes_in_utf8.xml").read_bytes())
    assert len(reading.records) == 7
    (rejected,) = reading.rejected
    assert "Invalid bytes" in rejected.reason
    assert rejected.line == 31


def test_a_control_character_costs_a_letter_and_is_said(shared: Path) -> None:
    reading = read((shared / "harvest-samples" / "errors" / "control_char.xml").read_bytes())
    assert len(reading.records) == 8
    assert not reading.rejected
    said = "control characters in the record: left out"
    assert sum(said in record.warnings for record in reading.records) == 1


def test_every_field_of_a_made_record() -> None:
    (record,) = read(a_set(made(7, "Oxytocin &amp; <i>trust</i>", "<Year>2020</Year><Month>Mar</Month>"))).records
    assert (record.source, record.source_id, record.pmid) == ("pubmed", "7", "7")
    assert record.title == "Oxytocin & trust"
    assert record.doi == "10.1234/made.7"
    assert (record.year, record.date) == (2020, "2020-03")
    assert (record.journal, record.volume, record.issue, record.issn) == ("Made Journal", "3", "2", ("1234-5679",))
    assert record.authors == (Author(family="Lind", given="Ada"), Author(collective="Made Group"))
    assert record.abstract == "AIM: To be read.\nDone."
    assert record.language == ("eng",)
    assert record.warnings == ()


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998"),
        ("<Year>1999</Year><Season>Spring</Season>", "1999"),
        ("<Year>2001</Year><Month>2</Month><Day>30</Day>", "2001-02"),
    ],
)
def test_a_date_is_as_exact_as_printed(printed: str, date: str) -> None:
    (record,) = read(a_set(made(date=printed))).records
    assert (record.date, record.year) == (date, int(date[:4]))


def test_an_element_nobody_knows_is_said() -> None:
    (record,) = read(a_set(made(more="<NewIn2031>x</NewIn2031>"))).records
    assert any("NewIn2031" in warning for warning in record.warnings)


@pytest.mark.parametrize(
    "bomb",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><PubmedArticleSet>&b;</PubmedArticleSet>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><PubmedArticleSet>&f;</PubmedArticleSet>',
    ],
)
def test_declared_entities_are_refused(bomb: bytes) -> None:
    with pytest.raises(BadReply, match="declares entities"):
        read(bomb)


def test_an_empty_set_is_no_fault_and_no_bytes_are() -> None:
    assert read(a_set()).records == ()
    with pytest.raises(BadReply):
        read(b"")


@given(st.binary(max_size=400), st.integers(0, 600))
@settings(deadline=None, max_examples=60)
def test_garbage_never_crashes_and_never_makes_a_record_vanish(garbage: bytes, at: int) -> None:
    with pytest.raises(BadReply):
        read(garbage)
    whole = a_set(made(1), made(2))
    try:
        reading = read(whole[:at] + garbage + whole[at:])
    except BadReply:
        return
    assert len(reading.records) + len(reading.rejected) >= 2


def test_a_stream_holds_one_record_at_a_time() -> None:
    class Endless(BytesIO):
        """Articles without end: a reader that wanted all of them would never return one."""

        def __init__(self) -> None:
            super().__init__()
            self.given = 0
            self.head = f"{HEAD}<PubmedArticleSet>".encode()

        def read(self, size: int | None = -1, /) -> bytes:
            self.given += 1
            return self.head * (self.given == 1) + made(self.given).encode()

    stream = Endless()
    found = read_pubmed_xml(stream)
    assert [next(found).source_id for _ in range(50)] == [str(n) for n in range(1, 51)]  # type: ignore[union-attr]
    assert stream.given < 60
