"""From upload to published on the idle local stack: median and p95 of a 30 KB report.

Argument: number of reports (50).
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.trials.kills import System


def report(number: int) -> bytes:
    """Make an invented report of about 30 KB."""
    lines = [f"云山市{number}年政府工作报告", "一、工作回顾"]
    while sum(map(len, lines)) < 10_000:
        n = len(lines)
        lines.append(
            f"（{n}）全年完成投资{number + n}亿元，同比增长{n % 9}.{number % 10}%，建成项目{n * 3}个，惠及群众{n}万人。"
        )
    return "\n".join(lines).encode()


def run(arguments: list[str]) -> dict[str, Any]:
    """Upload one report after another, each when the one before is published."""
    count = int(arguments[0]) if arguments else 50
    with tempfile.TemporaryDirectory(prefix="jiaokan-latency-") as folder:
        system = System(Path(folder) / "data", durable=True)
        system.start()
        times = []
        try:
            with httpx.Client(base_url=system.url, timeout=60, trust_env=False) as client:
                for number in range(-3, count):  # the first three warm the worker up
                    data = report(2000 + number)
                    began = time.perf_counter()
                    told = client.put(f"/v1/reports/latency/{number + 3}/-/source", content=data).json()
                    done = client.get(told["follow"], params={"wait": 30}).json()
                    took = (time.perf_counter() - began) * 1000
                    assert done["state"] == "published", done
                    if number >= 0:
                        times.append(took)
                        print(f"{number + 1:4} {took:7.0f} ms", end="\r", flush=True)
        finally:
            system.stop()
    times.sort()
    return {
        "reports": count,
        "bytes": len(report(2000)),
        "median_ms": round(statistics.median(times)),
        "p95_ms": round(times[int(len(times) * 0.95) - 1]),
        "least_ms": round(times[0]),
        "most_ms": round(times[-1]),
    }
