"""The guard at the door of a service that anyone on this machine may use: no other machine, no foreign page.

A service on 127.0.0.1 without keys is still reachable from every page that a browser on this machine opens: by a
name that resolves to 127.0.0.1 (DNS rebinding, seen in ``Host``), or by a form or fetch (seen in ``Origin``).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import ProblemError, problem_response

SERVED_MOST: Final = 1000
"""Spellings of ``Host`` (with ports) that are remembered as served, so that they need not be read again."""

Served = set[bytes]
"""Spellings of ``Host`` that the guard let in: whoever stands before it lets in no other."""

LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class LocalGuard:
    """Refuses requests whose ``Host`` is not served here, and those that a page of another origin makes.

    A service behind an ingress names its hosts in ``allow_hosts``; ``*`` there serves any, and only pages of the very
    host that was asked may use it. Pages of ``origins`` may, too (JIAOKAN_CORS_ORIGINS).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str] = frozenset(),
        origins: frozenset[str] = frozenset(),
        served: Served | None = None,
    ) -> None:
        self.app = app
        self.origins = origins
        self.hosts = LOCAL_HOSTS | {host.lower() for host in hosts}
        self._served: Served = set() if served is None else served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        if scope["type"] == "http":
            problem = self._problem(scope)
            if problem is not None:
                await problem_response(problem)(scope, receive, send)
                return
        elif scope["type"] == "websocket":
            return  # there is none; not answering closes it
        await self.app(scope, receive, send)

    def _problem(self, scope: Scope) -> ProblemError | None:
        hosts: list[bytes] = []
        origins: list[bytes] = []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"origin":
                origins.append(value)
        # HTTP/1.1 has exactly one Host; two are a way around proxies that look at the other one.
        if len(hosts) == 1 and not origins and hosts[0] in self._served:
            return None
        host = host_of(f"//{hosts[0].decode('latin-1')}") if len(hosts) == 1 else ""
        if not host or not (host in self.hosts or "*" in self.hosts):
            return ProblemError(
                421, "host-refused", "this service answers to localhost only; see JIAOKAN_ALLOW_HOSTS"
            )
        for origin in origins:
            said = origin.decode("latin-1")
            if said in self.origins or "*" in self.origins:
                continue
            if said != "null" and host_of(said) in self.hosts | {host}:
                continue
            return ProblemError(403, "origin-refused", "pages of another origin may not use this service")
        if len(self._served) < SERVED_MOST:
            self._served.add(hosts[0])
        return None


def host_of(url: str) -> str:
    """Give the host of a URL in lower case; empty when there is none or it cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
