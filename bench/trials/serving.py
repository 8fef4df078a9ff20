"""GET of an edition of 30 KB, key check included, against bare routes of the same server in the same run.

Arguments: seconds of one measurement (3), rounds (5). Goal: 60 % of a bare route, conditional GET too.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from bench.api.asking import Answered, ask
from bench.api.serving import BARE
from bench.line import report as text_of
from jiaokan.archive import Keys, accept, content_key, load_settings, open_archive
from jiaokan.worker.processing import process

REPORT: Final = "zhongyun/gxt/2023"
BYTES: Final = 30_000


sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))


def prepare(folder: Path) -> str:
    """Publish one report whose content has some 30 KB, make a key, and give the key."""
    archive = open_archive(load_settings(data=folder / "data", durable=False))
    try:
        size = BYTES
        while True:  # the sections of a text take room in its content, too
            accepted = accept(archive, REPORT, text_of(1, size))
            assert accepted.item is not None
            assert process(archive, accepted.item, worker="trial") == "published"
            found = archive.catalog.reports.get(REPORT)
            assert found is not None
            assert found.latest is not None
            if found.latest.content_bytes <= BYTES * 1.05:
                break
            size = size * BYTES // found.latest.content_bytes
        (folder / BARE).write_bytes(archive.objects.get(content_key(found.latest.content)))
        return Keys(archive.catalog.database).create("trial", scopes=("read",))[1]
    finally:
        archive.close()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve the archive of ``folder``; gives its address and the process."""
    from starting import free_port

    port = free_port()
    process_ = subprocess.Popen([sys.executable, "-m", "bench.api.serving", str(folder), str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"{url}/bare", timeout=1, trust_env=False)
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.05)
        yield url, process_.pid
    finally:
        process_.terminate()
        process_.wait(60)


def run(arguments: list[str]) -> dict[str, Any]:
    """Measure each in turn, round by round; the ratio is that of the medians."""
    seconds = float(arguments[0]) if arguments else 3.0
    rounds = int(arguments[1]) if len(arguments) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="jiaokan-serving-") as name:
        folder = Path(name)
        key = prepare(folder)
        with served(folder) as (url, server):
            return measure(url, server, key, seconds=seconds, rounds=rounds)


def measure(url: str, server: int, key: str, *, seconds: float, rounds: int) -> dict[str, Any]:
    """Ask every address, and compare."""
    edition = f"{url}/v1/reports/{REPORT}/-/editions"
    known = {"Authorization": f"Bearer {key}"}
    number = httpx.get(f"{edition}/latest", headers=known, trust_env=False)
    assert number.status_code == 200, number.text
    plain = {**known, "Accept-Encoding": "identity"}
    etag = httpx.get(f"{edition}/latest", headers=plain, trust_env=False).headers["etag"]
    numbered = f"{edition}/{number.headers['jiaokan-edition']}"
    asked: dict[str, tuple[str, dict[str, str]]] = {
        "bare route": (f"{url}/bare", {}),
        "bare ASGI": (f"{url}/nothing", {}),
        "latest": (f"{edition}/latest", plain),
        "numbered": (numbered, plain),
        "latest, gzip": (f"{edition}/latest", {**known, "Accept-Encoding": "gzip"}),
        "conditional": (f"{edition}/latest", {**plain, "If-None-Match": etag}),
    }
    answered: dict[str, list[Answered]] = {name: [] for name in asked}
    for turn in range(rounds + 1):
        for name, (address, headers) in asked.items():
            got = ask(address, headers=headers, server=server, seconds=1.0 if turn == 0 else seconds)
            assert got.failed == 0, f"{name}: {got.failed} requests failed"
            if turn:  # the first warms everything up
                answered[name].append(got)
                print(f"{turn} {name:14} {got.each_second:7.0f}/s  {got.processor_us:5.0f} us", flush=True)
    rate = {name: statistics.median(one.each_second for one in told) for name, told in answered.items()}
    cost = {name: statistics.median(one.processor_us for one in told) for name, told in answered.items()}
    return {
        "bytes": len(httpx.get(f"{url}/bare", trust_env=False).content),
        "connections": 32,
        "answers a second": {name: round(value) for name, value in rate.items()},
        "processor microseconds an answer": {name: round(value) for name, value in cost.items()},
        "per cent of the bare route": {
            name: round(100 * rate[name] / rate["bare route"], 1) for name in asked if "bare" not in name
        },
        "per cent of the bare route, by processor time": {
            name: round(100 * cost["bare route"] / cost[name], 1) for name in asked if "bare" not in name
        },
        "per cent of bare ASGI, by processor time": {
            name: round(100 * cost["bare ASGI"] / cost[name], 1) for name in asked if "bare" not in name
        },
        "goal": 60,
    }
