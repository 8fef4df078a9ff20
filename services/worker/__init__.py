"""The Celery app, its tasks, dispatch and the sweeper.

``dispatch(archive, item)`` after ``accept``; ``run_worker(settings, …)`` and ``run_sweeper(settings)`` are what a
supervisor starts as processes (``python -m jiaokan.worker worker|priority|sweeper``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..archive import Accepted, Archive, Settings


def dispatch(archive: Archive, accepted: Accepted) -> bool:
    """Tell the broker that there is something to do; False when it was left to the sweeper.

    Never raises: what was accepted will be done, with or without this message. Nothing is sent while some
    ``settings.outstanding`` messages wait in the broker.
    """
    from .dispatching import Dispatcher

    return Dispatcher.of(archive).send(accepted)


def run_worker(settings: Settings, *, priority_slot: bool = False) -> int:
    """Run a Celery worker in this process until it is told to stop; gives the exit code.

    SIGTERM and SIGQUIT let the tasks at hand go on for ``settings.shutdown_seconds``.

    With ``priority_slot`` it takes nothing from the bulk queue, so that a backfill does not delay one upload.
    """
    from .running import run_worker as run

    return run(settings, priority_slot=priority_slot)


def run_sweeper(settings: Settings) -> int:
    """Run the sweeper in this process until SIGTERM or SIGINT; running two of them is harmless."""
    from .running import run_sweeper as run

    return run(settings)


__all__ = ["dispatch", "run_sweeper", "run_worker"]
