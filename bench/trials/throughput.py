"""Small reports through the whole line, against Celery tasks that do nothing on the same broker in the same run.

`make trial NAME=throughput ARGS="local 1500"`, or `servers` (PostgreSQL, Redis, MinIO), or `versitygw` (the same with
that in MinIO's place). The reports are taken in (a
bulk push by eight threads) while the workers work; the idle tasks are sent while their workers work. Goal: local 40 %,
servers 12 %. The processor milliseconds of a report are told part by part, those of the servers too.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from bench.line import Line, kill, processor_seconds, report, stack
from bench.line.idle import NAME
from jiaokan.archive import Archive, Settings, accept, open_archive
from jiaokan.observing import timed
from jiaokan.worker import dispatch
from jiaokan.worker.dispatching import Dispatcher
from jiaokan.worker.together import TOGETHER, process_waiting

HANDS: Final = 8
"""Reports taken in at the same time, as `jiaokan push` does: with two, the line waits for the store's disk."""

SERVERS: Final = ("postgres", "redis-server", "minio", "versitygw")


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
            table = parts(settings, min(count, 160))
    return {
        "stack": kind,
        "reports": count,
        "idle tasks a second": round(idle, 1),
        "reports a second": round(rate, 1),
        "per cent": round(100 * rate / idle, 1),
        "goal": 40 if kind == "local" else 12,
        "processor milliseconds a report": costs,
        "the same, part by part": table,
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
        at_rest(line)
        before, own, served = processor_seconds(line.processes), own_seconds(), server_seconds()
        first = line.archive.catalog.ledger.head().visible
        began = time.perf_counter()

        def push(number: int) -> None:
            archive = line.archive
            dispatch(
                archive, accept(archive, f"t{turn}/{number}", report(number + turn * 1_000_000), queue="bulk")
            )

        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(push, range(count)))
        pushed = time.perf_counter() - began
        line.wait(lambda archive: archive.catalog.ledger.head().visible >= first + count, seconds=600)
        seconds = time.perf_counter() - began
        after = processor_seconds(line.processes)
        costs = {name: round((after[name] - before[name]) * 1000 / count, 2) for name in before}
        costs |= {name: each(used - served.get(name, 0.0), count) for name, used in server_seconds().items()}
        costs["taking in"] = round((own_seconds() - own) * 1000 / count, 2)
        costs["seconds of pushing"] = round(pushed, 2)
        return count / seconds, costs


def at_rest(line: Line) -> None:
    """Wait until the line's processes do nothing: one of them may have warmed up while the others still load."""
    used = sum(processor_seconds(line.processes).values())
    for _ in range(60):
        time.sleep(0.5)
        before, used = used, sum(processor_seconds(line.processes).values())
        if used - before < RESTING * 0.5:
            return
    raise TimeoutError("the line does not come to rest")


RESTING: Final = 0.1
"""Share of a core that the processes of an idle line may use together: they look whether there is something to do."""


def parts(settings: dict[str, str], count: int) -> dict[str, dict[str, float]]:
    """Tell the processor milliseconds of each step of a report, and of each server, in one process and one thread."""
    spent: Counter[str] = Counter()
    began: dict[int, float] = {}
    enter, leave = timed.__enter__, timed.__exit__

    def begin(step: timed) -> timed:
        began[id(step)] = time.thread_time()
        return enter(step)

    def end(step: timed, *error: Any) -> None:
        spent[step._name] += time.thread_time() - began.pop(id(step))
        leave(step, *error)

    timed.__enter__, timed.__exit__ = begin, end  # type: ignore[method-assign, assignment]
    archive = open_archive(Settings(**settings))  # type: ignore[arg-type]
    told: dict[str, dict[str, float]] = {}
    try:
        for number in range(TOGETHER["bulk"]):  # the first ones compile statements and load tables
            accept(archive, f"parts/warm{number}", report(30_000_000 + number), queue="bulk")
        process_waiting(archive, "bulk", worker="trial#1")
        for what, act in (
            ("taking in", lambda: [_take(archive, number) for number in range(count)]),
            ("working", lambda: _work_off(archive)),
        ):
            spent.clear()
            own, served = time.thread_time(), server_seconds()
            act()
            steps = {name: each(used, count) for name, used in spent.items()}
            whole = each(time.thread_time() - own, count)
            servers = {
                name: each(used - served.get(name, 0.0), count) for name, used in server_seconds().items()
            }
            rest = round(whole - sum(steps.values()), 2)
            told[what] = {**steps, "between the steps": rest, "this process": whole, **servers}
    finally:
        timed.__enter__, timed.__exit__ = enter, leave  # type: ignore[method-assign]
        archive.close()
    return told


def _take(archive: Archive, number: int) -> None:
    accept(archive, f"parts/{number}", report(40_000_000 + number), queue="bulk")


def _work_off(archive: Archive) -> None:
    while process_waiting(archive, "bulk", worker="trial#1"):
        pass


def each(seconds: float, count: int) -> float:
    return round(seconds * 1000 / count, 2)


def server_seconds() -> dict[str, float]:
    """Tell the processor time of each server that this process started."""
    import psutil

    used: Counter[str] = Counter()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if process.name() in SERVERS:
                times = process.cpu_times()
                used[process.name()] += times.user + times.system
    return dict(used)


def own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
