"""Windows: a span of days of one search in one source, the unit in which harvesting makes progress.

Never asks a source; the ledger keeps windows, the harvesters fill them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class WindowState(StrEnum):
    """How far a window is."""

    PLANNED = "planned"
    STARTED = "started"  # also after a crash: what was kept until then is used again
    DONE = "done"
    FAILED = "failed"  # tried, with a message; tried again by the next run


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Both days belong to the window."""

    source: str
    search: str
    since: date
    until: date

    def __str__(self) -> str:
        return f"{self.source} {self.search} {self.since} to {self.until}"

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.until - self.since).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A window as the ledger holds it."""

    window: Window
    query: str  # what is asked for, as the source is asked
    state: WindowState = WindowState.PLANNED
    attempts: int = 0
    replies: int = 0  # kept so far
    received: int = 0  # items in them
    total: int | None = None  # items that the source announced
    cursor: str | None = None  # where the next request begins; None before the first one and after the last
    message: str = ""  # why it failed
    new: int = 0  # records unknown before; set when the window is done
    changed: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One kept reply of a window."""

    url: str
    sha256: str  # of the payload as received
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a finished window brought, in records."""

    new: int
    changed: int
    unchanged: int
