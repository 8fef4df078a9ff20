"""The Celery app: two queues, messages that hold a number, and nothing in the broker that matters."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from celery import Celery
from kombu.entity import Queue

from ..archive import QUEUES, Settings, UnavailableError
from .folder_broker import SCHEME, prepare_folder

TASK: Final = "jiaokan.process"

VISIBILITY: Final = 3600
"""Seconds after which Redis gives an unacknowledged message to another worker: far above any lease."""


LOST_WAIT: Final = 2.0
"""Seconds that a result of a process that is gone may still be on its way; Celery's 10 keep an upload waiting."""


def make_app(settings: Settings) -> Celery:
    """Make the app that the settings describe; connects when it is first used.

    Raises:
        UnavailableError: the broker's folder cannot be made.
    """
    app = Celery("jiaokan", set_as_current=False)
    app.conf.update(
        **_broker(settings),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=False,
        task_publish_retry=False,
        task_queues=[Queue(name, routing_key=name) for name in QUEUES],  # type: ignore[no-untyped-call]
        task_default_queue=QUEUES[0],
        task_create_missing_queues=False,
        task_soft_time_limit=settings.soft_limit,
        task_time_limit=settings.hard_limit,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_lost_wait=LOST_WAIT,
        worker_soft_shutdown_timeout=settings.shutdown_seconds,
        worker_enable_soft_shutdown_on_idle=False,
        # After a giant file the process is given back to the system; ordinary reports never come near.
        worker_max_memory_per_child=settings.memory_limit // 2048 or None,
    )
    return app


def _broker(settings: Settings) -> dict[str, Any]:
    url = settings.broker_url
    if url.startswith("folder:"):
        root = Path(url.removeprefix("folder:").removeprefix("//"))
        try:
            options: dict[str, Any] = dict(prepare_folder(root.absolute()))
        except OSError as error:
            raise UnavailableError("broker", str(error)) from error
        options["polling_interval"] = settings.polling
        options["queue_order_strategy"] = "priority"
        return {"broker_url": f"{SCHEME}://localhost", "broker_transport_options": options}
    return {
        "broker_url": url,
        "broker_connection_timeout": settings.durable_timeout,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY,
            "queue_order_strategy": "priority",
            "socket_timeout": settings.durable_timeout,
            "socket_connect_timeout": settings.durable_timeout,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "retry_on_timeout": True,
        },
    }
