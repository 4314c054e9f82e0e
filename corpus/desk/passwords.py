"""Passwords: argon2 hashes, and what a password must be.

Never tells by its time whether somebody has an account, and never hashes so many at once that the machine has no memory left.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpus.errors import InvalidInput, OxySynthError

SHORTEST = 12
LONGEST = 200
AT_ONCE = 2  # each takes 64 MB, and a processor for a tenth of a second
WAITING = 8  # who comes then is told to come again, so that the threads that wait here are not all that there are
_turns = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


class Busy(OxySynthError):
    """Too many people enter at once."""


def hashed(password: str) -> str:
    """The hash of a new password. Raises InvalidInput where it is too short or too long, Busy where too many enter at once."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"a password has {SHORTEST} to {LONGEST} characters; a few words in a row are a good one")
    with _turn():
        return _hasher().hash(password)


def matches(password: str, known: str) -> bool:
    """Whether the password is the one that was hashed; with no hash it takes as long and says no.

    Raises Busy where too many enter at once.
    """
    with _turn():
        try:
            return _hasher().verify(known or _nobodys(), password[:LONGEST]) and bool(known)
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Busy("many people are entering just now; try again in a moment")
    try:
        with _turns:
            yield
    finally:
        _places.release()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
