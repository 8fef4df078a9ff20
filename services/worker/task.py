"""The one task: what a process does with a message, and what the worker's main process sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery.worker.request import Request

from ..archive.faults import step
from .app import TASK
from .slot import end_lease_of_process, process_message

if TYPE_CHECKING:
    from celery import Celery
    from celery.app.task import Task


def is_worker_lost(exc_info: Any) -> bool:
    """Tell whether the process that did a task is gone; the pool may wrap the exception that says so."""
    from billiard.einfo import ExceptionWithTraceback
    from billiard.exceptions import WorkerLostError

    error = exc_info.exception
    return isinstance(error.exc if isinstance(error, ExceptionWithTraceback) else error, WorkerLostError)


class WatchedRequest(Request):  # type: ignore[misc]
    """A task as the worker's main process sees it; it knows when the process that did the task is gone."""

    def acknowledge(self) -> None:
        """Tell the broker that the message may go; where that fails, let the consumer know.

        Celery writes such an error into its log and goes on, and the connection is closed by then: nobody reads from
        it any more, and nobody makes another (ADR 134). An error that it does not catch here ends its loop, and that
        begins anew with a new connection.
        """
        with step("acknowledge"):
            self._connection_errors: tuple[type[Exception], ...] = ()
            super().acknowledge()

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Note that the task's process died: its lease need not be waited for."""
        if is_worker_lost(exc_info):
            self._end_lease()
        return super().on_failure(exc_info, send_failed_event=send_failed_event, return_ok=return_ok)

    def on_timeout(self, soft: bool, timeout: float) -> Any:  # noqa: FBT001
        """Note that the task's process was killed for taking too long."""
        if not soft:
            self._end_lease()
        return super().on_timeout(soft, timeout)

    def _end_lease(self) -> None:
        if self.worker_pid is not None:
            end_lease_of_process(self.worker_pid)


def register(app: Celery) -> Task:
    """Give the app its one task."""

    @app.task(name=TASK, bind=False, Request=WatchedRequest)  # type: ignore[untyped-decorator]
    def process(item: int) -> str:
        return process_message(item)

    return process
