"""Few messages in the broker, the rest in the catalog; and a broker that is away delays nothing for good."""

from __future__ import annotations

import socket
import time

import pytest

from jiaokan.archive import Settings, UnavailableError, accept, open_archive
from jiaokan.worker import dispatch, dispatching
from jiaokan.worker.dispatching import Dispatcher


@pytest.fixture
def archive(tmp_path):
    opened = open_archive(Settings(objects="memory:", catalog="memory:", data=tmp_path, outstanding=5))
    yield opened
    opened.close()


def take(archive, number, **more):
    return accept(archive, f"r/{number}", f"报告{number}".encode(), **more)


def test_no_more_than_outstanding_messages(archive):
    sent = [dispatch(archive, take(archive, number)) for number in range(12)]
    dispatcher = Dispatcher.of(archive)
    assert dispatcher.depth("interactive") == 5
    assert sent.count(True) == 5
    assert archive.catalog.queue.status().sent == 5


def test_the_queues_do_not_fill_each_other(archive):
    for number in range(8):
        dispatch(archive, take(archive, number, queue="bulk"))
    assert dispatch(archive, take(archive, "mine"))
    assert Dispatcher.of(archive).depth("interactive") == 1


def test_topping_up_sends_what_is_due_oldest_first(archive):
    items = [take(archive, number).item for number in range(7)]
    assert Dispatcher(archive).top_up("interactive") == 5
    assert [archive.catalog.queue.get(item).sent_at is not None for item in items] == [True] * 5 + [False] * 2


def test_known_uploads_send_nothing(archive):
    take(archive, 1)
    assert not dispatch(archive, take(archive, 1))


def test_an_item_noted_as_sent_costs_no_transaction(archive):
    accepted = take(archive, 1, sent=Dispatcher.of(archive).has_room("interactive"))
    assert dispatch(archive, accepted)
    assert Dispatcher.of(archive).depth("interactive") == 1


def test_a_broker_that_is_away_leaves_it_to_the_sweeper(archive, monkeypatch):
    dispatcher = Dispatcher.of(archive)

    def away(*_args, **_more):
        raise ConnectionError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(dispatcher, "_send", away)
        accepted = take(archive, 1)
        assert not dispatch(archive, accepted)
    assert archive.catalog.queue.get(accepted.item).sent_at is None
    assert dispatcher.top_up("interactive") == 1


def test_a_broker_whose_length_is_unknown_is_not_asked_to_take_more(archive, monkeypatch):
    dispatcher = Dispatcher(archive)

    def away(_queue):
        raise UnavailableError("broker", "gone")

    monkeypatch.setattr(dispatcher, "_depth", away)
    take(archive, 1)
    assert dispatcher.top_up("interactive") == 0
    assert not dispatcher.has_room("interactive")


def test_lost_messages_are_sent_again(archive, monkeypatch):
    dispatcher = Dispatcher(archive)
    now = archive.catalog.database.now()
    monkeypatch.setattr(archive.catalog.database, "_clock", lambda: now)
    take(archive, 1)
    dispatcher.top_up("interactive")
    dispatcher._app.connection_for_write().default_channel._purge("interactive")
    assert dispatcher.resend("interactive") == 0, "it may only just have been sent"
    now += 11_000
    dispatcher._room.clear()
    assert dispatcher.resend("interactive") == 1
    assert dispatcher.depth("interactive") == 1


def test_a_queue_that_is_more_than_full_gets_nothing_again(archive, monkeypatch):
    """Several that send at once overfill it; PostgreSQL refuses a LIMIT below zero."""
    dispatcher = Dispatcher.of(archive)
    for number in range(5):
        dispatch(archive, take(archive, number))
    archive.settings.__dict__["outstanding"] = 3
    dispatcher._room.clear()
    asked = []
    monkeypatch.setattr(archive.catalog.queue, "lost", lambda *_, **more: asked.append(more["limit"]) or ())
    assert dispatcher.resend("interactive") == 0
    assert asked == []


def test_a_redis_that_is_away_raises_nothing(tmp_path):
    settings = Settings(
        objects="memory:",
        catalog="memory:",
        data=tmp_path,
        broker="redis://127.0.0.1:1/0",
        durable_timeout=0.5,
    )
    archive = open_archive(settings)
    dispatcher = Dispatcher(archive)
    accepted = take(archive, 1)
    assert dispatcher.top_up("interactive") == 0
    assert not dispatcher.has_room("interactive")
    assert dispatcher._send_all("interactive", [accepted.item]) == 0
    assert archive.catalog.queue.get(accepted.item).sent_at is None
    with pytest.raises(UnavailableError):
        dispatcher.check()
    archive.close()


def test_a_redis_that_hangs_keeps_an_upload_for_seconds_only(tmp_path, monkeypatch):
    monkeypatch.setattr(dispatching, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:  # takes connections, and never says a word
        settings = Settings(
            objects="memory:",
            catalog="memory:",
            data=tmp_path,
            broker=f"redis://127.0.0.1:{listening.getsockname()[1]}/0",
        )
        archive = open_archive(settings)
        began = time.monotonic()
        assert not dispatch(archive, take(archive, 1))
        assert not dispatch(archive, take(archive, 2))
        assert time.monotonic() - began < 20, "for ever, that would be"
        assert sum(archive.catalog.queue.status().waiting.values()) == 2
        archive.close()
