"""Counting, measuring, tracing: what the line says of itself while it works.

Each of these costs a look at one variable as long as nobody asked for metrics or traces: who wants them calls
``tell_meter`` or ``tell_tracer`` at the start of a process (``observing.starting``). Nothing here knows Prometheus or
OpenTelemetry, and nothing that is told here changes what the line does.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from .table import STEP_FAILURES, STEP_SECONDS, Metric


class Meter(Protocol):
    """Keeps numbers. Labels are given in the order in which the metric names them."""

    def add(self, metric: Metric, labels: tuple[str, ...], amount: float) -> None:
        """Add to a counter."""

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Put a value into a histogram."""

    def set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Set a gauge."""


class Span(Protocol):
    """A part of a trace that has begun, and is where further parts belong until it ends."""

    def note(self, attributes: Mapping[str, Any]) -> None:
        """Add to what is known of it."""

    def rename(self, name: str) -> None:
        """Give it the name that is only known now."""

    def event(self, name: str, attributes: Mapping[str, Any]) -> None:
        """Note a moment inside it."""

    def end(self, error: BaseException | None = None) -> None:
        """End it; with ``error`` it went wrong."""


class Tracer(Protocol):
    """Makes spans."""

    def begin(
        self, name: str, *, parent: str | None, began: float | None, attributes: Mapping[str, Any]
    ) -> Span:
        """Begin a span below ``parent`` (a W3C traceparent), or else below the one at hand.

        ``began`` is what ``time.time`` gave when it really began; None: now.
        """

    def begin_inside(self, name: str, attributes: Mapping[str, Any]) -> Span | None:
        """Begin a span below the one at hand; None when there is none."""

    def parent(self) -> str | None:
        """Give the span at hand as a W3C traceparent."""

    def close(self) -> None:
        """Send what is left."""

    def names(self) -> Mapping[str, str]:
        """Give trace and span at hand for a line of the log; empty when there is none."""


_meter: Meter | None = None
_tracer: Tracer | None = None


def tell_meter(meter: Meter | None) -> None:
    """Give all numbers of this process to ``meter`` from now on; None: to nobody."""
    global _meter  # noqa: PLW0603 - one switch for the process
    _meter = meter


def tell_tracer(tracer: Tracer | None) -> None:
    """Give all spans of this process to ``tracer`` from now on; None: to nobody."""
    global _tracer  # noqa: PLW0603 - one switch for the process
    _tracer = tracer


def end_tracer() -> None:
    """Send the spans that are left, and end tracing in this process."""
    if _tracer is not None:
        _tracer.close()
    tell_tracer(None)


def count(metric: Metric, *labels: str, by: float = 1) -> None:
    """Add to a counter."""
    if _meter is not None:
        _meter.add(metric, labels, by)


def observe(metric: Metric, *labels: str, value: float) -> None:
    """Put a value into a histogram."""
    if _meter is not None:
        _meter.observe(metric, labels, value)


def note(metric: Metric, *labels: str, value: float) -> None:
    """Set a gauge."""
    if _meter is not None:
        _meter.set(metric, labels, value)


def is_metered() -> bool:
    """Tell whether anybody counts: who would have to work for a number asks first."""
    return _meter is not None


def is_traced() -> bool:
    """Tell whether anybody traces."""
    return _tracer is not None


def trace_parent() -> str | None:
    """Give the span at hand as a W3C traceparent, so that another process can go on with the trace."""
    return None if _tracer is None else _tracer.parent()


def trace_names() -> Mapping[str, str]:
    """Give trace and span at hand for a line of the log."""
    return {} if _tracer is None else _tracer.names()


class timed:  # noqa: N801 - read as a statement: `with timed("fetch"):`
    """One step of a report's way: its duration is measured, and it is a span if a trace is at hand.

    A step that raises is counted among the failures instead.
    """

    __slots__ = ("_began", "_name", "_span")

    def __init__(self, name: str) -> None:
        self._name = name
        self._span: Span | None = None
        self._began = 0.0

    @property
    def span(self) -> Span | None:
        """Its span, if a trace is at hand."""
        return self._span

    def __enter__(self) -> Self:
        if _tracer is not None:
            self._span = _tracer.begin_inside(self._name, {})
        if _meter is not None:
            self._began = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if _meter is not None:
            if kind is None:
                _meter.observe(STEP_SECONDS, (self._name,), time.perf_counter() - self._began)
            else:
                _meter.add(STEP_FAILURES, (self._name,), 1)
        if self._span is not None:
            self._span.end(error)


class traced:  # noqa: N801 - read as a statement, as `timed` is
    """A span that begins a trace of its own, or goes on with the one that ``parent`` names."""

    __slots__ = ("_attributes", "_began", "_name", "_parent", "_span")

    def __init__(
        self, name: str, *, parent: str | None = None, began: float | None = None, **attributes: Any
    ) -> None:
        self._name = name
        self._parent = parent
        self._began = began
        self._attributes = attributes
        self._span: Span | None = None

    def __enter__(self) -> Span | None:
        if _tracer is not None:
            self._span = _tracer.begin(
                self._name, parent=self._parent, began=self._began, attributes=self._attributes
            )
        return self._span

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._span is not None:
            self._span.end(error)
