"""How SQL is reached; ``sql/database.py`` does it for SQLite and PostgreSQL alike. Safe to call from threads."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Literal, Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """The way to SQL, for rooms that keep tables of their own (keys, subscriptions, audit, search).

    Their tables stand in ``tables.py``'s metadata and their schema in a migration, like all others. Every method may
    raise UnavailableError.
    """

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two it is."""

    def read(self) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads; it sees one moment."""

    def write(self) -> AbstractContextManager[Connection]:
        """Open a writing transaction (SQLite: BEGIN IMMEDIATE), committed at the end, rolled back on an exception.

        Do no I/O inside: SQLite has one writer at a time.
        """

    def now(self) -> int:
        """Tell the time in milliseconds since 1970, by this machine's clock."""
