"""One poison file among a hundred: 99 are published, it is parked with its reason. Once for each kind of poison."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.line import Line, report
from bench.line.poisoned import POISONS
from jiaokan.archive import Queue, accept
from jiaokan.worker import dispatch


def run(arguments: list[str]) -> dict[str, Any]:
    """Push reports, one poison among them (``arguments``: kinds, by default each in turn, at last all of them)."""
    told = {kind: among_others((kind,)) for kind in arguments or POISONS}
    if not arguments:
        told["all"] = among_others(POISONS)
    return told


def among_others(kinds: tuple[str, ...]) -> dict[str, Any]:
    """Push a hundred, these kinds of poison among them; by turns in the bulk and in the interactive queue."""
    total = 100
    limits = {"soft_limit": 2, "hard_limit": 3, "lease": 5, "max_attempts": 3, "retry_base": 0.2}
    limits["memory_limit"] = 700 << 20
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "data": folder,
            "log_format": "json",
            **{name: str(value) for name, value in limits.items()},
        }
        with Line(settings, module="bench.line.poisoned", log=Path(folder) / "line.log") as line:
            line.supervise()
            for number in range(total):
                data = report(number)
                if number % (total // len(kinds)) == 7:
                    data = f"毒：{kinds[number * len(kinds) // total]}\n".encode() + data
                queue: Queue = "interactive" if number % 3 == 0 else "bulk"
                dispatch(line.archive, accept(line.archive, f"p/{number}", data, queue=queue))
            began = time.perf_counter()
            good = total - len(kinds)
            published = line.wait(lambda archive: count(archive, "reports-published") >= good, seconds=240)
            line.wait(lambda archive: archive.catalog.queue.status().parked >= len(kinds), seconds=240)
            parked = line.archive.catalog.queue.parked().items
            assert len(parked) == len(kinds), parked
            assert count(line.archive, "reports-published") == good
            events, upto = line.archive.catalog.ledger.events(after=0, limit=1000)
            assert [event.sequence for event in events] == list(range(1, good + 1)), upto
            told = {
                "published": good,
                "seconds until the others were published": round(published, 2),
                "seconds until all poison was parked": round(time.perf_counter() - began, 2),
                "parked": {item.code: item.reason.splitlines()[-1][:120] for item in parked if item.reason},
                "workers that had to be started again": line.deaths,
            }
            print(f"{', '.join(kinds)}: {told}", flush=True)
            return told


def count(archive: Any, name: str) -> int:
    return int(archive.catalog.reports.totals().get(name, 0))
