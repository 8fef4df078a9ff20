"""The API as its own process beside two bare routes, for measuring one against the other.

``python -m bench.api.serving FOLDER PORT`` serves the archive in FOLDER with the very server settings of
``jiaokan serve``. ``/bare`` gives the bytes of one file by a route of Starlette alone, ``/nothing`` by the least ASGI
application that there is: neither looks at keys, pointers or conditions.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from jiaokan.api.app import create_app
from jiaokan.archive import load_settings, open_archive

BARE = "bare.json"
"""File in FOLDER whose bytes the bare routes give."""


class Beside:
    """Serves the API, and the bare routes beside it."""

    def __init__(self, app: ASGIApp, body: bytes) -> None:
        async def bare(_: Request) -> Response:
            return Response(body, media_type="application/json")

        self.app = app
        self.bare = Starlette(routes=[Route("/bare", bare)])
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        path = scope.get("path")
        if path == "/bare":
            await self.bare(scope, receive, send)
        elif path == "/nothing":
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.body))]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self.body})
        else:
            await self.app(scope, receive, send)


def main(folder: Path, port: int) -> None:
    """Serve until told to stop."""
    settings = load_settings(data=folder / "data")
    archive = open_archive(settings)
    body = (folder / BARE).read_bytes()
    app = create_app(archive, settings, followers=False)
    uvicorn.run(
        Beside(app, body),
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
