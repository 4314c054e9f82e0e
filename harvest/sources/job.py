"""One window being asked for, and what every source can say about asking.

Never keeps state: a cursor in a text says all that is needed to go on after a kill.
"""

from dataclasses import dataclass
from typing import Protocol

from corpus.domain.windows import Window
from corpus.settings import Settings
from harvest.contract import Contract
from harvest.readers.reading import Reading

MAIN = "main"  # the search of the protocol's terms
WATCH = "watch"  # the corpus's reports, by their identifiers, for retractions and corrections
SIMILAR = "similar"  # what is near to the included reports or cites them
VISIT = "visit"  # pages that are looked at each time
AT_ONCE = 40  # identifiers in one request


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; with a body it is posted as a form."""

    url: str
    body: bytes = b""
    never_empty: bool = False  # known things are asked for: an answer without any is a surprise


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A window with all that a request of it needs."""

    window: Window
    query: str  # what is asked for; for a watch the identifiers, with blanks between them
    contract: Contract  # at the address and rate of the settings
    settings: Settings

    @property
    def by_date(self) -> bool:
        """Whether the window is a search between two days, with a total to hold it to."""
        return self.window.search not in (WATCH, SIMILAR, VISIT)

    def some(self, place: int) -> tuple[str, ...]:
        """The identifiers of the request number ``place``, counted from 0."""
        return tuple(self.query.split()[place * AT_ONCE : (place + 1) * AT_ONCE])


class Source(Protocol):
    """A place that records come from. ``cursor`` is None before the first request."""

    name: str

    def ask(self, job: Job, cursor: str | None) -> Ask:
        """The request of the next reply."""
        ...

    def read(self, payload: bytes, url: str) -> Reading:
        """The records of a reply. Raises BadReply where it is none."""
        ...

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        """The cursor of the next request; None after the last one."""
        ...
