"""The front door: what this process knows the whole of goes out before any layer of the framework.

A request whose host is served, whose key is remembered and whose answer is kept needs no router, no dependency and no
middleware: this does in one pass over its headers what they would do one after another. Whatever is not plain (another
method, a page of another origin, a key not seen lately, a trace, an answer no longer true) is left to them, who know
everything. So nothing is decided here that is decided otherwise there. See ADR 0115.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.types import Scope, Send

from ..archive import Archive, ArchiveError, Settings, close_touched, open_touched
from ..observing import is_metered, is_traced
from ..web.access import doorkeeper_of
from ..web.app import Fronted
from ..web.guard import Served
from ..web.observed import tell
from ..web.requests import NO_SNIFFING, Ids
from .hot import HotEditions, takes_json


class Front:
    """Answers GET of an edition from memory, or not at all."""

    def __init__(self, hot: HotEditions, *, api: FastAPI, served: Served) -> None:
        self._hot = hot
        self._api = api
        self._served = served
        self._ids = Ids()

    async def __call__(self, scope: Scope, send: Send) -> bool:
        """Answer as an ASGI application; False, and nothing was sent, when the app behind shall."""
        path = scope["path"]
        if path not in self._hot or scope["method"] != "GET" or scope["query_string"] or is_traced():
            return False
        began = time.perf_counter()
        host = accept = authorization = encoding = wanted = given = b""
        for name, value in scope["headers"]:
            if name == b"host":
                if host:
                    return False
                host = value
            elif name == b"authorization":
                authorization = value
            elif name == b"accept-encoding":
                encoding = value
            elif name == b"accept":
                accept = value
            elif name == b"if-none-match":
                wanted = value
            elif name == b"x-request-id":
                given = value
            elif name == b"origin":
                return False
        if host not in self._served or not takes_json(accept):
            return False
        caller = doorkeeper_of(self._api).remembered(authorization)
        if caller is None or "read" not in caller.scopes:
            return False
        try:
            answer = await self._hot.find(path)
        except ArchiveError:
            return False  # the routes say what is wrong
        if answer is None or not caller.sees(answer.report):
            return False
        form = answer.form(encoding, wanted)
        if form is None:
            return False
        headers = [*form.headers, NO_SNIFFING, (b"x-request-id", self._ids.of(given))]
        await send({"type": "http.response.start", "status": form.status, "headers": headers})
        if is_metered():
            tell("GET", answer.route, form.status, seconds=time.perf_counter() - began)
        await send({"type": "http.response.body", "body": form.body})
        return True


def keep_hot(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Give what keeps answers while an app lives."""

    @asynccontextmanager
    async def keep(app: FastAPI) -> AsyncIterator[None]:
        archive: Archive = app.state.archive
        touched = open_touched(archive.catalog.database, archive.settings)
        app.state.hot = HotEditions(archive, touched)
        # Where requests are counted, all of them go where that is done.
        if isinstance(app, Fronted) and not settings.rate_limit:
            app.front = Front(app.state.hot, api=app, served=app.state.served)
        try:
            yield
        finally:
            app.state.hot = None
            if isinstance(app, Fronted):
                app.front = None
            await close_touched(touched)

    return keep
