"""How the line stands, read from catalog and broker when a scraper asks: by one process of a stack, the sweeper.

Two sweepers give the same numbers twice; dashboards and alerts take the greatest.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from typing import Final

from ..archive import QUEUES, Archive, ArchiveError, SectionIndex, UnavailableError
from ..observing import (
    BROKER_MESSAGES,
    CATALOG_UP,
    FOLLOWED_SEQUENCE,
    LEDGER_SEQUENCE,
    WORK_CLAIMED,
    WORK_OLDEST,
    WORK_PARKED,
    WORK_WAITING,
)
from ..observing.prometheus import Reading
from .dispatching import Dispatcher

log = logging.getLogger(__name__)

READ_EVERY: Final = 5.0
"""Seconds for which a reading holds: ten scrapers ask the catalog no more often than one."""

PURPOSES: Final = ("publish", "draft")


class Standing:
    """Reads the numbers, and keeps them for a moment."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._read_at = -READ_EVERY
        self._readings: tuple[Reading, ...] = ()

    def __call__(self) -> tuple[Reading, ...]:
        """Give the numbers; only that the catalog is away when it is."""
        with self._lock:
            if time.monotonic() - self._read_at >= READ_EVERY:
                self._readings = tuple(self._read())
                self._read_at = time.monotonic()
            return self._readings

    def _read(self) -> Iterator[Reading]:
        try:
            status = self._archive.catalog.queue.status()
            head = self._archive.catalog.ledger.head()
            followed = SectionIndex(self._archive).reached()
        except ArchiveError as error:
            log.warning("the catalog cannot be read: %s", error)
            yield Reading(CATALOG_UP, (), 0)
            return
        yield Reading(CATALOG_UP, (), 1)
        waiting = {(one.queue, one.purpose): one for one in status.kinds}
        for queue in QUEUES:
            for purpose in PURPOSES:
                one = waiting.get((queue, purpose))
                labels = (queue, purpose)
                yield Reading(WORK_WAITING, labels, one.items if one else 0)
                yield Reading(WORK_OLDEST, labels, one.oldest / 1000 if one else 0)
        yield Reading(WORK_CLAIMED, (), status.claimed)
        yield Reading(WORK_PARKED, (), status.parked)
        yield Reading(LEDGER_SEQUENCE, ("assigned",), head.assigned)
        yield Reading(LEDGER_SEQUENCE, ("visible",), head.visible)
        yield Reading(FOLLOWED_SEQUENCE, ("sections",), followed)
        for queue in QUEUES:
            try:
                yield Reading(BROKER_MESSAGES, (queue,), Dispatcher.of(self._archive).depth(queue))
            except UnavailableError as error:
                log.warning("the broker cannot be asked: %s", error)
                return
