"""Named places where a process may die: before and after each put, commit, send and acknowledgement.

The code says ``with step("put-source"):``; the step is timed and traced, and nothing else happens. A trial arms one
name, and the process kills itself there as ``kill -9`` would. The table of all names is what the tests go through, one
by one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from ..observing import timed

STEPS: Final = (
    "put-source",
    "put-revision",
    "commit-revision",
    "send-message",
    "commit-claim",
    "put-content",
    "put-record",
    "commit-edition",
    "put-entry",
    "commit-reveal",
    "acknowledge",
)
"""Every effect on the way of one report, in order."""

POINTS: Final = tuple(f"{step}:{side}" for step in STEPS for side in ("before", "after"))

VARIABLE: Final = "JIAOKAN_FAULT"
"""``NAME`` or ``NAME#N``: die when the place is reached for the Nth time in this process."""

_armed: Callable[[str], None] | None = None


class step(timed):  # noqa: N801 - read as a statement: `with step("put-source"):`
    """One effect on the way of a report, one of ``STEPS``: a process may die before it and after it."""

    __slots__ = ()

    def __enter__(self) -> Self:
        if _armed is not None:
            _armed(f"{self._name}:before")
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if kind is None and _armed is not None:
            _armed(f"{self._name}:after")


def arm(action: Callable[[str], None] | None) -> None:
    """Call ``action`` with the name of every point that is reached from now on; None: nothing."""
    global _armed  # noqa: PLW0603 - one switch for the process, None outside of trials
    _armed = action


def arm_from_environment() -> None:
    """Arm what ``JIAOKAN_FAULT`` names, once per process; without it this does nothing.

    Raises:
        ValueError: there is no such point.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    name, _, nth = wanted.partition("#")
    if name not in POINTS:
        raise ValueError(f"{VARIABLE}: no point {name!r}; there are {', '.join(POINTS)}")
    left = int(nth or 1)

    def die(point: str) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    arm(die)
