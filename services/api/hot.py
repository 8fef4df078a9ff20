"""The hot path: editions that are asked for again and again, served from memory before any routing.

What is kept is a whole answer, headers and all, so that a request costs a few look-ups. Before each answer the catalog
is asked one thing, whether the report was touched since the answer was made (ADR 0086): so an answer from memory is as
new as one from the catalog, in every process, and ``latest`` never goes back. Where the catalog does not answer, the
request goes the long way, which fails as it should.

``HotPath`` stands behind the guard and fills the memory; what is in it already is given by ``front.py``, before any
layer of the framework.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from ..archive import (
    Archive,
    ArchiveError,
    Report,
    Touched,
    TouchedOnServer,
    content_key,
    packed,
    record_key,
)
from ..web import ProblemError
from ..web.access import Caller, doorkeeper_of
from ..web.observed import ROUTE
from .answers import GZIP_LEAST, repr_digest, takes_gzip
from .editions import edition_headers

BYTES_MOST: Final = 256 * 1024 * 1024
"""Bytes of answers kept at most."""

ONE_MOST: Final = 4 * 1024 * 1024
"""Bytes of one answer kept at most: a giant must not push a thousand small ones out."""

_PREFIX: Final = "/v1/reports/"
_MIDDLE: Final = "/-/editions/"

_ROUTES: Final = {
    "contents": "/v1/reports/{report:path}/-/editions/{number}",
    "records": "/v1/reports/{report:path}/-/editions/{number}/record",
}
"""What the routes are called that answer the same the long way."""

Headers = list[tuple[bytes, bytes]]


class Form(NamedTuple):
    """What goes out. The headers are shared: whoever adds to them takes a copy."""

    status: int
    headers: Headers
    body: bytes


@dataclass(slots=True)
class Answer:
    """One object of one edition, ready to be sent; packed when that was first asked for."""

    report: Report
    kind: Literal["contents", "records"]
    sha256: str
    body: bytes
    headers: Headers
    not_modified: Headers
    etags: frozenset[bytes]
    packed: bytes | None = None
    packed_headers: Headers | None = None

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return len(self.body) + len(self.packed or b"")

    @property
    def route(self) -> str:
        """The route that answers the same the long way."""
        return _ROUTES[self.kind]

    def form(self, encoding: bytes, wanted: bytes) -> Form | None:
        """Give what goes out by ``Accept-Encoding`` and ``If-None-Match``; None when that is to be packed first."""
        if wanted and self._has(wanted):
            return Form(304, self.not_modified, b"")
        if not takes_gzip(encoding) or len(self.body) < GZIP_LEAST:
            return Form(200, self.headers, self.body)
        if self.packed is None or self.packed_headers is None:
            return None
        return Form(200, self.packed_headers, self.packed)

    def _has(self, wanted: bytes) -> bool:
        return wanted in self.etags or not self.etags.isdisjoint(part.strip() for part in wanted.split(b","))


class HotEditions:
    """Answers by path, bounded: the one that was not asked for longest goes first."""

    def __init__(self, archive: Archive, touched: Touched) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0
        self._touched = touched

    def __contains__(self, path: str) -> bool:
        """Tell whether an answer is kept for a path, true or not."""
        return path in self._answers

    async def find(self, path: str) -> Answer | None:
        """Give the answer kept for a path, if it is still true.

        Raises:
            UnavailableError: the catalog does not say.
        """
        found = self._answers.get(path)
        if found is None:
            return None
        touched = self._touched
        now = (
            await touched(found.report.id)
            if isinstance(touched, TouchedOnServer)
            else touched(found.report.id)
        )
        if now != found.report.touched:
            self._forget(path, found)
            return None
        if (
            self._bytes > BYTES_MOST // 2
        ):  # as long as there is plenty of room, nobody needs to know the order
            with self._lock:
                if path in self._answers:
                    self._answers.move_to_end(path)
        return found

    def load(self, path: str, key: tuple[str, str, str], caller: Caller) -> Answer | None:
        """Make an answer the long way and keep it; None leaves the request to the routes, which tell what is wrong."""
        report_id, number, which = key
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
        answer = _answer(
            report, "records" if which == "record" else "contents", body, sha256, edition_headers(edition)
        )
        with self._lock:
            before = self._answers.pop(path, None)
            self._bytes += answer.size - (before.size if before else 0)
            self._answers[path] = answer
            self._make_room()
        return answer

    def pack(self, path: str, answer: Answer) -> None:
        """Put the stored compressed bytes into an answer."""
        body = packed(self._archive, answer.kind, answer.sha256)
        with self._lock:
            if answer.packed_headers is not None:
                return
            answer.packed = body
            answer.packed_headers = [
                (name, _of_packed(name, value, answer.sha256, body)) for name, value in answer.headers
            ]
            answer.packed_headers.append((b"content-encoding", b"gzip"))
            if self._answers.get(path) is answer:
                self._bytes += len(body)
                self._make_room()

    def _forget(self, path: str, answer: Answer) -> None:
        with self._lock:
            if self._answers.get(path) is answer:
                del self._answers[path]
                self._bytes -= answer.size

    def _make_room(self) -> None:
        while self._bytes > BYTES_MOST:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= oldest.size


def _answer(
    report: Report, kind: Literal["contents", "records"], body: bytes, sha256: str, extra: dict[str, str]
) -> Answer:
    shared = [(name.lower().encode(), value.encode("latin-1")) for name, value in extra.items()]
    etag = f'"{sha256}"'.encode()
    shared += [(b"cache-control", b"no-cache"), (b"vary", b"Accept, Accept-Encoding"), (b"etag", etag)]
    plain = [
        *shared,
        (b"content-type", b"application/json"),
        (b"repr-digest", repr_digest(sha256).encode()),
        (b"content-length", b"%d" % len(body)),
    ]
    packed_etag = f'"{sha256}-gzip"'.encode()
    etags = frozenset((etag, b"W/" + etag, packed_etag, b"W/" + packed_etag, b"*"))
    return Answer(report, kind, sha256, body, plain, shared, etags)


def _of_packed(name: bytes, value: bytes, sha256: str, body: bytes) -> bytes:
    """Give the field as it is for the packed form: other bytes have another tag, digest and length (RFC 9110 8.8.3)."""
    if name == b"etag":
        return f'"{sha256}-gzip"'.encode()
    if name == b"repr-digest":
        return repr_digest(hashlib.sha256(body).hexdigest()).encode()
    if name == b"content-length":
        return b"%d" % len(body)
    return value


class HotPath:
    """Answers GET of an edition's content or record from memory; leaves everything else to the app behind it."""

    def __init__(self, app: ASGIApp, *, api: FastAPI) -> None:
        self.app = app
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        hot: HotEditions | None = None
        if scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]:
            hot = getattr(self.api.state, "hot", None)
        if hot is None or not (path := scope["path"]).startswith(_PREFIX):
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
        answer: Answer | None = None
        form: Form | None = None
        if takes_json(accept):
            try:
                answer = await self._find(hot, path, authorization)
                if answer is not None and (form := answer.form(encoding, wanted)) is None:
                    await run_in_threadpool(hot.pack, path, answer)
                    form = answer.form(encoding, wanted)
            except (ProblemError, ArchiveError):
                form = None  # the routes say what is wrong
        if answer is None or form is None:
            await self.app(scope, receive, send)
            return
        scope[ROUTE] = answer.route
        await send({"type": "http.response.start", "status": form.status, "headers": list(form.headers)})
        await send({"type": "http.response.body", "body": form.body})

    async def _find(self, hot: HotEditions, path: str, authorization: bytes) -> Answer | None:
        keeper = doorkeeper_of(self.api)
        caller = keeper.remembered(authorization)
        answer = await hot.find(path)
        if answer is not None and caller is not None:
            return answer if "read" in caller.scopes and caller.sees(answer.report) else None
        key = _asked_for(path)
        if key is None:
            return None
        if caller is None:
            caller = await run_in_threadpool(keeper.caller, authorization.decode("latin-1"))
        if "read" not in caller.scopes:
            return None
        if answer is None:
            answer = await run_in_threadpool(hot.load, path, key, caller)
        return answer if answer is not None and caller.sees(answer.report) else None


def _asked_for(path: str) -> tuple[str, str, str] | None:
    """Read (report, number, object) out of the path of a request that the hot path may serve."""
    report, middle, rest = path[len(_PREFIX) :].partition(_MIDDLE)
    number, _, which = rest.partition("/")
    if not middle or which not in ("", "record") or (rest.endswith("/")):
        return None
    if number != "latest" and not (
        number.isascii() and number.isdigit() and number[0] != "0" and len(number) < 10
    ):
        return None
    return report, number, which or "content"


def takes_json(accept: bytes) -> bool:
    """Tell whether JSON is plainly what ``Accept`` asks for; the routes weigh what is less plain."""
    # Named first and without a weight, JSON is what comes (see ``preferred``): such as many clients ask.
    return accept in (b"", b"*/*", b"application/json", b"application/*") or accept.startswith(
        b"application/json,"
    )
