"""The beginning of a process: its logs, who counts, who traces. Settings say what is wanted."""

from __future__ import annotations

import atexit
import os
import shutil
from pathlib import Path
from typing import Protocol

from . import prometheus, telling
from .logs import LogFormat, set_up_logs
from .port import Check, Port
from .prometheus import Readings


class Wanted(Protocol):
    """What the settings say of it."""

    @property
    def log_format(self) -> LogFormat:
        """Form of the logs."""

    @property
    def log_level(self) -> str:
        """Least level that is logged."""

    @property
    def metrics_host(self) -> str:
        """Address of the small port."""

    @property
    def metrics_port(self) -> int:
        """Its number; 0: none."""

    @property
    def traces(self) -> str:
        """Address of the collector; empty: none."""

    @property
    def trace_ratio(self) -> float:
        """Share of traces that are kept."""


def start_observing(wanted: Wanted, part: str, *, forks: bool = False) -> None:
    """Begin logs, numbers and traces of this process, before it does anything else.

    Args:
        wanted: the settings.
        part: what this process is.
        forks: it will fork processes that count, too; they call ``start_tracing`` themselves.
    """
    set_up_logs(wanted.log_format, wanted.log_level, part=part)
    shared = os.environ.get(prometheus.FOLDER)
    if not (wanted.metrics_port or shared):
        telling.tell_meter(None)
    else:
        if forks and not shared:
            atexit.register(_remove, prometheus.make_folder(), os.getpid())
        telling.tell_meter(prometheus.PrometheusMeter())
    if not forks:
        start_tracing(wanted, part)


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:  # what it forks has its exit handlers, too
        shutil.rmtree(folder, ignore_errors=True)


def start_tracing(wanted: Wanted, part: str) -> None:
    """Begin the traces of this process, in which no fork will follow: what sends them has a thread.

    Raises:
        ModuleNotFoundError: OpenTelemetry is not installed; the extra ``otel`` has it.
    """
    if not wanted.traces:
        return
    from .tracing import OtelTracer, otlp_processor

    tracer = OtelTracer(otlp_processor(wanted.traces), part=part, ratio=wanted.trace_ratio)
    telling.tell_tracer(tracer)
    atexit.register(telling.end_tracer)


def open_port(
    wanted: Wanted,
    *,
    readings: Readings | None = None,
    alive: Check | None = None,
    ready: Check | None = None,
) -> Port | None:
    """Answer scrapers and probes from now on, if the settings name a port."""
    if not wanted.metrics_port:
        return None
    return Port(wanted.metrics_host, wanted.metrics_port, readings=readings, alive=alive, ready=ready).start()
