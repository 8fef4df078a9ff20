"""Small reports through the whole line, against Celery tasks that do nothing on the same broker in the same run.

`make trial NAME=throughput ARGS="local 1500"`, or `servers` (PostgreSQL, Redis, MinIO). The reports are taken in (a
bulk push by two threads) while the workers work; the idle tasks are sent while their workers work. Goal: local 40 %,
servers 12 %. The processor milliseconds of a report are told part by part.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.line import Line, kill, processor_seconds, report, stack
from bench.line.idle import NAME
from jiaokan.archive import Settings, accept, open_archive
from jiaokan.worker import dispatch
from jiaokan.worker.dispatching import Dispatcher


def run(arguments: list[str]) -> dict[str, Any]:
    """Measure both, one after the other, twice; the better of each counts."""
    kind = arguments[0] if arguments else "local"
    count = int(arguments[1]) if len(arguments) > 1 else 1500
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with stack(kind, folder) as settings:
            idle = max(nothing(settings, folder, count) for _ in range(2))
            print(f"tasks that do nothing: {idle:.0f}/s", flush=True)
            measured = [reports(settings, folder, count, turn) for turn in range(2)]
            rate, costs = max(measured, key=lambda pair: pair[0])
            print(f"reports: {rate:.0f}/s", flush=True)
    return {
        "stack": kind,
        "reports": count,
        "idle tasks a second": round(idle, 1),
        "reports a second": round(rate, 1),
        "per cent": round(100 * rate / idle, 1),
        "goal": 40 if kind == "local" else 12,
        "processor milliseconds a report": costs,
    }


def nothing(settings: dict[str, str], folder: Path, count: int) -> float:
    """Give the idle tasks done in a second."""
    counter = folder / "counter"
    counter.write_bytes(b"")
    environment = {**os.environ, **{f"JIAOKAN_{name.upper()}": value for name, value in settings.items()}}
    archive = open_archive(Settings(**settings))  # type: ignore[arg-type]
    dispatcher = Dispatcher(archive)
    worker = subprocess.Popen(
        [sys.executable, "-m", "bench.line.idle"],
        env={**environment, "JIAOKAN_COUNTER": str(counter)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        send(dispatcher, 20)
        until(counter, 20)
        began = time.perf_counter()
        send(dispatcher, count)
        until(counter, count + 20)
        return count / (time.perf_counter() - began)
    finally:
        kill(worker)
        archive.close()


def send(dispatcher: Dispatcher, count: int) -> None:
    """Send idle tasks, as many at a time as the line has outstanding."""
    sent = 0
    while sent < count:
        room = 200 - dispatcher.depth("bulk")
        for _ in range(min(room, count - sent)):
            dispatcher._app.send_task(NAME, args=(sent,), queue="bulk", ignore_result=True, retry=False)
            sent += 1
        if room <= 0:
            time.sleep(0.005)


def until(counter: Path, count: int) -> None:
    """Wait for the idle tasks to be done."""
    end = time.monotonic() + 300
    while counter.stat().st_size < count:
        if time.monotonic() > end:
            raise TimeoutError(f"{counter.stat().st_size} of {count} idle tasks")
        time.sleep(0.005)


def reports(settings: dict[str, str], folder: Path, count: int, turn: int) -> tuple[float, dict[str, float]]:
    """Give the reports published in a second, and what a report costs each part."""
    with Line(settings, log=folder / "line.log", roles=("worker", "sweeper")) as line:
        line.warm()
        before, own = processor_seconds(line.processes), own_seconds()
        first = line.archive.catalog.ledger.head().visible
        began = time.perf_counter()

        def push(number: int) -> None:
            archive = line.archive
            dispatch(
                archive, accept(archive, f"t{turn}/{number}", report(number + turn * 1_000_000), queue="bulk")
            )

        with ThreadPoolExecutor(2) as hands:
            list(hands.map(push, range(count)))
        pushed = time.perf_counter() - began
        line.wait(lambda archive: archive.catalog.ledger.head().visible >= first + count, seconds=600)
        seconds = time.perf_counter() - began
        after = processor_seconds(line.processes)
        costs = {name: round((after[name] - before[name]) * 1000 / count, 2) for name in before}
        costs["taking in"] = round((own_seconds() - own) * 1000 / count, 2)
        costs["seconds of pushing"] = round(pushed, 2)
        return count / seconds, costs


def own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
