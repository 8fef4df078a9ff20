"""What every test can ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "here")


def corpus_root() -> Path | None:
    """Name the folder of real material, if this machine has it (JIAOKAN_CORPUS)."""
    named = os.environ.get("JIAOKAN_CORPUS")
    return Path(named) if named and Path(named).is_dir() else None


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real material; a test that asks for it is left out where JIAOKAN_CORPUS is not set."""
    root = corpus_root()
    if root is None:
        pytest.skip("JIAOKAN_CORPUS is not set: tests over real material are left out")
    return root


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write goldens anew instead of comparing with them"
    )


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are written anew: an explicit flag, never in CI."""
    wanted = bool(request.config.getoption("--update-goldens"))
    assert not (wanted and os.environ.get("CI")), "goldens are not written in CI"
    return wanted
