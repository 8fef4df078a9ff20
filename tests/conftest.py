"""What every test can ask for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "servers"))
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
TURNS = 5
"""Measurements of a cost that is compared, at most."""

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
def costs_at_most() -> Callable[..., None]:
    """Compare what two calls cost: ``costs_at_most(large, small, times=25, slack=0.05)``; below the slack all pass."""

    def cost(call: Callable[[], object]) -> float:
        began = time.process_time()
        call()
        return time.process_time() - began

    def compare(
        large: Callable[[], object], small: Callable[[], object], *, times: float, slack: float
    ) -> None:
        # Of what was measured the least is nearest to the truth: whatever else the machine does only adds to it.
        # The two take turns, so that a busy moment strikes both.
        least_large = least_small = float("inf")
        for _ in range(TURNS):
            least_small = min(least_small, cost(small))
            least_large = min(least_large, cost(large))
            if least_large < max(times * least_small, slack):
                return
        pytest.fail(f"{least_large:.3f} s is more than {times} times {least_small:.3f} s")

    return compare


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are written anew: an explicit flag, never in CI."""
    wanted = bool(request.config.getoption("--update-goldens"))
    assert not (wanted and os.environ.get("CI")), "goldens are not written in CI"
    return wanted
