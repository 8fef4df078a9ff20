"""How many requests a key may make: a window a minute, counted in Redis where there is one, else in this process.

Headers by draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` and ``RateLimit``; 429 with ``Retry-After``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from redis import Redis

WINDOW: Final = 60
"""Seconds of a window."""

ALONE: Final = 5.0
"""Seconds for which a process counts alone after Redis gave no answer: who asks it at each request waits each time."""


class Standing(NamedTuple):
    """Where a key stands in its window: how many requests are left, and in how many seconds a new one begins."""

    remaining: int
    resets_in: int

    @property
    def exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.remaining < 0


class Counter(Protocol):
    """Counts requests of one key in the present window."""

    def count(self, who: str, limit: int) -> Standing:
        """Count one request and tell where ``who`` stands."""
        ...


class MemoryCounter:
    """Counts in this process: for one machine, and for the time when Redis does not answer."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def count(self, who: str, limit: int) -> Standing:
        """Count one request."""
        now = self._clock()
        window = int(now // WINDOW)
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            used = self._counts[who] = self._counts.get(who, 0) + 1
        return Standing(limit - used, WINDOW - int(now % WINDOW))


class RedisCounter:
    """Counts in Redis, for all processes together. Redis holds nothing that matters: without it each counts alone."""

    def __init__(self, client: Redis, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._alone = MemoryCounter(clock)
        self._alone_until = 0.0

    def count(self, who: str, limit: int) -> Standing:
        """Count one request."""
        import redis

        now = self._clock()
        if now < self._alone_until:
            return self._alone.count(who, limit)
        name = f"jiaokan:rate:{who}:{int(now // WINDOW)}"
        try:
            with self._client.pipeline(transaction=False) as pipe:
                pipe.incr(name)
                pipe.expire(name, 2 * WINDOW)
                used = int(pipe.execute()[0])
        except redis.RedisError:
            self._alone_until = now + ALONE
            return self._alone.count(who, limit)
        return Standing(limit - used, WINDOW - int(now % WINDOW))


def limit_headers(limit: int, standing: Standing) -> dict[str, str]:
    """Give the headers that tell a client where it stands."""
    headers = {
        "RateLimit-Policy": f'"key";q={limit};w={WINDOW}',
        "RateLimit": f'"key";r={max(0, standing.remaining)};t={standing.resets_in}',
    }
    if standing.exceeded:
        headers["Retry-After"] = str(standing.resets_in)
    return headers
