"""Several first editions in one transaction and one ledger object; on every kind of catalog."""

from __future__ import annotations

import pytest
from archive_hands import making, put_out, take

from jiaokan.archive import (
    ArchiveError,
    LedgerReader,
    ObjectMissingError,
    ReportFilter,
    entries_from_json,
    publish,
    publish_together,
    store,
    withdraw,
    write_entry,
)
from jiaokan.archive.names import ledger_pack_key


def claimed(archive, reports, limit=16):
    for number, report in enumerate(reports):
        take(archive, report, f"甲{number}", queue="bulk")
    return archive.catalog.queue.claim_fresh("bulk", worker="w#1", seconds=60, limit=limit)


def ready(archive, claims, **facts):
    made = []
    for claim in claims:
        of = making(claim, **facts)
        made.append((claim, of, store(archive, of)))
    return made


def everything(archive):
    page = archive.catalog.reports.list(ReportFilter(), limit=100)
    feed, _ = archive.catalog.ledger.events(after=0)
    editions = [archive.catalog.reports.editions(report.id) for report in page.items]
    return page.items, feed, editions


def test_they_come_out_as_one_by_one(archive, clock, tmp_path):
    claims = claimed(archive, [f"r/{number}" for number in range(5)])
    facts = {"title": "报告", "covers": (2021, 2023), "region": "440106", "issuers": ("某厅",)}
    assert publish_together(archive, ready(archive, claims, **facts)) == []
    feed, upto = archive.catalog.ledger.events(after=0)
    assert [(one.sequence, one.event, one.edition) for one in feed] == [(n, "added", 1) for n in range(1, 6)]
    assert archive.catalog.ledger.head() == (5, 5) == (upto, upto)
    for claim in claims:
        report = archive.catalog.reports.get(claim.revision.report)
        assert (report.standing, report.editions, report.latest.facts.title) == ("published", 1, "报告")
        assert archive.catalog.reports.revision(claim.revision.id).state == "published"
        assert archive.catalog.queue.get(claim.item.id).state == "done"
    assert len(archive.catalog.reports.list(ReportFilter(year=2022, within="440000")).items) == 5
    assert [key.key for key in archive.objects.list("ledger/")] == [ledger_pack_key(1, 5)]
    assert entries_from_json(archive.objects.get(ledger_pack_key(1, 5))) == tuple(feed)
    alone = put_out(archive, "r/6", **facts)
    assert alone.sequence == 6
    assert len(archive.catalog.reports.list(ReportFilter(year=2022, within="440000")).items) == 6


def test_what_is_not_simple_is_left_for_later(archive):
    put_out(archive, "has/one", "甲")
    archive.catalog.ledger.keep_draft(store(archive, making(take(archive, "drafted"))))
    take(archive, "has/one", "乙", queue="bulk")
    closed = take(archive, "closed", queue="bulk")
    claims = claimed(archive, ["twice", "fresh/1", "fresh/2"])
    take(archive, "twice", "另", queue="bulk")
    claims = [*claims, *archive.catalog.queue.claim_fresh("bulk", worker="w#1", seconds=60, limit=16)]
    withdraw(archive, "closed", by="me", why="wrong")
    assert len(claims) == 6
    left = publish_together(archive, ready(archive, claims))
    assert [claim.revision.report for claim, _, _ in left] == ["has/one", "closed", "twice"]
    assert archive.catalog.ledger.head() == (5, 5), "no number is lost with what was left"
    for claim, of, _ in left:
        assert publish(archive, of, claim=claim) is not None
    feed, _ = archive.catalog.ledger.events(after=5)
    assert [(one.event, one.report, one.edition) for one in feed] == [
        ("source-revised", "has/one", 2),
        ("added", "closed", 1),
        ("source-revised", "twice", 2),
    ]
    assert archive.catalog.reports.get("closed").standing == "withdrawn"
    assert closed.item is not None


def test_a_draft_that_is_known_is_not_numbered_with_others(archive):
    claims = claimed(archive, ["a", "b"])
    made = ready(archive, claims)
    archive.catalog.ledger.keep_draft(made[0][2])
    assert publish_together(archive, made) == [made[0]]
    assert archive.catalog.ledger.head() == (1, 1)


def test_nothing_is_seen_before_the_pack_stands_in_the_store(archive):
    claims = claimed(archive, ["a", "b", "c"])
    events = archive.catalog.ledger.publish_fresh(
        [(draft, claim) for claim, _, draft in ready(archive, claims)]
    )
    assert archive.catalog.ledger.head() == (3, 0)
    assert archive.catalog.reports.get("a").latest is None
    # Its worker died; the sweeper writes one after the other, and then a slow worker comes with its pack.
    for event in archive.catalog.ledger.unwritten(older_than=0)[:2]:
        write_entry(archive, event)
    assert archive.catalog.ledger.head() == (3, 2)
    archive.objects.put(ledger_pack_key(1, 3), entries_pack(events))
    assert archive.catalog.ledger.reveal(1, 3) == 3
    reader = LedgerReader(archive.objects)
    assert [reader.entry(number) for number in (1, 2, 3)] == list(events)


def entries_pack(events):
    from jiaokan.archive.entries import entries_object

    key, data = entries_object(events)
    assert key == ledger_pack_key(events[0].sequence, events[-1].sequence)
    return data


def test_only_what_nobody_has_tried_or_sent_is_taken_together(archive, clock):
    queue = archive.catalog.queue
    claims = claimed(archive, ["a", "b", "c", "d"], limit=2)
    assert [claim.revision.report for claim in claims] == ["a", "b"]
    assert claims[0].item.attempts == 1
    assert queue.expire_worker("w#1") == 2
    clock.forward(1)
    assert queue.expired(max_attempts=5) == 2
    (third,) = queue.claim_fresh("bulk", worker="w#2", seconds=60, limit=1)
    assert third.revision.report == "c", "what a dead worker had is tried alone"
    assert queue.unsent("bulk", limit=2), "and a message is sent for it"
    queue.give_back(third)
    clock.forward(1)
    again = queue.claim_fresh("bulk", worker="w#2", seconds=60, limit=9)
    assert {claim.revision.report for claim in again} <= {"c", "d"}
    assert "c" in {claim.revision.report for claim in again}, "what was given back counts as untried"
    assert queue.claim_fresh("bulk", worker="w#3", seconds=60, limit=9) == ()


def test_one_entry_of_many_is_found(archive):
    claims = claimed(archive, [f"r/{number}" for number in range(16)])
    publish_together(archive, ready(archive, claims))
    put_out(archive, "alone")
    reader = LedgerReader(archive.objects)
    feed, _ = archive.catalog.ledger.events(after=0)
    for event in reversed(feed):
        assert reader.entry(event.sequence) == event
    with pytest.raises(ObjectMissingError):
        reader.entry(18)
    archive.objects.put(ledger_pack_key(1, 16), b"[]")
    with pytest.raises(ArchiveError):
        LedgerReader(archive.objects).entry(3)
