"""Upload to published on an idle stack, 30 KB reports: `make trial NAME=latency ARGS="local"` (or `servers`)."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.line import Line, report, stack
from jiaokan.archive import accept
from jiaokan.worker import dispatch


def run(arguments: list[str]) -> dict[str, Any]:
    """Take one report in after another, each when the one before is published."""
    kind = arguments[0] if arguments else "local"
    rounds = int(arguments[1]) if len(arguments) > 1 else 60
    seconds: list[float] = []
    accepting: list[float] = []
    with tempfile.TemporaryDirectory() as folder, stack(kind, Path(folder)) as settings:
        with Line(settings, log=Path(folder) / "line.log") as line:
            line.warm()
            for number in range(rounds):
                data = report(number, 30_000)
                began = time.perf_counter()
                accepted = accept(line.archive, f"a/{number}", data)
                dispatch(line.archive, accepted)
                accepting.append(time.perf_counter() - began)
                while (
                    found := line.archive.catalog.reports.get(f"a/{number}")
                ) is None or found.latest is None:
                    time.sleep(0.002)
                seconds.append(time.perf_counter() - began)
                time.sleep(0.05)
    seconds.sort()
    result = {
        "stack": kind,
        "uploads": rounds,
        "median ms": round(statistics.median(seconds) * 1000, 1),
        "p95 ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
        "accepting, median ms": round(statistics.median(accepting) * 1000, 1),
        "goal ms": 300,
    }
    print(result)
    return result
