"""What both drivers begin with: address, key, and how httpx is set up."""

from __future__ import annotations

import os
from typing import Any, Final

import httpx

from .errors import ClientError
from .exchanging import Failure
from .keeping import Kept
from .requests import Answer, Request, size_of
from .retrying import LOST, UNSENT, Retry

DEFAULT_URL: Final = "http://127.0.0.1:8321"
TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
"""Seconds: a long-poll of 30, an upload of 64 MB over a slow line, and a server that is not there."""

KEPT_MOST: Final = 16 * 1024 * 1024
"""Bytes of answers that are kept for conditional requests."""

CONNECTIONS: Final = 8


class Opened:
    """Address, key and settings of a client; see ``Client``."""

    def __init__(
        self,
        url: str | None,
        key: str | None,
        *,
        retry: Retry | None,
        connections: int,
        kept_bytes: int,
    ) -> None:
        self.url = (url or os.environ.get("JIAOKAN_URL") or DEFAULT_URL).rstrip("/")
        _address(self.url)
        self.retry = retry or Retry()
        self.kept = Kept(kept_bytes)
        self._token = key or os.environ.get("JIAOKAN_KEY")
        self._connections = connections

    def settings(self) -> dict[str, Any]:
        """Give the arguments of the httpx client."""
        return {
            "timeout": TIMEOUT,
            "limits": httpx.Limits(
                max_connections=self._connections, max_keepalive_connections=self._connections
            ),
            # A proxy of the environment is for the world outside; what is on this machine is asked directly.
            "trust_env": not self.url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")),
        }

    def arguments(self, request: Request[Any], headers: dict[str, str]) -> dict[str, Any]:
        """Give the arguments of a httpx request but for what is sent.

        Raises:
            ClientError: the address cannot be one.
        """
        fields = {**request.headers, **headers}
        if request.elsewhere is None and self._token:
            fields["Authorization"] = f"Bearer {self._token}"
        if request.body is not None:
            fields["Content-Length"] = str(size_of(request.body))
        url = _address(request.elsewhere or self.url + request.path)
        return {"method": request.method, "url": url, "headers": fields}


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ClientError(f"{url} is no address: {error}") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise ClientError(f"{url} is no address: it begins with http:// or https:// and names a host")
    return address


def failure_of(error: httpx.HTTPError) -> Failure:
    """Tell a connection that was not made from one that broke."""
    unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return Failure(UNSENT if unsent else LOST, str(error) or type(error).__name__)


def answer_of(response: httpx.Response) -> Answer:
    """Give what arrived, whole."""
    return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.content)
