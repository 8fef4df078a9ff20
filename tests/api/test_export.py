"""Exports: piece by piece, on few threads, and nobody else waits for a client that reads slowly."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
import time
from types import SimpleNamespace

import httpx
import pyarrow.parquet as pq
import pytest

from bench.api.publishing import publish_invented
from bench.trials.serving import REPORT, prepare, served
from bench.trials.slow import bearer, connected
from bench.trials.slow import export as request_of
from jiaokan.api.export import AT_ONCE, ROWS, _paced, parquet
from jiaokan.archive import load_settings, open_archive


def row(number: int) -> dict[str, object]:
    return {
        "report": f"r/{number // 40}",
        "labels": ["x"],
        "position": number % 40,
        "own_text": f"第{number}段",
    }


@pytest.mark.parametrize("count", [0, 1, ROWS, 2 * ROWS + 7])
def test_a_parquet_file_comes_a_group_at_a_time(count):
    taken = 0

    def rows():
        nonlocal taken
        for number in range(count):
            taken += 1
            yield row(number)

    pieces = parquet(rows(), 42)
    first = next(pieces)
    assert taken <= ROWS, "the first piece is there before the second group is read"
    file = pq.ParquetFile(io.BytesIO(b"".join([first, *pieces])))
    assert file.metadata.num_rows == count
    assert file.metadata.num_row_groups == -(-count // ROWS)
    assert file.schema_arrow.metadata[b"jiaokan-sequence"] == b"42"
    if count:
        table = file.read()
        assert table["own_text"].to_pylist() == [f"第{number}段" for number in range(count)]


def test_head_of_an_export_exports_nothing(client, publish, archive, monkeypatch):
    publish("a/1")
    monkeypatch.setattr(
        type(archive.objects), "get", lambda *_args, **_more: pytest.fail("it read an object")
    )
    for form, media_type in (
        ("ndjson", "application/x-ndjson"),
        ("parquet", "application/vnd.apache.parquet"),
    ):
        answer = client.head("/v1/export", params={"form": form})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"] == media_type
        assert answer.headers["jiaokan-sequence"] == "1"


def test_many_exports_share_few_threads():
    busy = most = 0
    lock = threading.Lock()
    ended = []

    def pieces(number):
        nonlocal busy, most
        try:
            for _ in range(3):
                with lock:
                    busy += 1
                    most = max(most, busy)
                time.sleep(0.005)
                with lock:
                    busy -= 1
                yield b"x"
        finally:
            ended.append(number)

    app = SimpleNamespace(state=SimpleNamespace())

    async def read(number):
        count = 0
        stream = _paced(app, pieces(number))
        async for _ in stream:
            count += 1
            if number == 0:  # its client goes away
                break
        await stream.aclose()
        return count

    async def main():
        return await asyncio.gather(*(read(number) for number in range(20)))

    assert asyncio.run(main()) == [1] + [3] * 19
    assert most <= AT_ONCE
    assert sorted(ended) == list(range(20))


@pytest.mark.slow
def test_slow_clients_and_idle_ones_hurt_nobody(tmp_path):
    key = prepare(tmp_path)
    archive = open_archive(load_settings(data=tmp_path / "data", durable=False))
    publish_invented(archive, 60)
    archive.close()
    with served(tmp_path) as (url, _):
        open_ones: list[socket.socket] = [connected(url) for _ in range(64)]
        open_ones += [connected(url, request_of(url, key, form)) for form in ("ndjson", "parquet") * 25]
        try:
            time.sleep(0.5)
            with httpx.Client(base_url=url, headers=bearer(key), timeout=30, trust_env=False) as client:
                for _ in range(50):
                    assert client.get(f"/v1/reports/{REPORT}/-/editions/latest").status_code == 200
                # What is not hot needs one of the threads that fifty exports must leave free.
                assert client.get("/v1/reports", params={"limit": 10}).status_code == 200
                assert client.get("/v1/search", params={"q": "工业经济"}).status_code == 200
        finally:
            for one in open_ones:
                one.close()
