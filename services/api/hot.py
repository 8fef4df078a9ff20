"""The hot path: editions that are asked for again and again, served from memory before any routing.

What is kept is a whole answer, headers and all, so that a request costs a few look-ups. Nothing is kept longer than
it is true: a watcher asks the ledger's head several times a second and drops what changed; when it cannot ask, the hot
path steps aside and every request goes the long way, which fails as it should.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from ..archive import Archive, ArchiveError, Report, content_key, record_key
from ..web import ProblemError
from ..web.access import Caller, doorkeeper_of
from .answers import repr_digest
from .editions import edition_headers

WATCH_EVERY: Final = 0.2
"""Seconds between two looks at the head; what was published or withdrawn is seen within a second, five times over."""

TRUSTED_FOR: Final = 0.8
"""Seconds for which the last look holds; older than that, the hot path steps aside."""

BYTES_MOST: Final = 256 * 1024 * 1024
"""Bytes of answers kept at most."""

ONE_MOST: Final = 4 * 1024 * 1024
"""Bytes of one answer kept at most: a giant must not push a thousand small ones out."""

GZIP_LEAST: Final = 1024
"""Below this size compression saves less than a packet."""

_PREFIX: Final = "/v1/reports/"
_MIDDLE: Final = "/-/editions/"

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class _Answer:
    """One object of one edition, ready to be sent, plain and compressed."""

    body: bytes
    headers: Headers
    not_modified: Headers
    etags: frozenset[bytes]
    compressed: bytes = b""
    compressed_headers: Headers = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.body) + len(self.compressed)


class HotEditions:
    """Answers by (report, number or ``latest``, object), bounded, and dropped when their report changes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, str, str], tuple[Report, _Answer]] = OrderedDict()
        self._of_report: dict[str, set[tuple[str, str, str]]] = {}
        self._bytes = 0
        self._seen = -1
        self._trusted_until = 0.0

    def find(self, key: tuple[str, str, str]) -> tuple[Report, _Answer] | None:
        """Give the answer kept under a key, unless the watcher is too long without news."""
        if time.monotonic() > self._trusted_until:
            return None
        found = self._answers.get(key)
        if found is not None:
            try:
                self._answers.move_to_end(key)
            except KeyError:  # dropped by the watcher a moment ago
                return None
        return found

    def load(self, key: tuple[str, str, str], caller: Caller) -> tuple[Report, _Answer] | None:
        """Make an answer the long way and keep it; None leaves the request to the routes, which tell what is wrong."""
        report_id, number, which = key
        seen = self._seen
        report = self._archive.catalog.reports.get(report_id)
        if report is None or report.standing in ("withdrawn", "erased") or not caller.sees(report):
            return None
        edition = report.latest
        if number != "latest":
            edition = self._archive.catalog.reports.edition(report_id, int(number))
        if edition is None:
            return None
        sha256 = edition.record if which == "record" else edition.content
        size = edition.record_bytes if which == "record" else edition.content_bytes
        if size > ONE_MOST:
            return None
        body = self._archive.objects.get(record_key(sha256) if which == "record" else content_key(sha256))
        answer = _answer(body, sha256, edition_headers(edition))
        with self._lock:
            # Kept only if nothing changed while it was made, so that the watcher cannot have missed it.
            if seen == self._seen and seen >= 0 and key not in self._answers:
                self._answers[key] = (report, answer)
                self._of_report.setdefault(report_id, set()).add(key)
                self._bytes += answer.size
                while self._bytes > BYTES_MOST:
                    self._drop(next(iter(self._answers)))
        return report, answer

    def _drop(self, key: tuple[str, str, str]) -> None:
        _, answer = self._answers.pop(key)
        self._bytes -= answer.size
        keys = self._of_report[key[0]]
        keys.discard(key)
        if not keys:
            del self._of_report[key[0]]

    def look(self) -> None:
        """Ask how far the ledger is, and drop what changed since the last look."""
        began = time.monotonic()
        ledger = self._archive.catalog.ledger
        visible = ledger.head().visible
        while self._seen >= 0 and self._seen < visible:
            events, upto = ledger.events(after=self._seen, limit=1000)
            self._forget([event.report for event in events], upto)
        if self._seen < 0:
            self._forget([], visible)
        self._trusted_until = began + TRUSTED_FOR

    def _forget(self, reports: Sequence[str], upto: int) -> None:
        with self._lock:
            for report in reports:
                for key in list(self._of_report.get(report, ())):
                    self._drop(key)
            self._seen = upto

    def watch(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.wait(WATCH_EVERY):
            try:
                self.look()
            except ArchiveError:
                continue  # what is kept is not trusted any more; see find


def _answer(body: bytes, sha256: str, extra: dict[str, str]) -> _Answer:
    shared = [(name.lower().encode(), value.encode("latin-1")) for name, value in extra.items()]
    shared += [(b"cache-control", b"no-cache"), (b"vary", b"Accept, Accept-Encoding")]
    etag = f'"{sha256}"'.encode()
    plain = [
        *shared,
        (b"etag", etag),
        (b"content-type", b"application/json"),
        (b"repr-digest", repr_digest(sha256).encode()),
        (b"content-length", b"%d" % len(body)),
    ]
    answer = _Answer(body, plain, [*shared, (b"etag", etag)], frozenset((etag, b"W/" + etag, b"*")))
    if len(body) >= GZIP_LEAST:
        answer.compressed = gzip.compress(body, 6, mtime=0)
        packed_etag = f'"{sha256}-gzip"'.encode()
        answer.etags |= {packed_etag, b"W/" + packed_etag}
        answer.compressed_headers = [
            *shared,
            (b"etag", packed_etag),
            (b"content-type", b"application/json"),
            (b"content-encoding", b"gzip"),
            (b"repr-digest", repr_digest(hashlib.sha256(answer.compressed).hexdigest()).encode()),
            (b"content-length", b"%d" % len(answer.compressed)),
        ]
    return answer


class HotPath:
    """Answers GET of an edition's content or record from memory; leaves everything else to the app behind it."""

    def __init__(self, app: ASGIApp, *, api: FastAPI) -> None:
        self.app = app
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        key = _asked_for(scope)
        hot: HotEditions | None = getattr(self.api.state, "hot", None) if key else None
        if key is None or hot is None:
            await self.app(scope, receive, send)
            return
        accept = authorization = encoding = wanted = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"accept":
                accept = value
            elif name == b"accept-encoding":
                encoding = value
            elif name == b"if-none-match":
                wanted = value
        if not _takes_json(accept):
            await self.app(scope, receive, send)
            return
        found = hot.find(key)
        keeper = doorkeeper_of(self.api)
        try:
            if found is None or not keeper.remembers(authorization):
                caller = await run_in_threadpool(keeper.caller, authorization.decode("latin-1"))
                found = found or await run_in_threadpool(hot.load, key, caller)
            else:
                caller = keeper.caller(authorization.decode("latin-1"))
        except (ProblemError, ArchiveError):
            found = None  # the routes say what is wrong
        if found is None or "read" not in caller.scopes or not caller.sees(found[0]):
            await self.app(scope, receive, send)
            return
        await _send(found[1], encoding, wanted, send)


async def _send(answer: _Answer, encoding: bytes, wanted: bytes, send: Send) -> None:
    if wanted and not answer.etags.isdisjoint(part.strip() for part in wanted.split(b",")):
        await send({"type": "http.response.start", "status": 304, "headers": list(answer.not_modified)})
        await send({"type": "http.response.body", "body": b""})
        return
    packed = answer.compressed and b"gzip" in encoding and b"gzip;q=0" not in encoding.replace(b" ", b"")
    headers = answer.compressed_headers if packed else answer.headers
    await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
    await send({"type": "http.response.body", "body": answer.compressed if packed else answer.body})


def _asked_for(scope: Scope) -> tuple[str, str, str] | None:
    """Read (report, number, object) out of a request that the hot path may serve."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    path: str = scope["path"]
    if not path.startswith(_PREFIX):
        return None
    report, middle, rest = path[len(_PREFIX) :].partition(_MIDDLE)
    number, _, which = rest.partition("/")
    if not middle or which not in ("", "record") or (rest.endswith("/")):
        return None
    if number != "latest" and not (
        number.isascii() and number.isdigit() and number[0] != "0" and len(number) < 10
    ):
        return None
    return report, number, which or "content"


def _takes_json(accept: bytes) -> bool:
    return not accept or b"*/*" in accept or accept in (b"application/json", b"application/*")


@asynccontextmanager
async def keep_hot(app: FastAPI) -> AsyncIterator[None]:
    """Watch the ledger while the app lives."""
    hot = HotEditions(app.state.archive)
    stop = threading.Event()
    watcher = threading.Thread(target=hot.watch, args=(stop,), name="hot-editions", daemon=True)
    watcher.start()
    app.state.hot = hot
    try:
        yield
    finally:
        app.state.hot = None
        stop.set()
        watcher.join(timeout=5)
