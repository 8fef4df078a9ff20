"""One process of a worker: its archive, opened after the fork, and its limit of memory."""

from __future__ import annotations

import logging
import os
import resource
import socket
import time
from contextlib import suppress
from typing import Final

from ..archive import Archive, Queue, Settings, UnavailableError, open_archive
from ..archive.faults import arm_from_environment
from ..observing.beats import SharedMoment
from ..observing.starting import start_tracing
from .dispatching import Dispatcher

log = logging.getLogger(__name__)

TOP_UP_EVERY: Final = 0.25
"""Seconds between two looks, by one process, at whether the broker runs dry."""


class Slot:
    """What a process of a worker keeps from one task to the next."""

    def __init__(self, settings: Settings, name: str, queues: tuple[Queue, ...]) -> None:
        self.settings = settings
        self.queues = queues
        self.name = f"{name}#{os.getpid()}"
        self._archive: Archive | None = None
        self._topped_up = 0.0

    def archive(self) -> Archive:
        """Give the archive, opened when the first task needs it.

        Raises:
            UnavailableError: the catalog does not answer.
        """
        if self._archive is None:
            self._archive = open_archive(self.settings.model_copy(update={"create_schema": False}))
        return self._archive

    def process(self, item: int) -> str:
        """Do one work item, and see to it that more come."""
        from .observed import tell_stages
        from .together import process_message

        try:
            archive = self.archive()
        except UnavailableError as error:
            log.warning("item %d left: %s", item, error)
            return "unavailable"
        began = time.monotonic()
        outcome: str = process_message(archive, item, worker=self.name)
        # A message is a nudge; what waits in the catalog without one is done right after, and costs the broker
        # nothing. Not for long: others have messages, and the limits of time are the task's.
        done = 1
        while (
            outcome not in {"unavailable", "given-back"}
            and time.monotonic() - began < self.settings.drain_seconds
        ):
            more = self._do_waiting(archive)
            if not more:
                break
            done += more
        tell_stages()
        if time.monotonic() - self._topped_up > TOP_UP_EVERY:
            self._topped_up = time.monotonic()
            self._top_up(archive)
        return f"{outcome}, {done} in all" if done > 1 else outcome

    def _do_waiting(self, archive: Archive) -> int:
        from .together import process_waiting

        for queue in self.queues:
            if done := process_waiting(archive, queue, worker=self.name):
                return done
        return 0

    def _top_up(self, archive: Archive) -> None:
        dispatcher = Dispatcher.of(archive)
        for queue in self.queues:
            with suppress(UnavailableError):
                if dispatcher.depth(queue) < max(1, self.settings.outstanding // 2):
                    dispatcher.top_up(queue)


_slot: Slot | None = None
_main: tuple[Settings, str, tuple[Queue, ...], SharedMoment] | None = None


def slot_name(settings: Settings, role: str) -> str:
    """Name a worker slot: the same after a restart on the same machine, another on another."""
    return settings.worker_name or f"{socket.gethostname()}/{role}"


def prepare_main(settings: Settings, name: str, queues: tuple[Queue, ...], did: SharedMoment) -> None:
    """Note, in the worker's main process, what its children will need."""
    global _main  # noqa: PLW0603 - what a fork hands over has no other way
    _main = settings, name, queues, did
    arm_from_environment()


def prepare_process(role: str) -> None:
    """Make this process a slot (Celery calls it after the fork)."""
    global _slot  # noqa: PLW0603 - one process, one slot
    assert _main is not None
    settings, name, queues, _ = _main
    _slot = Slot(settings, name, queues)
    start_tracing(settings, role)
    limit_memory(settings.memory_limit)
    from ..normalize import normalize

    normalize("一、预热\n".encode())  # tables and dictionaries load before the first report needs them


def process_message(item: int) -> str:
    """Do what a message asks for."""
    assert _slot is not None
    assert _main is not None
    outcome = _slot.process(item)
    if outcome != "unavailable":
        _main[3].touch()
    return outcome


def end_lease_of_process(pid: int) -> None:
    """Say, in the worker's main process, that one of its children is gone: its lease need not be waited for."""
    assert _main is not None
    settings, name, *_ = _main
    try:
        archive = open_archive(settings.model_copy(update={"create_schema": False}))
        try:
            archive.catalog.queue.expire_worker(f"{name}#{pid}")
        finally:
            archive.close()
    except UnavailableError as error:
        log.warning("the lease of process %d will run out by itself: %s", pid, error)


def limit_memory(limit: int) -> None:
    """Let this process have ``limit`` bytes of data; what asks for more gets a MemoryError. 0: no limit."""
    if limit:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (limit if hard < 0 else min(limit, hard), hard))
