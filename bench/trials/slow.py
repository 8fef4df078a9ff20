"""Slow clients and giant exports beside the hot path: what they cost those who only want an edition.

Sixty-four connections that say nothing, ten exports that are read a byte a second (both forms), and two that are read
as fast as they come; meanwhile an edition is asked for over and over. Argument: seconds of one measurement (5).
"""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import psutil

from bench.api.publishing import publish_invented
from bench.trials.serving import REPORT, prepare, served
from jiaokan.archive import load_settings, open_archive

IDLE: Final = 64
SLOW: Final = 10
REPORTS: Final = 300
"""Some 10 MB of export: far more than what sockets hold, so a slow reader does stop the writer."""


def run(arguments: list[str]) -> dict[str, Any]:
    """Measure alone, beside idle and slow clients, and beside greedy ones."""
    seconds = float(arguments[0]) if arguments else 5.0
    with tempfile.TemporaryDirectory(prefix="jiaokan-slow-") as name, ExitStack() as stack:
        folder = Path(name)
        key = prepare(folder)
        archive = open_archive(load_settings(data=folder / "data", durable=False))
        publish_invented(archive, REPORTS)
        archive.close()
        url, server = stack.enter_context(served(folder))
        process = psutil.Process(server)
        told = {"alone": asked(url, key, seconds)}
        before = process.memory_info().rss
        idle = [stack.enter_context(connected(url)) for _ in range(IDLE)]
        slow = [
            stack.enter_context(connected(url, export(url, key, form)))
            for form in ("ndjson", "parquet") * (SLOW // 2)
        ]
        end = threading.Event()
        stack.callback(end.set)
        reader = threading.Thread(target=read_slowly, args=(slow, end))
        reader.start()
        told["beside idle and slow clients"] = asked(url, key, seconds)
        after = process.memory_info().rss
        greedy = [threading.Thread(target=read_greedily, args=(url, key, end)) for _ in range(2)]
        for thread in greedy:
            thread.start()
        told["beside two greedy exports, too"] = asked(url, key, seconds)
        others = httpx.get(f"{url}/v1/reports", headers=bearer(key), timeout=10, trust_env=False)
        assert others.status_code == 200, "what is not hot is answered, too"
        end.set()
        for thread in (reader, *greedy):
            thread.join()
        assert len(idle) == IDLE
        return {
            "idle connections": IDLE,
            "exports read a byte a second": SLOW,
            "an edition, ms": told,
            "memory for them, MiB": round((after - before) / 2**20, 1),
        }


def bearer(key: str) -> dict[str, str]:
    """Give the header of a key."""
    return {"Authorization": f"Bearer {key}"}


def connected(url: str, request: bytes = b"") -> socket.socket:
    """Connect and send something, or nothing."""
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    made = socket.create_connection((parts.hostname, parts.port or 80))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.sendall(request)
    return made


def export(url: str, key: str, form: str) -> bytes:
    """Write the request of an export."""
    lines = (
        f"GET /v1/export?form={form} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        f"Authorization: Bearer {key}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_slowly(connections: list[socket.socket], end: threading.Event) -> None:
    """Read a byte a second of each."""
    while not end.wait(1.0):
        for one in connections:
            one.setblocking(False)
            try:
                one.recv(1)
            except BlockingIOError:
                continue


def read_greedily(url: str, key: str, end: threading.Event) -> None:
    """Export again and again, as fast as it comes."""
    while not end.is_set():
        with httpx.stream(
            "GET", f"{url}/v1/export", headers=bearer(key), timeout=60, trust_env=False
        ) as answer:
            for _ in answer.iter_raw():
                if end.is_set():
                    return


def asked(url: str, key: str, seconds: float) -> dict[str, float]:
    """Ask for an edition over one connection; tells how long an answer took."""
    times = []
    path = f"{url}/v1/reports/{REPORT}/-/editions/latest"
    with httpx.Client(headers=bearer(key), timeout=30, trust_env=False) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.perf_counter()
            assert client.get(path).status_code == 200
            times.append(1000 * (time.perf_counter() - began))
            time.sleep(0.005)
    times.sort()
    return {
        "median": round(times[len(times) // 2], 1),
        "p99": round(times[int(len(times) * 0.99)], 1),
        "most": round(times[-1], 1),
        "answers": len(times),
    }
