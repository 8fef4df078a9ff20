from __future__ import annotations

import warnings

import pytest

from jiaokan.archive import load_settings, open_archive
from jiaokan.ingest.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have another client; httpx does
    from starlette.testclient import TestClient


@pytest.fixture
def settings(tmp_path):
    return load_settings(
        data=tmp_path / "data", objects="memory:", catalog="memory:", durable=False, max_upload=100_000
    )


@pytest.fixture
def archive(settings, monkeypatch):
    # What is dispatched is the worker's affair and tested there; here nothing is to be sent.
    monkeypatch.setattr("jiaokan.ingest.taking.dispatch", lambda archive, accepted: True)
    archive = open_archive(settings)
    yield archive
    archive.close()


@pytest.fixture
def client_of():
    """Serve an archive: ``with client_of(archive, settings) as client``."""
    return lambda archive, settings: TestClient(
        create_app(archive, settings), base_url="http://127.0.0.1:8321"
    )


@pytest.fixture
def client(archive, settings, client_of):
    with client_of(archive, settings) as client:
        yield client
