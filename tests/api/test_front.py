"""The front door answers what the app behind it would have answered, or leaves it to the app."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from jiaokan.archive import Keys
from jiaokan.observing.telling import tell_tracer
from jiaokan.web.access import REMEMBERED_SECONDS

EDITION = "/v1/reports/a/1/-/editions"
LONG = "临江省工业和信息化厅2023年工作总结\n\n一、工作回顾\n\n" + "全省规模以上工业增加值增长5.2%。\n\n" * 40
PATHS = ("latest", "1", "2", "latest/record", "3", "0", "latest/", "01")
FIELDS: dict[str, tuple[str | None, ...]] = {
    "host": (None, "localhost", "elsewhere.example", "127.0.0.1:99"),
    "authorization": ("", "Bearer jk_no_such", "basic", "foreign", "writer"),
    "accept": ("", "application/json, */*;q=0.1", "text/plain", "application/json;q=0", "image/png"),
    "accept-encoding": ("", "gzip", "gzip;q=0", "br, gzip;q=0.5"),
    "if-none-match": (None, "*", '"x"', "known", "weak", "packed", "among others"),
    "origin": (None, "null", "http://127.0.0.1:8321", "https://elsewhere.example"),
    "x-request-id": (None, "mine-1", "not fit!"),
    "range": (None, "bytes=0-9"),
}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The clock by which keys are remembered: what is known stays known, however slow the machine is."""
    hand = SimpleNamespace(at=1000.0)
    monkeypatch.setattr("jiaokan.web.access.time", SimpleNamespace(monotonic=lambda: hand.at))
    return hand


@pytest.fixture
def told(archive, client, publish):
    """Headers of a reader's request, other keys, and the tag of the content."""
    publish("a/1", LONG, labels=("one",))
    publish("a/1", LONG.replace("5.2", "6.1"))
    keys = Keys(archive.catalog.database)
    tokens = {
        "reader": keys.create("reader", ["read"])[1],
        "foreign": keys.create("foreign", ["read"], labels=("other",))[1],
        "writer": keys.create("writer", ["upload"])[1],
    }
    reader = {"authorization": f"Bearer {tokens['reader']}", "accept-encoding": "identity"}
    etag = client.get(f"{EDITION}/latest", headers=reader).headers["etag"].strip('"')
    return reader, tokens, etag


def counted(client) -> list[bool]:
    """Note of each request whether the front answered it."""
    front, answered = client.app.front, []

    async def note(scope, send) -> bool:
        answered.append(await front(scope, send))
        return answered[-1]

    client.app.front = note
    return answered


def plain(answer) -> tuple[int, dict[str, str], bytes]:
    """Give an answer without what differs each time."""
    fields = dict(answer.headers)
    if not fields["x-request-id"].startswith("mine"):
        del fields["x-request-id"]
    problem = answer.json() if "problem" in fields.get("content-type", "") else {}
    return answer.status_code, fields, str(sorted(problem.items())).encode() if problem else answer.content


def cases(reader, tokens, etag):
    """Give each request that differs from a plain one in one field or two."""
    meant = {
        "known": f'"{etag}"',
        "weak": f'W/"{etag}"',
        "packed": f'"{etag}-gzip"',
        "among others": f'"y" , "{etag}"',
        "basic": "Basic eDp5",
        **{name: f"Bearer {token}" for name, token in tokens.items()},
    }
    for one, other in itertools.combinations(FIELDS, 2):
        for first, second in itertools.product(FIELDS[one], FIELDS[other]):
            changed = {one: first, other: second}
            fields = {**reader, **{k: meant.get(v, v) for k, v in changed.items() if v is not None}}
            yield {name: value for name, value in fields.items() if value or name.startswith("accept")}


def test_every_answer_is_that_of_the_app_behind(client, told) -> None:
    requests = list(cases(*told))
    answered = counted(client)
    front, hot = client.app.front, client.app.state.hot
    for path in ("latest", "latest/record", "2"):
        for headers in ({}, {"accept-encoding": "gzip"}):  # make both forms
            client.get(f"{EDITION}/{path}", headers={**told[0], **headers})
    answered.clear()
    for number, headers in enumerate(requests):
        path = f"{EDITION}/{PATHS[number % 3 if number % 5 else number % len(PATHS)]}"
        got = client.get(path, headers=headers)
        client.app.front, client.app.state.hot = None, None
        by_routes = client.get(path, headers=headers)
        client.app.front, client.app.state.hot = front, hot
        assert plain(got) == plain(by_routes), (path, headers)
    assert len(answered) == len(requests)
    # Some of each kind: a front that never answers, or always does, would prove nothing.
    assert 50 < sum(answered) < len(requests) - 50


def test_other_requests_are_left_to_the_app(client, told) -> None:
    reader, _, _ = told
    latest = f"{EDITION}/latest"
    answered = counted(client)
    assert client.get(latest, headers=reader).status_code == 200
    assert client.head(latest, headers=reader).content == b""
    assert client.get(f"{latest}?x=1", headers=reader).status_code == 422
    assert client.post(latest, headers=reader).status_code == 405
    two_hosts = [*reader.items(), ("host", "127.0.0.1:8321"), ("host", "elsewhere.example")]
    assert client.get(latest, headers=two_hosts).status_code == 421
    assert answered == [True, False, False, False, False]


def test_what_is_withdrawn_or_revoked_ends_at_the_front_too(archive, client, told, publish, clock) -> None:
    reader, _, _ = told
    latest = f"{EDITION}/latest"
    answered = counted(client)
    publish("a/1", LONG.replace("5.2", "7.0"))
    assert client.get(latest, headers=reader).headers["jiaokan-edition"] == "3"
    assert client.get(latest, headers=reader).headers["jiaokan-edition"] == "3"
    assert answered == [False, True]
    keys = Keys(archive.catalog.database)
    keys.revoke(next(key.prefix for key in keys.list() if key.name == "reader"))
    clock.at += REMEMBERED_SECONDS
    assert client.get(latest, headers=reader).status_code == 401
    assert answered[-1] is False


def test_what_is_traced_is_traced_by_the_app(client, told) -> None:
    class Tracer:
        def begin(self, *_args, **_more):
            raise RuntimeError("traced")

        def close(self) -> None:
            pass

    reader, _, _ = told
    latest = f"{EDITION}/latest"
    answered = counted(client)
    tell_tracer(Tracer())
    try:
        with pytest.raises(RuntimeError, match="traced"):
            client.get(latest, headers=reader)
    finally:
        tell_tracer(None)
    assert client.get(latest, headers=reader).status_code == 200
    assert answered == [False, True]
