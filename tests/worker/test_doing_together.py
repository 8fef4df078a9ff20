"""What waits without a message is done several at a time; what goes wrong with one is the others' affair only once."""

from __future__ import annotations

import itertools

import pytest
from billiard.exceptions import SoftTimeLimitExceeded

from jiaokan.archive import UnavailableError, accept, content_key
from jiaokan.worker import processing, together
from jiaokan.worker.processing import process
from jiaokan.worker.together import process_message, process_waiting

TEXT = "2023年工作报告\n\n一、工作回顾\n全年完成投资**12亿元**。\n"


@pytest.fixture(autouse=True)
def all_the_time(monkeypatch):
    monkeypatch.setattr(together, "TOGETHER_SECONDS", 600.0)


def fill(archive, count=5, **more):
    return [
        accept(archive, f"b/{number}", f"{TEXT}{number}".encode(), queue="bulk", **more)
        for number in range(count)
    ]


def go(archive):
    return process_waiting(archive, "bulk", worker="w#1")


def states(archive, accepted):
    return [archive.catalog.reports.revision(one.revision.id).state for one in accepted]


def test_all_are_published(archive):
    accepted = fill(archive, 20)
    assert go(archive) == 16
    assert states(archive, accepted) == ["published"] * 16 + ["pending"] * 4
    assert go(archive) == 4
    assert go(archive) == 0
    assert states(archive, accepted) == ["published"] * 20
    assert len(list(archive.objects.list("ledger/"))) == 2
    single = accept(archive, "one", f"{TEXT}0".encode())
    assert process(archive, single.item, worker="w#1") == "published"
    one, other = (archive.catalog.reports.get(name).latest for name in ("one", "b/0"))
    assert (one.content, one.record, one.facts) == (other.content, other.record, other.facts)


def poison(monkeypatch, action, number=2):
    real = processing.normalize

    def normalize(data, **more):
        if data.endswith(f"\n{number}".encode()):
            return action()
        return real(data, **more)

    monkeypatch.setattr(processing, "normalize", normalize)


def raising(error):
    def action():
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (ZeroDivisionError(), "parked", "error"),
        (SoftTimeLimitExceeded(), "waiting", "out-of-time"),
        (MemoryError(), "waiting", "out-of-memory"),
    ],
)
def test_one_that_fails_keeps_no_other_back(archive, monkeypatch, error, state, code):
    poison(monkeypatch, raising(error))
    accepted = fill(archive)
    assert go(archive) == 5
    assert states(archive, accepted).count("published") == 4
    item = archive.catalog.queue.get(accepted[2].item)
    assert (item.state, item.code, item.attempts) == (state, code, 1)


def test_one_that_cannot_be_read_is_rejected(archive):
    accepted = fill(archive)
    empty = accept(archive, "empty", b" \n", queue="bulk")
    assert go(archive) == 6
    assert states(archive, [*accepted, empty]) == ["published"] * 5 + ["rejected"]


def test_a_worker_that_dies_costs_the_others_one_attempt_each_and_then_they_go_alone(archive, monkeypatch):
    class Died(BaseException):
        pass

    poison(monkeypatch, raising(Died()))
    accepted = fill(archive)
    with pytest.raises(Died):
        go(archive)
    archive.catalog.queue.expire_worker("w#1")
    assert archive.catalog.queue.expired(max_attempts=3) == 5
    assert go(archive) == 0, "none is taken with others again"
    for one in accepted:
        if one is accepted[2]:
            continue
        assert process(archive, one.item, worker="w#2") == "published"
    for _ in range(2):
        with pytest.raises(Died):
            process(archive, accepted[2].item, worker="w#2")
        archive.catalog.queue.expire_worker("w#2")
        archive.catalog.queue.expired(max_attempts=archive.settings.max_attempts)
    assert archive.catalog.queue.get(accepted[2].item).attempts == 3


def test_a_store_that_is_away_gives_all_of_them_back_uncounted(archive, monkeypatch):
    accepted = fill(archive)
    real = archive.objects.put
    contents = itertools.count(1)

    def put(key, *more, **options):
        if key.startswith("contents/") and next(contents) > 2:
            raise UnavailableError("objects", "gone")
        return real(key, *more, **options)

    monkeypatch.setattr(archive.objects, "put", put)
    assert go(archive) == 0
    items = [archive.catalog.queue.get(one.item) for one in accepted]
    assert sorted((item.state, item.attempts) for item in items) == [("done", 1)] * 2 + [("waiting", 0)] * 3


def test_a_catalog_that_goes_away_before_the_commit_gives_all_back(archive, monkeypatch):
    accepted = fill(archive, 3)

    def publish_fresh(_drafts):
        raise UnavailableError("catalog", "gone")

    monkeypatch.setattr(archive.catalog.ledger, "publish_fresh", publish_fresh)
    assert go(archive) == 0
    assert {archive.catalog.queue.get(one.item).attempts for one in accepted} == {0}
    monkeypatch.undo()
    for one in accepted:
        archive.catalog.queue.retry(one.item)
    assert archive.catalog.ledger.head() == (0, 0)


def test_no_other_is_begun_when_time_is_up(archive, monkeypatch):
    monkeypatch.setattr(together, "TOGETHER_SECONDS", 0.0)
    accepted = fill(archive, 3)
    assert go(archive) == 1
    items = [archive.catalog.queue.get(one.item) for one in accepted]
    assert [(item.state, item.attempts) for item in items] == [("done", 1), ("waiting", 0), ("waiting", 0)]
    assert go(archive) == 1


def test_grades_hold_and_parts_part_here_too(archive, monkeypatch):
    monkeypatch.setattr(processing, "must_hold", lambda grade, least: True)
    accepted = fill(archive, 2)
    assert go(archive) == 2
    assert states(archive, accepted) == ["held", "held"]
    assert archive.catalog.ledger.head() == (0, 0)
    assert archive.objects.get(content_key(archive.catalog.ledger.drafts_held().items[0].content))


def test_a_message_brings_what_else_waits_where_nobody_waits_for_it(archive):
    accepted = fill(archive, 3)
    assert process_message(archive, accepted[1].item, worker="w#1") == "published"
    assert states(archive, accepted) == ["published"] * 3
    assert [stat.key for stat in archive.objects.list("ledger/")] == ["ledger/000000000001-000000000003.json"]
    someones = [accept(archive, f"i/{number}", f"{TEXT}{number}".encode()) for number in range(2)]
    assert process_message(archive, someones[0].item, worker="w#1") == "published"
    assert states(archive, someones) == ["published", "pending"], "someone waits for the first one"
    assert process_message(archive, someones[0].item, worker="w#1") == "nothing"


def test_what_was_tried_before_is_done_alone(archive):
    accepted = fill(archive, 3)
    archive.catalog.queue.claim(accepted[0].item, worker="dead", seconds=-1, max_attempts=5)
    assert process_message(archive, accepted[0].item, worker="w#1") == "published"
    assert states(archive, accepted) == ["published", "pending", "pending"]
