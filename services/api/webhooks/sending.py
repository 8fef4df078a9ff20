"""One attempt to deliver one message: to the checked address, bounded in time and size, redirects refused."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import httpcore

from .addresses import Target
from .signing import sign

TIMEOUT: Final = 15.0
"""Seconds for a whole attempt; the specification advises 15 to 30."""

ANSWER_MOST: Final = 64 * 1024
"""Bytes of the answer that are read at most; nothing in it is needed."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an attempt ended. ``gone``: the receiver said 410, so nothing more is to be sent to it."""

    delivered: bool
    status: int | None
    reason: str

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more (HTTP 410)."""
        return self.status == 410


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at a deadline, however slowly and in however small pieces the other side speaks."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        return self._inner.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, self._left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to one address, whatever name it is asked for: TLS still checks the certificate for the name."""

    def __init__(self, address: str, deadline: float) -> None:
        self._address = address
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the point: the name is not resolved again
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ConnectTimeout
        stream = self._inner.connect_tcp(self._address, port, left, local_address, socket_options)
        return _Bounded(stream, self._deadline)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError(f"webhooks connect to no socket ({path}, {timeout}, {socket_options})")


def send(
    target: Target,
    *,
    secret: str,
    identifier: str,
    payload: bytes,
    timeout: float = TIMEOUT,
    context: ssl.SSLContext | None = None,
) -> Delivery:
    """Post ``payload`` to a target, signed; never raises for what the network or the receiver does.

    Args:
        target: as ``resolve_target`` checked it.
        secret: the subscription's, ``whsec_…``.
        identifier: id of the message, the same for every attempt.
        payload: the JSON body.
        timeout: seconds for the whole attempt.
        context: TLS settings; by default certificates are checked against the system's.
    """
    deadline = time.monotonic() + timeout
    timestamp = int(time.time())
    headers = [
        ("Host", _host(target)),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(payload))),
        ("User-Agent", "Jiaokan-Webhook/1"),
        ("Connection", "close"),
        ("webhook-id", identifier),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", sign(secret, identifier, timestamp, payload)),
    ]
    step = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=context,
                network_backend=_Pinned(target.address, deadline),
                max_connections=1,
                retries=0,
            ) as pool,
            pool.stream(
                "POST", target.url, headers=headers, content=payload, extensions={"timeout": step}
            ) as answer,
        ):
            _drain(answer)
            status = answer.status
    except (httpcore.TimeoutException, TimeoutError):
        return Delivery(delivered=False, status=None, reason=f"no answer within {timeout:g} s")
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return Delivery(delivered=False, status=None, reason=f"{type(error).__name__}: {error}"[:500])
    if 200 <= status < 300:
        return Delivery(delivered=True, status=status, reason="delivered")
    if 300 <= status < 400:
        return Delivery(delivered=False, status=status, reason=f"redirects are refused (HTTP {status})")
    return Delivery(delivered=False, status=status, reason=f"HTTP {status}")


def _drain(answer: httpcore.Response) -> None:
    """Read a bounded part of the answer."""
    seen = 0
    for chunk in answer.iter_stream():
        seen += len(chunk)
        if seen > ANSWER_MOST:
            return


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.scheme == "https" else 80
    return name if target.port == usual else f"{name}:{target.port}"
