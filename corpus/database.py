"""Opens a database by its URL, and brings its tables up to date.

Never knows what the tables mean: that is ``corpus.store``.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from corpus.driver_errors import one_line
from corpus.errors import InvalidInput, Locked

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import URL, Connection, Engine
    from sqlmodel import Session

BUSY_SECONDS = 5  # how long a run waits for another one before it says so
CONNECTIONS = 20  # that a server keeps open; ten more at times
UNSURE_AFTER = 1.0  # seconds without use after which a connection may have been cut
_LOCK = 0x0C1705  # names our advisory locks on PostgreSQL: of one change, and of a whole run
_RUN = 0x0C1706
_TURN = 0x0C1708  # of who writes at the desk
_DRIVERS = {"sqlite": "sqlite", "sqlite+pysqlite": "sqlite", "postgresql": "postgresql+psycopg"}
_DRIVERS |= {"postgres": "postgresql+psycopg", "postgresql+psycopg": "postgresql+psycopg"}


class Transactions(Protocol):
    """Each call opens a session that is committed at its end; one that only reads keeps nobody from writing."""

    def __call__(self, *, writes: bool = True) -> AbstractContextManager[Session]: ...


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A session on a database that is up to date. Raises InvalidInput where there is none."""
    from sqlmodel import Session

    address = parse_url(url)
    path = _sqlite_path(address)
    if path is not None and not path.exists():
        raise InvalidInput(f"{path}: no database there; build it with `oxysynth init`")
    with one_line(address), _connected(_engine(address), writes=False) as connection:
        _require_head(connection, address)
        with Session(bind=connection) as session:
            yield session


@contextmanager
def writing(url: str) -> Iterator[Session]:
    """A session in one transaction, tables brought up to date first; nothing is kept unless all of it succeeds."""
    from sqlmodel import Session

    address = parse_url(url)
    with connecting(address, writes=True) as connection, connection.begin():
        _lock(connection, address)
        upgrade(connection)
        # No savepoint: on a full disk SQLite rolls back by itself, and a savepoint would be gone.
        with Session(bind=connection, join_transaction_mode="rollback_only") as session:
            yield session
            session.commit()


@contextmanager
def transactions(url: str) -> Iterator[Transactions]:
    """Many short transactions on one database, its tables brought up to date once, at the beginning.

    Each call of what is given opens a session that is committed at its end: what a run has kept until it is killed
    stays kept.
    """
    from sqlmodel import Session

    address = parse_url(url)
    with one_line(address):
        engine = _engine(address)
        with engine.connect().execution_options(oxysynth_writes=True) as connection, connection.begin():
            _lock(connection, address)
            upgrade(connection)

    @contextmanager
    def transaction(*, writes: bool = True) -> Iterator[Session]:
        with (
            one_line(address),
            _connected(engine, writes) as opened,
            opened.begin(),
            Session(bind=opened, join_transaction_mode="rollback_only") as session,
        ):
            yield session
            session.commit()

    yield transaction


@dataclass(frozen=True, slots=True)
class Served:
    """A database that many people use at once: each call of ``read`` or ``write`` opens a session of its own.

    What ``write`` holds is committed at its end, and is on the disk when it returns.
    """

    read: Callable[[], AbstractContextManager[Session]]
    write: Transactions


@contextmanager
def serving(url: str, info: Mapping[str, Any] | None = None) -> Iterator[Served]:
    """Sessions for a server's threads, over connections that stay open; the tables are brought up to date first.

    Writers take turns, in the order in which they come: what one of them has read stays true until it has written. On
    SQLite the file is switched to write-ahead logging, so that nobody who reads waits for one who writes. Every session
    carries the ``info``.
    """
    from sqlmodel import Session

    address = parse_url(url)
    with transactions(url):
        pass
    engine = _engine(address, pooled=True)
    sqlite = address.drivername.startswith("sqlite")
    turn: AbstractContextManager[Any] = threading.Lock() if sqlite else nullcontext()

    @contextmanager
    def session(*, writes: bool = True) -> Iterator[Session]:
        with (
            one_line(address),
            turn if writes else nullcontext(),
            _connected(engine, writes) as opened,
            opened.begin(),
            Session(bind=opened, join_transaction_mode="rollback_only", info=dict(info or {})) as held,
        ):
            if writes and not sqlite:
                opened.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
            yield held
            if writes:
                held.commit()

    if sqlite:
        with one_line(address), engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
    try:
        yield Served(read=lambda: session(writes=False), write=session)
    finally:
        engine.dispose()


