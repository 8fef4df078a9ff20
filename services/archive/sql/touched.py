"""The quickest question to a catalog: has this report been touched since? Asked before each answer from memory.

``reports.touched`` is the ledger sequence of a report's last event of any kind: a new edition, a withdrawal, an
erasure. As long as it is the one that an answer was made at, the answer is true. See ADR 0086.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import select

from ..database import Database
from ..errors import UnavailableError
from ..settings import Settings
from ..tables import reports
from .database import sqlite_path

if TYPE_CHECKING:
    import psycopg

PATIENCE: Final = 1.0
"""Seconds that a server has for an answer; after them the request goes the long way, which waits as it should."""

_HEADER: Final = 96
"""Bytes of the header of SQLite's WAL index: twice 48, of which a writer changes the second copy first."""

_KNOWN_MOST: Final = 10_000

_ONE: Final = "SELECT touched FROM reports WHERE id = ?"
_MANY: Final = "SELECT id, touched FROM reports WHERE id = ANY(%s)"


class TouchedInFile:
    """Asks an SQLite file over a connection of its own: some 5 µs, so it may be asked on the event loop itself.

    Asked again, it first looks whether anything at all was written: every commit changes the header of the WAL index,
    which all processes share as memory (sqlite.org/walformat.html, 2.1), before the writer is told that it is done.
    While the header stays as it is, so does what was read: that costs no system call.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._shared: mmap.mmap | None = None
        self._header = b""
        self._known: dict[str, int | None] = {}

    def __call__(self, report: str) -> int | None:
        """Give the sequence, None when there is no such report.

        Raises:
            UnavailableError: the file cannot be read now.
        """
        if self._shared is not None:
            header = self._shared[:_HEADER]
            if header == self._header:
                if report in self._known:
                    return self._known[report]
            else:
                self._known.clear()
                self._header = header
        try:
            connection = self._connection or self._connect()
            row = connection.execute(_ONE, (report,)).fetchone()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise UnavailableError("catalog", str(error)) from error
        found = None if row is None else int(row[0])
        if self._shared is not None and len(self._known) < _KNOWN_MOST:
            self._known[report] = found
        return found

    def _connect(self) -> sqlite3.Connection:
        # It waits for nobody: a writer never keeps a reader waiting in WAL mode, and what else does is rare.
        connection = sqlite3.connect(
            f"file:{quote(self._path)}?mode=ro", uri=True, timeout=0, isolation_level=None
        )
        self._connection = connection
        connection.execute(_ONE, ("",)).fetchone()
        # As long as this connection is open, SQLite keeps the file of the index. Without WAL there is none.
        self._shared = _mapped(Path(f"{self._path}-shm"))
        return connection

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._shared = self._connection = None
        self._known.clear()
        self._header = b""


_MAPPED: Final[dict[tuple[int, int], mmap.mmap]] = {}


def _mapped(path: Path) -> mmap.mmap | None:
    """Map the header of a WAL index; None where there is none.

    Neither descriptor nor mapping is ever closed: closing one descriptor of a file ends every lock that this process
    has on it, SQLite's own too (sqlite.org/howtocorrupt.html, 2.2). A server has one catalog, so it keeps one.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    told = os.fstat(descriptor)
    key = (told.st_dev, told.st_ino)
    if key not in _MAPPED and told.st_size >= _HEADER:
        _MAPPED[key] = mmap.mmap(descriptor, _HEADER, access=mmap.ACCESS_READ)
    return _MAPPED.get(key)


class TouchedOnServer:
    """Asks PostgreSQL for all requests that wait, in one question; while it is under way the next ones gather.

    An answer is never older than its request: the question that gives it was sent after the request came.
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._waiting: dict[str, list[asyncio.Future[int | None]]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, report: str) -> int | None:
        """Give the sequence, None when there is no such report.

        Raises:
            UnavailableError: the server does not answer in time.
        """
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(report, []).append(future)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await future

    async def _ask(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                await self._ask_for(asked)
        finally:
            self._asking = None

    async def _ask_for(self, asked: dict[str, list[asyncio.Future[int | None]]]) -> None:
        import psycopg  # SQLite needs none of it

        found: dict[str, int] | None = None
        reason = "the question was broken off"
        try:
            async with asyncio.timeout(PATIENCE):
                if self._connection is None:
                    self._connection = await psycopg.AsyncConnection.connect(
                        self._conninfo, autocommit=True, prepare_threshold=0
                    )
                rows = await (await self._connection.execute(_MANY, (list(asked),))).fetchall()
            found = dict(rows)
        except (psycopg.Error, TimeoutError, OSError) as error:
            reason = str(error) or "no answer in time"
            await self._drop()
        finally:
            # Whatever happened, nobody is left waiting.
            for report, several in asked.items():
                for future in several:
                    if future.done():  # the client of one that is has gone
                        continue
                    if found is None:
                        future.set_exception(UnavailableError("catalog", reason))
                    else:
                        future.set_result(found.get(report))

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def close(self) -> None:
        """Give the connection back."""
        if self._asking is not None:
            await self._asking
        await self._drop()


Touched = Callable[[str], int | None] | TouchedOnServer
"""Asked on the event loop: a function that answers at once, or a server's answer to be awaited."""


def open_touched(database: Database, settings: Settings) -> Touched:
    """Give the quickest way to ask this catalog; it connects when it is first asked. Only for one event loop."""
    url = settings.catalog_url_with_password
    if url == "memory:":
        return lambda report: _touched(database, report)
    if database.dialect == "sqlite":
        return TouchedInFile(str(sqlite_path(url)))
    return TouchedOnServer(url)


def _touched(database: Database, report: str) -> int | None:
    with database.read() as connection:
        found = connection.execute(
            select(reports.c.touched).where(reports.c.id == report)
        ).scalar_one_or_none()
    return None if found is None else int(found)


async def close_touched(touched: Touched) -> None:
    """Give its connection back."""
    if isinstance(touched, TouchedOnServer):
        await touched.close()
    elif isinstance(touched, TouchedInFile):
        touched.close()
