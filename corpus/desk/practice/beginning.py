"""The database of the practice desk: where it is, how it is filled when it is first opened, how it is begun anew.

Never opens a database that was not made for practice, and never the one of the review.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from corpus.database import only_run, parse_url, serving, transactions
from corpus.desk.practice.colleagues import decide_titles
from corpus.desk.practice.material import material
from corpus.domain.people import Account, Role
from corpus.errors import InvalidInput, Locked
from corpus.protocol import Protocol
from corpus.settings import Settings
from corpus.store import Ledger
from corpus.store.accounts import Accounts
from corpus.store.facts import Facts
from corpus.store.links import Links
from corpus.store.record_text import digest, to_text
from corpus.works.queueing import renew_queue

FILE = "oxysynth-practice.sqlite"
_MADE_FOR = "practice"  # the fact that a database is one for practice
_FOUND = date(2000, 1, 1)  # no day on which anything was harvested


def practice_file(settings: Settings) -> Path:
    """Where the practice database is: beside the review's SQLite file; in the working folder where there is none."""
    address = parse_url(settings.database)
    named = address.database if address.drivername.startswith("sqlite") else None
    return (Path(named).parent if named and named != ":memory:" else Path()) / FILE


@contextmanager
def prepared(settings: Settings, protocol: Protocol, learner: Account, *, anew: bool) -> Iterator[str]:
    """The URL of the practice database, filled if it is new; ``anew`` throws the old one away.

    It belongs to one desk as long as that is open: begun anew beside it, what is done there would be lost. Raises
    InvalidInput where the file of that name holds something else, and Locked where another desk has it open.
    """
    path = practice_file(settings)
    with ExitStack() as held:
        try:
            held.enter_context(only_run(f"sqlite:///{path}"))
        except Locked as error:
            raise Locked(
                f"{path}: a practice desk is open on it already; use that, or end it first (Ctrl-C)"
            ) from error
        yield _ready(path, protocol, learner, anew=anew)


def _ready(path: Path, protocol: Protocol, learner: Account, *, anew: bool) -> str:
    url = f"sqlite:///{path}"
    if path.exists():
        if not _is_for_practice(path):
            raise InvalidInput(
                f"{path}: not made for practice, though it has that name; move it away, then nothing is lost"
            )
        if anew:
            for name in (path, *(path.with_name(path.name + more) for more in ("-wal", "-shm", "-journal"))):
                name.unlink(missing_ok=True)
    if not path.exists():
        _fill(url, protocol, learner)
    return url


def _is_for_practice(path: Path) -> bool:
    """Whether a file was made for practice; asked past the store, which refuses tables older than this version."""
    asked = "SELECT 1 FROM desk_fact WHERE name = ?"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute(asked, (_MADE_FOR,)).fetchone() is not None
        except sqlite3.DatabaseError:  # no database, or one without such a table
            return False


def _fill(url: str, protocol: Protocol, learner: Account) -> None:
    held = material()
    with transactions(url) as opened:
        with opened() as session:
            Facts(session).remember(_MADE_FOR, {"since": datetime.now(UTC).isoformat(timespec="seconds")})
            accounts = Accounts(session)
            for key, name in held.people.items():
                accounts.add(Account(key=key, name=name, role=Role.CODER), by=key)
            accounts.add(learner, by=learner.key)
            Ledger(session).enter(held.records, found=_FOUND)
            seen = {f"{one.source}:{one.source_id}": digest(to_text(one)) for one in held.records}
            Links(session).add(held.links, seen)
        renew_queue(opened, protocol)
    with serving(url) as database, database.write() as session:
        decide_titles(session, protocol.screening)
