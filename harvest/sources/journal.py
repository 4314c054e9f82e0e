"""A journal's current issue and the articles it links: the issue first, then one article after another.

Never leaves the journal's host, and never follows more than the issue's own links to articles.
"""

import json
from urllib.parse import urljoin, urlsplit

from harvest.readers import article_page
from harvest.readers.page import Page
from harvest.readers.reading import BadReply, Reading
from harvest.sources.job import Ask, Job

_MOST_LINKS = 200  # of an issue; more is no issue


class Journal:
    """The cursor is the list of addresses still to be read, as JSON."""

    name = "journal"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        return Ask(job.contract.url if cursor is None else str(json.loads(cursor)[0]))

    def read(self, payload: bytes, url: str) -> Reading:
        """An issue gives the links to its articles, an article its record."""
        links = _articles(payload, url)
        if links is not None:
            return Reading(records=(), next=json.dumps(links) if links else None)
        return article_page.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        if cursor is None:
            return reading.next
        left = json.loads(cursor)[1:]
        return json.dumps(left) if left else None


def _articles(payload: bytes, url: str) -> list[str] | None:
    """The articles that an issue's page links; None where the page is an article itself."""
    page = Page(payload, url).root
    if page.xpath("//meta[@name='citation_title']") or "/article/view/" in urlsplit(url).path:
        return None
    host = urlsplit(url).netloc
    found: list[str] = []
    for link in page.xpath("//a/@href"):
        address = urljoin(url, str(link).strip()).partition("#")[0]
        parts = urlsplit(address)
        number = parts.path.partition("/article/view/")[2]
        if parts.netloc == host and number and "/" not in number.strip("/") and address not in found:
            found.append(address)
    if not found and not page.xpath("//*[contains(@class,'issue')]"):
        raise BadReply(f"{url}: the page of an issue expected; it links no article")
    if len(found) > _MOST_LINKS:
        raise BadReply(f"{url}: {len(found)} articles linked, more than an issue has")
    return found
