"""Deliveries: every event once, in order; a receiver that was down is told everything when it comes back."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from jiaokan.api.webhooks import Delivery, Target
from jiaokan.api.webhooks.delivering import DISABLE_AFTER, Deliverer
from jiaokan.archive import Archive, Keys, Subscriptions

from .conftest import NEXT, REPORT

HOUR = 3_600_000


class Receiver:
    """Takes messages while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.status = 200
        self.got: list[tuple[str, dict]] = []
        self.lose_answer = False

    def __call__(self, target: Target, secret: str, identifier: str, payload: bytes) -> Delivery:
        if not self.up:
            return Delivery(delivered=False, status=None, reason="refused")
        if self.status != 200:
            return Delivery(delivered=False, status=self.status, reason=f"HTTP {self.status}")
        self.got.append((identifier, json.loads(payload)))
        if self.lose_answer:
            self.lose_answer = False
            return Delivery(delivered=False, status=None, reason="no answer within 15 s")
        return Delivery(delivered=True, status=200, reason="delivered")


@pytest.fixture
def now(archive: Archive, monkeypatch) -> list[int]:
    time = [1_800_000_000_000]
    monkeypatch.setattr(type(archive.catalog.database), "now", lambda _: time[0])
    return time


@pytest.fixture
def receiver(monkeypatch) -> Receiver:
    target = Target("https://hooks.example/", "https", "hooks.example", 443, "8.8.8.8")
    monkeypatch.setattr("jiaokan.api.webhooks.delivering.resolve_for", lambda *_: target)
    return Receiver()


@pytest.fixture
def deliver(archive: Archive, receiver: Receiver, now: list[int]) -> Callable[[], None]:
    deliverer = Deliverer(archive, post=receiver)

    def deliver() -> None:
        for _ in range(100):
            if deliverer.turn() == 0:
                return
            now[0] += 300

    return deliver


def subscribe(archive: Archive, labels: tuple[str, ...] | None = None):
    return Subscriptions(archive.catalog.database).create(
        url="https://hooks.example/", secret="whsec_AAAA", owner="o", labels=labels, after=0
    )


def sequences(receiver: Receiver) -> list[int]:
    return [body["data"]["sequence"] for _, body in receiver.got]


def test_a_receiver_that_was_down_for_an_hour_is_told_everything_in_order(
    archive, publish, receiver, deliver, now
) -> None:
    subscribe(archive)
    publish("a/1")
    deliver()
    receiver.up = False
    for year in range(5):
        publish(f"b/{year}", REPORT.replace("2023", str(2010 + year)))
        deliver()
        now[0] += HOUR // 5
    receiver.up = True
    now[0] += HOUR
    deliver()
    assert sequences(receiver) == [1, 2, 3, 4, 5, 6]


def test_an_answer_that_was_lost_brings_the_same_id_again(archive, publish, receiver, deliver, now) -> None:
    subscribe(archive)
    publish("a/1")
    publish("a/1", NEXT)
    receiver.lose_answer = True
    deliver()
    now[0] += HOUR
    deliver()
    assert [identifier for identifier, _ in receiver.got] == ["evt_1", "evt_1", "evt_2"]


def test_messages_name_ids_and_no_text(archive, publish, receiver, deliver) -> None:
    subscribe(archive)
    publish("a/1")
    deliver()
    told = json.dumps(receiver.got[0][1], ensure_ascii=False)
    assert "工业" not in told
    assert receiver.got[0][1]["type"] == "report.added"


def test_a_limited_subscription_is_told_of_its_own_reports(archive, publish, receiver, deliver) -> None:
    mine = subscribe(archive, labels=("mine",))
    publish("other/1", labels=("other",))
    publish("mine/1", labels=("mine",))
    publish("other/2", NEXT, labels=("other",))
    deliver()
    assert [body["data"]["report"] for _, body in receiver.got] == ["mine/1"]
    assert Subscriptions(archive.catalog.database).get(mine.id).reached == 3


def test_long_failure_and_gone_disable(archive, publish, receiver, deliver, now) -> None:
    first = subscribe(archive)
    publish("a/1")
    receiver.up = False
    deliver()
    now[0] += DISABLE_AFTER + HOUR
    deliver()
    store = Subscriptions(archive.catalog.database)
    assert store.get(first.id).state == "disabled"
    second = subscribe(archive)
    receiver.up, receiver.status = True, 410
    deliver()
    assert store.get(second.id).state == "disabled"


def test_replay_tells_again_with_the_same_ids(archive, publish, receiver, deliver, now) -> None:
    made = subscribe(archive)
    publish("a/1")
    publish("a/1", NEXT)
    deliver()
    now[0] += 1000
    Subscriptions(archive.catalog.database).replay(made.id, after=1)
    deliver()
    assert [identifier for identifier, _ in receiver.got] == ["evt_1", "evt_2", "evt_2"]


