"""Does a worker's work go on? Its processes may live and do nothing: a consumer lost its broker, a pool hangs."""

from __future__ import annotations

from typing import Final

from ..archive import Archive, ArchiveError, Queue, Settings, UnavailableError, open_archive
from ..observing.beats import SharedMoment
from .dispatching import Dispatcher

GRACE: Final = 45.0
"""Seconds beside the hard limit of a task, in which a worker that works must have ended one."""


class WorkerHealth:
    """Asked by probes, in the worker's main process. Every look opens the archive anew: a fork must copy no connection.

    Args:
        settings: of the worker.
        queues: that it takes work from.
        did: when one of its processes last did something.
    """

    def __init__(self, settings: Settings, queues: tuple[Queue, ...], did: SharedMoment) -> None:
        self._settings = settings.model_copy(update={"create_schema": False})
        self._queues = queues
        self._did = did
        self._limit = settings.hard_limit + GRACE

    def alive(self) -> str | None:
        """Say what a restart may mend: work is due for long, and this worker has done nothing all the while."""
        silent = self._did.age
        if silent < self._limit:
            return None
        try:
            archive = open_archive(self._settings)
        except UnavailableError:
            return None  # a restart does not bring the catalog back
        except ArchiveError as error:
            return str(error)
        try:
            due = archive.catalog.queue.longest_due(self._queues)
        except UnavailableError:
            return None
        finally:
            archive.close()
        if due < self._limit:
            return None
        return f"work is due for {due:.0f} s, and this worker did nothing for {silent:.0f} s"

    def ready(self) -> str | None:
        """Say which part does not answer: without it no work gets done."""
        try:
            archive = open_archive(self._settings)
        except ArchiveError as error:
            return str(error)
        try:
            return parts_away(archive)
        finally:
            archive.close()


def parts_away(archive: Archive) -> str | None:
    """Say which of store, catalog and broker does not answer."""
    try:
        archive.objects.check()
        archive.catalog.ledger.head()
        Dispatcher.of(archive).check()
    except ArchiveError as error:
        return str(error)
    return None
