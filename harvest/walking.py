"""Takes one window from its first request to its last, through the ledger, whatever carries the requests.

Never sends a request, and never closes a window over a gap: a reply served twice, or fewer records than announced,
starts the window again once and then fails it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import chain

from corpus.database import Transactions
from corpus.domain.harvested import Deleted, HarvestedRecord, Rejected
from corpus.domain.windows import Kept, Window, WindowState
from corpus.store.ledger import Ledger
from corpus.store.record_text import record_id
from harvest.readers.reading import BadReply, Reading
from harvest.sources import Job, Source
from harvest.sources.job import WATCH, Ask
from harvest.windows import halves

RESTARTS = 1  # of a window within one run


class Step(Enum):
    """What is to be done after a reply."""

    MORE = auto()  # send the next request
    DONE = auto()
    FAILED = auto()
    SPLIT = auto()  # the window was cut in two; take up the halves


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a step ended, and in which words."""

    step: Step
    message: str = ""
    kept: Kept | None = None


class Walk:
    """One attempt at one window. Call `begin`, then `ask` and `take` in turn while the step is MORE."""

    def __init__(self, transactions: Transactions, source: Source, job: Job) -> None:
        self.job = job
        self._transactions, self._source = transactions, source
        self._restarts = RESTARTS
        self._cursor: str | None = None
        self._seen: set[str] = set()
        self._rejected: tuple[Rejected, ...] = ()
        self._total: int | None = None

    def begin(self) -> Outcome:
        """Open the window, or go on where a killed run was."""
        with self._transactions() as session:
            ledger = Ledger(session)
            entry = ledger.start(self.job.window)
            self._cursor, self._total = entry.cursor, entry.total
            for reply in ledger.replies(self.job.window):
                reading = self._source.read(reply.payload, reply.url)
                self._seen |= _names(reading, reply.url)
                self._rejected += reading.rejected
        return self._end() if entry.replies and entry.cursor is None else Outcome(step=Step.MORE)

    def ask(self) -> Ask:
        """The next request."""
        return self._source.ask(self.job, self._cursor)

    def take(self, payload: bytes, url: str, *, last: bool = True) -> Outcome:
        """Keep a reply. Raises BadReply where it is none; nothing has changed then.

        Items that cannot be read make it a bad reply too, unless it is the ``last`` that is asked for: then the others
        are kept, and the window says what is missing.
        """
        reading = self._source.read(payload, url)
        names = _names(reading, url)
        if reading.rejected and not last:
            raise BadReply(f"{url}: {_unread(reading.rejected)}")
        if not names and not last and self.ask().never_empty:
            raise BadReply(f"{url}: nothing came of what was asked for by its number")
        total = max((one for one in (self._total, reading.total) if one is not None), default=None)
        capped = self.job.contract.capped
        if self._cursor is None and self.job.by_date and capped and total is not None and total > capped:
            return self._split()
        if names and self._seen.issuperset(names):
            return self.again("a page was served twice")
        cursor = self._source.following(self.job, self._cursor, reading)
        if self.job.by_date and not names and self._cursor is not None and len(self._seen) != total:
            return self.again("an empty page where more was promised")
        with self._transactions() as session:
            Ledger(session).keep(
                self.job.window,
                payload,
                url=url,
                received=len(names - self._seen),
                total=reading.total,
                cursor=cursor,
            )
        self._cursor, self._total = cursor, total
        self._seen |= names
        self._rejected += reading.rejected
        return Outcome(step=Step.MORE) if cursor is not None else self._end()

    def refused(self, reason: str) -> Outcome:
        """A request that stays without a usable reply: an expired session may be the reason where it was not the first."""
        return self.fail(reason) if self._cursor is None else self.again(reason)

    def again(self, reason: str) -> Outcome:
        """Start the window again from its first request, once; then fail."""
        if self._restarts == 0:
            return self.fail(f"{reason}, also after starting again")
        self._restarts -= 1
        self._cursor, self._total = None, None
        self._seen.clear()
        self._rejected = ()
        with self._transactions() as session:
            Ledger(session).restart(self.job.window)
        return Outcome(step=Step.MORE, message=reason)

    def fail(self, reason: str) -> Outcome:
        """Close the attempt; the window stays open for the next run."""
        with self._transactions() as session:
            Ledger(session).fail(self.job.window, reason)
        return Outcome(step=Step.FAILED, message=reason)

    def _split(self) -> Outcome:
        if self.job.window.days == 1:
            return self.fail(f"more than {self.job.contract.capped} records on one day; narrow the search terms")
        with self._transactions() as session:
            ledger = Ledger(session)
            ledger.drop(self.job.window)
            ledger.plan((half, self.job.query) for half in halves(self.job.window))
        return Outcome(step=Step.SPLIT)

    def _end(self) -> Outcome:
        received = len(self._seen)
        if self.job.by_date:
            if self._total is not None and received < self._total:
                return self.again(f"{self._total} records announced, {received} came")
            if against := self.job.contract.against(self.job.window.days, max(received, self._total or 0)):
                return self.again(against)
            if received == 0 and self._restarts:
                return self.again("nothing found; asked once more before it is believed")
        with self._transactions() as session:
            ledger = Ledger(session)
            readings = [self._source.read(reply.payload, reply.url) for reply in ledger.replies(self.job.window)]
            said = [_unread(self._rejected)] if self._rejected else []
            if self.job.window.search == WATCH and (silent := self._unanswered(readings)):
                said.append(f"no answer about {silent} of those asked for")
            kept = ledger.finish(
                self.job.window,
                () if self.job.window.search == WATCH else chain.from_iterable(one.records for one in readings),
                chain.from_iterable(one.deleted for one in readings),
                message="; ".join(said),
            )
        return Outcome(step=Step.DONE, kept=kept)

    def _unanswered(self, readings: Sequence[Reading]) -> int:
        """How many of the numbers that a watch asks for have no record."""
        came = {str(number) for one in readings for record in one.records for number in (record.pmid, record.doi)}
        return len({number.lower() for number in self.job.query.split()} - came)


def reread(ledger: Ledger, source: Source) -> Kept:
    """Rebuild the records of a source from its kept replies; nothing is asked for."""
    found = [
        ledger.enter(_records(ledger, source, entry.window), found=entry.window.until)
        for entry in ledger.entries(source.name)
        if entry.state is WindowState.DONE and entry.window.search != WATCH
    ]
    return Kept(
        new=sum(one.new for one in found),
        changed=sum(one.changed for one in found),
        unchanged=sum(one.unchanged for one in found),
    )


def _records(ledger: Ledger, source: Source, window: Window) -> Iterator[HarvestedRecord]:
    for reply in ledger.replies(window):
        yield from source.read(reply.payload, reply.url).records


def _unread(rejected: Sequence[Rejected]) -> str:
    count = len(rejected)
    return f"{count} item{'' if count == 1 else 's'} could not be read: {rejected[0].reason}"


def _names(reading: Reading, url: str) -> set[str]:
    """What a reply holds, by name: records and deletions by their numbers, what was rejected by its place."""
    held: list[HarvestedRecord | Deleted] = [*reading.records, *reading.deleted]
    names = {one.source_id if isinstance(one, Deleted) else record_id(one) for one in held}
    return names | {f"rejected {place} of {url}" for place, _ in enumerate(reading.rejected)}
