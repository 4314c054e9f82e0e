"""Which days of a search are still to be asked for.

Never looks at a clock or a database: what is done and what day it is are given.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from corpus.domain.windows import LedgerEntry, Window, WindowState
from corpus.errors import InvalidInput


def due(
    source: str, search: str, query: str, entries: Iterable[LedgerEntry], *, first: date, today: date, overlap: int
) -> Window | None:
    """The window that is missing up to ``today``, or nothing where all is done.

    It begins ``overlap`` days before the end of what is done without a gap: sources enter records late. Windows that
    asked for something else do not count.
    """
    done = [
        entry.window
        for entry in entries
        if entry.state is WindowState.DONE
        and (entry.window.source, entry.window.search, entry.query) == (source, search, query)
    ]
    reached = covered(done, first)
    if reached is not None and reached >= today:
        return None
    since = first if reached is None else max(first, reached - timedelta(days=overlap))
    return Window(source=source, search=search, since=since, until=today) if since <= today else None


def covered(done: Sequence[Window], first: date) -> date | None:
    """The last day up to which windows cover everything since ``first``; None where the first day is not covered."""
    reached: date | None = None
    for window in sorted(done, key=lambda window: window.since):
        if window.since <= (first if reached is None else reached + timedelta(days=1)) and window.until >= first:
            reached = window.until if reached is None else max(reached, window.until)
    return reached


def halves(window: Window) -> tuple[Window, Window]:
    """A window cut in two. Raises InvalidInput for a single day."""
    if window.days == 1:
        raise InvalidInput(f"{window}: more records on one day than the source gives out; narrow the search terms")
    middle = window.since + timedelta(days=window.days // 2 - 1)
    return (
        Window(source=window.source, search=window.search, since=window.since, until=middle),
        Window(source=window.source, search=window.search, since=middle + timedelta(days=1), until=window.until),
    )
