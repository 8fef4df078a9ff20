"""Put and get of whole objects, spoken to an S3 service over plain HTTP without the layers of a client.

A put of a small report costs 0.7 ms of processor in the ``minio`` client, most of it in the layers below it, and
0.2 ms here (ADR 111); a report needs five requests. Only what goes well is done here: at anything else (an error, an
answer of another form, a connection that broke) the caller asks the client, which does it again and tells what is
wrong. Both requests may be done twice.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import select
import socket
import time
import weakref
from collections import deque
from typing import Final
from urllib.parse import urlsplit

HELD: Final = 16
"""Connections kept open: as many as threads of a process speak to the store at once."""

HEAD_MOST: Final = 1 << 16
"""Bytes of an answer's head; S3 services send about 600."""

PUT_MOST: Final = 1 << 20
"""Bytes of an object that is put here, in one piece with its head; beyond that the client's layers cost little."""

_PIECE: Final = 1 << 16
_PLAIN: Final = re.compile(r"[A-Za-z0-9._/-]+")
"""Keys that stand in a URL as they are."""

_NOTHING: Final = hashlib.sha256(b"").hexdigest()


class _OddAnswerError(Exception):
    """The service answered otherwise than expected, or not to the end."""


class Wire:
    """Connections to one bucket of one service, for any number of threads."""

    def __init__(
        self, endpoint: str, bucket: str, *, access_key: str, secret_key: str, region: str, timeout: float
    ) -> None:
        parts = urlsplit(endpoint)
        assert parts.hostname is not None
        self._address = (parts.hostname, parts.port or 80)
        self._host = parts.netloc
        self._bucket = bucket
        self._access_key = access_key
        self._secret_key = secret_key
        self._region = region
        self._timeout = timeout
        self._idle: deque[socket.socket] = deque()
        weakref.finalize(self, _close_all, self._idle)
        self._dated = _Dated(0, "", "", b"")

    def put(self, key: str, data: bytes, *, media_type: str) -> bool:
        """Put an object; False when the client is to do it.

        Raises:
            TimeoutError: the service does not answer.
        """
        if len(data) > PUT_MOST or not _PLAIN.fullmatch(key) or not _PLAIN.fullmatch(media_type):
            return False
        digest = hashlib.sha256(data).hexdigest()
        head = self._head("PUT", key, digest, ("content-type", media_type))
        return self._exchange(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data) is not None

    def get(self, key: str) -> bytes | None:
        """Get an object; None when the client is to do it.

        Raises:
            TimeoutError: the service does not answer.
        """
        if not _PLAIN.fullmatch(key):
            return None
        return self._exchange(f"{self._head('GET', key, _NOTHING)}\r\n".encode())

    def _exchange(self, request: bytes) -> bytes | None:
        """Send a request and give the body of its answer, None unless that is ``200``."""
        connection = None
        try:
            connection = self._connection()
            connection.sendall(request)
            status, body, stays = _answer(connection)
        except (ConnectionError, socket.gaierror, _OddAnswerError):
            if connection is not None:
                connection.close()
            return None
        except BaseException:  # also a limit of time that strikes here: half an answer may be on its way
            if connection is not None:
                connection.close()
            raise
        if stays and len(self._idle) < HELD:
            self._idle.append(connection)
        else:
            connection.close()
        return body if status == 200 else None

    def _connection(self) -> socket.socket:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = socket.create_connection(self._address, self._timeout)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
            # What can be read from a connection that rests is its end.
            ended = select.poll()
            ended.register(connection, select.POLLIN)
            if not ended.poll(0):
                return connection
            connection.close()

    def _head(self, method: str, key: str, digest: str, *more: tuple[str, str]) -> str:
        """Write a request's head up to its signature, by AWS Signature Version 4 (S3 API reference, "sigv4")."""
        dated = self._now()
        headers = (
            *more,
            ("host", self._host),
            ("x-amz-content-sha256", digest),
            ("x-amz-date", dated.moment),
        )
        lines = "".join([f"{name}:{value}\n" for name, value in headers])
        names = ";".join([name for name, _ in headers])
        path = f"/{self._bucket}/{key}"
        canonical = f"{method}\n{path}\n\n{lines}\n{names}\n{digest}"
        told = hashlib.sha256(canonical.encode()).hexdigest()
        signed = f"AWS4-HMAC-SHA256\n{dated.moment}\n{dated.scope}\n{told}"
        signature = hmac.digest(dated.key, signed.encode(), "sha256").hex()
        sent = "".join([f"{name}: {value}\r\n" for name, value in headers])
        return (
            f"{method} {path} HTTP/1.1\r\n{sent}"
            f"authorization: AWS4-HMAC-SHA256 Credential={self._access_key}/{dated.scope}, "
            f"SignedHeaders={names}, Signature={signature}\r\n"
        )

    def _now(self) -> _Dated:
        second = int(time.time())
        dated = self._dated
        if dated.second != second:
            moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
            key = dated.key
            if scope != dated.scope:
                key = f"AWS4{self._secret_key}".encode()
                for part in scope.split("/"):
                    key = hmac.digest(key, part.encode(), "sha256")
            self._dated = dated = _Dated(second, moment, scope, key)
        return dated


def _close_all(connections: deque[socket.socket]) -> None:
    while connections:
        connections.pop().close()


class _Dated:
    """What a signature needs of the time: the same for a second, its key for a day."""

    __slots__ = ("key", "moment", "scope", "second")

    def __init__(self, second: int, moment: str, scope: str, key: bytes) -> None:
        self.second = second
        self.moment = moment
        self.scope = scope
        self.key = key


def _answer(connection: socket.socket) -> tuple[int, bytes, bool]:
    """Read an answer: its status, its body, and whether the connection stays open."""
    got = connection.recv(_PIECE)
    while (end := got.find(b"\r\n\r\n")) < 0:
        more = connection.recv(_PIECE) if len(got) <= HEAD_MOST else b""
        if not more:
            raise _OddAnswerError
        got += more
    first, *lines = got[:end].split(b"\r\n")
    if not first.startswith(b"HTTP/1.1 ") or not first[9:12].isdigit():
        raise _OddAnswerError
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    length = headers.get(b"content-length", b"")
    if b"transfer-encoding" in headers or not length.isdigit():
        raise _OddAnswerError
    left = int(length) - (len(got) - end - 4)
    pieces = [got[end + 4 :]]
    while left > 0:
        piece = connection.recv(min(left, 16 * _PIECE))
        if not piece:
            raise _OddAnswerError
        pieces.append(piece)
        left -= len(piece)
    if left < 0:
        raise _OddAnswerError
    stays = headers.get(b"connection", b"").lower() != b"close"
    return int(first[9:12]), b"".join(pieces), stays


__all__ = ["Wire"]
