"""Reading in another process: a reader that hangs, crashes or eats memory costs its report and nothing else.

The library itself never comes here: ``normalize(data)`` reads where it stands. A worker, which wants to outlive pdfium,
asks ``read_in_child`` for the reading and hands that to ``normalize``. The child lives on from one source to the
next, and is replaced when it dies, when it is killed, and after ``WORN`` sources; it ends with its parent.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from ..errors import JiaokanError, RejectedError
from ..hints import Hints
from ..reading import Reading
from .sniffing import is_docx, is_pdf

WORN: Final = 500
"""Sources after which a child is replaced: pdfium's heap grows by fragments."""
DEFAULT_SECONDS: Final = 120.0
DEFAULT_BYTES: Final = 3 << 30
"""Address space of the child. Reading the largest PDF that we met takes 0.6 GB; numpy alone reserves 0.5."""
_RSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""Linux counts in KiB, macOS in bytes (getrusage(2)); address space is more than what is resident."""

FULL: Final = 500
"""Per mille of its bound that a child had in memory when it was killed or aborted, for memory to be the cause: pdfium
doubles its vectors, and asks for a gigabyte while it has one."""
_LENGTH: Final = struct.Struct("<Q")
MAX_ANSWER: Final = 2 << 30


class ReaderLostError(JiaokanError):
    """The child did not answer: our fault, not the input's; the report is parked.

    Attributes:
        cause: ``timeout``, ``memory`` or ``crash``.
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


def is_risky(data: bytes) -> bool:
    """Tell whether a source goes to a reader that rests on a large library in C."""
    return is_pdf(data) or is_docx(data)


def read_in_child(
    data: bytes,
    hints: Hints,
    seconds: float = DEFAULT_SECONDS,
    memory: int = DEFAULT_BYTES,
) -> Reading:
    """Read a source in the child of this process.

    Args:
        data: the source.
        hints: as for ``formats.read``.
        seconds: how long it may take.
        memory: bytes of address space that the child may have.

    Raises:
        RejectedError: as the reader says.
        ReaderLostError: the child hung, crashed or ran out of memory; it is gone, and the next call has a new one.
    """
    with _lock:
        child = _own_child(memory)
        try:
            answer = child.ask(data, hints, seconds)
        except BaseException:  # a limit of the caller's, too, may fall between question and answer
            _drop_child()
            raise
        if child.served >= WORN:
            _drop_child()
    if isinstance(answer, Reading):
        return answer
    if isinstance(answer, RejectedError):
        raise answer
    cause, message = answer
    if cause == "memory":
        with _lock:
            _drop_child()
        raise ReaderLostError("memory", message)
    raise RuntimeError(f"a reader failed in its child:\n{message}")


# The parent's side


class _Child:
    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
        self.owner = os.getpid()
        self.served = 0
        package = __package__.rpartition(".normalize")[0]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [
                sys.executable,
                "-c",
                f"from {package}.normalize.formats.child import serve; serve()",
                str(memory),
                str(self.owner),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            start_new_session=True,
        )

    def ask(self, data: bytes, hints: Hints, seconds: float) -> Any:
        assert self._process.stdin is not None
        self.served += 1
        until = time.monotonic() + seconds
        request = pickle.dumps((data, hints.canonical()))
        try:
            self._process.stdin.write(_LENGTH.pack(len(request)) + request)
            self._process.stdin.flush()
        except OSError as error:
            raise ReaderLostError("crash", "the reading process is gone") from error
        size = _LENGTH.unpack(self._receive(_LENGTH.size, until, seconds))[0]
        if size > MAX_ANSWER:
            raise ReaderLostError("crash", "the reading process gave an answer of impossible size")
        return _Safe(io.BytesIO(self._receive(size, until, seconds))).load()

    def _receive(self, size: int, until: float, seconds: float) -> bytes:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        pieces: list[bytes] = []
        while size:
            left = until - time.monotonic()
            ready = select.select([handle], [], [], max(left, 0))[0] if left > 0 else []
            if not ready:
                raise ReaderLostError("timeout", f"reading took more than {seconds:g} seconds")
            piece = os.read(handle, min(size, 1 << 20))
            if not piece:
                raise self._lost()
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _lost(self) -> ReaderLostError:
        """Tell why the child is gone: pdfium aborts where it gets no memory, and an abort alone would be a crash."""
        until = time.monotonic() + 5
        while not (ended := os.wait4(self._process.pid, os.WNOHANG))[0]:
            if time.monotonic() > until:  # it closed its answers and lives on
                self._process.kill()
            time.sleep(0.01)
        _, status, usage = ended
        code = self._process.returncode = os.waitstatus_to_exitcode(status)
        taken = usage.ru_maxrss * _RSS_UNIT
        # A library aborts by itself; a kill comes from outside. What a child has taken begins with its parent's peak.
        killed = code == -signal.SIGKILL and taken <= self.before
        if code < 0 and not killed and taken * 1000 >= FULL * self.memory:
            return ReaderLostError("memory", "reading took more memory than it may have")
        return ReaderLostError("crash", f"the reading process ended with {code}")

    def end(self) -> None:
        if self.owner != os.getpid():
            return  # a fork's copy: the child is its parent's
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()


