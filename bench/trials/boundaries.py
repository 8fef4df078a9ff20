"""`kill -9` at every effect on the way of a report, in real processes: nothing lost, nothing doubled.

Each point is named in the environment of the process that comes to it (``JIAOKAN_FAULT``): of the uploader, or of the
worker. `make trial NAME=boundaries`, or with names of points.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.line import Line, report
from jiaokan.archive import Archive, accept
from jiaokan.archive.faults import POINTS, VARIABLE
from jiaokan.archive.rebuilding import rebuild
from jiaokan.archive.settings import Settings
from jiaokan.archive.sql import open_catalog
from jiaokan.worker.dispatching import Dispatcher

QUICK: Final = {
    "log_format": "json",
    "durable": "false",
    "resend_seconds": "1",
    "concurrency": "1",
    "lease": "6",
    "hard_limit": "5",
    "soft_limit": "4",
    "retry_base": "0.2",
}
UPLOADING = ("put-source", "put-revision", "commit-revision", "send-message")
_UPLOAD = """
import sys
from bench.line import report
from jiaokan.archive import accept, load_settings, open_archive
from jiaokan.archive import Archive
from jiaokan.archive.faults import arm_from_environment
from jiaokan.worker import dispatch
archive = open_archive(load_settings())
arm_from_environment()
accepted = accept(archive, sys.argv[1], report(int(sys.argv[2])))
dispatch(archive, accepted)
print("answered")
"""


def run(arguments: list[str]) -> dict[str, Any]:
    """Cut off at each point, in a stack of its own."""
    told = {}
    for number, point in enumerate(arguments or POINTS):
        began = time.monotonic()
        cut(point, number)
        told[point] = round(time.monotonic() - began, 1)
        print(f"{point:24} one edition after {told[point]} s", flush=True)
    together = {}
    for point in arguments or [point for point in POINTS if point.partition(":")[0] not in UPLOADING]:
        began = time.monotonic()
        cut_together(point)
        together[point] = round(time.monotonic() - began, 1)
        print(f"{point:24} one edition of each of {TOGETHER} after {together[point]} s", flush=True)
    return {
        "seconds until it was published all the same": told,
        f"the same with {TOGETHER} done together": together,
    }


def cut(point: str, number: int) -> None:
    """Run one report through a stack whose process dies at ``point``, and see what comes of it."""
    uploading = point.partition(":")[0] in UPLOADING
    with tempfile.TemporaryDirectory() as folder:
        settings = {**QUICK, "data": folder}
        with Line(settings, roles=(), log=Path(folder) / "line.log") as line:
            clean = dict(line.environment)
            if not uploading:
                line.environment = {**clean, VARIABLE: point}
            line.start("worker")
            line.environment = clean
            line.start("sweeper")
            fault = {VARIABLE: point} if uploading else {}
            if not upload({**clean, **fault}, number):
                assert uploading, "only the uploader was to die before the answer"
                assert upload(clean, number), "the second upload has no reason to die"
            if not uploading:
                until = time.monotonic() + 60
                while not has_died(line) and time.monotonic() < until:
                    time.sleep(0.05)
                assert has_died(line), f"{point} was never reached"
                line.kill("worker")  # its next child would die there again
            line.supervise()
            line.wait(lambda archive: archive.catalog.ledger.head().visible >= 1, seconds=120)
            line.wait(lambda archive: not sum(archive.catalog.queue.status().waiting.values()), seconds=120)
            archive = line.archive
            assert archive.catalog.ledger.head() == (1, 1)
            assert not archive.catalog.queue.parked().items
            check(archive, [f"cut/{number}"])


EACH: Final = ("put-content", "put-record")
"""Steps that each of several reports takes by itself; the others they take together."""

TOGETHER: Final = 6
"""Reports that wait when the worker comes: a message brings one, the others are claimed and published together."""


def cut_together(point: str) -> None:
    """Run several reports through a worker that dies at ``point``: at the second of them, where each comes there."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {**QUICK, "data": folder}
        with Line(settings, roles=(), log=Path(folder) / "line.log") as line:
            for number in range(TOGETHER):
                accept(line.archive, f"cut/{number}", report(number), queue="bulk")
            clean = dict(line.environment)
            nth = 2 if point.partition(":")[0] in EACH else 1
            line.environment = {**clean, VARIABLE: f"{point}#{nth}"}
            line.start("worker")
            line.environment = clean
            item = line.archive.catalog.queue.of_revision(
                line.archive.catalog.reports.revisions("cut/0")[0].id
            )[0]
            Dispatcher.of(line.archive)._send_all("bulk", [item.id])
            until = time.monotonic() + 60
            while not has_died(line) and time.monotonic() < until:
                time.sleep(0.05)
            assert has_died(line), f"{point} was never reached"
            line.kill("worker")
            line.start("worker")
            line.start("sweeper")
            line.supervise()
            line.wait(lambda archive: archive.catalog.ledger.head().visible >= TOGETHER, seconds=120)
            line.wait(lambda archive: not sum(archive.catalog.queue.status().waiting.values()), seconds=120)
            assert line.archive.catalog.ledger.head() == (TOGETHER, TOGETHER)
            assert not line.archive.catalog.queue.parked().items
            check(line.archive, [f"cut/{number}" for number in range(TOGETHER)])


def check(archive: Archive, names: list[str]) -> None:
    """Check that each has one edition of its one revision, also in a catalog made anew."""
    catalog = open_catalog(Settings(catalog="memory:"))
    catalog.migrate()
    rebuild(Archive(archive.objects, catalog, archive.settings))
    for name in names:
        assert [edition.number for edition in archive.catalog.reports.editions(name)] == [1], name
        assert len(archive.catalog.reports.revisions(name)) == 1
        assert catalog.reports.get(name) == archive.catalog.reports.get(name)
    catalog.close()


def upload(environment: dict[str, str], number: int) -> bool:
    """Upload in a process of its own; tells whether it lived to answer."""
    command = [sys.executable, "-c", _UPLOAD, f"cut/{number}", str(number)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, -9}, done.stderr[-2000:]
    return "answered" in done.stdout


def has_died(line: Line) -> bool:
    """Tell whether the point was reached: the worker is gone, or its child was and the log says so."""
    assert line.log is not None
    return line.processes["worker"].poll() is not None or "signal 9" in line.log.read_text(errors="replace")
