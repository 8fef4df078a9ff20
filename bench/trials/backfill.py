"""One upload during a backfill: `make trial NAME=backfill ARGS="10000 local"` (or `servers`).

Ten thousand reports wait in the bulk queue; every second someone uploads one and waits for it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.line import Line, report, stack
from jiaokan.archive import accept
from jiaokan.worker import dispatch


def run(arguments: list[str]) -> dict[str, Any]:
    """Fill the queue, then upload while it is worked off."""
    backlog = int(arguments[0]) if arguments else 10_000
    kind = arguments[1] if len(arguments) > 1 else "local"
    uploads = min(60, max(10, backlog // 100))
    with tempfile.TemporaryDirectory() as folder, stack(kind, Path(folder)) as settings:
        with Line(settings, log=Path(folder) / "line.log", roles=()) as line:
            with ThreadPoolExecutor(4) as hands:
                list(hands.map(lambda number: _take(line, number), range(backlog)))
            print(f"{backlog} reports wait", flush=True)
        with Line(settings, log=Path(folder) / "line.log") as line:
            line.wait(lambda archive: archive.catalog.ledger.head().visible > 20)
            seconds = []
            for number in range(uploads):
                began = time.perf_counter()
                dispatch(
                    line.archive, accept(line.archive, f"mine/{number}", report(20_000_000 + number, 30_000))
                )
                line.wait(lambda archive, name=f"mine/{number}": _latest(archive, name), every=0.01)
                seconds.append(time.perf_counter() - began)
                time.sleep(0.3)
            left = sum(line.archive.catalog.queue.status().waiting.values())
    assert left > 0, "the backlog was done before the uploads were: take a larger one"
    seconds.sort()
    return {
        "stack": kind,
        "backlog": backlog,
        "still waiting at the end": left,
        "uploads": uploads,
        "median s": round(statistics.median(seconds), 2),
        "p95 s": round(seconds[int(len(seconds) * 0.95)], 2),
        "goal": "median 2 s, p95 5 s",
    }


def _take(line: Line, number: int) -> None:
    accept(line.archive, f"b/{number}", report(number), queue="bulk")


def _latest(archive: Any, name: str) -> bool:
    found = archive.catalog.reports.get(name)
    return found is not None and found.latest is not None