@contextmanager
def only_run(url: str) -> Iterator[None]:
    """Hold the place of the one run on this database. Raises Locked while another process holds it.

    The system gives the place back when its holder ends, killed or not: there is nothing to clean up after a crash.
    """
    address = parse_url(url)
    path = _sqlite_path(address)
    if path is None:
        with one_line(address), _engine(address).connect() as connection:
            if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_RUN})").scalar():
                raise Locked(f"database {address}: another run is under way; try again when it has finished")
            yield  # the lock ends with the connection
        return
    import fcntl

    place = path.with_name(f"{path.name}.run")
    with place.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Locked(f"{path}: another run is under way; try again when it has finished") from error
        yield


@contextmanager
def connecting(address: URL, writes: bool = False) -> Iterator[Connection]:
    """A connection; ``writes`` makes its transactions wait for other writers at their beginning, not half-way."""
    with one_line(address), _engine(address).connect().execution_options(oxysynth_writes=writes) as connection:
        yield connection


def parse_url(url: str) -> URL:
    """The URL with the driver that ships. Raises InvalidInput."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    example = "sqlite:///oxysynth.sqlite or postgresql://user@host/name"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        shown = re.sub(r":[^:@/]*@", ":***@", url)
        raise InvalidInput(f"database {shown!r} is not an SQLAlchemy URL; write for example {example}") from error
    if address.drivername not in _DRIVERS:
        raise InvalidInput(f"database {address}: {address.drivername!r} is not supported; write for example {example}")
    if address.drivername.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise InvalidInput(f"database {address} names no file, so nothing would be kept; write for example {example}")
    return address.set(drivername=_DRIVERS[address.drivername])


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, within the connection's transaction; nothing where they are there."""
    current, head = revisions(connection)
    if current == head:
        return
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(migrations(connection), "head")
    except CommandError as error:
        raise InvalidInput(
            f"database {connection.engine.url}: {error}; use the program that made it, or a new file"
        ) from error


def migrations(connection: Connection) -> Config:
    """Alembic's configuration, found inside the installed package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "corpus:migrations")
    config.attributes["connection"] = connection
    return config


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """The revision the database is at, and the newest one.

    Read without Alembic, whose import would cost every command a fifth of a second: the revisions are numbered in one
    line, and the number is the beginning of the file's name.
    """
    from sqlalchemy import inspect, text

    versions = (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")
    head = max((path.name.partition("_")[0] for path in versions), default=None)
    if not inspect(connection).has_table("alembic_version"):
        return None, head
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar(), head


def _require_head(connection: Connection, address: URL) -> None:
    current, head = revisions(connection)
    if current != head:
        raise InvalidInput(
            f"database {address}: its tables are at revision {current or 'none'}, the program needs {head}; run `oxysynth init`"
        )


def _engine(address: URL, pooled: bool = False) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    # The connection that was used last is used next: it has its statements prepared.
    pool: dict[str, Any] = {"pool_size": CONNECTIONS, "pool_use_lifo": True} if pooled else {"poolclass": NullPool}
    if not address.drivername.startswith("sqlite"):
        engine = create_engine(address, connect_args={"connect_timeout": BUSY_SECONDS}, **pool)
        if pooled:
            _renew_the_dead(engine)
        return engine
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver's own transactions leave out DDL and reads; ours begin where we say.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")  # what was committed outlives a power cut, in any build of SQLite

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("oxysynth_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _renew_the_dead(engine: Engine) -> None:
    """Let a connection that nobody used for a while be asked whether it is still there, and be made anew where it is not."""
    from sqlalchemy import event
    from sqlalchemy.exc import DisconnectionError

    @event.listens_for(engine, "checkin")
    def used(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) < UNSURE_AFTER:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def _lock(connection: Connection, address: URL) -> None:
    # On SQLite, BEGIN IMMEDIATE has locked the file already.
    if address.drivername.startswith("sqlite"):
        return
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
    if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK})").scalar():
        raise Locked(f"database {address}: another run is writing to it; try again when it has finished")


def _connected(engine: Engine, writes: bool) -> Connection:
    """A connection; what one that only reads sees within a transaction is of one moment, as it is on SQLite anyway."""
    if writes or engine.dialect.name == "sqlite":
        return engine.connect().execution_options(oxysynth_writes=writes)
    return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite_path(address: URL) -> Path | None:
    return Path(address.database or "") if address.drivername.startswith("sqlite") else None
