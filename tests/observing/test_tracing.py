"""One trace from upload to publishing, through the queue; and what a line of the log says of it."""

from __future__ import annotations

import json
import logging
import re
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import psutil
import pytest
import starting
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from jiaokan.archive import Archive, Settings, SettingsError, load_settings, open_archive
from jiaokan.console.part import make_both
from jiaokan.observing import bind, telling, traced, unbind
from jiaokan.observing.logs import JsonLines, PlainLines
from jiaokan.observing.tracing import OtelTracer
from jiaokan.worker.processing import process
from jiaokan.worker.together import process_waiting

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have another client; httpx does
    from starlette.testclient import TestClient

TEXT = "2023年工作报告\n\n一、工作回顾\n全年完成投资**12亿元**。\n".encode()
IN_ORDER = (
    "put-source",
    "put-revision",
    "commit-revision",
    "send-message",
    "commit-claim",
    "fetch",
    "normalize",
    "put-content",
    "put-record",
    "commit-edition",
    "put-entry",
    "commit-reveal",
)


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    telling.tell_tracer(OtelTracer(SimpleSpanProcessor(exporter), part="test"))
    yield exporter
    telling.end_tracer()


@pytest.fixture(params=["memory:", ""], ids=["memory", "sqlite"])
def stack(request, tmp_path):
    opened = open_archive(Settings(objects="memory:", catalog=request.param, data=tmp_path, durable=False))
    yield opened
    opened.close()


def put(archive: Archive, **headers: str) -> int:
    with TestClient(make_both(archive, archive.settings), base_url="http://127.0.0.1:8321") as client:
        answer = client.put("/v1/reports/a/1/-/source", content=TEXT, headers=headers)
    assert answer.status_code == 202
    (item,) = archive.catalog.queue.of_revision(answer.json()["revision"])
    return item.id


def test_one_trace_goes_from_upload_to_publishing(stack, spans):
    item = put(stack)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]", stack.catalog.queue.get(item).trace or "")
    assert process(stack, item, worker="w#1") == "published"
    found = {span.name: span for span in spans.get_finished_spans()}
    upload = found["PUT /v1/reports/{report:path}/-/source"]
    worked = found["process"]
    assert upload.parent is None
    assert worked.parent.span_id == upload.context.span_id
    assert worked.parent.is_remote
    assert {span.context.trace_id for span in found.values()} == {upload.context.trace_id}
    for name in IN_ORDER:
        above = upload if name in IN_ORDER[:4] else worked
        assert found[name].parent.span_id == above.context.span_id, name
    began = [found[name].start_time for name in IN_ORDER]
    assert began == sorted(began)
    assert worked.start_time == found["commit-claim"].start_time
    assert worked.attributes["jiaokan.report"] == "a/1"
    assert worked.attributes["jiaokan.outcome"] == "published"
    assert upload.attributes["http.response.status_code"] == 202
    events = {event.name for event in found["normalize"].events}
    assert {"read", "drop-emphasis", "outline", "metadata", "edition"} <= events


def test_each_of_several_that_are_published_together_has_its_trace_to_the_end(stack, spans, monkeypatch):
    monkeypatch.setattr("jiaokan.worker.together.TOGETHER_SECONDS", 600.0)
    monkeypatch.setattr("jiaokan.ingest.taking.dispatch", lambda *_: False)
    with TestClient(make_both(stack, stack.settings), base_url="http://127.0.0.1:8321") as client:
        for number in range(3):
            body = TEXT + f"{number}".encode()
            assert client.put(f"/v1/reports/t/{number}/-/source", content=body).status_code == 202
    uploads = {
        span.context.trace_id
        for span in spans.get_finished_spans()
        if span.name.startswith("PUT /v1/reports/")
    }
    assert len(uploads) == 3
    assert process_waiting(stack, "interactive", worker="w#1") == 3
    for name in ("process", "normalize", "put-record", "published-with-others"):
        found = [span for span in spans.get_finished_spans() if span.name == name]
        assert {span.context.trace_id for span in found} == uploads, name
        assert len(found) == 3, name
    ends = [span for span in spans.get_finished_spans() if span.name == "published-with-others"]
    assert {span.attributes["jiaokan.outcome"] for span in ends} == {"published"}


def test_a_clients_own_trace_is_gone_on_with(stack, spans):
    put(stack, traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    traces = {span.context.trace_id for span in spans.get_finished_spans()}
    assert traces == {0x0AF7651916CD43DD8448EB211C80319C}


def test_a_trace_that_is_not_kept_costs_no_spans_anywhere(stack, spans):
    item = put(stack, traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
    process(stack, item, worker="w#1")
    assert spans.get_finished_spans() == ()


def test_what_fails_is_an_error_in_its_trace(stack, spans, monkeypatch):
    from jiaokan.archive import UnavailableError

    item = put(stack)

    def away(*_args, **_named):
        raise UnavailableError("objects", "gone")

    monkeypatch.setattr(type(stack.objects), "get", away)
    assert process(stack, item, worker="w#1") == "given-back"
    found = {span.name: span for span in spans.get_finished_spans()}
    assert found["fetch"].status.status_code == StatusCode.ERROR
    assert found["process"].attributes["jiaokan.outcome"] == "given-back"


def test_work_without_a_trace_begins_one(stack, spans):
    telling.tell_tracer(None)
    item = put(stack)
    telling.tell_tracer(OtelTracer(SimpleSpanProcessor(spans), part="test"))
    assert process(stack, item, worker="w#1") == "published"
    (worked,) = [span for span in spans.get_finished_spans() if span.name == "process"]
    assert worked.parent is None


def test_off_nothing_is_kept_with_the_work(stack):
    assert stack.catalog.queue.get(put(stack)).trace is None


def test_a_line_of_the_log_says_what_is_at_hand(spans):
    record = logging.LogRecord("jiaokan.x", logging.WARNING, "f", 1, "%s 改了 %d", ("甲", 2), None)
    token = bind(report="a/1", revision="r", item=7)
    with traced("process"):
        line = json.loads(JsonLines("worker").format(record))
    plain = PlainLines().format(record)
    unbind(token)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])
    assert line["message"] == "甲 改了 2"
    assert (line["part"], line["level"], line["logger"]) == ("worker", "warning", "jiaokan.x")
    assert (line["report"], line["revision"], line["item"]) == ("a/1", "r", 7)
    assert re.fullmatch(r"[0-9a-f]{32}", line["trace"])
    assert re.fullmatch(r"[0-9a-f]{16}", line["span"])
    assert plain.endswith("甲 改了 2  [report=a/1 revision=r item=7]")
    alone = json.loads(JsonLines("worker").format(record))
    assert set(alone) == {"at", "level", "part", "logger", "message"}


