"""How far people have come: exact while a thousand works or fewer are left or held, else counted anew from time to time.

Never lets a key wait for a count of the whole queue: between two counts a person's own decisions are added to the last one.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.domain.screening import Stage, State
from corpus.store.progress import Progress
from corpus.store.queue import COUNTED, Queue

HOLDS = 30.0  # seconds for which a count of more than a thousand is good


@dataclass(frozen=True, slots=True)
class Counted:
    """What one person has decided at a stage, and what is left for the person."""

    done: int
    left: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.done + self.left


@dataclass(frozen=True, slots=True)
class _Held:
    counted: Counted
    at: datetime  # decisions after it are not in the count
    until: float


class Tally:
    """The counts of one running desk."""

    def __init__(self, holds: float = HOLDS) -> None:
        self._holds = holds
        self._held: dict[tuple[Stage, str], _Held] = {}
        self._all: tuple[Mapping[tuple[Stage, State], int], float] = ({}, 0.0)
        self._turn = threading.Lock()

    def all(self, session: Session) -> Mapping[tuple[Stage, State], int]:
        """Number of works that are in no report, by stage and state."""
        with self._turn:
            counts, until = self._all
        if time.monotonic() < until:
            return counts
        counts = Queue(session).counts()
        if sum(counts.values()) > COUNTED:
            with self._turn:
                self._all = (counts, time.monotonic() + self._holds)
        return counts

    def of(self, session: Session, stage: Stage, who: str) -> Counted:
        """How far a person has come."""
        progress = Progress(session)
        with self._turn:
            held = self._held.get((stage, who))
        if held is not None and time.monotonic() < held.until:
            since = progress.decided(stage, who, held.at)
            return Counted(held.counted.done + since, max(held.counted.left - since, 0))
        at, queue = datetime.now(UTC), Queue(session)
        counted = Counted(progress.decided(stage, who), queue.undecided(stage, who))
        if counted.left <= COUNTED:
            with self._turn:
                self._held.pop((stage, who), None)
            return counted
        counted = Counted(counted.done, progress.waiting(stage) - queue.waiting_decided(stage, who))
        with self._turn:
            self._held[stage, who] = _Held(counted, at, time.monotonic() + self._holds)
        return counted
