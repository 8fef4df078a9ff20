"""Traces by OpenTelemetry, sent by OTLP over HTTP. Imported only where ``JIAOKAN_TRACES`` names a collector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from opentelemetry import context as current
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C: Final = TraceContextTextMapPropagator()

FLUSH_MILLISECONDS: Final = 2000
"""What a process that ends waits for its last spans to be sent; a collector that is away must not hold it up."""


class OtelSpan:
    """A span that is at hand from its beginning to its end."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._token = current.attach(trace.set_span_in_context(span))

    def note(self, attributes: Mapping[str, Any]) -> None:
        """Add to what is known of it."""
        self._span.set_attributes(dict(attributes))

    def rename(self, name: str) -> None:
        """Give it the name that is only known now."""
        self._span.update_name(name)

    def event(self, name: str, attributes: Mapping[str, Any]) -> None:
        """Note a moment inside it."""
        self._span.add_event(name, dict(attributes))

    def end(self, error: BaseException | None = None) -> None:
        """End it."""
        current.detach(self._token)
        if error is not None:
            self._span.record_exception(error)
            self._span.set_status(trace.StatusCode.ERROR, type(error).__name__)
        self._span.end()


class OtelTracer:
    """Makes spans with OpenTelemetry's SDK.

    Args:
        processor: where spans go.
        part: what this process is; the service's name is ``jiaokan-<part>``.
        ratio: share of new traces that are kept; who goes on with a trace follows what its beginning decided.
    """

    def __init__(self, processor: SpanProcessor, *, part: str, ratio: float = 1.0) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource.create({"service.name": f"jiaokan-{part}"}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("jiaokan")

    def begin(
        self, name: str, *, parent: str | None, began: float | None, attributes: Mapping[str, Any]
    ) -> OtelSpan:
        """Begin a span."""
        within = _W3C.extract({"traceparent": parent}) if parent else None
        start = None if began is None else int(began * 1e9)
        return OtelSpan(
            self._tracer.start_span(name, context=within, start_time=start, attributes=_told(attributes))
        )

    def begin_inside(self, name: str, attributes: Mapping[str, Any]) -> OtelSpan | None:
        """Begin a span below the one at hand, if that is kept."""
        if not trace.get_current_span().is_recording():
            return None
        return OtelSpan(self._tracer.start_span(name, attributes=_told(attributes)))

    def parent(self) -> str | None:
        """Give the span at hand as a W3C traceparent."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def names(self) -> Mapping[str, str]:
        """Give trace and span at hand for a line of the log."""
        at_hand = trace.get_current_span().get_span_context()
        if not at_hand.is_valid:
            return {}
        return {
            "trace": trace.format_trace_id(at_hand.trace_id),
            "span": trace.format_span_id(at_hand.span_id),
        }

    def close(self) -> None:
        """Send what is left, for a short while."""
        self._provider.force_flush(FLUSH_MILLISECONDS)
        self._provider.shutdown()


def _told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {f"jiaokan.{name}": value for name, value in attributes.items() if value is not None}


def otlp_processor(endpoint: str) -> SpanProcessor:
    """Give what sends spans to a collector's OTLP/HTTP address, in batches, from a thread of its own."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5))
