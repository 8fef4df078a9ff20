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

from ..archive import QUEUES, Archive, ArchiveError, Settings, UnavailableError, open_archive
from ..observing.beats import SharedMoment, beating
from ..observing.starting import open_port, start_observing
from ..observing.telling import end_tracer

log = logging.getLogger(__name__)


def run_worker(settings: Settings, *, priority_slot: bool = False) -> int:
    """See ``jiaokan.worker.run_worker``."""
    # SIGTERM: finish what is at hand within shutdown_seconds, then stop. Celery reads this when it is imported.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    role = "priority" if priority_slot else "worker"
    start_observing(settings, role, forks=True)
    import billiard.util
    import celery.apps.worker
    from celery import signals

    from .app import make_app
    from .health import WorkerHealth
    from .listening import end_when_deaf
    from .slot import prepare_main, prepare_process, slot_name
    from .task import register

    name = slot_name(settings, role)
    queues = QUEUES[:1] if priority_slot else QUEUES
    did = SharedMoment()
    prepare_main(settings, name, queues, did)
    health = WorkerHealth(settings, queues, did)
    port = open_port(settings, alive=health.alive, ready=health.ready)
    _wait_for_archive(settings, lambda archive: archive.catalog.queue.expire_worker(name))
    app = make_app(settings)
    register(app)

    def begin(**_: Any) -> None:
        if port is not None:
            port.let_go()
        prepare_process(role)

    def end(**_: Any) -> None:
        end_tracer()

    def keep_our_logs(**_: Any) -> None:
        """Say that logs are set up: else Celery gives the pool's logger a handler and a form of its own."""
        billiard.util.get_logger().propagate = True

    signals.setup_logging.connect(keep_our_logs, weak=False)
    signals.worker_process_init.connect(begin, weak=False)
    signals.worker_process_shutdown.connect(end, weak=False)
    concurrency = 1 if priority_slot else settings.concurrency or default_concurrency(settings)
    worker = app.Worker(
        hostname=f"{role}-{os.getpid()}@jiaokan",
        queues=list(queues),
        concurrency=concurrency,
        pool="prefork",
        loglevel=settings.log_level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        optimization="fair",
    )
    # What Celery says of its ending goes past the logs to standard output; a log has lines of one form.
    celery.apps.worker.safe_say = lambda said, *_: log.info("%s", said.strip())
    end_when_deaf(settings, queues, did)
    worker.start()
    return int(worker.exitcode or 0)


def default_concurrency(settings: Settings) -> int:
    """Tell how many processes a worker has when nobody says: a store over the network is waited for half the time."""
    cores = os.cpu_count() or 1
    return cores if settings.objects_url.startswith("folder:") else 2 * cores


def run_sweeper(settings: Settings) -> int:
    """See ``jiaokan.worker.run_sweeper``."""
    start_observing(settings, "sweeper")
    from ..archive.faults import arm_from_environment
    from .health import parts_away
    from .standing import Standing
    from .sweeping import Sweeper

    arm_from_environment()
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    port = open_port(settings, ready=lambda: "it waits for its parts")
    archive = _wait_for_archive(settings, None, stop=stop)
    if archive is None:
        return 0
    sweeper = Sweeper(archive)
    if port is not None:
        port.readings = Standing(archive)
        port.ready = lambda: parts_away(archive)
    # A round that lists the revisions of a day takes seconds; one that cannot be ended in a minute hangs.
    with beating("sweep", within=60 + settings.sweep_seconds) as beat:
        while not stop.is_set():
            beat(well=sweeper.round())
            stop.wait(settings.sweep_seconds)
    if port is not None:
        port.close()
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
