"""Archives for tests of the worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiaokan.archive import Archive, Settings, open_archive

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "servers")]
from twins import server as server_fixture  # noqa: E402

server = server_fixture


@pytest.fixture
def archive(tmp_path) -> Iterator[Archive]:
    """An archive in memory; its broker is a folder, as in every local stack."""
    opened = open_archive(Settings(objects="memory:", catalog="memory:", data=tmp_path, retry_base=0.001))
    yield opened
    opened.close()
