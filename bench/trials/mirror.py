"""A mirror kept through random publishes, withdrawals and renormalizations, its connection cut again and again.

    make trial NAME=mirror ARGS="1000 50 7"

The system serves by HTTP; the mirror reaches it through a proxy that tears every connection, in the middle of whatever
is being sent, so many times while the archive changes so often. Beside it a reader follows the feed and keeps only
`next`. At the end the mirror's files are compared byte for byte with what is served, the reader's events with the
ledger, and the writes are counted: an edition is written once for each time that it became visible.
"""

from __future__ import annotations

import random
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import uvicorn

from jiaokan.api import create_app
from jiaokan.archive import Archive, RunFilter, accept, erase, load_settings, open_archive, restore, withdraw
from jiaokan.client import Client, ClientError, Retry
from jiaokan.console import mirroring
from jiaokan.console.mirroring import Mirror
from jiaokan.worker import processing
from jiaokan.worker.processing import process
from jiaokan.worker.renormalizing import advance_runs, apply_run, open_run

REPORTS: Final = 60
PATIENCE: Final = Retry(tries=3, first=0.02, spread=0.5)


class Cutter:
    """A proxy on one port that can tear all its connections."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._lock = threading.Lock()
        self._live: set[socket.socket] = set()
        self.torn = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Tear every connection, with a reset, at whatever byte it is."""
        with self._lock:
            live, self._live = self._live, set()
        for one in live:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                one.shutdown(socket.SHUT_RDWR)
                one.close()
        self.torn += bool(live)

    def close(self) -> None:
        """Take no further connection."""
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
                with self._lock:
                    self._live |= {here, there}
                for source, sink in ((here, there), (there, here)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(2048):
                sink.sendall(piece)
                time.sleep(0.0005)  # a line, not a bus: so that a cut finds something on its way
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


class Changes:
    """Changes an archive at random, and counts what it did."""

    def __init__(self, archive: Archive, seed: int) -> None:
        self._archive = archive
        self._dice = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.returned: Counter[str] = Counter()
        self.release = 0

    def one(self) -> None:
        """Make one change."""
        report = f"省{self._dice.randrange(REPORTS // 5)}/gxt/{2010 + self._dice.randrange(5)}"
        found = self._archive.catalog.reports.get(report)
        standing = found.standing if found else "open"
        dice = self._dice.random()
        if standing == "withdrawn":
            restore(self._archive, report, by="trial", why="trial")
            self.returned[report] += 1
            self.done["restored"] += 1
        elif standing == "published" and dice < 0.2:
            withdraw(self._archive, report, by="trial", why="trial")
            self.done["withdrawn"] += 1
        elif standing == "published" and dice < 0.22:
            erase(self._archive, report, by="trial", why="trial")
            self.done["erased"] += 1
        elif dice > 0.96:
            self._renormalize()
        elif standing in ("open", "published"):
            text = f"{report}年工作报告\n一、回顾\n第{sum(self.done.values())}步投资增长{self._dice.randrange(99)}%。\n"
            accepted = accept(self._archive, report, text.encode())
            if accepted.item is not None:
                process(self._archive, accepted.item, worker="trial")
            self.done["published"] += 1

    def _renormalize(self) -> None:
        """Run the whole archive through another release, which changes every third report."""
        self.release += 1
        run = open_run(self._archive, RunFilter(), by="trial", why="trial")
        for _ in range(200):
            advance_runs(self._archive)
            for item in self._archive.catalog.queue.unsent("bulk", limit=200):
                process(self._archive, item, worker="trial")
            state = self._archive.catalog.runs.list(limit=1)[0].state
            if state == "drafted":
                apply_run(self._archive, run.id)
            elif state == "applied":
                break
        self.done["renormalized"] += 1


@contextmanager
def releases(changes: Changes) -> Iterator[None]:
    """Let the worker have another pipeline with every release."""
    real = processing.normalize

    def normalize(data: bytes, **more: Any) -> Any:
        edition = real(data, **more)
        text = edition.text
        if changes.release and sum(data) % 3 == 0:
            text = text.replace("投资", f"投入{changes.release % 7}")
        return replace(edition, text=text, fingerprint=f"release-{changes.release}")

    processing.normalize = normalize
    try:
        yield
    finally:
        processing.normalize = real


def keep(url: str, folder: Path, stop: threading.Event, broken: Counter[str]) -> None:
    """Keep a mirror until it is told to stop and nothing is left; every break begins a new process's work anew."""
    while True:
        try:
            # No second attempt: each cut ends the work at hand, as the end of the process would.
            with Client(url, retry=Retry(tries=1)) as client:
                mirror = Mirror(client, folder)
                if mirror.sequence is None:
                    for _ in mirror.snapshot():
                        pass
                while True:
                    ending = stop.is_set()
                    if mirror.follow(wait=0 if ending else 0.2) == 0 and ending:
                        return
        except ClientError as error:
            broken[error.code or "line"] += 1
            time.sleep(0.05)


def read(url: str, stop: threading.Event, seen: list[int]) -> None:
    """Follow the feed, keeping nothing but ``next``, which is what a consumer's database would hold."""
    after = 0
    while True:
        with suppress(ClientError), Client(url, retry=PATIENCE) as client:
            while True:
                ending = stop.is_set()
                page = client.feed(after=after, limit=7, wait=0 if ending else 0.2)
                seen += [event["sequence"] for event in page["events"]]
                after = page["next"]
                if ending and not page["events"]:
                    return


def served(url: str) -> dict[str, bytes]:
    """Give what a complete mirror holds, by asking the system itself."""
    files = {}
    with Client(url) as client:
        for report in client.reports():
            base = f"{report['id']}/-"
            for about in client.editions(report["id"])["editions"]:
                name = f"{base}/editions/{about['number']}"
                files[f"{name}/content.json"] = client.content(report["id"], about["number"]).body
                files[f"{name}/record.json"] = client.record(report["id"], about["number"]).body
            if report["latest"] is not None:
                files[f"{base}/latest"] = f"{report['latest']['number']}\n".encode()
    return files


def mirrored(folder: Path) -> dict[str, bytes]:
    """Give what a mirror holds but for what it notes for itself."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".mirror.json", "about.json")
    }


def run(arguments: Sequence[str]) -> dict[str, Any]:
    """Change, cut, and compare."""
    wanted = int(arguments[0]) if arguments else 1000
    cuts = int(arguments[1]) if len(arguments) > 1 else 50
    seed = int(arguments[2]) if len(arguments) > 2 else 7
    with tempfile.TemporaryDirectory() as made:
        return _run(Path(made), wanted, cuts, seed)


def _run(folder: Path, wanted: int, cuts: int, seed: int) -> dict[str, Any]:
    settings = load_settings(data=folder / "data", durable=False)
    archive = open_archive(settings)
    changes = Changes(archive, seed)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(archive, settings, followers=False), port=0, log_level="error", access_log=False
        )
    )
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    cutter = Cutter(port)
    url = f"http://127.0.0.1:{cutter.port}"
    stop, broken, seen = threading.Event(), Counter[str](), list[int]()
    writes: Counter[str] = Counter()
    write = mirroring._write

    def counted(path: Path, body: bytes) -> None:
        if path.name in ("content.json", "record.json"):
            writes[str(path)] += 1
        write(path, body)

    mirroring._write = counted
    keeping = threading.Thread(target=keep, args=(url, folder / "mirror", stop, broken))
    reading = threading.Thread(target=read, args=(url, stop, seen))
    dice = random.Random(seed + 1)
    moments = sorted(dice.sample(range(wanted), cuts))
    try:
        with releases(changes):
            keeping.start()
            reading.start()
            for number in range(wanted):
                changes.one()
                if moments and moments[0] == number:
                    moments.pop(0)
                    before = cutter.torn
                    while cutter.torn == before:  # until there is a connection to tear
                        cutter.cut()
                        time.sleep(0.002)
                time.sleep(dice.random() * 0.02)
            stop.set()
            keeping.join(timeout=300)
            reading.join(timeout=300)
        head = archive.catalog.ledger.head().visible
        there, here = served(f"http://127.0.0.1:{port}"), mirrored(folder / "mirror")
        twice = [
            path
            for path, count in writes.items()
            if count
            > 1 + changes.returned[str(Path(path).relative_to(folder / "mirror")).partition("/-/")[0]]
        ]
        measured = {
            "changes": dict(changes.done),
            "events": head,
            "cuts": cutter.torn,
            "breaks seen by the mirror": dict(broken),
            "equal": there == here,
            "files": len(here),
            "mirror true at": Mirror(Client(url), folder / "mirror").sequence,
            "events read once and in order": seen == list(range(1, head + 1)),
            "written": sum(writes.values()),
            "written more often than it became visible": len(twice),
            "differ": sorted(
                name for name in there.keys() | here.keys() if there.get(name) != here.get(name)
            )[:20],
        }
    finally:
        mirroring._write = write
        stop.set()
        cutter.close()
        server.should_exit = True
        serving.join(timeout=10)
        archive.close()
    if twice or not (measured["equal"] and measured["events read once and in order"]):
        raise AssertionError(f"the mirror is not what is served: {measured}")
    return measured
