"""The line as real processes, for trials and for the few tests that need them.

`Line` starts workers and sweeper as a supervisor would, against any three URLs, and starts again what dies.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from jiaokan.archive import Archive, Settings, open_archive

SERVERS = ("ingest", "api")
"""Parts that listen; they are started by the command that the compose file starts them by."""

SENTENCES = (
    "全年实现地区生产总值{0}亿元，同比增长{1}.{2}%。",
    "新能源汽车产量突破{0}万辆，**产业集群**加快形成。",
    "坚持把发展经济的着力点放在实体经济上，推动传统产业改造提升。",
    "一是强化企业科技创新主体地位,培育专精特新企业{0}家；二是推进质量强省建设。",
    "城镇新增就业{0}万人，居民人均可支配收入增长{1}%。",
)


def report(number: int, size: int = 3_000) -> bytes:
    """Write a report of about ``size`` bytes that no other number has."""
    lines = [f"某省{2000 + number % 25}年政府工作报告（第{number}号）", "", "一、工作回顾"]
    at = 0
    while sum(map(len, lines)) * 3 < size:
        lines.append(SENTENCES[at % len(SENTENCES)].format(number % 997 + at, at % 9, number % 9))
        at += 1
    return "\n".join(lines).encode()


class Line:
    """Workers and sweeper of one stack. Use it as a context."""

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        roles: tuple[str, ...] = ("worker", "priority", "sweeper"),
        module: str = "jiaokan.worker",
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.settings = dict(settings)
        self.module = module
        self.roles = roles
        self.environment = {
            **os.environ,
            **{f"JIAOKAN_{name.upper()}": str(value) for name, value in settings.items()},
            **(environment or {}),
        }
        self.log = log
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths = 0
        self._ending = threading.Event()
        self._watch: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.archive: Archive = open_archive(Settings(**self.settings))  # type: ignore[arg-type]
        for role in self.roles:
            self.start(role)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        if self._watch is not None:
            self._watch.join()
        for process in self.processes.values():
            process.terminate()
        until = time.monotonic() + 6
        for process in self.processes.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                kill(process)
        self.archive.close()

    def start(self, role: str) -> None:
        """Start one process, in a group of its own."""
        out = self.log.open("ab") if self.log else subprocess.DEVNULL
        environment = self.environment
        if role.count(":"):  # "worker:2" is a second worker
            environment = {**environment, "JIAOKAN_WORKER_NAME": role}
        name = role.partition(":")[0]
        part = ["jiaokan.console.main", "serve", "--only", name]
        self.processes[role] = subprocess.Popen(
            [sys.executable, "-m", *(part if name in SERVERS else [self.module, name])],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        if self.log:
            out.close()  # type: ignore[union-attr]

    def supervise(self) -> None:
        """Start again, from now on, whatever dies."""

        def watch() -> None:
            while not self._ending.wait(0.1):
                for role, process in list(self.processes.items()):
                    if process.poll() is not None and not self._ending.is_set():
                        self.deaths += 1
                        kill(process)  # what it had started
                        self.start(role)

        self._watch = threading.Thread(target=watch, daemon=True)
        self._watch.start()

    def kill(self, role: str) -> None:
        """`kill -9` a process and everything it started."""
        kill(self.processes[role])

    def wait(self, done: Callable[[Archive], bool], *, seconds: float = 120, every: float = 0.02) -> float:
        """Wait until ``done``; gives the seconds it took.

        Raises:
            TimeoutError: it did not come.
        """
        began = time.perf_counter()
        while not done(self.archive):
            if time.perf_counter() - began > seconds:
                queue = self.archive.catalog.queue
                parked = {f"{item.code}: {(item.reason or '')[-300:]}" for item in queue.parked().items}
                raise TimeoutError(f"not within {seconds} s: {queue.status()}; parked: {sorted(parked)[:5]}")
            time.sleep(every)
        return time.perf_counter() - began

    def warm(self) -> None:
        """Wait until every worker has done something."""
        from jiaokan.archive import accept
        from jiaokan.worker import dispatch

        for number in range(4):
            dispatch(self.archive, accept(self.archive, f"warm/{number}", report(10_000_000 + number)))
        self.wait(lambda archive: archive.catalog.reports.totals().get("reports-published", 0) >= 4)


def kill(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` a process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def processor_seconds(processes: Mapping[str, subprocess.Popen[bytes]]) -> dict[str, float]:
    """Tell the processor time that each process and its children used so far."""
    import psutil

    used: dict[str, float] = {}
    for name, process in processes.items():
        total = 0.0
        try:
            own = psutil.Process(process.pid)
            for one in (own, *own.children(recursive=True)):
                times = one.cpu_times()
                total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
        used[name] = total
    return used


@contextmanager
def stack(kind: str, folder: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Give the settings of a stack: ``local``, or ``servers`` (PostgreSQL, Redis and MinIO, started here)."""
    settings = {"data": str(folder / "data"), "log_format": "json", "durable": str(durable)}
    if kind == "local":
        yield settings
        return
    sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))
    import starting

    with (
        starting.running("postgresql", folder) as postgresql,
        starting.running("redis", folder) as redis,
        starting.running("minio" if kind == "servers" else kind, folder) as objects,
    ):
        yield {**settings, **postgresql.settings, **redis.settings, **objects.settings}
