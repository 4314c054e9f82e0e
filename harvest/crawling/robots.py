"""robots.txt as RFC 9309 reads it, and its Crawl-delay.

Never takes an error for a permission: what cannot be read because the server fails forbids everything.
"""

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from harvest.crawling.wording import no_reply

_NOTHING = b"User-agent: *\nDisallow: /\n"
LONGEST_DELAY = 60.0  # seconds; a larger Crawl-delay is kept as this one


class Robots(RobotsTxtMiddleware):
    """5xx and no answer mean no (RFC 9309, 2.3.1.4), 4xx means that there are no rules (2.3.1.3)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._slowest: dict[str, float] = {}
        self._unread: dict[str, str] = {}  # why robots.txt could not be read, by host

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Refuse what is forbidden, and slow down as asked."""
        host = request.url.split("/")[2]
        try:
            await super().process_request(request)
        except IgnoreRequest as error:
            raise IgnoreRequest(self._unread.get(host, "robots.txt forbids this address")) from error
        if delay := self._slowest.get(host):
            slots = self.crawler.engine.downloader.slots
            for slot in slots.values():
                slot.delay = max(slot.delay, delay)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        body = response.body
        if response.status >= 500:
            body = _NOTHING
            self._unread[netloc] = f"robots.txt: HTTP {response.status}; what cannot be read forbids everything"
        elif response.status >= 400:
            body = b""
        await super()._parse_robots(response.replace(body=body), netloc, request)
        parser = self._parsers[netloc]
        asked = parser.crawl_delay(self._default_useragent) if parser is not None else None  # type: ignore[union-attr]
        if asked:
            self._slowest[netloc] = min(float(asked), LONGEST_DELAY)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._unread[netloc] = f"robots.txt: {no_reply(exc)}; what cannot be read forbids everything"
        waiting = self._parsers[netloc]
        self._parsers[netloc] = forbidden = build_from_crawler(self._parserimpl, self.crawler, _NOTHING)
        if isinstance(waiting, Deferred):
            waiting.callback(forbidden)
