"""Engines and transactions for SQLite and PostgreSQL, and the translation of their errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    literal,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from ..errors import ArchiveError, MigrationError, NoRoomError, SettingsError, UnavailableError
from ..settings import Settings

Clock = Callable[[], int]

RESTED: Final = 1.0
"""Seconds after which a connection is asked whether it lives. One that died within them fails whoever uses it next, as
one does that dies in use: work is given back, an upload is sent again."""

_POOL: Final = 8
_OVERFLOW: Final = 40
"""As many connections as uvicorn has threads; a worker process uses one or two."""


def machine_clock() -> int:
    """Tell milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class SqlDatabase:
    """The way to SQL. Made after a fork, never before."""

    def __init__(self, engine: Engine, *, clock: Clock | None = None) -> None:
        self.engine = engine
        self.dialect: Literal["sqlite", "postgresql"] = (
            "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
        )
        self._clock = clock
        # A catalog in memory has one connection: its transactions take turns.
        self._turn = threading.RLock() if isinstance(engine.pool, StaticPool) else None
        driver: Any = engine.dialect.loaded_dbapi
        self._errors: tuple[type[Exception], ...] = (DBAPIError, PoolTimeoutError, driver.Error)
        if self.dialect == "sqlite":
            self._reading = self._looking = engine.execution_options()
            self._writing = engine.execution_options(immediate=True)
            self._relaxed = engine.execution_options(immediate=True, relaxed=True)
        else:
            self._reading = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writing = self._relaxed = engine.execution_options()
            self._looking = engine.execution_options(isolation_level="AUTOCOMMIT")

    def now(self) -> int:
        """Tell the time in milliseconds since 1970."""
        return self._clock() if self._clock is not None else machine_clock()

    def moment(self) -> ColumnElement[int]:
        """Give the time that leases are measured by: one clock for all workers, the database's where it has one."""
        if self._clock is None and self.dialect == "postgresql":
            return cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
        return literal(self.now(), BigInteger)

    def moment_or_bind(self) -> ColumnElement[int]:
        """Give the same for a prepared statement: where this machine's clock counts, it is the parameter ``now``."""
        if self._clock is None and self.dialect == "postgresql":
            return self.moment()
        now: ColumnElement[int] = bindparam("now", type_=BigInteger)
        return now

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads; it sees one moment."""
        with self._transaction(self._reading) as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Give a connection for one statement that reads: PostgreSQL needs no BEGIN and no COMMIT for it."""
        with self._transaction(self._looking) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a writing transaction."""
        with self._transaction(self._writing) as connection:
            yield connection

    @contextmanager
    def write_relaxed(self) -> Iterator[Connection]:
        """Open a writing transaction that a power cut may undo (SQLite: not synced by itself, but with the next one).

        For what is found again or done again: claims, marks of what was sent, revisions whose objects stand in the
        store, entries that are revealed once more. Never for what assigns a number.
        """
        with self._transaction(self._relaxed) as connection:
            yield connection

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        if self._turn is not None:
            self._turn.acquire()
        try:
            with engine.begin() as connection:
                yield connection
        except self._errors as error:
            found = translated(error)
            if found is error:
                raise
            raise found from error
        finally:
            if self._turn is not None:
                self._turn.release()

    def close(self) -> None:
        """Give the connections back. One that all threads share is not taken from under the thread that uses it."""
        with self._turn or nullcontext():
            self.engine.dispose()


def translated(error: Exception) -> Exception:
    """Say what a driver's error means: worth another try, a schema that is not there, or a bug (itself).

    The error may come from SQLAlchemy or, on the hot path (``prepared.py``), from the driver itself.
    """
    if isinstance(error, PoolTimeoutError):
        return UnavailableError("catalog", "no connection is free")
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    reason = str(cause).strip().partition("\n")[0] or type(cause).__name__
    if (
        "no such table" in reason
        or "no such column" in reason
        or getattr(cause, "sqlstate", "") in _NO_SCHEMA
    ):
        return MigrationError(
            f"the catalog's schema is not this release's ({reason}): run `jiaokan archive migrate`"
        )
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    kinds = {kind.__name__ for kind in type(cause).__mro__}
    if lost or _is_passing(cause) or kinds & {"OperationalError", "InterfaceError"}:
        full = getattr(cause, "sqlstate", "") == _DISK_FULL or reason == "database or disk is full"
        return (NoRoomError if full else UnavailableError)("catalog", reason)
    return error


_DISK_FULL: Final = "53100"


_NO_SCHEMA: Final = frozenset({"42P01", "42703", "42883"})
"""Undefined table, column, function: a migration makes the extension that has the functions, too."""


def _is_passing(cause: Any) -> bool:
    # Classes 08, 40, 53, 57, 58: connection, rollback, resources, intervention, system (PostgreSQL, appendix A).
    return str(getattr(cause, "sqlstate", "") or "")[:2] in {"08", "40", "53", "57", "58"}


def open_database(settings: Settings, *, clock: Clock | None = None) -> SqlDatabase:
    """Make the engine that ``settings.catalog_url`` names; connects when it is first used.

    Raises:
        SettingsError: the URL names no database that can be used.
        UnavailableError: the folder of an SQLite file cannot be made.
    """
    url = settings.catalog_url_with_password
    if url == "memory:":
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        dress_sqlite(engine, durable=False, timeout=settings.durable_timeout, wal=False)
    elif url.startswith("sqlite:"):
        path = sqlite_path(url)
        if not path.name:
            raise SettingsError(f"JIAOKAN_CATALOG: {url!r} names no file; write sqlite:PATH")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError("catalog", str(error)) from error
        engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"check_same_thread": False},
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
        )
        dress_sqlite(engine, durable=settings.durable, timeout=settings.durable_timeout, wal=True)
    elif url.startswith("postgresql://"):
        timeout = max(1, round(settings.durable_timeout))
        engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
            pool_timeout=timeout,
            connect_args={
                "connect_timeout": timeout,
                "application_name": "jiaokan",
                "options": f"-c statement_timeout={timeout * 1000} -c idle_in_transaction_session_timeout=60000",
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": timeout * 1000,
            },
        )
        from .patience import give_up_after

        give_up_after(engine, 2 * timeout)  # one that lives gives up by itself before
        _ask_whether_it_lives(engine)
        if not settings.durable:
            _be_quick_postgresql(engine)
    else:
        raise SettingsError(f"JIAOKAN_CATALOG: {url!r} is neither sqlite: nor postgresql://")
    return SqlDatabase(engine, clock=clock)


def sqlite_path(url: str) -> Path:
    """Give the file that a catalog's URL names."""
    return Path(url.removeprefix("sqlite:").removeprefix("//"))


