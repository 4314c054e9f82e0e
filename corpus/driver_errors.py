"""What a database's driver reports, told to a person in one line.

Never hides what it does not know: that goes on as the driver raised it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from corpus.errors import Locked, OxySynthError, Unavailable

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.exc import DBAPIError


@contextmanager
def one_line(address: URL) -> Iterator[None]:
    """Turns what a driver raises within into an error of ours. Raises Locked or Unavailable; what it does not know goes on."""
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as NoneLeft

    try:
        yield
    except NoneLeft as error:
        raise Unavailable(f"database {address}: no connection became free ({error}); try again") from error
    except DBAPIError as error:
        known = (
            _sqlite_error(error, address)
            if address.drivername.startswith("sqlite")
            else _postgres_error(error, address)
        )
        if known is None:
            raise
        raise known from error


def _sqlite_error(error: DBAPIError, address: URL) -> OxySynthError | None:
    path = address.database
    code = getattr(error.orig, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Locked(f"{path}: another run is writing to this database; try again when it has finished")
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return Unavailable(f"{path}: not a readable database ({error.orig}); move it away and run `oxysynth init`")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return Unavailable(f"{path}: {error.orig}; choose a folder that exists and that you may write to")
    if code.startswith("SQLITE_FULL"):
        return Unavailable(f"{path}: {error.orig}; free some space, nothing was changed")
    if code.startswith("SQLITE_IOERR"):
        return Unavailable(f"{path}: {error.orig} ({code}); check the disk, nothing was changed")
    return None


def _postgres_error(error: DBAPIError, address: URL) -> OxySynthError | None:
    state = getattr(error.orig, "sqlstate", None)
    told = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if state == "55P03":
        return Locked(f"database {address}: another run is writing to it; try again when it has finished")
    if state is not None and (state[:2] == "53" or state in ("25006", "42501")):  # no room, read-only, no privilege
        return Unavailable(f"database {address}: {told}; nothing was changed")
    # No connection at all has no state; 08, 28, 3D and 57P are connection, login, unknown database, shutdown.
    lost = error.connection_invalidated or (state is None and type(error.orig).__name__ == "OperationalError")
    if lost or (state is not None and (state[:2] in ("08", "28", "3D") or state[:3] == "57P")):
        return Unavailable(f"database {address}: {told}; start the server or correct OXYSYNTH_DATABASE")
    return None
