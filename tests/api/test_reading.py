"""Reading by HTTP: lists, editions, views, conditional requests, sources, traces."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace

import pytest

from jiaokan.archive import accept, withdraw
from jiaokan.worker.processing import process

from .conftest import NEXT, REPORT

BASE = "/v1/reports/linjiang/gxt/2023/-/editions"


def test_content_comes_byte_for_byte_under_its_hash(client, publish) -> None:
    publish("linjiang/gxt/2023")
    answer = client.get(f"{BASE}/latest", headers={"Accept-Encoding": "identity"})
    digest = hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.json()["schema"] == "jiaokan/content/1"
    record = client.get(f"{BASE}/1/record").json()
    assert record["content"] == digest
    assert 'rel="latest-version"' in answer.headers["link"]


@pytest.mark.parametrize("path", ["latest", "1", "1/record", "1/text", "1/markdown", "1/outline", "1/source"])
def test_what_the_client_has_is_not_sent_again(client, publish, path: str) -> None:
    publish("linjiang/gxt/2023")
    first = client.get(f"{BASE}/{path}")
    assert first.status_code == 200
    again = client.get(f"{BASE}/{path}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get(f"{BASE}/{path}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["latest", "1/record", "1/text", "1/source"])
def test_head_says_what_get_says(client, publish, path: str) -> None:
    publish("linjiang/gxt/2023")
    got = client.get(f"{BASE}/{path}", headers={"Accept-Encoding": "identity"})
    head = client.head(f"{BASE}/{path}", headers={"Accept-Encoding": "identity"})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_accept_chooses_the_form(client, publish) -> None:
    publish("linjiang/gxt/2023")
    text = client.get(f"{BASE}/latest", headers={"Accept": "text/plain"})
    assert text.text.startswith("临江省")
    markdown = client.get(f"{BASE}/latest", headers={"Accept": "text/markdown;q=0.9, text/plain;q=0.1"})
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert client.get(f"{BASE}/latest", headers={"Accept": "image/png"}).status_code == 406


def test_a_second_edition_leaves_the_first_where_it_was(client, publish) -> None:
    publish("linjiang/gxt/2023")
    first = client.get(f"{BASE}/1").content
    publish("linjiang/gxt/2023", NEXT)
    assert client.get(f"{BASE}/1").content == first
    assert client.get(f"{BASE}/latest").headers["jiaokan-edition"] == "2"
    assert 'rel="predecessor-version"' in client.get(f"{BASE}/2").headers["link"]
    numbers = [one["number"] for one in client.get(BASE).json()["editions"]]
    assert numbers == [1, 2]


def test_sections_by_id_and_anchor_and_subtree(client, publish) -> None:
    publish("linjiang/gxt/2023")
    outline = client.get(f"{BASE}/1/outline").json()["sections"]
    chapter = next(one for one in outline if one["kind"] == "chapter")
    by_id = client.get(f"{BASE}/1/sections/{chapter['id']}").json()
    by_anchor = client.get(f"{BASE}/1/sections/{chapter['anchor']}").json()
    assert by_id == by_anchor
    assert by_id["text"].startswith("一、2023年工作回顾")
    deep = client.get(f"{BASE}/1/sections/{chapter['id']}", params={"deep": "true"}).json()
    assert [one["heading"] for one in deep["sections"]] == ["工业经济平稳运行", "数字经济加快发展"]
    assert client.get(f"{BASE}/1/sections/nowhere").json()["code"] == "section-unknown"


def test_a_span_leads_back_to_its_bytes(client, publish) -> None:
    data = REPORT.replace("规模以上企业320家", "規模以上企業320家").encode("utf-8")
    publish("linjiang/gxt/2023", data)
    text = client.get(f"{BASE}/1/text").text
    at = text.index("320家")
    trace = client.get(f"{BASE}/1/trace", params={"start": at, "end": at + 4}).json()
    assert bytes.fromhex(trace["source"][0]["hex"]).decode() == "320家"
    assert trace["text"] == "320家"
    assert client.get(f"{BASE}/1/trace", params={"start": 5, "end": 4}).status_code == 404
    assert client.get(f"{BASE}/1/trace", params={"start": 0, "end": 9_999}).status_code == 404


def test_the_source_is_an_attachment_that_no_browser_runs(client, publish) -> None:
    publish("linjiang/gxt/2023", "<script>alert(1)</script>一、工作回顾\n")
    answer = client.get(f"{BASE}/1/source")
    assert answer.content == "<script>alert(1)</script>一、工作回顾\n".encode()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        f"{BASE}/1",
        f"{BASE}/1/text",
        f"{BASE}/1/markdown",
        f"{BASE}/9",
        "/v1/export",
        "/nowhere",
        "/",
        "/style.css",
    ],
)
def test_no_browser_guesses_what_an_answer_is(client, publish, path) -> None:
    publish("linjiang/gxt/2023")
    for _ in range(2):  # the second time what is kept may answer, ahead of the rest
        assert client.get(path).headers.get_list("x-content-type-options") == ["nosniff"]


def test_ranges_of_the_source(client, publish) -> None:
    publish("linjiang/gxt/2023")
    whole = REPORT.encode()
    part = client.get(f"{BASE}/1/source", headers={"Range": "bytes=3-8"})
    assert part.status_code == 206
    assert part.content == whole[3:9]
    assert part.headers["content-range"] == f"bytes 3-8/{len(whole)}"
    tail = client.get(f"{BASE}/1/source", headers={"Range": "bytes=-5"})
    assert tail.content == whole[-5:]
    assert client.get(f"{BASE}/1/source", headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    stale = client.get(f"{BASE}/1/source", headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert stale.status_code == 200


def test_withdrawn_is_gone_everywhere(client, archive, publish) -> None:
    publish("linjiang/gxt/2023")
    digest = client.get(f"{BASE}/1").headers["etag"].strip('"').removesuffix("-gzip")
    by_hash = f"/v1/reports/linjiang/gxt/2023/-/contents/{digest}"
    assert "immutable" in client.get(by_hash).headers["cache-control"]
    withdraw(archive, "linjiang/gxt/2023", by="test", why="test")
    archive_paths = [
        "latest",
        "1",
        "1/record",
        "1/text",
        "1/outline",
        "1/source",
        "1/trace?start=0&end=1",
        "1/about",
    ]
    done = time.monotonic()
    asked = done
    while client.get(f"{BASE}/1").status_code != 410:
        assert asked < done + 1.0  # the promise: seen in every process within a second
        asked = time.monotonic()
    for path in archive_paths:
        assert client.get(f"{BASE}/{path}").status_code == 410, path
    assert client.get("/v1/reports/linjiang/gxt/2023").status_code == 410
    assert client.get("/v1/reports").json()["reports"] == []
    assert client.get(by_hash).status_code == 410


def test_lists_are_filtered_and_unknown_filters_refused(client, publish) -> None:
    publish("linjiang/gxt/2023", labels=("a",))
    publish("linjiang/gxt/2024", NEXT, labels=("b",))
    listed = client.get("/v1/reports", params={"label": "a"}).json()["reports"]
    assert [one["id"] for one in listed] == ["linjiang/gxt/2023"]
    refused = client.get("/v1/reports", params={"labels": "a"})
    assert refused.status_code == 422
    assert "labels" in refused.json()["detail"]


def test_pages_follow_on_each_other(client, publish) -> None:
    for year in range(2015, 2020):
        publish(f"linjiang/gxt/{year}", REPORT.replace("2023", str(year)))
    seen, cursor = [], None
    while True:
        page = client.get("/v1/reports", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["reports"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == [f"linjiang/gxt/{year}" for year in range(2015, 2020)]


def test_the_feed_has_no_gap(client, publish) -> None:
    publish("a/1")
    publish("a/1", NEXT)
    publish("b/1")
    feed = client.get("/v1/feed").json()
    assert [event["sequence"] for event in feed["events"]] == [1, 2, 3]
    assert feed["next"] == 3
    assert client.get("/v1/feed", params={"after": 3}).json() == {"events": [], "next": 3}
    assert [
        e["sequence"] for e in client.get("/v1/feed", params={"after": 1, "limit": 1}).json()["events"]
    ] == [2]


def test_differences_between_editions(client, publish) -> None:
    publish("linjiang/gxt/2023")
    publish("linjiang/gxt/2023", NEXT)
    told = client.get("/v1/reports/linjiang/gxt/2023/-/differences", params={"before": "1"}).json()
    assert told["why"] == ["source"]
    assert told["counts"]["reworded"] > 0
    page = client.get(
        "/v1/reports/linjiang/gxt/2023/-/differences", params={"before": "1"}, headers={"Accept": "text/html"}
    )
    assert page.headers["content-type"].startswith("text/html")
    assert "sandbox" in page.headers["content-security-policy"]


def test_sections_of_many_reports_and_search(client, publish) -> None:
    publish("linjiang/gxt/2023")
    publish("linjiang/gxt/2024", NEXT)
    found = client.get("/v1/sections", params={"section": "c1.s2"}).json()["sections"]
    assert [(one["report"], one["heading"]) for one in found] == [
        ("linjiang/gxt/2023", "数字经济加快发展"),
        ("linjiang/gxt/2024", "数字经济加快发展"),
    ]
    hits = client.get("/v1/search", params={"q": "智能算力"}).json()["hits"]
    assert [hit["report"] for hit in hits] == ["linjiang/gxt/2024"]
    snippet = hits[0]["snippets"][0]
    text = client.get("/v1/reports/linjiang/gxt/2024/-/editions/1/text").text
    assert text[slice(*snippet["match"])] == "智能算力"
    assert text[slice(*snippet["span"])] == snippet["text"]
    assert client.get("/v1/search", params={"q": "算力"}).json()["hits"]
    assert client.get("/v1/search", params={"q": "没有这个词"}).json()["hits"] == []
    assert client.get("/v1/search", params={"q": '"%_\\'}).status_code == 200


def test_export_gives_every_report_and_the_sequence(client, publish, tmp_path) -> None:
    publish("linjiang/gxt/2023")
    publish("linjiang/gxt/2024", NEXT)
    answer = client.get("/v1/export")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["about"]["report"] for line in lines] == ["linjiang/gxt/2023", "linjiang/gxt/2024"]
    assert answer.headers["jiaokan-sequence"] == "2"
    parquet = client.get("/v1/export", params={"form": "parquet"})
    path = tmp_path / "x.parquet"
    path.write_bytes(parquet.content)
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    texts = table.to_pylist()
    whole = "".join(row["own_text"] for row in texts if row["report"] == "linjiang/gxt/2023")
    assert whole == client.get(f"{BASE}/1/text").text
    assert table.schema.metadata[b"jiaokan-sequence"] == b"2"


def test_a_series_tells_its_missing_years(client, publish) -> None:
    for year in (2019, 2020, 2023):
        publish(
            f"gd/{year}",
            REPORT.replace("临江省", "广东省").replace("2024", str(year + 1)).replace("2023", str(year)),
        )
    about = client.get("/v1/reports/gd/2019/-/editions/latest/about").json()
    assert about["region"]["code"] == "440000"
    told = client.get("/v1/series", params={"region": "440000", "kind": about["kind"]}).json()
    assert [one["year"] for one in told["years"]] == [2019, 2020, 2023]
    assert told["missing"] == [2021, 2022]


def test_every_error_is_a_problem(client) -> None:
    for path in ("/v1/reports/none", "/v1/nothing", "/v1/reports/none/-/editions/0", "/v1/schemas/none"):
        answer = client.get(path)
        assert answer.status_code in (404, 422), path
        assert answer.headers["content-type"] == "application/problem+json", path
        assert answer.json()["status"] == answer.status_code
        assert answer.headers["x-request-id"]


def test_withdrawn_and_restored_by_http(client, publish) -> None:
    publish("linjiang/gxt/2023")
    base = "/v1/reports/linjiang/gxt/2023"
    assert client.post(f"{base}/-/withdrawal", json={}).status_code == 422
    told = client.post(f"{base}/-/withdrawal", json={"why": "误传"}).json()
    assert told["event"]["event"] == "withdrawn"
    assert client.get(base).status_code == 410
    assert client.post(f"{base}/-/withdrawal", json={"why": "again"}).status_code == 409
    assert client.post(f"{base}/-/restoration", json={"why": "核对无误"}).status_code == 200
    assert client.get(base).status_code == 200
    assert client.post(f"{base}/-/erasure", json={"why": "法院要求"}).status_code == 200
    assert client.get(base).status_code == 410
    events = [event["event"] for event in client.get("/v1/feed").json()["events"]]
    assert events == ["added", "withdrawn", "restored", "erased"]


def test_lists_link_to_their_next_page(client, publish) -> None:
    for year in (2021, 2022, 2023):
        publish(f"a/{year}", REPORT.replace("2023", str(year)))
    for first in ("/v1/reports?limit=1&prefix=a", "/v1/sections?limit=4", "/v1/search?q=工业经济&limit=1"):
        path, seen, pages = first, [], 0
        while path:
            page = client.get(path)
            name = next(iter(page.json().keys() & {"reports", "sections", "hits"}))
            seen += [json.dumps(one) for one in page.json()[name]]
            link = page.headers.get("link", "")
            assert bool(link) == (page.json()["cursor"] is not None)
            path = link.partition(">")[0].removeprefix("<") if 'rel="next"' in link else ""
            pages += 1
        assert len(seen) == len(set(seen)) >= 3
        assert pages >= 3
    link = client.get("/v1/feed?limit=2").headers["link"]
    assert link == '</v1/feed?limit=2&after=2>; rel="next"'


def test_a_report_without_an_edition_says_what_became_of_its_revision(client, archive):
    def told(report):
        answer = client.get(f"/v1/reports/{report}/-/editions/latest")
        assert (answer.status_code, answer.json()["code"]) == (404, "edition-unknown")
        return answer.json()["detail"]

    waiting = accept(archive, "none/waiting", REPORT.encode())
    assert told("none/waiting").endswith(f"its newest revision, {waiting.revision.id}, is pending")
    empty = accept(archive, "none/empty", b"")
    assert process(archive, empty.item, worker="test") == "rejected"
    assert told("none/empty").endswith("is rejected: the upload has no bytes; send the file again")
    strict = replace(archive, settings=archive.settings.model_copy(update={"hold_below": "A"}))
    doubtful = accept(archive, "none/held", "一、全市\ufffd济增\ufffd\ufffd。锟斤拷锟斤拷。\n".encode())
    assert process(strict, doubtful.item, worker="test") == "held"
    assert "wait for a release" in told("none/held")
