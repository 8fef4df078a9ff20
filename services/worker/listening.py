"""A worker whose consumer has lost its broker: it lives, its processes are idle, and messages wait.

Celery's consumer on Redis may wait for ever on a connection that is gone (celery/celery#8030, #10205), and nothing in
it ends or says so. The one way to it that we know is closed (``task.py``, ADR 134). Against others this watch ends the
worker; whoever keeps it running starts it again.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Final

from ..archive import Settings
from ..observing.beats import SharedMoment
from .dispatching import redis_of

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 10.0
"""Seconds between two looks, and how long nothing must have been done: a worker that listens takes what waits within
milliseconds."""

LOOKS: Final = 2
"""Looks in a row that must find it so: between two tasks of a moment one may."""


class Listening:
    """Counts the looks that found messages waiting for an idle worker.

    Args:
        did: when one of the worker's processes last did something.
        busy: whether a task is being done.
        waiting: how many messages wait in the worker's queues; raises OSError where the broker does not answer.
    """

    def __init__(self, did: SharedMoment, busy: Callable[[], bool], waiting: Callable[[], int]) -> None:
        self._did = did
        self._busy = busy
        self._waiting = waiting
        self._seen = 0

    def look(self) -> str | None:
        """Say why this worker must start again; None: it listens, or nothing tells that it does not."""
        if self._busy() or self._did.age < LOOK_EVERY:
            self._seen = 0
            return None
        try:
            count = self._waiting()
        except OSError:
            count = 0  # a broker that is away loses nobody
        self._seen = self._seen + 1 if count else 0
        if self._seen < LOOKS:
            return None
        return f"{count} messages wait, and this idle worker took none for {self._did.age:.0f} s"


def end_when_deaf(settings: Settings, queues: tuple[str, ...], did: SharedMoment) -> None:
    """Watch this worker in a thread of its main process; for a broker in a folder there is nothing to lose."""
    if not settings.broker_url.startswith(("redis:", "rediss:")):
        return
    from celery.worker import state

    listening = Listening(did, lambda: bool(state.active_requests), lambda: _waiting(settings, queues))

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY):
            deaf = listening.look()
            if deaf is not None:
                log.error("the consumer has lost its broker: %s; the worker ends, to be started again", deaf)
                os.kill(os.getpid(), signal.SIGTERM)
                pause.wait(settings.shutdown_seconds + LOOK_EVERY)
                os.kill(os.getpid(), signal.SIGKILL)  # its loop does not even turn

    threading.Thread(target=watch, name="listening", daemon=True).start()


def _waiting(settings: Settings, queues: tuple[str, ...]) -> int:
    """Count the messages in Redis, over a connection of its own: the pool may fork at any time."""
    import redis

    try:
        with redis_of(settings) as client:
            return sum(int(client.llen(queue)) for queue in queues)
    except redis.RedisError as error:
        raise ConnectionError(str(error)) from error
