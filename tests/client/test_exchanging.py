"""Attempts, pauses and kept answers, without any network: the generator is asked directly."""

from __future__ import annotations

import hashlib
import itertools

import pytest

from jiaokan.client import ClientError, Retry
from jiaokan.client.exchanging import Attempt, Failure, Pause, exchange
from jiaokan.client.keeping import Kept
from jiaokan.client.operations import finding, managing, reading, sending
from jiaokan.client.requests import Answer
from jiaokan.client.retrying import LOST, UNSENT
from jiaokan.client.streams import Events, JsonLines

STEADY = Retry(tries=4, first=1.0, most=8.0, spread=0.0)
PROBLEM = b'{"detail": "no", "code": "unavailable"}'


EVENT = 'id: {0}\nevent: added\r\ndata: {{"sequence": {0}, "report": "省"}}\n\n'


def answer(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def run(request, outcomes, kept: Kept | None = None):
    """Give (result or error, pauses, header fields of each attempt)."""
    steps = exchange(request, url="http://x", retry=STEADY, kept=kept or Kept(0))
    coming = iter(outcomes)
    pauses, sent = [], []
    outcome = None
    try:
        while True:
            step = steps.send(outcome)
            if isinstance(step, Pause):
                pauses.append(step.seconds)
                outcome = None
            else:
                assert isinstance(step, Attempt)
                sent.append(step.headers)
                outcome = next(coming)
    except StopIteration as end:
        return end.value, pauses, sent
    except ClientError as error:
        return error, pauses, sent


def test_pauses_double_and_end() -> None:
    error, pauses, _ = run(reading.report("a"), itertools.repeat(answer(503, PROBLEM)))
    assert pauses == [1.0, 2.0, 4.0]
    assert (error.code, error.status, error.retry) == ("unavailable", 503, True)


def test_retry_after_is_obeyed_and_an_hour_is_not_waited_for() -> None:
    result, pauses, _ = run(reading.report("a"), [answer(429, PROBLEM, retry_after="3"), answer(200)])
    assert (result, pauses) == ({}, [3.0])
    error, pauses, _ = run(reading.report("a"), [answer(503, PROBLEM, retry_after="3600")])
    assert (error.status, pauses) == (503, [])
    _, pauses, _ = run(
        reading.report("a"), [answer(503, PROBLEM, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), answer(200)]
    )
    assert pauses == [0.0]


@pytest.mark.parametrize(
    ("request_", "outcome", "again"),
    [
        (reading.report("a"), Failure(LOST, "cut"), True),
        (reading.report("a"), Failure(UNSENT, "refused"), True),
        (reading.report("a"), answer(404, PROBLEM), False),
        (reading.report("a"), answer(500, PROBLEM), False),
        (managing.create_key("n", ["read"]), Failure(LOST, "cut"), False),
        (managing.create_key("n", ["read"]), answer(503, PROBLEM), False),
        (managing.create_key("n", ["read"]), Failure(UNSENT, "refused"), True),
        (managing.create_key("n", ["read"]), answer(429, PROBLEM), True),
        (managing.withdraw("a", "why"), Failure(LOST, "cut"), False),
        (sending.amend("a", {}), Failure(LOST, "cut"), True),
        (sending.put_source("a", b""), Failure(LOST, "cut"), True),
    ],
)
def test_only_what_may_be_served_twice_is_sent_twice(request_, outcome, again) -> None:
    result, _, sent = run(request_, [outcome, answer(200)])
    assert (len(sent) == 2) is again
    assert isinstance(result, ClientError) is not again


def test_an_amendment_keeps_its_key_through_all_attempts() -> None:
    request = sending.amend("a", {})
    assert request.headers["Idempotency-Key"] == request.asking(X="y").headers["Idempotency-Key"]
    assert request.headers["Idempotency-Key"] != sending.amend("a", {}).headers["Idempotency-Key"]


def test_other_bytes_than_named_are_asked_for_again() -> None:
    body = b'{"a": 1}'
    named = hashlib.sha256(body).hexdigest()
    torn = answer(200, body[:-1], etag=f'"{named}"')
    result, pauses, _ = run(reading.content("a"), [torn, answer(200, body, etag=f'"{named}-gzip"')])
    assert result.body == body
    assert len(pauses) == 1
    error, _, _ = run(reading.content("a"), itertools.repeat(torn))
    assert "other bytes" in str(error)


def test_what_is_kept_is_asked_for_with_a_condition() -> None:
    kept = Kept(1000)
    run(reading.outline("a"), [answer(200, b'{"n": 1}', etag='"one"')], kept)
    result, _, sent = run(reading.outline("a"), [answer(304, b"", etag='"one"')], kept)
    assert sent == [{"If-None-Match": '"one"'}]
    assert result == {"n": 1}
    result, _, _ = run(reading.outline("a"), [answer(200, b'{"n": 2}', etag='"two"')], kept)
    assert result == {"n": 2}
    _, _, sent = run(reading.outline("b"), [answer(200)], kept)
    assert sent == [{}]


def test_what_is_kept_is_bounded() -> None:
    kept = Kept(25)
    for name in "abc":
        run(reading.outline(name), [answer(200, b'{"n": 123}', etag=f'"{name}"')], kept)
    assert kept.find(reading.outline("a")) is None
    assert kept.find(reading.outline("c")) is not None
    run(reading.outline("d"), [answer(200, b'{"n": "' + b"x" * 100 + b'"}', etag='"d"')], kept)
    assert kept.find(reading.outline("d")) is None
    assert kept.find(reading.outline("c")) is not None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_come_whole_however_they_are_cut(size: int) -> None:
    wire = (
        b"retry: 2000\n\n: still here\n\n"
        + "".join(EVENT.format(number) for number in (5, 6, 6, 7)).encode()
        + b'id: 8\ndata: {"sequence": 8'
    )
    decoder = Events(after=5)
    found = [
        event["sequence"]
        for start in range(0, len(wire), size)
        for event in decoder.feed(wire[start : start + size])
    ]
    assert found == [6, 7]
    assert decoder.last == 7
    assert list(decoder.end()) == []


def test_half_a_line_is_a_torn_stream() -> None:
    lines = JsonLines()
    assert list(lines.feed(b'{"a": 1}\n{"a"')) == [{"a": 1}]
    with pytest.raises(ClientError, match="middle of a line"):
        lines.end()
    assert list(lines.feed(b": 2}\n")) == [{"a": 2}]
    assert list(lines.end()) == []


def test_an_address_is_written_as_servers_read_it() -> None:
    request = reading.section("云山/2023 年", "c1.s1", 2, deep=True)
    assert (
        request.path
        == "/v1/reports/%E4%BA%91%E5%B1%B1/2023%20%E5%B9%B4/-/editions/2/sections/c1.s1?deep=true"
    )
    assert finding.reports_page(label="a", limit=5).path == "/v1/reports?label=a&limit=5"
