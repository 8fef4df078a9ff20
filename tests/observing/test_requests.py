"""What is told of requests: by the template of the route, never by the path."""

from __future__ import annotations

import json
import logging
import threading
import warnings

import pytest

from jiaokan.archive import UnavailableError
from jiaokan.console.part import make_both
from jiaokan.observing import METRICS
from jiaokan.observing.beats import beating
from jiaokan.observing.logs import JsonLines
from jiaokan.worker.processing import process

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have another client; httpx does
    from starlette.testclient import TestClient

TEXT = "2023年工作报告\n\n一、工作回顾\n全年完成投资12亿元。\n".encode()
EDITION = "/v1/reports/{report:path}/-/editions/{number}"
REQUESTS = "jiaokan_http_requests_total"


@pytest.fixture
def client(archive):
    app = make_both(archive, archive.settings)
    with TestClient(app, base_url="http://127.0.0.1:8321", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def published(archive, client):
    told = client.put("/v1/reports/a/b/2023/-/source", content=TEXT).json()
    (item,) = archive.catalog.queue.of_revision(told["revision"])
    assert process(archive, item.id, worker="w#1") in {"published", "nothing"}
    return "/v1/reports/a/b/2023/-/editions/latest"


def test_answers_from_memory_are_told_by_the_same_route(heard, client, published):
    heard.counts.clear()
    for _ in range(3):
        assert client.get(published).status_code == 200
    etag = client.get(published).headers["etag"]
    assert client.get(published, headers={"if-none-match": etag}).status_code == 304
    assert client.head(published).status_code == 200
    assert client.get(f"{published}/record").status_code == 200
    assert heard.counts[REQUESTS, "GET", EDITION, "200"] == 4, heard.counts
    assert heard.counts[REQUESTS, "GET", EDITION, "304"] == 1
    assert heard.counts[REQUESTS, "HEAD", EDITION, "200"] == 1
    assert heard.counts[REQUESTS, "GET", f"{EDITION}/record", "200"] == 1
    assert heard.observed["jiaokan_http_request_seconds", "GET", EDITION] == 5


def test_what_no_route_knows_makes_no_series_of_its_own(heard, client):
    for path in ("/wp-login.php", "/v1/nothing/1", "/v1/nothing/2"):
        assert client.get(path).status_code == 404
    assert client.request("BREW", "/coffee").status_code == 404
    assert client.get("/v1/reports", headers={"host": "elsewhere.example"}).status_code == 421
    told = {labels[1:] for labels in heard.counts if labels[0] == REQUESTS}
    assert told == {("GET", "none", "404"), ("other", "none", "404"), ("GET", "none", "421")}


def test_every_label_of_a_route_is_a_template(heard, client, published, archive):
    for path in (
        "/v1/reports",
        "/v1/reports/a/b/2023",
        f"{published}/outline",
        f"{published}/sections",
        "/v1/events",
        "/readyz",
    ):
        client.get(path)
    for metric, *labels in heard.counts:
        (known,) = [one for one in METRICS if one.name == metric]
        for label, value in zip(known.labels, labels, strict=True):
            assert "2023" not in value, (metric, label, value)


def test_an_answer_of_ours_that_fails_is_a_line_with_its_request(client, archive, monkeypatch, caplog):
    def away(*_args, **_named):
        raise UnavailableError("catalog", "gone")

    monkeypatch.setattr(type(archive.catalog.reports), "get", away)
    lines: list[str] = []
    caplog.handler.setFormatter(JsonLines("api"))
    with caplog.at_level(logging.WARNING, logger="jiaokan.web.observed"):
        answer = client.get("/v1/reports/a/1", headers={"x-request-id": "mine-7"})
        lines = caplog.text.splitlines()
    assert answer.status_code == 503
    assert answer.headers["x-request-id"] == "mine-7"
    told = [json.loads(line) for line in lines if "was answered with 503" in line]
    assert [line["request"] for line in told] == ["mine-7"]


def test_a_server_whose_loop_died_says_so(client):
    assert client.get("/livez").status_code == 200
    with beating("some-loop", within=0.0):
        threading.Event().wait(0.01)
        answer = client.get("/livez")
        assert answer.status_code == 503
        assert answer.json()["code"] == "stalled"
        assert "some-loop" in answer.json()["detail"]
        assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200
