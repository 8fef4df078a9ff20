"""The catalog in SQL: one implementation for SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import text

from ..errors import MigrationError
from ..settings import Settings
from .database import Clock, SqlDatabase, open_database
from .intake import SqlIntake
from .ledger import SqlLedger
from .memory import fill_from_template
from .queue import SqlWorkQueue
from .reports import SqlReports
from .runs import SqlRuns
from .schema import needed_schema, present_schema, upgrade


class SqlCatalog:
    """See ``catalog.Catalog``."""

    def __init__(self, database: SqlDatabase, *, in_memory: bool = False) -> None:
        self.database = database
        self.intake = SqlIntake(database)
        self.queue = SqlWorkQueue(database)
        self.ledger = SqlLedger(database)
        self.reports = SqlReports(database)
        self.runs = SqlRuns(database)
        self._in_memory = in_memory

    def check(self) -> None:
        with self.database.read() as connection:
            connection.execute(text("SELECT 1")).scalar_one()
        present = present_schema(self.database)
        if present != needed_schema():
            raise MigrationError(
                f"the catalog has schema {present or 'none'}, this release needs {needed_schema()}: "
                "run `jiaokan archive migrate`"
            )

    def migrate(self) -> str:
        if self._in_memory:
            fill_from_template(self.database)
            return needed_schema()
        return upgrade(self.database)

    def close(self) -> None:
        self.database.close()


def open_catalog(settings: Settings, *, clock: Clock | None = None) -> SqlCatalog:
    """Open the catalog that the settings name; nothing is read or written yet."""
    return SqlCatalog(open_database(settings, clock=clock), in_memory=settings.catalog_url == "memory:")


__all__ = ["SqlCatalog", "open_catalog"]
