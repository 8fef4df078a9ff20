"""The processes: a worker, a sweeper. Each runs until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..archive import Archive, ArchiveError, Settings, UnavailableError, open_archive
from ..observing.logs import set_up_logs

log = logging.getLogger(__name__)


def run_worker(settings: Settings, *, priority_slot: bool = False) -> int:
    """See ``jiaokan.worker.run_worker``."""
    # SIGTERM: finish what is at hand within shutdown_seconds, then stop. Celery reads this when it is imported.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    set_up_logs(settings.log_format, settings.log_level, part="priority" if priority_slot else "worker")
    from celery import signals

    from .app import QUEUES, make_app, register
    from .slot import prepare_main, prepare_process, slot_name

    role = "priority" if priority_slot else "worker"
    name = slot_name(settings, role)
    queues = QUEUES[:1] if priority_slot else QUEUES
    prepare_main(settings, name, queues)
    _wait_for_archive(settings, lambda archive: archive.catalog.queue.expire_worker(name))
    app = make_app(settings)
    register(app)

    def begin(**_: Any) -> None:
        prepare_process()

    signals.worker_process_init.connect(begin, weak=False)
    concurrency = 1 if priority_slot else settings.concurrency or default_concurrency(settings)
    worker = app.Worker(
        hostname=f"{role}-{os.getpid()}@jiaokan",
        queues=list(queues),
        concurrency=concurrency,
        pool="prefork",
        loglevel=settings.log_level,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        optimization="fair",
    )
    worker.start()
    return int(worker.exitcode or 0)


def default_concurrency(settings: Settings) -> int:
    """Tell how many processes a worker has when nobody says: a store over the network is waited for half the time."""
    cores = os.cpu_count() or 1
    return cores if settings.objects_url.startswith("folder:") else 2 * cores


def run_sweeper(settings: Settings) -> int:
    """See ``jiaokan.worker.run_sweeper``."""
    set_up_logs(settings.log_format, settings.log_level, part="sweeper")
    from ..archive.faults import arm_from_environment
    from .sweeping import Sweeper

    arm_from_environment()
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    archive = _wait_for_archive(settings, None, stop=stop)
    if archive is None:
        return 0
    sweeper = Sweeper(archive)
    while not stop.is_set():
        sweeper.round()
        stop.wait(settings.sweep_seconds)
    archive.close()
    return 0


def _wait_for_archive(
    settings: Settings, use: Callable[[Archive], object] | None, *, stop: threading.Event | None = None
) -> Archive | None:
    """Open the archive as soon as its parts answer. With ``use``, call it and close the archive again."""
    stop = stop or threading.Event()
    while not stop.is_set():
        try:
            archive = open_archive(settings)
            if use is None:
                return archive
            use(archive)
            archive.close()
        except UnavailableError as error:
            log.warning("waiting: %s", error)
            stop.wait(1.0)
        except ArchiveError as error:
            log.error("%s", error)  # noqa: TRY400 - the message says what to do
            sys.exit(2)
        else:
            return None
    return None
