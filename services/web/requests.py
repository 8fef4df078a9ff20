"""What every request passes through: an id, HEAD as a GET without its body, and the limit of its key."""

from __future__ import annotations

import itertools
import re
import secrets
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .limits import Counter, limit_headers
from .observed import ROUTE
from .problems import ProblemError, problem_response

NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
"""With every answer: what somebody uploaded stands in most of them, and a browser must not guess that it is a page."""

_FIT: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_BEARER: Final = re.compile(rb"(?i)bearer +jk_([a-z0-9]{1,16})_")


class Ids:
    """Gives ids of requests: by chance once, by number after that (chance each time costs as much as all the rest)."""

    def __init__(self) -> None:
        self._chance = secrets.token_hex(6).encode()
        self._count = itertools.count(1)

    def of(self, given: bytes) -> bytes:
        """Give the client's own, if it is fit; else a fresh one."""
        if given and _FIT.fullmatch(given):
            return given
        return b"%s-%x" % (self._chance, next(self._count))


class RequestIds:
    """Gives each request an id (the client's own, if it is fit), and sends it back as ``X-Request-Id``.

    It stands outermost, and so is where every answer gets ``NO_SNIFFING``, too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._ids = Ids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        given = b""
        for name, value in headers:
            if name == b"x-request-id":
                given = value
                break
        request = self._ids.of(given)
        if request != given:
            if given:
                headers = [pair for pair in headers if pair[0] != b"x-request-id"]
            scope["headers"] = [*headers, (b"x-request-id", request)]

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], NO_SNIFFING, (b"x-request-id", request)]
            await send(message)

        await self.app(scope, receive, send_with_id)


class HeadAsGet:
    """Answers HEAD by what GET would say, without the body (RFC 9110 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET", "jiaokan.head": True}
        await self.app(inner, receive, send_without_body)
        for told in (ROUTE, "route"):  # for whoever tells of requests
            if told in inner:
                scope[told] = inner[told]


class RateLimit:
    """Refuses what a key asks beyond its limit; requests without a key are not counted (they are local, or refused)."""

    def __init__(self, app: ASGIApp, *, counter: Counter, limit: int) -> None:
        self.app = app
        self.counter = counter
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        who = _key_prefix(scope) if scope["type"] == "http" and self.limit else None
        if who is None:
            await self.app(scope, receive, send)
            return
        standing = self.counter.count(who, self.limit)
        told = limit_headers(self.limit, standing)
        if standing.exceeded:
            problem = ProblemError(
                429, "too-many-requests", f"this key may ask {self.limit} times a minute; wait", headers=told
            )
            await problem_response(problem)(scope, receive, send)
            return
        extra = [(name.lower().encode(), value.encode()) for name, value in told.items()]

        async def send_with_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self.app(scope, receive, send_with_limit)


def _key_prefix(scope: Scope) -> str | None:
    headers: Any = scope["headers"]
    for name, value in headers:
        if name == b"authorization":
            found = _BEARER.match(value)
            return found.group(1).decode() if found else None
    return None
