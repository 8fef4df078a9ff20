"""Webhooks: signatures by the specification, addresses that are refused, one attempt against a real receiver."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jiaokan.api.webhooks import AddressRefusedError, Target, new_secret, resolve_target, send, sign, verify
from jiaokan.api.webhooks.addresses import why_refused

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def test_the_specifications_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    payload = b'{"test": 2432232314}'
    signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, payload) == signature
    assert verify(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, payload, f"v1,AAAA {signature}")
    assert not verify(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265331, payload, signature)
    assert not verify(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, payload, signature, now=1614265631)


def test_a_secret_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        sign("whsec_§", "id", 1, b"")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
        *("2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::", "not an address", ""),
        # Old and odd ways to write an inner IPv4 address, and what no registry gave out.
        *("::ffff:0:7f00:1", "64:ff9b:1:a00:0:1:808:808", "2a00::5efe:10.0.0.1", "2a00::200:5efe:c0a8:1"),
        *("4000::1", "e000::1", "200::1", "::8.8.8.8", "0:0:0:0:0:ffff:a9fe:a9fe", "168.63.129.16"),
        *("100.100.100.200", "192.0.0.192", "fd00:ec2::254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"),
    ],
)
def test_addresses_that_a_webhook_must_not_reach(address: str) -> None:
    assert why_refused(address) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_served(address: str) -> None:
    assert why_refused(address) is None


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    with pytest.raises(AddressRefusedError, match="not on the public network"):
        resolve_target("https://a.example/x", resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "ftp://a.example/",
        "https://u:p@a.example/",
        "https:///x",
        "https://a.example:99999/",
        "https://a.example/路径",
        "https://a.example/a b",
        "https://a.example/\r\nHost: inner",
        "https://[::1/",
        "https://a\u3002example/",
        "",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        resolve_target(url, resolve=lambda *_: ["8.8.8.8"])


class Receiver(BaseHTTPRequestHandler):
    seen: list[tuple[dict[str, str], bytes]]
    let_go: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((dict(self.headers.items()), body))
        if self.path == "/slow":
            self.let_go.wait(60)
        status = 302 if self.path == "/redirect" else 410 if self.path == "/gone" else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[int]:
    Receiver.seen, Receiver.let_go = [], threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    Receiver.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


def target(port: int, path: str = "/") -> Target:
    return resolve_target(
        f"http://hooks.example:{port}{path}",
        allowed=LOOPBACK,
        insecure=True,
        resolve=lambda *_: ["127.0.0.1"],
    )


def test_a_message_arrives_signed_at_the_checked_address(receiver: int) -> None:
    secret = new_secret()
    payload = json.dumps({"type": "edition.published"}).encode()
    sent = send(target(receiver), secret=secret, identifier="evt_7", payload=payload)
    assert sent.delivered, sent
    headers, body = Receiver.seen[0]
    assert headers["Host"] == f"hooks.example:{receiver}"
    assert verify(
        secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body, headers["webhook-signature"]
    )


def test_a_redirect_is_not_followed(receiver: int) -> None:
    sent = send(target(receiver, "/redirect"), secret=new_secret(), identifier="evt_1", payload=b"{}")
    assert not sent.delivered
    assert sent.status == 302
    assert len(Receiver.seen) == 1


def test_gone_is_told(receiver: int) -> None:
    assert send(target(receiver, "/gone"), secret=new_secret(), identifier="e", payload=b"{}").gone


def test_a_slow_receiver_is_left_in_time(receiver: int) -> None:
    sent = send(target(receiver, "/slow"), secret=new_secret(), identifier="e", payload=b"{}", timeout=0.3)
    assert not sent.delivered
    assert not Receiver.let_go.is_set(), "it was not waited for"


def test_nobody_there_is_an_outcome_and_no_exception() -> None:
    sent = send(target(1), secret=new_secret(), identifier="e", payload=b"{}")
    assert not sent.delivered
    assert sent.status is None


def test_numbers_that_are_addresses_in_disguise_are_seen_through() -> None:
    """getaddrinfo reads 2130706433, 0x7f.1 and 017700000001 as 127.0.0.1; what it gives is what is checked."""
    for host in ("2130706433", "0x7f.1", "0x7f000001", "127.1", "localhost"):
        with pytest.raises(AddressRefusedError):
            resolve_target(f"https://{host}/")


def test_a_name_that_changes_its_mind_is_asked_once(receiver: int) -> None:
    """DNS rebinding: the second answer would be another address, but there is no second question."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    checked = resolve_target(
        f"http://rebind.example:{receiver}/", allowed=LOOPBACK, insecure=True, resolve=resolve
    )
    assert send(checked, secret=new_secret(), identifier="e", payload=b"{}").delivered
    assert asked == ["rebind.example"]


def test_plain_http_goes_only_where_the_operator_allows() -> None:
    with pytest.raises(AddressRefusedError, match="plain http"):
        resolve_target("http://a.example/", allowed=LOOPBACK, insecure=True, resolve=lambda *_: ["8.8.8.8"])


def test_what_a_name_inside_resolves_to_is_not_told() -> None:
    with pytest.raises(AddressRefusedError) as told:
        resolve_target("https://db.internal/", resolve=lambda *_: ["10.20.30.40"])
    assert "10.20.30.40" not in str(told.value)


def test_a_slow_name_server_is_left_in_time(monkeypatch) -> None:
    monkeypatch.setattr("jiaokan.api.webhooks.addresses.RESOLVE_SECONDS", 0.2)
    answers = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers.wait(60) and [])
    with pytest.raises(AddressRefusedError, match="no answer"):
        resolve_target("https://slow.example/")
    assert not answers.is_set(), "it was not waited for"
    answers.set()


@pytest.mark.parametrize("speaks", ["head", "body", "nothing", "giant"])
def test_a_receiver_that_drips_is_left_in_time(speaks: str) -> None:
    """A byte now and then keeps every single read alive: the whole attempt has a deadline, head and body alike."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            if speaks == "body":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            elif speaks == "head":
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
            elif speaks == "giant":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
                while not done.is_set():
                    connection.sendall(bytes(65536))
            while not done.wait(0.05):
                if speaks != "nothing":
                    connection.sendall(b"x")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    began = time.monotonic()
    patience = 20 if speaks == "giant" else 0.6
    to = target(listening.getsockname()[1])
    sent = send(to, secret=new_secret(), identifier="e", payload=b"{}", timeout=patience)
    took = time.monotonic() - began
    done.set()
    thread.join(20)
    listening.close()
    assert took < 20, "it would drip for ever"
    assert sent.delivered is (speaks == "giant")  # its answer is not read to the end, and need not be
