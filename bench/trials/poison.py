"""A poison file of each kind among a hundred: the others are published, it is parked with its reason."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.line import Line, report
from bench.line.poisoned import POISONS
from jiaokan.archive import accept
from jiaokan.worker import dispatch


def run(arguments: list[str]) -> dict[str, Any]:
    """Push reports, a poison of each kind among them (``arguments``: kinds, by default all)."""
    kinds = tuple(arguments) or POISONS
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
                dispatch(line.archive, accept(line.archive, f"p/{number}", data))
            began = time.perf_counter()
            good = total - len(kinds)
            published = line.wait(lambda archive: count(archive, "reports-published") >= good, seconds=240)
            print(f"{good} published after {published:.1f} s", flush=True)
            line.wait(lambda archive: archive.catalog.queue.status().parked >= len(kinds), seconds=240)
            parked = line.archive.catalog.queue.parked().items
            assert count(line.archive, "reports-published") == good
            events, upto = line.archive.catalog.ledger.events(after=0, limit=1000)
            assert [event.sequence for event in events] == list(range(1, good + 1)), upto
            return {
                "reports": total,
                "published": good,
                "seconds until the others were published": round(published, 2),
                "seconds until all poison was parked": round(time.perf_counter() - began, 2),
                "parked": {item.code: item.reason.splitlines()[-1][:120] for item in parked if item.reason},
                "workers that had to be started again": line.deaths,
            }


def count(archive: Any, name: str) -> int:
    return int(archive.catalog.reports.totals().get(name, 0))