def dress_sqlite(engine: Engine, *, durable: bool, timeout: float, wal: bool) -> None:
    """Set up every connection of an SQLite engine, and have its transactions begun as they should."""
    synchronous = "FULL" if durable else "OFF"

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver opens no transaction by itself: BEGIN is ours, below.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(timeout * 1000)}")
        if wal:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -16384")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Two deferred transactions that both come to write deadlock, and SQLite fails one at once, busy_timeout or not.
        options = connection.get_execution_options()
        immediate = options.get("immediate", False)
        if immediate and durable:
            # Of the connection, so it is said before each transaction; in WAL mode NORMAL leaves out the sync.
            connection.exec_driver_sql(
                f"PRAGMA synchronous = {'NORMAL' if options.get('relaxed') else 'FULL'}"
            )
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _ask_whether_it_lives(engine: Engine) -> None:
    """Ask a connection that has rested whether it still lives, and make another if not.

    SQLAlchemy's own ``pool_pre_ping`` asks each time, which costs as much as a small transaction.
    """

    @event.listens_for(engine, "checkout")
    def _checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if connection.closed:
            raise DisconnectionError
        if time.monotonic() - record.info.get("used", 0.0) > RESTED:
            try:
                engine.dialect.do_ping(connection)
            except connection.Error as error:
                raise DisconnectionError from error

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()


def _be_quick_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute("SET synchronous_commit = off")
        connection.autocommit = False


__all__ = ["ArchiveError", "Clock", "SqlDatabase", "machine_clock", "open_database", "translated"]
