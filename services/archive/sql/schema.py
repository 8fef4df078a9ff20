"""The catalog's schema: which one is there, which one this release needs, and the way from one to the other.

Migrations are Alembic's, numbered in one line (``0001_…py``), and ship in the package. Alembic is imported only when
there is something to migrate: it costs 0.2 s.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect, text

from ..errors import MigrationError
from ..tables import metadata
from .database import SqlDatabase

MIGRATIONS: Final = Path(__file__).parent.parent / "migrations"
_LOCK: Final = 7_236_401_558
"""Number of the advisory lock under which PostgreSQL lets one process migrate."""


@lru_cache(maxsize=1)
def needed_schema() -> str:
    """Name the newest migration that this release ships."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def present_schema(database: SqlDatabase, connection: Connection | None = None) -> str | None:
    """Name the migration that the catalog has; None when it is empty."""
    if connection is None:
        with database.read() as own:
            return present_schema(database, own)
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found


def upgrade(database: SqlDatabase, *, to: str | None = None) -> str:
    """Bring the schema up (to this release's by default); one process at a time does it, the others find it done.

    Raises:
        MigrationError: the catalog is of a newer release.
    """
    wanted = to or needed_schema()
    present = present_schema(database)
    if present == wanted:
        return wanted
    if present is not None and present > needed_schema():
        raise MigrationError(
            f"the catalog has schema {present}, newer than this release's {needed_schema()}: upgrade Jiaokan"
        )
    _run(database, wanted, forward=present is None or present < wanted)
    return wanted


def downgrade(database: SqlDatabase, *, to: str) -> str:
    """Take the schema back to migration ``to``, or to nothing with ``base``."""
    _run(database, to, forward=False)
    return to


def _run(database: SqlDatabase, to: str, *, forward: bool) -> None:
    from alembic import command
    from alembic.config import Config

    with database.write() as connection:  # SQLite: BEGIN IMMEDIATE, so that one process migrates
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            from .patience import wait_for_ever

            wait_for_ever(connection)
        if forward and present_schema(database, connection) == to:
            return
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        attributes: dict[str, Any] = config.attributes
        attributes["connection"] = connection
        attributes["metadata"] = metadata
        (command.upgrade if forward else command.downgrade)(config, to)
