"""The sweeper finds what is unfinished; two of them do no harm, and one duty that fails keeps none from running."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from jiaokan.archive import UnavailableError, accept, erase, revision_json, revision_key, withdraw
from jiaokan.archive.erasing import find_orphans, remove_orphan, unfinished_erasures
from jiaokan.archive.names import new_revision_id
from jiaokan.worker import sweeping
from jiaokan.worker.dispatching import Dispatcher
from jiaokan.worker.processing import process
from jiaokan.worker.sweeping import Sweeper, adopt_lost_revisions

TEXT = "2023年工作报告\n一、回顾\n完成投资12亿元。\n"


@pytest.fixture
def clock(archive, monkeypatch):
    class Hand:
        at = archive.catalog.database.now()

        def forward(self, seconds):
            self.at += round(seconds * 1000)

    hand = Hand()
    monkeypatch.setattr(archive.catalog.database, "_clock", lambda: hand.at)
    return hand


def take(archive, report="a/1", text=TEXT):
    return accept(archive, report, text.encode())


def test_an_expired_lease_is_freed_and_sent(archive, clock):
    accepted = take(archive)
    archive.catalog.queue.claim(accepted.item, worker="dead#1", seconds=90, max_attempts=5)
    Sweeper(archive).round()
    assert archive.catalog.queue.get(accepted.item).state == "claimed"
    clock.forward(91)
    Sweeper(archive).round()
    item = archive.catalog.queue.get(accepted.item)
    assert item.state == "waiting"
    assert item.sent_at is not None
    assert Dispatcher.of(archive).depth("interactive") == 1


def test_two_sweepers_send_once(archive, clock):
    few = archive.settings.outstanding - 1  # room is left, so that sending twice would show
    for number in range(few):
        take(archive, f"a/{number}")
    one, two = Sweeper(archive), Sweeper(archive)
    for _ in range(3):
        one.round()
        two.round()
    assert Dispatcher.of(archive).depth("interactive") == few


def test_a_duty_that_fails_keeps_no_other_from_running(archive, clock, monkeypatch, caplog):
    accepted = take(archive)

    def away(**_more):
        raise UnavailableError("catalog", "gone")

    def bug(**_more):
        raise ZeroDivisionError

    monkeypatch.setattr(archive.catalog.queue, "expired", away)
    monkeypatch.setattr(archive.catalog.ledger, "unwritten", bug)
    with caplog.at_level(logging.WARNING):
        Sweeper(archive).round()
    assert archive.catalog.queue.get(accepted.item).sent_at is not None
    assert "catalog unavailable: gone" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def lost_revision(archive, report="left/behind"):
    """Leave a revision object behind, as a process does that dies before it tells the catalog."""
    known = take(archive, "known", "别的").revision
    revision = replace(known, id=new_revision_id(archive.catalog.database.now()), report=report)
    archive.objects.put(revision_key(revision.id), revision_json(revision))
    return revision


def test_lost_revisions_are_adopted_once_they_are_old_enough(archive, clock, monkeypatch):
    revision = lost_revision(archive)
    clock.forward(-5)
    assert adopt_lost_revisions(archive, look_back=3_600_000) == 0, "its process may still be at it"
    clock.forward(60)
    assert adopt_lost_revisions(archive, look_back=3_600_000) == 1
    assert adopt_lost_revisions(archive, look_back=3_600_000) == 0
    assert archive.catalog.reports.revision(revision.id).state == "pending"


def test_a_lost_revision_of_a_closed_report_goes(archive, clock):
    take(archive)
    withdraw(archive, "a/1")
    revision = lost_revision(archive, "a/1")
    clock.forward(60)
    assert adopt_lost_revisions(archive, look_back=3_600_000) == 0
    assert revision_key(revision.id) not in [stat.key for stat in archive.objects.list("revisions/")]


def test_what_is_no_revision_object_stops_nothing(archive, clock):
    name = new_revision_id(archive.catalog.database.now())
    archive.objects.put(revision_key(name), b"rubbish")
    archive.objects.put("revisions/readme.txt", b"rubbish")
    revision = lost_revision(archive)
    clock.forward(60)
    assert adopt_lost_revisions(archive, look_back=3_600_000) == 1
    assert archive.catalog.reports.revision(revision.id) is not None


def test_an_erasure_is_finished(archive, clock, monkeypatch):
    accepted = take(archive)
    process(archive, accepted.item, worker="w#1")
    with monkeypatch.context() as patched:

        def dies(_key):
            raise UnavailableError("objects", "gone")

        patched.setattr(archive.objects, "remove", dies)
        with pytest.raises(UnavailableError):
            erase(archive, "a/1")
    assert unfinished_erasures(archive) == ["a/1"]
    clock.forward(61)
    Sweeper(archive).round()
    assert unfinished_erasures(archive) == []
    kept = {stat.key.partition("/")[0] for stat in archive.objects.list()}
    assert kept == {"ledger"}


def test_orphans_are_what_nothing_names_for_a_week(archive, clock):
    accepted = take(archive)
    process(archive, accepted.item, worker="w#1")
    archive.objects.put("sources/ab/" + "ab" * 32, b"nobody's")
    archive.objects.put("contents/cd/" + "cd" * 32, b"nobody's")
    assert list(find_orphans(archive)) == []
    clock.forward(8 * 86_400)
    found = list(find_orphans(archive))
    assert sorted(orphan.key.partition("/")[0] for orphan in found) == ["contents", "sources"]
    assert all(remove_orphan(archive, orphan) for orphan in found)
    assert list(find_orphans(archive)) == []
    assert archive.catalog.reports.get("a/1").latest is not None
    assert len(list(archive.objects.list("sources/"))) == 1


def test_an_orphan_that_was_named_meanwhile_stays(archive, clock):
    import hashlib

    data = "后来有人要".encode()
    digest = hashlib.sha256(data).hexdigest()
    archive.objects.put(f"sources/{digest[:2]}/{digest}", data)
    clock.forward(8 * 86_400)
    (orphan,) = find_orphans(archive)
    take(archive, "a/1", data.decode())
    assert not remove_orphan(archive, orphan)
    assert archive.objects.get(orphan.key) == data


def test_seldom_duties_are_not_done_each_round(archive, clock, monkeypatch):
    calls = []
    monkeypatch.setattr(sweeping, "adopt_lost_revisions", lambda *_args, **_more: calls.append(1) or 0)
    sweeper = Sweeper(archive)
    for _ in range(5):
        sweeper.round()
    assert len(calls) == 1
