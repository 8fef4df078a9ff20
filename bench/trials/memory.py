"""Memory of a worker's process from report 1,000 to 5,000, without child recycling: grows less than 5 MB.

`make trial NAME=memory ARGS="1000 5000"`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import psutil

from bench.line import Line, report
from jiaokan.archive import accept
from jiaokan.worker import dispatch


def run(arguments: list[str]) -> dict[str, Any]:
    """Work, and look at the resident memory of the one process that works."""
    first = int(arguments[0]) if arguments else 1000
    last = int(arguments[1]) if len(arguments) > 1 else 5000
    grown: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = {"data": folder, "log_format": "json", "durable": "false", "concurrency": "1"}
        with Line(settings, log=Path(folder) / "line.log", roles=("worker", "sweeper")) as line:
            taken = 0
            for at in range(first, last + 1, max(1, (last - first) // 8)):
                while taken < at:
                    size = 3_000 + taken % 50 * 800
                    dispatch(
                        line.archive, accept(line.archive, f"m/{taken}", report(taken, size), queue="bulk")
                    )
                    taken += 1
                line.wait(lambda archive, at=at: archive.catalog.ledger.head().visible >= at, seconds=1200)
                (child,) = psutil.Process(line.processes["worker"].pid).children()
                grown[at] = round(child.memory_info().rss / 2**20, 1)
                print(f"report {at}: {grown[at]} MiB", flush=True)
    growth = round(grown[max(grown)] - grown[first], 1)
    return {"MiB at report": grown, "growth MiB": growth, "goal MiB": 5}
