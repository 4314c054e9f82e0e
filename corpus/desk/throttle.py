"""How often somebody may try to enter before they have to wait.

Never locks an account for good, never says whether it exists, and never lets strangers keep somebody out of a browser that
the person entered with before.
"""

import ipaddress
from datetime import UTC, datetime, timedelta

from corpus.errors import OxySynthError
from corpus.store.attempts import Attempts

WITHIN = timedelta(minutes=15)
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_ADDRESS = 30
MOST_BY_NAME = 50


class TooOften(OxySynthError):
    """Too many failed attempts to enter."""


def admit(attempts: Attempts, account: str, address: str, *, known: bool = False) -> datetime:
    """Note an attempt, and let it be made: when it was. ``known`` is a browser that the person has entered with before.

    Raises TooOften where too many have failed of late. It is noted before it is made, so that many at once are no more
    than many one after the other.
    """
    now = datetime.now(UTC)
    names = _names(account, address)
    for name, most in names.items():
        if (name.startswith("account:") and known) or attempts.counted(name, now - WITHIN) < most:
            continue
        minutes = int(WITHIN.total_seconds() // 60)
        raise TooOften(f"too many failed attempts; try again in {minutes} minutes")
    attempts.note(list(names), now)
    return now


def succeeded(attempts: Attempts, account: str, address: str, at: datetime) -> None:
    """The attempt of that moment was none of those that fail; those of this name from this address are forgotten with it."""
    both, *others = _names(account, address)
    attempts.forget([both])
    attempts.forget(others, at)


def _names(account: str, address: str) -> dict[str, int]:
    account, address = account[:64], _whose(address)
    return {
        f"both:{account}@{address}": MOST_BY_NAME_AND_ADDRESS,
        f"address:{address}": MOST_BY_ADDRESS,
        f"account:{account}": MOST_BY_NAME,
    }


def _whose(address: str) -> str:
    """What one house has of addresses: with IPv6, as many as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
