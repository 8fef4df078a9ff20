"""A catalog in memory: SQLite again, with a schema copied from one that was migrated once in this process."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from .database import SqlDatabase, dress_sqlite
from .schema import present_schema, upgrade


def fill_from_template(database: SqlDatabase) -> None:
    """Give an empty catalog in memory its schema: a copy takes 0.3 ms, the migrations take 300."""
    if present_schema(database) is not None:
        return
    with database.engine.connect() as connection:
        own: Any = connection.connection.driver_connection
        _template().backup(own)


@lru_cache(maxsize=1)
def _template() -> sqlite3.Connection:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    dress_sqlite(engine, durable=False, timeout=1.0, wal=False)
    upgrade(SqlDatabase(engine))
    with engine.connect() as connection:
        own: Any = connection.connection.driver_connection
        template = sqlite3.connect(":memory:", check_same_thread=False)
        own.backup(template)
    engine.dispose()
    return template
