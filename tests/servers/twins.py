"""The fixture that starts real servers, once for a whole run of the tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import starting


@pytest.fixture(scope="session")
def server() -> Iterator[Callable[[str], starting.Server]]:
    """Give a running server by name; one that cannot be had is left out, or fails where CI is set."""
    started: dict[str, starting.Server | str] = {}
    # Not pytest's own temporary folder: other runs of pytest tidy that up while servers work in it.
    folder = Path(tempfile.mkdtemp(prefix="jiaokan-servers-"))

    def get(name: str) -> starting.Server:
        if name not in started:
            try:
                made = starting.SERVERS[name](folder / name)
                made.up()
                started[name] = made
            except starting.ServerMissingError as error:
                started[name] = str(error)
        found = started[name]
        if isinstance(found, str):
            if os.environ.get("CI"):
                pytest.fail(found)
            pytest.skip(f"left out: {found}")
        return found

    yield get
    for found in started.values():
        if isinstance(found, starting.Server):
            found.down()
    shutil.rmtree(folder, ignore_errors=True)
