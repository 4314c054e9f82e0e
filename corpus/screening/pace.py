"""How fast somebody decides, and how long the rest would take at that pace.

Never counts a pause: a gap longer than a few minutes is no work on a record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

PAUSE = timedelta(minutes=5)
LEAST = 10  # decisions without a pause between them, before a pace is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Decisions an hour of work."""

    an_hour: float

    def left(self, records: int) -> timedelta:
        """How much work that many records are."""
        return timedelta(hours=records / self.an_hour)


def pace(times: Sequence[datetime]) -> Pace | None:
    """The pace of decisions at these moments, in any order; None where there are too few."""
    gaps = [later - earlier for earlier, later in pairwise(sorted(set(times))) if later - earlier <= PAUSE]
    worked = sum(gaps, timedelta())
    if len(gaps) < LEAST or not worked:
        return None
    return Pace(an_hour=len(gaps) / (worked / timedelta(hours=1)))
