"""Clients that ask the same thing without pause over some connections: ``wrk`` where it is installed, else one of ours.

Both are bounded in time, and are for servers of this machine. What a request costs is told as the server's own
processor time beside the throughput, so that other work on the machine does not decide a ratio.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

SECONDS_MOST = 60.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back in a run: answers a second, how many were no success, the server's processor time for one."""

    each_second: float
    failed: int
    processor_us: float


def ask(
    url: str, *, headers: Mapping[str, str], server: int, seconds: float, connections: int = 32
) -> Answered:
    """Ask for ``url`` over and over; ``server`` is the process whose processor time counts."""
    host = urlsplit(url).hostname
    assert host in ("127.0.0.1", "localhost"), f"{host} is not this machine"
    assert seconds <= SECONDS_MOST
    process = psutil.Process(server)
    before, began = sum(process.cpu_times()[:2]), time.perf_counter()
    count, failed = (
        _wrk(url, headers, seconds, connections)
        if shutil.which("wrk")
        else asyncio.run(_own(url, headers, seconds, connections))
    )
    took, used = time.perf_counter() - began, sum(process.cpu_times()[:2]) - before
    assert count, f"nothing came back from {url}"
    return Answered(count / took, failed, 1e6 * used / count)


def _wrk(url: str, headers: Mapping[str, str], seconds: float, connections: int) -> tuple[int, int]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    told = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    count = re.search(r"(\d+) requests in", told)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    torn = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    failed = (int(wrong[1]) if wrong else 0) + (sum(map(int, torn.groups())) if torn else 0)
    return int(count[1]) if count else 0, failed


async def _own(url: str, headers: Mapping[str, str], seconds: float, connections: int) -> tuple[int, int]:
    parts = urlsplit(url)
    lines = [
        f"GET {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        *(f"{k}: {v}" for k, v in headers.items()),
    ]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    until = time.perf_counter() + seconds
    count = failed = 0

    async def one() -> None:
        nonlocal count, failed
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if length:
                await reader.readexactly(int(length[1]))
            count += 1
            failed += head[9:10] not in b"23"
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return count, failed