def test_a_line_stays_one_line_whatever_stands_in_it():
    try:
        raise ValueError("甲\n乙")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "a\nb" + "長" * 50_000, None, told)
    record.report = "r/1"
    line = JsonLines("api").format(record)
    assert "\n" not in line
    assert len(line) < 50_000
    assert json.loads(line)["report"] == "r/1"
    assert "ValueError" in json.loads(line)["exception"]


def test_a_collector_is_an_address(monkeypatch):
    with pytest.raises(SettingsError, match="JIAOKAN_TRACES"):
        load_settings(traces="collector:4318")
    monkeypatch.setattr("jiaokan.archive.settings.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"jiaokan\[otel\]"):
        load_settings(traces="http://collector:4318")


class Collector(HTTPServer):
    """Takes spans by OTLP over HTTP."""

    def __init__(self):
        collector = self
        self.spans = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    import gzip

                    body = gzip.decompress(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    service = next(
                        one.value.string_value
                        for one in resource.resource.attributes
                        if one.key == "service.name"
                    )
                    for scope in resource.scope_spans:
                        collector.spans += [(service, span) for span in scope.spans]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_real_processes_send_one_trace_and_one_set_of_metrics(tmp_path, monkeypatch):
    """`jiaokan serve`, a collector, a scrape: an upload is one trace over two processes, and is counted."""
    import os
    import signal
    import subprocess
    import sys
    import time

    collector = Collector()
    with httpx.Client(trust_env=False, timeout=30) as client:
        port = starting.free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "jiaokan.console.main", "serve", "--data", str(tmp_path), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("JIAOKAN_")},
                "JIAOKAN_DURABLE": "false",
                "JIAOKAN_CONCURRENCY": "1",
                "JIAOKAN_LOG_FORMAT": "json",
                "JIAOKAN_METRICS_PORT": str(port),
                "JIAOKAN_TRACES": f"http://127.0.0.1:{collector.server_address[1]}",
                "OTEL_BSP_SCHEDULE_DELAY": "200",
            },
        )
        try:
            url = process.stdout.readline().split()[1]
            told = client.put(f"{url}/v1/reports/a/1/-/source", content=TEXT).json()
            until = time.monotonic() + 120
            while (state := client.get(f"{url}{told['follow']}?wait=5").json()["state"]) == "pending":
                assert time.monotonic() < until
            assert state == "published"

            def both() -> bool:
                names = {span.name for _, span in collector.spans}
                return {"process", "PUT /v1/reports/{report:path}/-/source"} <= names

            while not both():
                assert time.monotonic() < until, collector.spans
                time.sleep(0.2)
            ours = {
                name: (service, span)
                for service, span in collector.spans
                for name in [span.name]
                if span.name in {"process", "PUT /v1/reports/{report:path}/-/source"}
            }
            (_, upload), (worker, worked) = (
                ours["PUT /v1/reports/{report:path}/-/source"],
                ours["process"],
            )
            assert worker in {"jiaokan-worker", "jiaokan-priority"}
            assert worked.trace_id == upload.trace_id
            assert worked.parent_span_id == upload.span_id
            # The other parts may begin later than those through whose hands the report went.
            scraped = ""
            while "jiaokan_swept_timestamp_seconds" not in scraped:
                assert time.monotonic() < until, scraped
                time.sleep(0.1)
                scraped = client.get(f"http://127.0.0.1:{port}/metrics").text
            assert 'jiaokan_outcomes_total{outcome="published"} 1.0' in scraped
            assert client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
            # What the pool says of a process that was killed is a line like all others.
            parts = psutil.Process(process.pid).children()
            (worker_part,) = (part for part in parts if part.cmdline()[-1] == "worker")
            while not (pool := worker_part.children()):
                assert time.monotonic() < until
                time.sleep(0.05)
            pool[0].kill()
            log = tmp_path / "logs" / "worker.log"
            while "exited with 'signal 9" not in log.read_text("utf-8"):
                assert time.monotonic() < until
                time.sleep(0.2)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            process.stdout.close()
            collector.shutdown()
            collector.server_close()
    lines = [
        json.loads(line)
        for log in (tmp_path / "logs").glob("*.log")
        for line in log.read_text("utf-8").splitlines()
    ]
    trace = upload.trace_id.hex()
    about = {line["message"].partition(":")[0] for line in lines if line.get("trace") == trace}
    assert {"accepted", "published"} <= about
    assert all({"at", "level", "part", "logger", "message"} <= set(line) for line in lines)
    assert {line["report"] for line in lines if line.get("trace") == trace} == {"a/1"}
