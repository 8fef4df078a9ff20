"""The twins of every part, real servers among them, for tests that run the same on each."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import starting
from twins import server as server_fixture

from jiaokan.archive import Archive, Settings, open_archive
from jiaokan.archive.sql import SqlCatalog, open_catalog
from jiaokan.archive.stores import open_objects

sys.path.insert(0, str(Path(__file__).parent))
server = server_fixture

OBJECTS = (
    "memory",
    "folder",
    pytest.param("minio", marks=pytest.mark.servers),
    pytest.param("versitygw", marks=pytest.mark.servers),
)
CATALOGS = ("memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.servers))


@pytest.fixture(params=OBJECTS)
def objects_settings(request, server, tmp_path) -> dict[str, str]:
    """Settings of one kind of object store, empty."""
    if request.param == "memory":
        return {"objects": "memory:"}
    if request.param == "folder":
        return {"objects": f"folder:{tmp_path / 'objects'}"}
    settings = dict(server(request.param).settings)
    store = open_objects(Settings(**settings, data=tmp_path))
    for stat in list(store.list()):
        store.remove(stat.key)
    return settings


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory) -> Path:
    """An empty SQLite catalog; copying it is a hundred times faster than migrating another."""
    path = tmp_path_factory.mktemp("migrated") / "catalog.sqlite"
    opened = open_catalog(Settings(catalog=f"sqlite:{path}", durable=False))
    opened.migrate()
    with opened.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    return path


@pytest.fixture(params=CATALOGS)
def catalog_settings(request, server, migrated_file, tmp_path) -> dict[str, str]:
    """Settings of one kind of catalog, empty."""
    if request.param == "memory":
        return {"catalog": "memory:"}
    if request.param == "sqlite":
        shutil.copy(migrated_file, tmp_path / "catalog.sqlite")
        return {"catalog": f"sqlite:{tmp_path / 'catalog.sqlite'}"}
    return starting.fresh_database(server("postgresql"))


class Hands:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = 1_700_000_000_000

    def __call__(self) -> int:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += round(seconds * 1000)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def catalog(catalog_settings, clock, tmp_path) -> Iterator[SqlCatalog]:
    """An empty catalog whose clock the test moves."""
    opened = open_catalog(Settings(**catalog_settings, data=tmp_path, durable=False), clock=clock)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def archive(catalog, clock, tmp_path) -> Archive:
    """An archive over every kind of catalog, its objects in memory."""
    settings = Settings(objects="memory:", data=tmp_path, durable=False)
    return Archive(open_objects(settings), catalog, settings)


@pytest.fixture
def local(tmp_path) -> Iterator[Archive]:
    """A whole archive on this machine: a folder and SQLite."""
    opened = open_archive(Settings(data=tmp_path, durable=False))
    yield opened
    opened.close()
