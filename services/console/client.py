"""The command line's way to a running system: one HTTP client, errors as sentences."""

from __future__ import annotations

import os
from typing import Any, Final
from urllib.parse import quote

import httpx

DEFAULT_URL: Final = "http://127.0.0.1:8321"
TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
"""Seconds: an upload of 64 MB over a slow line, and a server that is not there."""


class ClientError(Exception):
    """The system refused, or is not there. ``retry``: the same request may succeed later."""

    def __init__(self, message: str, *, code: str = "", retry: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.retry = retry


class Client:
    """Speaks to one system. Threads may share it."""

    def __init__(self, url: str | None = None, key: str | None = None, *, connections: int = 8) -> None:
        self.url = (url or os.environ.get("JIAOKAN_URL") or DEFAULT_URL).rstrip("/")
        token = key or os.environ.get("JIAOKAN_KEY")
        try:
            self._http = httpx.Client(
                base_url=self.url,
                headers={"Authorization": f"Bearer {token}"} if token else {},
                timeout=TIMEOUT,
                limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
                # A proxy of the environment is for the world outside; what is on this machine is asked directly.
                trust_env=not self.url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")),
            )
        except httpx.InvalidURL as error:
            raise ClientError(f"{self.url} is no address: {error}") from None

    def __enter__(self) -> Client:  # noqa: PYI034 - not made for inheriting
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; gives a 2xx or 304.

        Raises:
            ClientError: it is anything else, with what the problem says.
        """
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise ClientError(
                f"{self.url} does not answer: {str(error) or type(error).__name__}", retry=True
            ) from None
        if answer.is_success or answer.status_code == 304:
            return answer
        retry = answer.status_code in (429, 502, 503, 504)
        try:
            problem = answer.json()
            raise ClientError(problem["detail"], code=problem["code"], retry=retry)
        except (ValueError, KeyError, TypeError):
            raise ClientError(f"{self.url} answered {answer.status_code}", retry=retry) from None

    def put_source(self, report: str, data: bytes, fields: dict[str, str]) -> dict[str, Any]:
        """Upload a source; gives the receipt."""
        told: dict[str, Any] = self.call(
            "PUT", f"{report_path(report)}/-/source", params=fields, content=data
        ).json()
        return told

    def revision(self, revision: str, *, wait: float = 0) -> dict[str, Any]:
        """Follow a revision."""
        told: dict[str, Any] = self.call("GET", f"/v1/revisions/{revision}", params={"wait": wait}).json()
        return told


def report_path(report: str) -> str:
    """Give the path of a report."""
    return f"/v1/reports/{quote(report)}"
