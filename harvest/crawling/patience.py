"""Trying again: after the time that the server asks for, or after a growing one, and not for ever.

Never retries what will not change: a refusal, a page of another host, a reply that is too large.
"""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.utils.response import response_status_message

TRIES = 3  # of one request in all
LONGEST_WAIT = 120.0  # seconds; who asks for more is asked again by the next run
BACKOFF = 20  # times the pause between requests, doubled with each try


class Patience(RetryMiddleware):
    """Scrapy's retries come at once, and Retry-After is not read (its issue 3849)."""

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Wait where the spider asks again after a reply that was none."""
        await asyncio.sleep(request.meta.get("pause", 0))

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        """The response, or the request once more after a wait."""
        if response.status not in self.retry_http_codes:
            return response
        asked = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if asked is not None and asked > LONGEST_WAIT:
            return response
        again = self._retry(request, response_status_message(response.status))
        if again is None:
            return response
        await asyncio.sleep(self._pause(request) if asked is None else asked)
        return again

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception, spider: Any = None
    ) -> Request | Response | None:
        """The request once more after a wait, where the connection failed."""
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        again = self._retry(request, exception)
        if again is not None:
            await asyncio.sleep(self._pause(request))
        return again

    def _pause(self, request: Request) -> float:
        base: float = BACKOFF * self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        return float(min(base * 2 ** request.meta.get("retry_times", 0), LONGEST_WAIT))


def retry_after(printed: bytes | None, now: datetime) -> float | None:
    """Seconds to wait: a number, or a date (RFC 9110, 10.2.3); None where nothing readable is asked."""
    if printed is None:
        return None
    text = printed.decode("ascii", "replace").strip()
    if text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return max(0.0, (when - now).total_seconds())
