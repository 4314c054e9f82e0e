"""The spider of every source: takes the open windows one after the other and lets `Walk` decide what comes next.

Never ends quietly: whatever goes wrong becomes the message of the window it went wrong in.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from harvest.crawling.patience import BACKOFF, TRIES
from harvest.crawling.wording import bad_reply, no_reply, public, refusal
from harvest.readers.reading import BadReply
from harvest.sources import Job
from harvest.walking import Outcome, Step, Walk


class WindowSpider(scrapy.Spider):
    """One source's windows. ``open_jobs`` gives those that are open now; ``walk_of`` opens the walk through one."""

    name = "window"

    def __init__(
        self,
        *,
        open_jobs: Callable[[], Sequence[Job]],
        walk_of: Callable[[Job], Walk],
        told: Callable[[str], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._open_jobs, self._walk_of, self._told = open_jobs, walk_of, told
        self._tried: set[object] = set()
        self.walk: Walk | None = None

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The first request of the first open window."""
        for request in self._next_window():
            yield request

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Hand a reply to the walk."""
        assert self.walk is not None
        if response.status in (400, 401, 403, 404, 410):
            yield from self._after(self.walk.refused(refusal(response)))
        elif response.status != 200:
            yield from self._after(self.walk.fail(refusal(response)))
        else:
            yield from self._take(response)

    def failed(self, failure: Failure) -> Iterator[scrapy.Request]:
        """No reply at all: the window keeps what it has and fails."""
        assert self.walk is not None
        yield from self._after(self.walk.fail(no_reply(failure.value, self.walk.job.contract)))

    def _take(self, response: Response) -> Iterator[scrapy.Request]:
        assert self.walk is not None
        tried, url = response.meta.get("bad_replies", 0) + 1, public(response.url)
        try:
            outcome = self.walk.take(response.body, url, last=tried == TRIES)
        except BadReply as error:
            if tried < TRIES:
                yield self._request(bad_replies=tried)
                return
            outcome = self.walk.refused(bad_reply(error, url, self.walk.job.contract))
        except Exception as error:  # a fault of ours must not look like an empty week
            self.logger.exception("%s", self.walk.job.window)
            outcome = self.walk.fail(f"internal error, {type(error).__name__}: {error}")
        yield from self._after(outcome)

    def _after(self, outcome: Outcome) -> Iterator[scrapy.Request]:
        assert self.walk is not None
        window = self.walk.job.window
        if outcome.step is Step.MORE:
            if outcome.message:
                self._told(f"{window}: {outcome.message}; starting again")
            yield self._request()
            return
        if outcome.step is Step.FAILED:
            self._told(f"{window}: failed: {outcome.message}")
        elif outcome.kept is not None:
            self._told(
                f"{window}: {outcome.kept.new} new, {outcome.kept.changed} changed, {outcome.kept.unchanged} known"
            )
        yield from self._next_window()

    def _next_window(self) -> Iterator[scrapy.Request]:
        """Begin windows until one needs a request; each is tried once in a run."""
        while job := next((job for job in self._open_jobs() if job.window not in self._tried), None):
            self._tried.add(job.window)
            self.walk = self._walk_of(job)
            outcome = self.walk.begin()
            if outcome.step is Step.MORE:
                yield self._request()
                return
            if outcome.step is Step.FAILED:
                self._told(f"{job.window}: failed: {outcome.message}")

    def _request(self, bad_replies: int = 0) -> scrapy.Request:
        assert self.walk is not None
        ask = self.walk.ask()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return scrapy.Request(
            ask.url,
            callback=self.parse,
            errback=self.failed,
            method="POST" if ask.body else "GET",
            body=ask.body,
            headers=form if ask.body else None,
            dont_filter=True,
            meta={
                "bad_replies": bad_replies,
                "dont_obey_robotstxt": not self.walk.job.contract.robots,
                "pause": BACKOFF * self.walk.job.contract.seconds * bad_replies,
            },
        )
