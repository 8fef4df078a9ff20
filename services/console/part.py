"""One part of the system, as its own process: `python -m jiaokan.console.part NAME`.

Its standard input is a lifeline: a pipe whose other end only the supervisor holds. When that ends, however it ended,
the pipe ends too, and this process group goes at once. Nothing is lost by that: every part survives `kill -9`.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ..archive import Archive, Settings
    from ..observing.prometheus import Readings

log = logging.getLogger(__name__)

LISTENING: Final = "JIAOKAN_LISTENING_FD"
"""Variable that names the inherited socket which the server listens on."""

GRACEFUL: Final = 1
"""Seconds that open requests have to end when the server is told to stop."""


CANNOT_BEGIN: Final = 2
"""Exit code of a part that no further start will help: a setting is wrong, or the catalog has another schema."""


def hold_lifeline() -> None:
    """End this process group as soon as standard input ends."""

    def wait() -> None:
        while True:
            try:
                if not os.read(0, 1024):
                    break
            except OSError:
                break
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def run_server(settings: Settings, part: str, make: Callable[[Archive, Settings], FastAPI]) -> int:
    """Serve an app on the inherited socket, or on host and port of the settings."""
    import uvicorn

    from ..archive import open_archive
    from ..observing.starting import open_port, start_observing
    from ..web.access import check_exposure

    start_observing(settings, part)
    archive = open_archive(settings)
    try:
        check_exposure(archive, settings)
        config = uvicorn.Config(
            make(archive, settings),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL,
            # Behind a proxy its own logs have the client; here nobody may claim to be another one.
            proxy_headers=False,
        )
        server = uvicorn.Server(config)
        # On one machine all parts count into one folder, and this one shows it, with how the line stands.
        open_port(settings, readings=_standing(archive) if part == "server" else None)
        inherited = os.environ.get(LISTENING)
        server.run(sockets=[socket.socket(fileno=int(inherited))] if inherited else None)
    finally:
        archive.close()
    return 0


def _standing(archive: Archive) -> Readings:
    from ..worker.standing import Standing

    return Standing(archive)


def make_both(archive: Archive, settings: Settings) -> FastAPI:
    """Make the app of one machine: ingest and API on one port."""
    from .. import api
    from ..ingest import app as ingest

    return api.create_app(archive, settings, routers=ingest.ROUTERS, lifespans=ingest.LIFESPANS)


def make_api(archive: Archive, settings: Settings) -> FastAPI:
    """Make the app of the way out alone."""
    from .. import api

    return api.create_app(archive, settings)


def make_ingest(archive: Archive, settings: Settings) -> FastAPI:
    """Make the app of the way in alone."""
    from ..ingest.app import create_app

    return create_app(archive, settings)


def _worker(settings: Settings) -> int:
    from ..worker import run_worker

    return run_worker(settings)


def _priority(settings: Settings) -> int:
    from ..worker import run_worker

    return run_worker(settings, priority_slot=True)


def _sweeper(settings: Settings) -> int:
    from ..worker import run_sweeper

    return run_sweeper(settings)


def _followers(settings: Settings) -> int:
    from ..api.following import run_followers

    return run_followers(settings)


PARTS: Final[dict[str, Callable[[Settings], int]]] = {
    "server": lambda settings: run_server(settings, "server", make_both),
    "api": lambda settings: run_server(settings, "api", make_api),
    "ingest": lambda settings: run_server(settings, "ingest", make_ingest),
    "worker": _worker,
    "priority": _priority,
    "sweeper": _sweeper,
    "followers": _followers,
}
"""Every part by name. One machine runs server, worker, priority and sweeper; a cluster all but server."""


def run_part(name: str) -> int:
    """Run a part in this process until it is told to stop; gives the exit code."""
    from ..archive import ArchiveError, MigrationError, SettingsError, load_settings, unknown_variables

    for unknown in unknown_variables(os.environ):
        log.warning("%s", unknown)
    try:
        return PARTS[name](load_settings())
    except ArchiveError as error:
        log.error("%s", error)  # noqa: TRY400 - the message says what to do
        return CANNOT_BEGIN if isinstance(error, SettingsError | MigrationError) else 1


if __name__ == "__main__":
    hold_lifeline()
    sys.exit(run_part(sys.argv[1]))
