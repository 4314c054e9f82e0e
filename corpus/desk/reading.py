"""Which works have lately been put before whom, so that no more people read a work than must decide on it.

Never a right to a work: whoever decides first decides, and after a restart nothing is remembered.
"""

import threading
import time
from collections.abc import Sequence

from corpus.domain.screening import QueuedWork, Stage

LASTS = 600.0  # seconds for which a work counts as being read
Place = tuple[Stage, str]


class Readers:
    """Who reads what at one desk."""

    def __init__(self, lasts: float = LASTS) -> None:
        self._lasts = lasts
        self._turn = threading.Lock()
        self._since: dict[Place, dict[str, float]] = {}
        self._forgot = 0.0

    def choose(self, stage: Stage, who: str, works: Sequence[QueuedWork], needed: int) -> QueuedWork | None:
        """The first of some works that not enough others are reading, or just the first; it then is read by this person."""
        now = time.monotonic()
        with self._turn:
            self._forget(now)
            found = next((one for one in works if len(self._others((stage, one.key), who)) < needed), None)
            chosen = found or (works[0] if works else None)
            if chosen is not None:
                self._since.setdefault((stage, chosen.key), {})[who] = now
        return chosen

    def leave(self, stage: Stage, who: str, work: str) -> None:
        """A person has put a work off: another may read it."""
        with self._turn:
            self._since.get((stage, work), {}).pop(who, None)

    def _others(self, place: Place, who: str) -> Sequence[str]:
        return [one for one in self._since.get(place, ()) if one != who]

    def _forget(self, now: float) -> None:
        """Let go of what nobody has been given for long; looked for now and then only."""
        if now - self._forgot < self._lasts / 10:
            return
        self._forgot = now
        latest = {place: max(people.values(), default=0) for place, people in self._since.items()}
        for place in [place for place, at in latest.items() if now - at > self._lasts]:
            del self._since[place]