_lock: Final = threading.Lock()
_child: _Child | None = None


def _own_child(memory: int) -> _Child:
    global _child  # noqa: PLW0603 - one child a process
    if _child is not None and (_child.owner != os.getpid() or _child.memory != memory):
        _drop_child()
    if _child is None:
        _child = _Child(memory)
        atexit.register(_drop_child)
    return _child


def _drop_child() -> None:
    global _child  # noqa: PLW0603
    if _child is not None:
        _child.end()
        _child = None


class _Safe(pickle.Unpickler):
    """Unpickles readings and nothing else: what comes back from a process that read a hostile file is not trusted."""

    def find_class(self, module: str, name: str) -> Any:
        package = __package__.rpartition(".normalize")[0]
        own = module.startswith((f"{package}.normalize.", f"{package}.edition.")) and name in _OWN
        if own or (module, name) in _FOREIGN:
            return super().find_class(module, name)
        raise ReaderLostError("crash", f"the reading process answered with {module}.{name}")


_OWN: Final = frozenset(
    (
        "Reading",
        "RejectedError",
        "Encoding",
        "Mark",
        "Finding",
        "BytePlaces",
        "Wound",
        "Assembly",
        "DocxPlaces",
        "HtmlPlaces",
        "MhtmlPlaces",
        "PdfPlaces",
    )
)
_FOREIGN: Final = frozenset(
    (
        ("array", "array"),
        ("array", "_array_reconstructor"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("builtins", "dict"),
        ("copyreg", "__newobj__"),
        ("copyreg", "_reconstructor"),
        ("builtins", "object"),
    )
)


# The child's side


class _Plain(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return dict, (dict(value),)
        return NotImplemented


def serve() -> None:
    """Read sources from standard input and answer on standard output, until it closes."""
    memory, parent = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _end_with_parent(parent)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    _serve(sys.stdin.buffer, answers)


_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>


def _end_with_parent(parent: int) -> None:
    """See to it that a child that hangs does not outlive a worker that is killed; one that waits reads its end."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit()  # it died before


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    import json
    import traceback

    from . import read

    while head := requests.read(_LENGTH.size):
        data, stated = pickle.loads(requests.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - from our own parent
        answer: Any
        try:
            answer = read(data, Hints.from_json(json.loads(stated)))
            packed = _pack(answer)
        except RejectedError as error:
            packed = _pack(error)
        except MemoryError:
            packed = _pack(("memory", "reading took more memory than it may have"))
        except Exception as error:  # noqa: BLE001 - told to the parent, which raises it
            told = traceback.format_exc()
            # A library that the bound leaves no room for is not found missing: the loader says so.
            short = isinstance(error, ImportError) and ("failed to map" in told or "cannot allocate" in told)
            packed = _pack(("memory" if short else "bug", told))
        answers.write(_LENGTH.pack(len(packed)) + packed)
        answers.flush()


def _pack(answer: Any) -> bytes:
    buffer = io.BytesIO()
    _Plain(buffer, protocol=5).dump(answer)
    return buffer.getvalue()
