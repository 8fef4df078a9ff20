"""Archives for tests of the worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twins import server as server_fixture

from jiaokan.archive import Archive, Settings, open_archive

server = server_fixture


@pytest.fixture
def archive(tmp_path) -> Iterator[Archive]:
    """An archive in memory; its broker is a folder, as in every local stack."""
    opened = open_archive(Settings(objects="memory:", catalog="memory:", data=tmp_path, retry_base=0.001))
    yield opened
    opened.close()
