"""The catalog as a queue: claims, leases, attempts, parking; on every kind of catalog."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from archive_hands import making, put_out, take

from jiaokan.archive import ClaimLostError, publish


@pytest.fixture
def queue(catalog):
    return catalog.queue


def claim(queue, item, **more):
    return queue.claim(item, **{"worker": "w#1", "seconds": 60, "max_attempts": 3, **more})


def test_one_claim_at_a_time(archive, queue):
    item = take(archive).item
    held = claim(queue, item)
    assert held.item.attempts == 1
    assert held.revision.source_bytes == 3
    assert claim(queue, item) is None
    assert claim(queue, 9999) is None


def test_an_expired_lease_may_be_claimed_and_the_first_holder_has_lost(archive, queue, clock):
    item = take(archive).item
    first = claim(queue, item)
    clock.forward(61)
    second = claim(queue, item, worker="w#2")
    assert second.item.attempts == 2
    with pytest.raises(ClaimLostError):
        queue.renew(first, seconds=60)
    queue.give_back(first)
    assert queue.get(item).state == "claimed", "what was lost cannot be given back"
    queue.finish(second)
    assert queue.get(item).state == "done"


def test_renewing_keeps_others_away(archive, queue, clock):
    item = take(archive).item
    held = claim(queue, item)
    clock.forward(50)
    held = queue.renew(held, seconds=60)
    clock.forward(50)
    assert claim(queue, item) is None


def test_giving_back_counts_nothing(archive, queue, clock):
    item = take(archive).item
    for _ in range(10):
        queue.give_back(claim(queue, item), delay=2)
        assert claim(queue, item) is None, "not due yet"
        clock.forward(3)
    assert queue.get(item).attempts == 0
    assert claim(queue, item).item.attempts == 1


def test_failing_backs_off_and_parks_after_the_last_attempt(archive, queue, clock):
    accepted = take(archive)
    for attempt in range(1, 4):
        held = claim(queue, accepted.item)
        assert held.item.attempts == attempt
        state = queue.fail(held, code="out-of-time", reason="slow", delay=5, max_attempts=3)
        assert state == ("parked" if attempt == 3 else "waiting")
        assert claim(queue, accepted.item) is None
        clock.forward(6)
    assert claim(queue, accepted.item) is None
    (parked,) = queue.parked().items
    assert (parked.code, parked.reason, parked.attempts) == ("out-of-time", "slow", 3)
    revision = archive.catalog.reports.revision(accepted.revision.id)
    assert (revision.state, revision.code) == ("parked", "out-of-time")
    assert queue.status().parked == 1


def test_a_final_failure_parks_at_once(archive, queue):
    held = claim(queue, take(archive).item)
    assert queue.fail(held, code="error", reason="bug", delay=0, max_attempts=3, final=True) == "parked"


def test_what_kills_its_worker_is_parked(archive, queue, clock):
    item = take(archive).item
    for _ in range(3):
        assert claim(queue, item) is not None
        clock.forward(61)
        queue.expired(max_attempts=3, delay=0)
    assert queue.get(item).state == "parked"
    assert queue.get(item).code == "attempts-used-up"
    assert claim(queue, item) is None


def test_a_claim_parks_what_has_no_attempts_left(archive, queue, clock):
    item = take(archive).item
    assert claim(queue, item, max_attempts=1) is not None
    clock.forward(61)
    assert claim(queue, item, max_attempts=1) is None
    assert queue.get(item).state == "parked"


def test_retry_and_drop(archive, queue):
    one, two = take(archive, "a"), take(archive, "b")
    for accepted in (one, two):
        queue.fail(
            claim(queue, accepted.item), code="error", reason="bug", delay=0, max_attempts=3, final=True
        )
    assert queue.retry(one.item)
    assert not queue.retry(one.item)
    assert archive.catalog.reports.revision(one.revision.id).state == "pending"
    held = claim(queue, one.item)
    assert held.item.attempts == 1
    assert queue.drop(two.item, reason="not ours")
    assert not queue.drop(two.item, reason="not ours")
    revision = archive.catalog.reports.revision(two.revision.id)
    assert (revision.state, revision.code, revision.reason) == ("rejected", "dropped", "not ours")
    assert queue.parked().items == ()


def test_a_dead_workers_leases_end_when_its_successor_says_so(archive, queue):
    items = [take(archive, f"r/{number}").item for number in range(3)]
    claim(queue, items[0], worker="host/worker#7")
    claim(queue, items[1], worker="host/worker#8")
    claim(queue, items[2], worker="host/worker2#7")
    assert queue.expire_worker("host/worker#8") == 1
    assert queue.expire_worker("host/worker") == 2
    assert queue.expired(max_attempts=3) == 2
    assert queue.get(items[2]).state == "claimed"


def test_items_freed_from_a_dead_worker_wait_longer_each_time(archive, queue, clock):
    item = take(archive).item
    claim(queue, item)
    clock.forward(61)
    queue.expired(max_attempts=5, delay=10)
    assert claim(queue, item, max_attempts=5) is not None, "the first time it is due at once"
    clock.forward(61)
    queue.expired(max_attempts=5, delay=10)
    assert claim(queue, item, max_attempts=5) is None
    clock.forward(11)
    assert claim(queue, item, max_attempts=5) is not None


def test_sending_marks_and_unmarks(archive, queue, clock):
    items = [take(archive, f"r/{number}").item for number in range(5)]
    assert queue.unsent("bulk", limit=10) == ()
    first = queue.unsent("interactive", limit=3)
    assert list(first) == items[:3]
    assert list(queue.unsent("interactive", limit=10)) == items[3:]
    queue.unsend(items[:2])
    assert list(queue.unsent("interactive", limit=10)) == items[:2]
    assert queue.lost("interactive", older_than=10, limit=10) == ()
    clock.forward(11)
    claim(queue, items[4])
    assert list(queue.lost("interactive", older_than=10, limit=10)) == items[:4]
    assert queue.lost("interactive", older_than=10, limit=10) == (), "they are marked anew"


def test_what_is_not_due_is_not_sent(archive, queue, clock):
    item = take(archive).item
    queue.give_back(claim(queue, item), delay=30)
    assert queue.unsent("interactive", limit=10) == ()
    clock.forward(31)
    assert list(queue.unsent("interactive", limit=10)) == [item]


def test_an_item_accepted_as_sent_is_not_sent_again(archive, queue, clock):
    accepted = take(archive, sent=True)
    assert accepted.sent
    assert queue.unsent("interactive", limit=10) == ()
    clock.forward(11)
    assert list(queue.lost("interactive", older_than=10, limit=10)) == [accepted.item]


def test_an_outcome_stands_though_the_lease_ran_out(archive, queue, clock):
    accepted = take(archive)
    held = claim(queue, accepted.item)
    clock.forward(61)
    queue.expired(max_attempts=3)
    assert publish(archive, making(accepted), claim=held).event == "added"
    assert queue.get(accepted.item).state == "done"


def test_rejecting_settles_the_revision(archive, queue):
    accepted = take(archive)
    queue.reject(claim(queue, accepted.item), code="empty", reason="the file holds no text")
    revision = archive.catalog.reports.revision(accepted.revision.id)
    assert (revision.state, revision.code, revision.reason) == ("rejected", "empty", "the file holds no text")
    assert queue.get(accepted.item).state == "done"
    assert take(archive).outcome == "known"


def test_status_counts(archive, queue, clock):
    for number in range(3):
        take(archive, f"i/{number}")
    bulk = [take(archive, f"b/{number}", queue="bulk").item for number in range(4)]
    claim(queue, bulk[0])
    queue.unsent("interactive", limit=2)
    clock.forward(7)
    status = queue.status()
    assert dict(status.waiting) == {"interactive": 3, "bulk": 3}
    assert (status.claimed, status.sent, status.parked, status.oldest) == (1, 2, 0, 7000)


def test_enqueueing_again_wakes_what_was_done(archive, queue):
    event = put_out(archive)
    (item,) = queue.of_revision(event.revision)
    assert item.state == "done"
    assert queue.enqueue(event.revision, purpose="publish", queue="bulk") == item.id
    assert queue.get(item.id).state == "waiting"
    other = queue.enqueue(event.revision, purpose="draft", queue="bulk", run=7)
    assert other != item.id
    assert queue.get(other).run == 7


def test_many_workers_claim_each_item_once(archive, queue):
    items = [take(archive, f"r/{number}").item for number in range(12)]

    def work(worker):
        return [item for item in items if claim(queue, item, worker=f"w{worker}#1") is not None]

    with ThreadPoolExecutor(6) as hands:
        taken = [item for got in hands.map(work, range(6)) for item in got]
    assert sorted(taken) == items


def test_a_late_failure_of_a_lost_claim_changes_nothing(archive, queue, clock):
    item = take(archive).item
    lost = claim(queue, item)
    clock.forward(61)
    held = claim(queue, item, worker="w#2")
    assert queue.fail(lost, code="error", reason="late", delay=0, max_attempts=3, final=True) == "claimed"
    assert queue.renew(replace(held), seconds=5).token == held.token
