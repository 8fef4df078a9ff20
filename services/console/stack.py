"""The whole system on one machine: a supervisor and its parts.

The supervisor holds the port, so that a server that dies and comes back loses no connection that waits; it holds the
lifeline of every part, so that none outlives it; and it holds a lock on the data folder, so that no second system
works there. It does nothing else, and so has little to die of.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

from ..observing.prometheus import FOLDER, clear_folder
from .part import CANNOT_BEGIN, LISTENING

PARTS: Final = ("server", "worker", "priority", "sweeper")
PORTS_TRIED: Final = 50
"""A busy port: so many further ones are tried, one by one."""

TERM_SECONDS: Final = 2.0
"""From SIGTERM to SIGKILL; with the rest it stays below the 5 seconds in which Ctrl-C ends everything."""

READY_SECONDS: Final = 60.0
"""Until the server has to answer after its start; on an idle machine it takes about one."""

FIRST_PAUSE: Final = 0.1
LAST_PAUSE: Final = 2.0
STEADY_SECONDS: Final = 20.0
"""A part that lived so long begins with the first pause again when it dies."""

HOPELESS: Final = 5
"""Deaths of one part, each within STEADY_SECONDS, before the system was ever ready: then starting it is given up."""

LOG_BYTES: Final = 10 << 20
"""A part's log over this size is put aside (one older one is kept) when the system starts."""

LINE_BYTES: Final = 100_000
"""At the end of a log that are searched for its last line; a message has 20,000 characters at most."""

Say = Callable[[str], None]


class StackError(Exception):
    """The system cannot be started; the message says why and what to do."""


def bind(host: str, port: int, *, patience: float = 0.0) -> socket.socket:
    """Listen on the port, or on the next free one; port 0 lets the system choose.

    Args:
        host: address to listen on.
        port: the first one that is tried.
        patience: seconds to wait for ``port`` itself (the system before this one may be about to give it up).

    Raises:
        StackError: none of the ports that were tried is free.
    """
    end = time.monotonic() + patience
    number = port
    while True:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        # Without it a port stays busy for a minute after its last connection; it lets nobody take a port in use.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen(1024)
        except OSError as error:
            listening.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise StackError(f"cannot listen on {host}: {error.strerror}") from error
            if number == port and time.monotonic() < end:
                time.sleep(0.1)
                continue
            number += 1
            if number > min(port + PORTS_TRIED, 65535):
                raise StackError(
                    f"none of the ports {port} to {number - 1} is free; name another with --port"
                ) from None
        else:
            return listening


@dataclass(slots=True)
class _Part:
    name: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0
    quick_deaths: int = 0


