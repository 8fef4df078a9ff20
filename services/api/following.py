"""What follows the ledger in the background: the index of sections, and deliveries to subscribers.

On one machine it runs beside the app, in two threads; a cluster runs it as a process of its own
(``jiaokan serve --only followers``). Several at once are harmless.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI

from ..archive import Archive, ArchiveError, SectionIndex, Settings, open_archive
from ..observing.beats import beating
from ..observing.starting import open_port, start_observing
from ..web.health import archive_away
from .webhooks.delivering import Deliverer

LOOK_EVERY: Final = 0.25
"""Seconds between two looks when the index is up to date."""

AFTER_FAILURE: Final = 2.0
"""Seconds after which a part that did not answer is asked again."""

TURN_SECONDS: Final = 120.0
"""Seconds that one turn takes at most: 50 reports are indexed within one on an idle machine."""

_log = logging.getLogger(__name__)


def follow_sections(archive: Archive, stop: threading.Event) -> None:
    """Keep the index of sections up to date until told to stop."""
    index = SectionIndex(archive)
    with beating("follow-sections", within=TURN_SECONDS) as beat:
        while not stop.is_set():
            try:
                if index.follow() == 0:
                    stop.wait(LOOK_EVERY)
                beat()
            except ArchiveError as error:
                _log.warning("the index of sections waits: %s", error)
                beat(well=False)
                stop.wait(AFTER_FAILURE)


def start_followers(archive: Archive, stop: threading.Event) -> list[threading.Thread]:
    """Start both followers; they end soon after ``stop`` is set."""
    threads = [
        threading.Thread(target=follow_sections, args=(archive, stop), name="follow-sections", daemon=True),
        threading.Thread(target=Deliverer(archive).run, args=(stop,), name="deliver-webhooks", daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads


@asynccontextmanager
async def follow(app: FastAPI) -> AsyncIterator[None]:
    """Run the followers while the app lives."""
    stop = threading.Event()
    threads = start_followers(app.state.archive, stop)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=2)


def run_followers(settings: Settings) -> int:
    """Run the followers in this process until SIGTERM or SIGINT; gives the exit code."""
    start_observing(settings, "followers")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    archive = open_archive(settings)
    try:
        threads = start_followers(archive, stop)
        open_port(settings, ready=lambda: archive_away(archive))
        stop.wait()
        for thread in threads:
            thread.join(timeout=20)
    finally:
        archive.close()
    return 0
