"""What is the catalog's own, brought over from an older one: keys, subscriptions, audit trail.

A rebuild makes everything else anew from the object store. Without its keys a restored system would know nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Table, func, insert, select

from .access import audit, keys
from .archive import Archive
from .errors import ArchiveError, SettingsError
from .sql.database import SqlDatabase, open_database
from .subscriptions import subscriptions

OWN: Final[tuple[Table, ...]] = (keys, subscriptions, audit)
AT_ONCE: Final = 500
"""Rows written in one transaction."""


@contextmanager
def old_catalog(archive: Archive, named: str) -> Iterator[SqlDatabase]:
    """Open an older catalog to read from, and see that something can be brought over from there.

    Args:
        archive: where to; its own tables are empty.
        named: ``sqlite:PATH`` or ``postgresql://…``, of this release's schema; nothing is written there.

    Raises:
        SettingsError: ``named`` names no catalog.
        ArchiveError: keys, subscriptions or an audit trail are here already.
        MigrationError: the old catalog's schema is not this release's.
    """
    if not named.startswith(("sqlite:", "postgresql://")):
        raise SettingsError(f"{named!r} is neither `sqlite:PATH` nor `postgresql://USER@HOST/DB`")
    if named.startswith("sqlite:") and not Path(named.removeprefix("sqlite:").removeprefix("//")).is_file():
        raise SettingsError(f"{named!r}: there is no such file")
    with archive.catalog.database.read() as connection:
        for table in OWN:
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise ArchiveError(
                    f"this catalog has {table.name} of its own already; nothing is brought over"
                )
    source = open_database(archive.settings.model_copy(update={"catalog": named}))
    try:
        with source.read() as connection:
            for table in OWN:
                connection.execute(select(table).limit(1))
        yield source
    finally:
        source.close()


def bring_over(archive: Archive, source: SqlDatabase) -> dict[str, int]:
    """Copy the rows of the catalog's own tables; tells how many of each.

    Subscriptions go on from where they were, or from the end of this ledger where that is shorter.
    """
    head = archive.catalog.ledger.head().visible
    brought: dict[str, int] = {}
    for table in OWN:
        with source.read() as connection:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        for row in rows:
            if "reached" in row:
                row["reached"] = min(row["reached"], head)
        for at in range(0, len(rows), AT_ONCE):
            with archive.catalog.database.write() as connection:
                connection.execute(insert(table), rows[at : at + AT_ONCE])
        brought[table.name] = len(rows)
    return brought


__all__ = ["OWN", "bring_over", "old_catalog"]
