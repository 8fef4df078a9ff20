"""Every request, told: how many, how long, by which route; its span; its id in every line of the log."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..observing import HTTP_REQUESTS, HTTP_SECONDS, bind, count, is_traced, observe, traced, unbind

log = logging.getLogger(__name__)

ROUTE: Final = "jiaokan.route"
"""Member of the scope by which what answers before routing says whose answer it gave."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are told by their names: a client may send any word."""


class Observed:
    """Tells of every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = parent = b""
        for name, value in scope["headers"]:
            if name == b"x-request-id":
                request = value
            elif name == b"traceparent":
                parent = value
        token = bind(request=request.decode("latin-1"))
        try:
            if is_traced():
                await self._traced(scope, receive, send, parent.decode("latin-1"))
            else:
                await self._measured(scope, receive, send)
        finally:
            unbind(token)

    async def _traced(self, scope: Scope, receive: Receive, send: Send, parent: str) -> None:
        method = _method(scope)
        with traced(method, parent=parent or None) as span:
            status = await self._measured(scope, receive, send)
            if span is not None:
                route = route_of(scope)
                span.rename(f"{method} {route}")
                span.note(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                )

    async def _measured(self, scope: Scope, receive: Receive, send: Send) -> int:
        began = time.perf_counter()
        status, answered = 500, began

        async def send_and_note(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter()
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            method = _method(scope)
            tell(method, route_of(scope), status, seconds=answered - began if answered != began else None)
            if status >= 500:
                log.warning("%s %s was answered with %d", method, scope["path"], status)
        return status


def tell(method: str, route: str, status: int, *, seconds: float | None) -> None:
    """Count a request, and how long its answer took to begin (None: none did)."""
    count(HTTP_REQUESTS, method, route, str(status))
    if seconds is not None:
        observe(HTTP_SECONDS, method, route, value=seconds)


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in METHODS else "other"


def route_of(scope: Scope) -> str:
    """Give the template of the route that answered; ``none`` when none did."""
    told: Any = scope.get(ROUTE)
    if told is None:
        told = getattr(scope.get("route"), "path", None)
    return str(told or "none")
