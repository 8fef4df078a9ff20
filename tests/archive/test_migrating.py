"""Migrations make what the tables say, on both databases, in both directions."""

from __future__ import annotations

import pytest
import starting
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from jiaokan.archive import MigrationError, Settings, UnavailableError, open_archive
from jiaokan.archive.sql import open_catalog
from jiaokan.archive.sql.schema import MIGRATIONS, downgrade, needed_schema, present_schema, upgrade
from jiaokan.archive.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def empty(request, server, tmp_path):
    """A catalog without a schema."""
    url = f"sqlite:{tmp_path / 'catalog.sqlite'}"
    if request.param == "postgresql":
        url = starting.fresh_database(server("postgresql"), template="template1")["catalog"]
    catalog = open_catalog(Settings(catalog=url, durable=False))
    yield catalog
    catalog.close()


def test_up_and_down_and_up_again(empty):
    assert present_schema(empty.database) is None
    with pytest.raises(MigrationError):
        empty.check()
    assert upgrade(empty.database) == needed_schema()
    empty.check()
    assert upgrade(empty.database) == needed_schema()
    downgrade(empty.database, to="base")
    with empty.database.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade(empty.database)
    assert empty.ledger.head() == (0, 0)


def test_each_step_down_and_up(empty):
    upgrade(empty.database)
    for number in range(int(needed_schema()) - 1, 0, -1):
        downgrade(empty.database, to=f"{number:04d}")
        assert present_schema(empty.database) == f"{number:04d}"
    assert upgrade(empty.database) == needed_schema()


def test_migrations_and_tables_say_the_same(empty):
    import jiaokan.archive  # noqa: F401 - every room's tables

    upgrade(empty.database)
    with empty.database.read() as connection:
        context = MigrationContext.configure(connection)
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            # The search index is each database's own: tables of FTS5 here, an index of pg_trgm there.
            if not difference[1].name.startswith(("sections_search", "ix_sections_own_trgm"))
        ]
    assert differences == []


def test_a_newer_catalog_is_refused(empty):
    upgrade(empty.database)
    with empty.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MigrationError, match="newer"):
        upgrade(empty.database)


def test_migrations_are_numbered_in_one_line():
    names = sorted(
        path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py") if path.name != "__init__.py"
    )
    assert names == [f"{number:04d}" for number in range(1, len(names) + 1)]


def test_a_catalog_that_does_not_answer_is_unavailable(tmp_path):
    settings = Settings(catalog="postgresql://nobody@127.0.0.1:1/none", data=tmp_path, durable_timeout=1)
    with pytest.raises(UnavailableError) as caught:
        open_archive(settings)
    assert caught.value.part == "catalog"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnavailableError):
        open_archive(Settings(catalog=f"sqlite:{tmp_path / 'file' / 'c.sqlite'}", data=tmp_path))