class Stack:
    """The parts, started, watched and ended. Use it as a context: the end of it ends them."""

    def __init__(
        self,
        data: Path,
        *,
        host: str,
        port: int,
        environment: Mapping[str, str],
        say: Say,
        parts: Sequence[str] = PARTS,
    ) -> None:
        self.data = data.resolve()
        self.host = host
        self.wanted_port = port
        self.environment = dict(environment)
        self.say = say
        self.parts = [_Part(name) for name in parts]
        self.was_ready = False
        self._lock: IO[str] | None = None
        self._listening: socket.socket | None = None

    @property
    def url(self) -> str:
        """The address of the system."""
        assert self._listening is not None
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = self._take_lock()
        before = read_json(self.data / "serving.json")
        patience = 3.0 if before.get("port") == self.wanted_port else 0.0
        self._listening = bind(self.host, self.wanted_port, patience=patience)
        os.set_inheritable(self._listening.fileno(), True)
        port = self._listening.getsockname()[1]
        (self.data / "serving.json").write_text(
            json.dumps({"pid": os.getpid(), "port": port, "url": self.url})
        )
        self.environment |= {
            "JIAOKAN_DATA": str(self.data),
            "JIAOKAN_HOST": self.host,
            "JIAOKAN_PORT": str(port),
            LISTENING: str(self._listening.fileno()),
        }
        self.environment.setdefault("JIAOKAN_PUBLIC_URL", self.url)
        self._share_metrics()
        try:
            for part in self.parts:
                self._start(part)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _share_metrics(self) -> None:
        """Let all parts count into one folder, which the server shows on the one port there is."""
        if self.environment.get("JIAOKAN_METRICS_PORT", "0") != "0":
            folder = self.data / "metrics"
            clear_folder(folder)
            self.environment[FOLDER] = str(folder)

    def _take_lock(self) -> IO[str]:
        lock = (self.data / "serving.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            there = read_json(self.data / "serving.json").get("url", "another address")
            raise StackError(f"a system works in {self.data} already, at {there}") from None
        return lock

    def _start(self, part: _Part) -> None:
        log = self._log(part.name)
        with log:
            keep = (self._listening.fileno(),) if part.name == "server" and self._listening else ()
            part.process = subprocess.Popen(  # noqa: S603 - this very interpreter, our own module
                [sys.executable, "-m", f"{__package__}.part", part.name],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self.environment
                if part.name == "server"
                else {**self.environment, "JIAOKAN_METRICS_PORT": "0"},
                pass_fds=keep,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
            )
        part.started = time.monotonic()

    def _log_path(self, name: str) -> Path:
        return self.data / "logs" / f"{name}.log"

    def _log(self, name: str) -> IO[bytes]:
        path = self._log_path(name)
        path.parent.mkdir(exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def tend(self) -> None:
        """Look after the parts once: start again what died.

        Raises:
            StackError: before the system was ever ready a part says that it cannot begin, or dies again and again.
        """
        now = time.monotonic()
        for part in self.parts:
            if part.process is None:
                if now >= part.due:
                    self._start(part)
                continue
            code = part.process.poll()
            if code is None:
                continue
            self._reap(part)
            lived = now - part.started
            quick = lived < STEADY_SECONDS
            part.quick_deaths = part.quick_deaths + 1 if quick else 0
            part.pause = min(part.pause * 2, LAST_PAUSE) if quick else FIRST_PAUSE
            part.due = now + (part.pause if part.quick_deaths > 1 else 0)
            how = f"by signal {-code}" if code < 0 else f"with code {code}"
            if not self.was_ready and code == CANNOT_BEGIN:
                raise StackError(last_message(self._log_path(part.name)))
            if not self.was_ready and part.quick_deaths >= HOPELESS:
                raise StackError(
                    f"the {part.name} ended {how} {part.quick_deaths} times; see {self._log_path(part.name)}"
                )
            self.say(f"the {part.name} ended {how} and is started again")

    def wait_ready(self) -> None:
        """Wait until the server answers and its archive is there.

        Raises:
            StackError: it does not within READY_SECONDS.
        """
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            self.tend()
            if self._answers():
                self.was_ready = True
                return
            time.sleep(0.05)
        raise StackError(f"the server does not answer; see {self._log_path('server')}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:  # refused, timed out, or answered with an error
            return False

    def run(self) -> None:
        """Look after the parts until someone interrupts."""
        while True:
            self.tend()
            time.sleep(0.1)

    def stop(self) -> None:
        """End all parts: SIGTERM, and SIGKILL for what is left after TERM_SECONDS."""
        running = [part for part in self.parts if part.process is not None]
        for part in running:
            _signal(part, signal.SIGTERM, group=False)
        end = time.monotonic() + TERM_SECONDS
        while time.monotonic() < end and any(
            part.process and part.process.poll() is None for part in running
        ):
            time.sleep(0.02)
        for part in running:
            # The group too when its leader is gone: a pool's processes may linger.
            _signal(part, signal.SIGKILL, group=True)
            self._reap(part)
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @staticmethod
    def _reap(part: _Part) -> None:
        process, part.process = part.process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        # What the dead leader left behind (a pool's processes) goes with it: a successor begins alone.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _signal(part: _Part, number: signal.Signals, *, group: bool) -> None:
    if part.process is None:
        return
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(part.process.pid, number)
        else:
            part.process.send_signal(number)


def last_message(path: Path) -> str:
    """Give the message of a log's last line, of whichever form the line is; its path when there is none."""
    with path.open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - LINE_BYTES))
        lines = log.read().decode(errors="replace").splitlines()
    line = lines[-1] if lines else f"see {path}"
    try:
        return str(json.loads(line)["message"])
    except (ValueError, KeyError, TypeError):
        return line


def read_json(path: Path) -> dict[str, Any]:
    """Read a small JSON object; empty when it is not there or not whole."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
