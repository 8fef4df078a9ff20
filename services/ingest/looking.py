"""The loop that scans bucket and folder, beside the server in its process, and the webhook that hastens it."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol

from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from ..archive import Archive, ArchiveError
from ..contract import shapes
from ..web.access import Uploader
from ..web.describing import gives
from .scanning import BucketScanner, Scan
from .watching import FolderWatcher

router = APIRouter(prefix="/v1", tags=["ingest"])
_logger: Final = logging.getLogger(__name__)

SCAN_SECONDS: Final = 10.0
"""Between two scans of the bucket when nobody notifies: a listing of 10,000 keys takes about a second."""

WATCH_SECONDS: Final = 1.0
"""Between two looks at the folder."""


class _Scans(Protocol):
    def scan(self) -> Scan: ...


class Looker:
    """One scanner, called again and again in a thread of its own."""

    def __init__(self, scanner: _Scans, name: str, seconds: float) -> None:
        self._scanner = scanner
        self._seconds = seconds
        self._hurry = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def hasten(self) -> None:
        """Scan now instead of later."""
        self._hurry.set()

    def stop(self) -> None:
        """End after the file at hand."""
        self._stop = True
        self._hurry.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stop:
            self._hurry.clear()
            try:
                done = self._scanner.scan()
                if any(done):
                    _logger.info("%s: %d new, %d known, %d refused", self._thread.name, *done)
            except ArchiveError as error:
                _logger.warning("%s: %s; the next scan goes on", self._thread.name, error)
            except Exception:
                # A bug must not end the way in for good: it is logged at every scan until someone looks.
                _logger.exception("%s failed", self._thread.name)
            self._hurry.wait(self._seconds)


def lookers_of(archive: Archive) -> Sequence[Looker]:
    """Make what the settings ask for."""
    settings = archive.settings
    lookers = []
    if settings.inbox_prefix:
        lookers.append(Looker(BucketScanner(archive, settings.inbox_prefix), "bucket scan", SCAN_SECONDS))
    if settings.watch is not None:
        lookers.append(Looker(FolderWatcher(archive, settings.watch), "folder watch", WATCH_SECONDS))
    return lookers


@asynccontextmanager
async def looking(app: FastAPI) -> AsyncIterator[None]:
    """Scan as long as the app lives."""
    lookers = lookers_of(app.state.archive)
    app.state.lookers = lookers
    for looker in lookers:
        looker.start()
    try:
        yield
    finally:
        for looker in lookers:
            await run_in_threadpool(looker.stop)


@router.post(
    "/notifications/bucket",
    status_code=202,
    summary="A bucket notification",
    responses=gives(shapes.Hastened, "The scan begins now.", status=202),
)
async def notified(request: Request, caller: Uploader) -> Response:  # noqa: ARG001 - asked for the scope
    """Hasten the scan of the bucket. What the notification says is not read: the scan sees for itself."""
    for looker in getattr(request.app.state, "lookers", ()):
        looker.hasten()
    return JSONResponse({"hastened": True}, status_code=202)