def test_two_deliverers_do_not_tell_twice(archive, publish, receiver, now) -> None:
    subscribe(archive)
    publish("a/1")
    one, other = Deliverer(archive, post=receiver), Deliverer(archive, post=receiver)
    due = one._subscriptions.due()
    assert len(due) == 1
    assert other.turn() == 0
    assert receiver.got == []


def test_subscribing_by_http_shows_the_secret_once(client, archive) -> None:
    refused = client.post("/v1/subscriptions", json={"url": "https://127.0.0.1/x"})
    assert refused.status_code == 403
    assert "127.0.0.1" in refused.json()["detail"]
    made = client.post("/v1/subscriptions", json={"url": "https://8.8.8.8/x"})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    told = client.get(f"/v1/subscriptions/{made.json()['id']}")
    assert "secret" not in told.json()
    paused = client.patch(f"/v1/subscriptions/{made.json()['id']}", json={"state": "paused"})
    assert paused.json()["state"] == "paused"
    assert client.delete(f"/v1/subscriptions/{made.json()['id']}").status_code == 204
    assert client.get("/v1/subscriptions").json() == {"subscriptions": []}


def test_a_revoked_key_is_told_no_more(archive, publish, receiver, deliver) -> None:
    keys = Keys(archive.catalog.database)
    key, _ = keys.create("reader", ["read"])
    store = Subscriptions(archive.catalog.database)
    made = store.create(
        url="https://hooks.example/", secret="whsec_AAAA", owner=key.prefix, labels=None, after=0
    )
    publish("a/1")
    deliver()
    keys.revoke(key.prefix)
    publish("a/1", NEXT)
    deliver()
    assert sequences(receiver) == [1]
    assert store.get(made.id).state == "disabled"
    assert "revoked" in store.get(made.id).last_status


def test_who_was_told_everything_costs_nothing(archive, publish, receiver, deliver, now) -> None:
    subscribe(archive)
    publish("a/1")
    deliver()
    now[0] += HOUR
    store = Subscriptions(archive.catalog.database)
    assert store.due(behind=archive.catalog.ledger.head().visible) == ()


def test_one_slow_or_broken_receiver_keeps_nobody_waiting(archive, publish, monkeypatch) -> None:
    target = Target("https://hooks.example/", "https", "hooks.example", 443, "8.8.8.8")
    monkeypatch.setattr(
        "jiaokan.api.webhooks.delivering.resolve_for", lambda _, url: replace(target, url=url)
    )
    store = Subscriptions(archive.catalog.database)
    for name in ("slow", "broken", "quick"):
        store.create(url=f"https://{name}/", secret="whsec_AAAA", owner="o", labels=None, after=0)
    for year in range(4):
        publish(f"b/{year}", REPORT.replace("2023", str(2010 + year)))
    told: list[tuple[str, str]] = []
    release, stop = threading.Event(), threading.Event()

    def post(to: Target, secret: str, identifier: str, payload: bytes) -> Delivery:
        told.append((to.url, identifier))
        if "slow" in to.url:
            release.wait(90)
        if "broken" in to.url:
            raise RuntimeError("a bug")
        return Delivery(delivered=True, status=200, reason="delivered")

    thread = threading.Thread(target=Deliverer(archive, post=post).run, args=(stop,), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while [one for one in told if "quick" in one[0]] != [
        ("https://quick/", f"evt_{n}") for n in (1, 2, 3, 4)
    ]:
        assert time.monotonic() < deadline, told
        time.sleep(0.02)
    assert [one for one in told if "slow" in one[0]] == [("https://slow/", "evt_1")]
    assert thread.is_alive()
    release.set()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def test_through_outages_of_any_kind_every_event_comes_in_order_and_repeats_say_so(
    archive, publish, receiver, deliver, now
) -> None:
    """Hours of a receiver that is down, refuses, or loses its answers: nothing is missing, nothing overtakes."""
    subscribe(archive)
    dice = random.Random(5)
    for step in range(40):
        publish(f"r/{step % 7}", REPORT.replace("5.2%", f"{step}.2%"))
        receiver.up = dice.random() > 0.4
        receiver.status = 503 if dice.random() < 0.2 else 200
        receiver.lose_answer = dice.random() < 0.3
        deliver()
        now[0] += dice.randrange(HOUR // 4)
    receiver.up, receiver.status, receiver.lose_answer = True, 200, False
    for _ in range(30):
        deliver()
        now[0] += HOUR
    seen = sequences(receiver)
    assert list(dict.fromkeys(seen)) == list(range(1, 41))
    assert all(after in (before, before + 1) for before, after in zip(seen, seen[1:], strict=False))
    assert all(identifier == f"evt_{body['data']['sequence']}" for identifier, body in receiver.got)
    assert len(seen) > 40  # answers were lost, so some came twice, each under its id
