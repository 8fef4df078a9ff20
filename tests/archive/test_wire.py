"""Puts and gets without the client: what is sent is what the client would sign; odd answers are left to the client."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import starting
from minio.credentials import Credentials
from minio.signer import sign_v4_s3

from jiaokan.archive import UnavailableError
from jiaokan.archive.stores.s3 import S3Objects
from jiaokan.archive.stores.wire import PUT_MOST, Wire

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: x\r\n\r\nok"


class Service:
    """Answers the requests of each connection in turn with what was prepared; None says nothing more."""

    def __init__(self, *connections: list[bytes | None]) -> None:
        self.requests: list[bytes] = []
        self._left = threading.Semaphore(0)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(connections,), daemon=True)
        self._thread.start()

    def _serve(self, connections: tuple[list[bytes | None], ...]) -> None:
        with suppress(OSError):
            for answers in connections:
                connection, _ = self._listening.accept()
                with connection:
                    for answer in answers:
                        self.requests.append(_request(connection))
                        if answer is None:
                            self._ended.wait(90)
                        else:
                            connection.sendall(answer)
                self._left.release()

    def wait_until_left(self) -> None:
        """Wait until the next connection is closed from this side: what comes earlier meets one that still stands."""
        assert self._left.acquire(timeout=60)

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # whoever waits for a connection is woken
        self._listening.close()
        self._thread.join(30)


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


KEYS = {"access_key": "it", "secret_key": "secret", "region": "us-east-1"}


@contextmanager
def wired(*connections: list[bytes | None]) -> Iterator[tuple[Service, Wire]]:
    service = Service(*connections)
    try:
        yield service, Wire(service.endpoint, "b", timeout=30, **KEYS)
    finally:
        service.close()


def test_a_request_is_signed_as_the_client_signs_it() -> None:
    with wired([OK, OK]) as (service, wire):
        assert wire.put("sources/ab/c", "报告".encode(), media_type="text/plain")
        assert wire.get("sources/ab/c") == b"ok"
    for request, method, body in zip(service.requests, ("PUT", "GET"), ("报告".encode(), b""), strict=True):
        head, _, sent = request.partition(b"\r\n\r\n")
        assert sent == body
        first, *lines = head.decode().split("\r\n")
        assert first == f"{method} /b/sources/ab/c HTTP/1.1"
        headers = dict(line.split(": ", 1) for line in lines)
        told = headers.pop("authorization")
        headers.pop("content-length", None)
        assert headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
        signed = sign_v4_s3(
            method=method,
            url=urlsplit(f"{service.endpoint}/b/sources/ab/c"),
            region="us-east-1",
            headers=dict(headers),
            credentials=Credentials("it", "secret"),
            content_sha256=headers["x-amz-content-sha256"],
            date=datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        )
        assert told == signed["Authorization"]


def test_a_connection_serves_again_and_one_that_ended_is_replaced() -> None:
    with wired([OK, OK], [OK]) as (service, wire):
        assert [wire.get("a") for _ in range(2)] == [b"ok"] * 2
        service.wait_until_left()
        assert wire.get("a") == b"ok"
        assert len(service.requests) == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
        b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ntoo much",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"220 mail.example ESMTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
    ],
)
def test_what_is_odd_is_left_to_the_client(answer: bytes) -> None:
    with wired([answer], [answer]) as (_, wire):
        assert wire.get("a") is None
        assert wire.put("a", b"x", media_type="text/plain") is False


def test_a_head_without_end_is_given_up() -> None:
    with wired([b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 40_000]) as (_, wire):
        assert wire.get("a") is None


def test_an_answer_in_pieces_is_put_together() -> None:
    body = bytes(range(256)) * 4000
    with wired(
        [b"HTTP/1.1 200 OK\r\nconnection: close\r\nCONTENT-LENGTH: %d\r\n\r\n%b" % (len(body), body)]
    ) as (
        _,
        wire,
    ):
        assert wire.get("a") == body


@pytest.mark.parametrize("key", ["inbox/甲", "a b", "a?b", "a%41"])
def test_keys_that_must_be_quoted_are_left_to_the_client(key: str) -> None:
    wire = Wire("http://127.0.0.1:1", "b", timeout=0.5, **KEYS)
    assert wire.get(key) is None
    assert wire.put(key, b"x", media_type="text/plain") is False
    assert wire.put("a", b"x", media_type="text/plain; charset=utf-8") is False
    assert wire.put("a", b"x" * (PUT_MOST + 1), media_type="text/plain") is False


def test_nobody_listens() -> None:
    assert Wire(f"http://127.0.0.1:{starting.free_port()}", "b", timeout=0.5, **KEYS).get("a") is None


def test_a_service_that_hangs_is_waited_for_once() -> None:
    service = Service([None], [OK])
    try:
        objects = S3Objects(
            "b", endpoint=service.endpoint, public_endpoint=service.endpoint, timeout=0.5, **KEYS
        )
        with pytest.raises(UnavailableError):
            objects.put("a", b"x")
        assert len(service.requests) == 1
    finally:
        service.close()
