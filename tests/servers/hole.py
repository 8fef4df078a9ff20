"""A way to a server that can turn into a hole: what is sent there vanishes, and nobody says so.

As when a firewall forgets its connections or a machine's network hangs: no refusal, no reset, no end.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Way:
    """Carries connections to a port of this machine. One that stood while the hole was open is lost for good."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._holes = 0
        self._open = False
        self._sockets: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = int(self._listening.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def open_hole(self) -> None:
        """Let vanish what comes: connections that stand, and all that are made until ``close_hole``."""
        self._holes += 1
        self._open = True

    def close_hole(self) -> None:
        """Carry new connections again."""
        self._open = False

    def end(self) -> None:
        """Close everything."""
        _close(self._listening)
        self._accepting.join()  # after that there are no more
        for one in self._sockets:
            _close(one)

    def through(self, url: str) -> str:
        """Give a server's URL by this way."""
        return url.replace(f":{urlsplit(url).port}", f":{self.port}")

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._sockets.append(near)
                if self._open:
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    near.close()
                    continue
                self._sockets.append(far)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(*pair, self._holes), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, holes: int) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                if self._holes == holes:
                    target.sendall(piece)
        if self._holes == holes:
            for one in (source, target):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)  # whoever waits for it is woken
    one.close()


@contextmanager
def way_to(url: str) -> Iterator[Way]:
    """Give a way to the server of a URL."""
    way = Way(urlsplit(url).port or 0)
    try:
        yield way
    finally:
        way.end()
