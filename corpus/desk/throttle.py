"""How often somebody may try to enter before they have to wait.

Never locks an account for good, and never says whether it exists.
"""

from datetime import UTC, datetime, timedelta

from corpus.errors import OxySynthError
from corpus.store.accounts import Accounts

WITHIN = timedelta(minutes=15)
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_ADDRESS = 30
MOST_BY_NAME = 50


class TooOften(OxySynthError):
    """Too many failed attempts to enter."""


def _names(account: str, address: str) -> dict[str, int]:
    account = account[:64]
    return {
        f"both:{account}@{address}": MOST_BY_NAME_AND_ADDRESS,
        f"address:{address}": MOST_BY_ADDRESS,
        f"account:{account}": MOST_BY_NAME,
    }


def admit(accounts: Accounts, account: str, address: str) -> None:
    """Raises TooOften where too many attempts have failed of late."""
    since = datetime.now(UTC) - WITHIN
    for name, most in _names(account, address).items():
        if accounts.failures([name], since) >= most:
            minutes = int(WITHIN.total_seconds() // 60)
            raise TooOften(f"too many failed attempts; try again in {minutes} minutes")


def failed(accounts: Accounts, account: str, address: str) -> None:
    """Note a failed attempt."""
    accounts.failed(list(_names(account, address)))


def succeeded(accounts: Accounts, account: str, address: str) -> None:
    """Forget the failed attempts of this name from this address."""
    accounts.forgive([f"both:{account[:64]}@{address}"])
