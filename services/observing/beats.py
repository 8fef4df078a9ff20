"""Loops that must go on: each says that it turned, and whether its turn did what it should.

A thread that died leaves its process alive and its work undone; nobody would notice. What asks is ``/livez`` (do all
loops of this process still turn?) and ``/readyz`` (do they also get their work done?).
"""

from __future__ import annotations

import mmap
import struct
import threading
import time
from types import TracebackType
from typing import Final, Self

_loops: Final[set[beating]] = set()
_lock: Final = threading.Lock()


class beating:  # noqa: N801 - read as a statement: `with beating("sweep", within=30) as beat:`
    """A loop of this process, from its first turn to its proper end; one that ends by an exception is missed.

    Args:
        name: as ``/livez`` tells it.
        within: seconds that a turn may take.
    """

    __slots__ = ("_did", "_turned", "name", "within")

    def __init__(self, name: str, *, within: float) -> None:
        self.name = name
        self.within = within
        self._turned = self._did = time.monotonic()

    def __call__(self, *, well: bool = True) -> None:
        """Say that the loop turned; ``well``: and did what it should."""
        self._turned = time.monotonic()
        if well:
            self._did = self._turned

    def __enter__(self) -> Self:
        with _lock:
            _loops.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            with _lock:
                _loops.discard(self)

    def late(self, *, did: bool) -> str | None:
        """Say what is wrong: no turn in time (or with ``did``, none that went well); None when all is well."""
        silent = time.monotonic() - (self._did if did else self._turned)
        if silent <= self.within:
            return None
        return f"{self.name} {'got nothing done' if did else 'did not turn'} for {silent:.0f} s"


def late_loops(*, did: bool) -> list[str]:
    """Say which loops of this process are late."""
    with _lock:
        loops = list(_loops)
    return sorted(said for loop in loops if (said := loop.late(did=did)) is not None)


class SharedMoment:
    """A moment that forked processes share: whoever did something last says so."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)  # anonymous and shared with what is forked later
        self.touch()

    def touch(self) -> None:
        """Say that it is now. The monotonic clock is the machine's, the same in all processes."""
        struct.pack_into("d", self._memory, 0, time.monotonic())

    @property
    def age(self) -> float:
        """Seconds since then."""
        (then,) = struct.unpack_from("d", self._memory, 0)
        return max(0.0, time.monotonic() - float(then))
