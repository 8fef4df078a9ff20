"""Statements of the hot path, compiled once for each database and given to the driver as they are.

SQLAlchemy's way from an expression to a cursor costs 0.1 ms a statement, five times what SQLite needs to do it; a
report has some twenty. The expression stays the one place where the SQL is written, for both databases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.sql.elements import ClauseElement

Found = Mapping[str, Any]


class Started:
    """What a statement finds, once someone asks."""

    def __init__(self, cursor: Any, names: list[str]) -> None:
        self._cursor = cursor
        self._names = names

    def all(self) -> list[Found]:
        """Give its rows as mappings."""
        try:
            # The same each time, and asking the driver for them costs a tenth of a small statement.
            names = self._names or [column[0] for column in self._cursor.description]
            self._names[:] = names
            return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        finally:
            self._cursor.close()

    def first(self) -> Found | None:
        """Give its first row."""
        rows = self.all()
        return rows[0] if rows else None


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Send the statements inside without waiting for the answer to each; errors come at the end.

    A round trip to PostgreSQL costs both sides more than most statements do. What was started inside is asked for its
    rows outside.
    """
    driver = _driver(connection)
    if connection.dialect.name == "postgresql" and _can_pipeline():
        with driver.pipeline():
            yield
    else:
        yield


@cache
def _can_pipeline() -> bool:
    import psycopg

    return psycopg.Pipeline.is_supported()


class Prepared:
    """One statement with named parameters. Values are what the driver takes: text, numbers, booleans, None."""

    def __init__(self, statement: Executable) -> None:
        assert isinstance(statement, ClauseElement)
        self._statement = statement
        self._names: list[str] = []
        self._compiled: dict[str, tuple[str, Sequence[str] | None, dict[str, Any]]] = {}

    def all(self, connection: Connection, **values: Any) -> list[Found]:
        """Run it and give its rows as mappings."""
        return self.start(connection, **values).all()

    def start(self, connection: Connection, **values: Any) -> Started:
        """Run it; its rows are fetched later, once it stands in no pipeline any more."""
        return Started(self._run(connection, values), self._names)

    def first(self, connection: Connection, **values: Any) -> Found | None:
        """Run it and give its first row."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None

    def do(self, connection: Connection, **values: Any) -> int:
        """Run it and tell how many rows it changed."""
        cursor = self._run(connection, values)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row."""
        sql, order, fixed = self._sql(connection)
        cursor = _driver(connection).cursor()
        try:
            if order is None:
                cursor.executemany(sql, [{**fixed, **row} for row in rows])
            else:
                cursor.executemany(
                    sql, [[row[name] if name in row else fixed[name] for name in order] for row in rows]
                )
        finally:
            cursor.close()

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        sql, order, fixed = self._sql(connection)
        cursor = _driver(connection).cursor()
        if order is None:
            cursor.execute(sql, {**fixed, **values})
        else:
            cursor.execute(sql, [values[name] if name in values else fixed[name] for name in order])
        return cursor

    def _sql(self, connection: Connection) -> tuple[str, Sequence[str] | None, dict[str, Any]]:
        dialect = connection.dialect.name
        if dialect not in self._compiled:
            compiled: Any = self._statement.compile(dialect=connection.dialect)
            fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
            self._compiled[dialect] = str(compiled), compiled.positiontup, fixed
        return self._compiled[dialect]


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
