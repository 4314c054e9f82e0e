"""A journal's site in the shape of OJS 3, an aggregator's pages, and a blog."""

from collections.abc import Sequence
from html import escape

from tests.servers.faulty import Answer, Fault, Request
from tests.servers.works import Work

_ERROR = "<html><head><title>Database error</title></head><body><h1>Database error</h1></body></html>"


class Journal:
    """/issue/current links articles, /article/view/<number> shows one with its references."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if fault in (Fault.ERROR_DOCUMENT, Fault.CHANGED_SCHEMA, Fault.TOKEN_EXPIRED):
            return _html(_ERROR)
        prefix, _, number = request.path.partition("/article/view/")
        if fault is Fault.EMPTY:
            return _html("")
        if not number:
            base = prefix.removesuffix("/issue/current")
            links = "".join(
                f'<li><a href="{base}/article/view/{work.number}">{escape(work.title)}</a> '
                f'<a href="{base}/article/view/{work.number}/pdf">PDF</a></li>'
                for work in self._works
            )
            return _html(f'<html><body><div class="obj_issue_toc"><h1>Vol 1</h1><ul>{links}</ul></div></body></html>')
        place = int(number) - (1 if fault is Fault.DUPLICATE_PAGE and int(number) else 0)
        return _html(article_page(self._works[place]))


class Pages:
    """/aggregator/<number> with a table of concepts; /blog/<number> telling of a work; /blog/untraced of none."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if fault in (Fault.ERROR_DOCUMENT, Fault.CHANGED_SCHEMA):
            return _html(_ERROR)
        if fault is Fault.EMPTY:
            return _html("")
        kind, _, name = request.path.strip("/").rpartition("/")
        if name == "untraced":
            return _html(
                "<html><body><h1>What a hormone does</h1><p>Somebody found something about oxytocin.</p></body></html>"
            )
        work = self._works[int(name)]
        return _html(_aggregated(work) if kind.endswith("aggregator") else _told(work))


def article_page(work: Work) -> str:
    """An article's landing page: citation fields, and the list of references as OJS prints it."""
    metas = [
        ("citation_journal_title", work.journal),
        ("citation_doi", work.doi),
        ("citation_title", work.title.replace("<i>", "").replace("</i>", "")),
        ("citation_volume", work.volume),
        ("citation_firstpage", work.pages.split("-")[0]),
        ("citation_lastpage", work.pages.split("-")[1]),
        ("citation_date", f"{work.published:%Y/%m/%d}"),
        ("citation_issn", "1234-5679"),
        *(("citation_author", f"{given} {family}") for family, given in work.authors),
    ]
    fields = "".join(f'<meta name="{name}" content="{escape(text)}"/>' for name, text in metas)
    cited = "".join(
        f'<p>Invented, A. (2019). A cited work. Made Up, 1(2), 3-4. <a href="https://doi.org/{doi}">{doi}</a></p>'
        for doi in work.cites
    )
    return (
        f'<html lang="en"><head><meta charset="utf-8">{fields}</head><body><h1>{escape(work.title)}</h1>'
        f'<section class="item references"><h2>References</h2><div class="value">{cited}</div></section></body></html>'
    )


def _aggregated(work: Work) -> str:
    rows = "".join(
        f"<tr><td>{kind}</td><td>{source}</td><td>{name}</td></tr>"
        for kind, source, name in (("drug", "DRUGBANK", "Oxytocin"), ("disease", "MESH", "Depression"))
    )
    return (
        f"<html><head><meta charset='utf-8'></head><body><h1>{escape(work.title)}</h1><p>Publication date: Oct 01, 2025</p>"
        f"<table><tr><th>Type</th><th>Source</th><th>Name</th></tr>{rows}</table></body></html>"
    )


def _told(work: Work) -> str:
    family = work.authors[0][0]
    title = work.title.replace("<i>", "").replace("</i>", "")
    return (
        "<html><head><meta charset='utf-8'></head><body><h1>Does a hormone help?</h1><p>People say that oxytocin does.</p>"
        f"<p>{family}, Anna, and Bo C. “{title}.” {work.journal} {work.volume}.1 ({work.published.year}): {work.pages}. Print.</p>"
        '<div id="comments"><p>Reader, A. (2020). My own view. Nowhere, 1(1), 2.</p></div></body></html>'
    )


def _html(text: str) -> Answer:
    return Answer(body=text.encode(), kind="text/html")
