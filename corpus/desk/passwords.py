"""Passwords: argon2 hashes, and what a password must be.

Never tells by its time whether somebody has an account.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpus.errors import InvalidInput

SHORTEST = 12
LONGEST = 200


def hashed(password: str) -> str:
    """The hash of a new password. Raises InvalidInput where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"a password has {SHORTEST} to {LONGEST} characters; a few words in a row are a good one")
    return _hasher().hash(password)


def matches(password: str, known: str) -> bool:
    """Whether the password is the one that was hashed; with no hash it takes as long and says no."""
    try:
        return _hasher().verify(known or _nobodys(), password[:LONGEST]) and bool(known)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
