"""The small port of one part: ``/metrics``, ``/livez``, ``/readyz``. It is not the port that clients use."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from .beats import late_loops
from .prometheus import Readings, exposition

log = logging.getLogger(__name__)

Check = Callable[[], str | None]
"""Says what is wrong, or None."""

PATIENCE: Final = 2.0
"""Seconds between two tries to get the port: the part before this one may be about to give it up."""

TIMEOUT: Final = 15.0
"""Seconds for one request; a scraper waits 10."""


class Port:
    """Answers scrapers and probes in threads of its own, until it is closed."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        readings: Readings | None = None,
        alive: Check | None = None,
        ready: Check | None = None,
    ) -> None:
        self._address = host, port
        self.readings = readings
        self.alive = alive
        self.ready = ready
        self._server: ThreadingHTTPServer | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="metrics-port", daemon=True)

    def start(self) -> Port:
        """Begin; a port in use is asked for again and again, and the work goes on meanwhile."""
        self._thread.start()
        return self

    @property
    def number(self) -> int:
        """The port that is listened on (another than the one asked for if that was 0); 0 before there is one."""
        return self._server.server_address[1] if self._server else 0

    def close(self) -> None:
        """End."""
        self._ending.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def let_go(self) -> None:
        """Close what a fork has copied: a child must not hold the port when its parent is gone."""
        if self._server is not None:
            self._server.socket.close()

    def _serve(self) -> None:
        said = False
        while not self._ending.is_set():
            try:
                self._server = _Server(self._address, _handler(self))
            except OSError as error:
                if not said:
                    host, number = self._address
                    log.error("no metrics: cannot listen on %s:%d: %s", host, number, error.strerror or error)  # noqa: TRY400
                    said = True
                self._ending.wait(PATIENCE)
                continue
            self._server.serve_forever(poll_interval=0.5)
            return

    def verdict(self, path: str) -> tuple[int, str]:
        """Answer a probe: status and what is said."""
        wrong = late_loops(did=False)
        checks = [self.alive]
        if path == "/readyz":
            wrong += late_loops(did=True)
            checks.append(self.ready)
        for check in checks:
            if not wrong and check is not None and (said := check()) is not None:
                wrong.append(said)
        return (503, "; ".join(wrong)) if wrong else (200, path.strip("/").removesuffix("z"))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: Any) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)


def _handler(port: Port) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT
        server_version = "jiaokan"
        sys_version = ""

        def do_GET(self) -> None:
            try:
                status, body, content_type = self._answer()
            except Exception:
                log.exception("%s failed", self.path)
                status, body, content_type = 500, b"see the log\n", "text/plain; charset=utf-8"
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def _answer(self) -> tuple[int, bytes, str]:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                return 200, *exposition(self.headers.get("Accept", ""), port.readings)
            if path in {"/livez", "/readyz"}:
                status, said = port.verdict(path)
                return status, f"{said}\n".encode(), "text/plain; charset=utf-8"
            return 404, b"/metrics, /livez, /readyz\n", "text/plain; charset=utf-8"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called there
            """Say nothing: scrapers and probes come every few seconds."""

    return Handler
