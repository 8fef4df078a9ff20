"""How a browser shows its key: as the password that it asks for. It is taken for reading only: nothing is forged."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASK: Final = b'Basic realm="Jiaokan: any name, and your key as the password", charset="UTF-8"'


class KeyAsPassword:
    """Takes the password of ``Authorization: Basic`` as a key where something is read; changes take ``Bearer`` only.

    A browser sends a password along wherever a foreign page leads it: that could change things, but never read them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        for place, (name, value) in enumerate(scope["headers"]):
            if name == b"authorization" and value[:6].lower() == b"basic ":
                # In place: whoever tells of requests looks into the same scope for the route that answered.
                headers = list(scope["headers"])
                headers[place] = (name, _bearer(value))
                scope["headers"] = headers

        if scope["path"].startswith("/v1"):
            await self.app(scope, receive, send)
            return

        async def ask_for_key(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401:
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"www-authenticate"]
                message = {**message, "headers": [*kept, (b"www-authenticate", _ASK)]}
            await send(message)

        await self.app(scope, receive, ask_for_key)


def _bearer(authorization: bytes) -> bytes:
    scheme, _, rest = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return authorization
    try:
        _, _, password = base64.b64decode(rest.strip(), validate=True).partition(b":")
    except binascii.Error:
        return authorization
    return b"Bearer " + password.strip()
