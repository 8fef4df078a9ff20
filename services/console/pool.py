"""Normalizing in parallel, by process: OpenCC holds the GIL. A process that dies takes one file with it."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final, NamedTuple

from ..normalize import Hints, RejectedError

LITTLE: Final = 2 << 20
"""Below so many bytes a pool costs more (a second of each processor, until its processes have loaded the pipeline)
than it saves: one process normalizes about 2 MB of damaged reports a second."""

AHEAD: Final = 4
"""Files in hand for each process: enough that none waits, few enough that memory stays bounded."""


class Job(NamedTuple):
    """One file to be normalized; ``data`` of a member of an archive, ``refusal`` of one that was not unpacked."""

    path: str
    max_bytes: int
    hints: Hints | None
    profile: str | None
    data: bytes | None = None
    refusal: str | None = None


class Outcome(NamedTuple):
    """Content and record of an edition, or in ``error`` why there is none."""

    content: bytes = b""
    record: bytes = b""
    error: str | None = None


def run_jobs(jobs: Iterable[Job], count: int, size: int, *, processes: int) -> Iterator[Outcome]:
    """Do ``count`` jobs, of about ``size`` bytes together, and give their outcomes in the same order."""
    if processes == 1 or count == 1 or size < LITTLE:
        for job in jobs:
            yield do_job(job)
        return
    waiting: deque[tuple[Job, Future[Outcome]]] = deque()
    pool = _pool(processes)
    try:
        for job in jobs:
            try:
                future = pool.submit(do_job, job)
            except BrokenProcessPool:
                pool = _pool(processes)
                future = pool.submit(do_job, job)
            waiting.append((job, future))
            if len(waiting) >= processes * AHEAD:
                yield _outcome(*waiting.popleft())
        while waiting:
            yield _outcome(*waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _outcome(job: Job, future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        # Some file killed a process, and all that were in hand fell with it: each is done again, alone.
        with _pool(1) as alone:
            try:
                return alone.submit(do_job, job).result()
            except BrokenProcessPool:
                return Outcome(error="failed: the process that read it was killed (out of memory?)")


def _pool(processes: int) -> ProcessPoolExecutor:
    # Not a plain fork: the progress bar has a thread, and a fork copies locks that it may hold.
    method = "forkserver" if sys.platform == "linux" else "spawn"
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context(method))


def do_job(job: Job) -> Outcome:
    """Normalize one file; whatever happens becomes an outcome."""
    from ..normalize import normalize

    if job.refusal is not None:
        return Outcome(error=f"rejected: {job.refusal}")
    try:
        data = _read(job)
        edition = normalize(data, hints=job.hints, profile=job.profile)
        return Outcome(edition.content_json(), edition.record_json())
    except RejectedError as rejected:
        return Outcome(error=f"rejected: {rejected.code}: {rejected.reason}")
    except OSError as error:
        return Outcome(error=f"cannot be read: {error.strerror or error}")
    except MemoryError:
        return Outcome(error="failed: not enough memory")
    except Exception as error:  # noqa: BLE001 - a bug in a stage must not end the run over the other files
        return Outcome(error=f"failed: {type(error).__name__}: {error} (a bug; please report it)")


def _read(job: Job) -> bytes:
    if job.data is not None:
        return job.data
    if job.path == "-":
        data = sys.stdin.buffer.read(job.max_bytes + 1)
        size = len(data)
    else:
        path = Path(job.path)
        size = path.stat().st_size
        # Only a regular file tells its size; a pipe or a device is read up to the limit.
        with path.open("rb") as file:
            data = b"" if size > job.max_bytes else file.read(job.max_bytes + 1)
        size = max(size, len(data))
    if size > job.max_bytes:
        raise RejectedError(
            "too-large", f"the file has more than {job.max_bytes} bytes; raise --max-bytes if it is meant"
        )
    return data
