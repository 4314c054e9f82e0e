"""Pages: the journal's article with its references, the aggregator's table of concepts, the blog that tells of a study."""

from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path

import pytest

from corpus.domain.harvested import RelationKind
from harvest.readers import aggregator_page, article_page, secondary_page
from harvest.readers.reading import BadReply
from harvest.sources import source_named
from tests.servers.pages import article_page as made_article
from tests.servers.works import works


def page(*body: str) -> bytes:
    return f"<html><head><meta charset='utf-8'></head><body>{''.join(body)}</body></html>".encode()


def seed(shared: Path, number: str) -> list[str]:
    """The lines of a document the project began from, with something on them."""
    (path,) = (shared / "seeds").glob(f"{number}_*.txt")
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def test_the_seed_of_an_aggregator_gives_its_terms(shared: Path) -> None:
    lines = seed(shared, "000")
    at = lines.index("Type Source Name")
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line.split(maxsplit=2)) + "</tr>"
        for line in lines[at : at + 4]
    )
    body = (f"<h1>{escape(lines[0])}</h1>", paragraphs(lines[1:at]), f"<table>{rows}</table>")
    (record,) = aggregator_page.read(page(*body), url="https://aggregator.example/1").records
    assert record.keywords == ("Oxytocin", "major depressive disorder", "causality")
    assert (record.date[:4], record.title) == ("2023", lines[0])
    assert record.types == ("secondary",)
    assert [relation.text for relation in record.relations] == [lines[0]]  # it leads to the paper of this title


def test_the_seed_of_a_blog_leads_to_the_reference_it_prints(shared: Path) -> None:
    lines = seed(shared, "003")
    (record,) = secondary_page.read(
        page(f"<h1>{escape(lines[0])}</h1>", paragraphs(lines[1:])), url="https://blog.example/1"
    ).records
    (reference,) = record.relations
    assert reference.kind is RelationKind.RELATED
    assert reference.text.startswith("Rockliff, Helen")
    assert "Emotion 11.6 (2011): 1388-396" in reference.text
    assert record.types == ("secondary",)


def test_comments_and_side_bars_are_not_what_a_page_says() -> None:
    reference = "Muster, Anna, and Bo Beispiel. “A made-up trial of oxytocin.” Made Up 3.1 (2020): 1-9. Print."
    body = f"<h1>News</h1><div id='comments'><p>{reference}</p></div><aside><p>{reference}</p></aside>"
    (record,) = secondary_page.read(page(body), url="https://blog.example/2").records
    assert record.relations == ()
    assert record.warnings == (secondary_page.UNTRACED,)


def test_an_article_gives_its_references_as_cites() -> None:
    (work,) = works(1, since=date(2026, 1, 1), until=date(2026, 1, 1))
    (record,) = article_page.read(made_article(work).encode(), url="https://journal.example/article/view/1").records
    assert record.doi == work.doi
    assert [(one.kind, one.doi) for one in record.relations] == [(RelationKind.CITES, doi) for doi in work.cites]
    assert "A cited work" in record.relations[0].text


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "does not speak of oxytocin"),
        (page("<h1>Maintenance</h1>"), "does not speak of oxytocin"),
        (page("<h1>Oxytocin</h1>")[:60] + b" oxytocin", "the page is cut"),
    ],
)
def test_a_named_page_that_is_another_one_now_is_refused(payload: bytes, said: str) -> None:
    with pytest.raises(BadReply, match=said):
        source_named("pages").read(payload, "https://blog.example/3")


def test_hostile_pages_are_read_or_refused_and_never_run() -> None:
    deep = page("<div>" * 5_000, "oxytocin", "</div>" * 5_000)
    script = page("<h1>Oxytocin<script>alert(1)</script></h1><p onclick='x()'>oxytocin</p>")
    assert source_named("pages").read(deep, "https://blog.example/4").records
    (record,) = source_named("pages").read(script, "https://blog.example/5").records
    assert record.title == "Oxytocin"
