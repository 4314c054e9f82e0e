"""What one reply of a source holds, in the shape that every reader of replies returns.

Never stands for a reply that is none: an error document, a page, or a cut body raises instead of being empty.
"""

from dataclasses import dataclass

from corpus.domain.harvested import Deleted, HarvestedRecord, Rejected
from corpus.errors import OxySynthError

# Forbidden in XML and good for nothing elsewhere: a text pasted from a word processor has them, and each costs a letter.
CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])


class BadReply(OxySynthError):
    """The bytes are no reply of the service, whatever the status line said. The message says what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The records of one reply, and where the next one begins."""

    records: tuple[HarvestedRecord, ...]
    deleted: tuple[Deleted, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    total: int | None = None  # what the service says it found in all; None where it does not say
    next: str | None = None  # cursor, token or offset of the next reply; None where this is the last one
