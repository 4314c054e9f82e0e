"""The corpus as the program last wrote it, read once in a process however often pages ask for it.

Never for what guards the corpus: checks, and whatever replaces it, read the rows themselves (`Store.load`).
"""

import threading

from sqlmodel import Session

from corpus.domain import Corpus
from corpus.store.facts import Facts
from corpus.store.store import WRITTEN, Store

_HELD: dict[str, tuple[str, Corpus]] = {}  # by database: the last event when it was written, and what it was
_TURN = threading.Lock()


def current_corpus(session: Session) -> Corpus:
    """The corpus. A domain value never changes, so that all who ask may share it."""
    written = Facts(session).recall(WRITTEN)
    if written is None:
        return Store(session).load()
    database, event = str(session.get_bind().engine.url), str(written["event"])
    with _TURN:  # who asks meanwhile waits: reading it twice at once takes each of them twice as long
        known = _HELD.get(database)
        if known is None or known[0] != event:
            known = (event, Store(session).load())
            _HELD.clear()  # a process serves one database; tests serve many
            _HELD[database] = known
    return known[1]
