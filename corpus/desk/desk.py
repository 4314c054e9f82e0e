"""What every route of a running desk shares.

Never holds anything about one visitor: that comes with the request.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from corpus.criteria import Criteria
from corpus.database import Served
from corpus.desk.reading import Readers
from corpus.desk.tally import Tally
from corpus.protocol import Protocol
from corpus.works.queueing import reviewers


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The provider of identities that a team may use instead of passwords (OpenID Connect)."""

    issuer: str
    client: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A running desk."""

    database: Served
    protocol: Protocol
    origin: str  # the address people open, without a path: "https://desk.example.org"
    team: bool  # several people with accounts; otherwise whoever holds the entry key
    secret: bytes = b""  # keys the hashes of tokens
    entry_key: str = field(default="", repr=False)
    practice: bool = False
    identity: Identity | None = None
    readers: Readers = field(default_factory=Readers)  # who reads what just now
    decided: Callable[[], None] = lambda: None  # told after every decision, so that the queue can be ranked anew
    emptied: Callable[[], None] = lambda: None  # told when nothing waits for somebody any more, for the same end
    tally: Tally = field(default_factory=Tally)

    @property
    def https(self) -> bool:
        """Whether browsers reach the desk over TLS."""
        return self.origin.startswith("https://")

    @property
    def criteria(self) -> Criteria:
        """What the protocol says of screening."""
        return self.protocol.screening

    def needed(self, screening: int) -> int:
        """How many reviewers must agree on a work where so many people screen."""
        return reviewers(self.criteria, screening)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, and no other can be meant."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_private(address: str) -> bool:
    """Whether nobody on the way can read what is sent to an address: over TLS, or within this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk that a request came to."""
    return cast(Any, connection.app).state.desk  # type: ignore[no-any-return]
