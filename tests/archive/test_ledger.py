"""Publishing, numbers, pointer, feed, standing; on every kind of catalog."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from archive_hands import making, put_out, take

from jiaokan.archive import (
    ReportUnknownError,
    StandingError,
    entries_from_json,
    ledger_key,
    publish,
    release,
    release_report,
    restore,
    withdraw,
    write_entry,
)
from jiaokan.archive.publishing import hold, store

REPORT = "guangdong/gxt/2023"


def events(archive, **more):
    found, _ = archive.catalog.ledger.events(after=0, **more)
    return [(event.sequence, event.event, event.edition) for event in found]


def test_an_edition_is_numbered_and_seen(archive):
    event = put_out(archive, title="报告", covers=(2023, 2023), region="440000")
    report = archive.catalog.reports.get(REPORT)
    assert (report.standing, report.latest.number, report.editions, report.changed) == ("published", 1, 1, 1)
    assert report.latest.facts.title == "报告"
    assert archive.catalog.reports.edition(REPORT, 1) == report.latest
    assert archive.catalog.reports.revision(event.revision).state == "published"
    assert entries_from_json(archive.objects.get(ledger_key(1))) == (event,)
    assert archive.catalog.ledger.head() == (1, 1)


def test_nothing_is_seen_before_its_entry_stands_in_the_store(archive):
    accepted = take(archive)
    draft = store(archive, making(accepted))
    event = archive.catalog.ledger.publish(draft)
    assert archive.catalog.ledger.head() == (1, 0)
    assert archive.catalog.reports.get(REPORT).latest is None
    assert archive.catalog.reports.edition(REPORT, 1) is None
    assert archive.catalog.reports.editions(REPORT) == ()
    assert archive.catalog.reports.revision(accepted.revision.id).state == "pending"
    assert events(archive) == []
    write_entry(archive, event)
    assert archive.catalog.reports.get(REPORT).latest.number == 1
    assert events(archive) == [(1, "added", 1)]


def test_entries_are_revealed_in_order_whoever_writes_first(archive):
    made = []
    for number in range(3):
        accepted = take(archive, f"r/{number}")
        made.append(archive.catalog.ledger.publish(store(archive, making(accepted))))
    assert write_entry(archive, made[2]) == 0
    assert events(archive) == []
    assert write_entry(archive, made[0]) == 1
    assert [event.sequence for event in archive.catalog.ledger.unwritten(older_than=0)] == [2]
    assert write_entry(archive, made[1]) == 3
    assert [sequence for sequence, _, _ in events(archive)] == [1, 2, 3]
    assert write_entry(archive, made[1]) == 3, "a second time changes nothing"
    assert archive.catalog.reports.get("r/1").editions == 1


def test_publishing_twice_gives_one_edition(archive):
    accepted = take(archive)
    assert publish(archive, making(accepted)) is not None
    assert publish(archive, making(accepted)) is None
    assert len(archive.catalog.reports.editions(REPORT)) == 1
    assert archive.catalog.ledger.head() == (1, 1), "no number is used up"


def test_the_second_of_two_finishes_what_the_first_left_undone(archive):
    accepted = take(archive)
    archive.catalog.ledger.publish(store(archive, making(accepted)))  # and dies here
    assert publish(archive, making(accepted)).sequence == 1
    assert archive.catalog.ledger.head() == (1, 1)


def test_two_workers_race(archive):
    accepted = take(archive)
    with ThreadPoolExecutor(6) as hands:
        got = list(hands.map(lambda _: publish(archive, making(accepted)), range(12)))
    assert len({event.sequence for event in got if event is not None}) == 1
    assert events(archive) == [(1, "added", 1)]


def test_many_publish_at_once_without_a_gap(archive):
    accepted = [take(archive, f"r/{number}") for number in range(24)]
    with ThreadPoolExecutor(6) as hands:
        list(hands.map(lambda one: publish(archive, making(one)), accepted))
    assert [sequence for sequence, _, _ in events(archive)] == list(range(1, 25))
    assert archive.catalog.ledger.head() == (24, 24)


def test_what_happened_is_told_apart(archive, clock):
    put_out(archive, text="甲")
    first = archive.catalog.reports.get(REPORT).latest.revision
    publish(archive, making(take(archive, text="甲"), fingerprint="f2"))
    publish(archive, making(take(archive, text="甲"), fingerprint="f3", text="别的"))
    clock.forward(1)
    put_out(archive, text="乙")
    clock.forward(1)
    put_out(archive, text="乙", hints={"script": "Hant"})
    found, _ = archive.catalog.ledger.events(after=0)
    assert [(event.event, event.data["cause"]) for event in found] == [
        ("added", "source"),
        ("reprocessed-same", "pipeline"),
        ("reprocessed-changed", "pipeline"),
        ("source-revised", "source"),
        ("source-revised", "hints"),
    ]
    assert [event.edition for event in found] == [1, 2, 3, 4, 5]
    assert found[0].revision == first
    report = archive.catalog.reports.get(REPORT)
    assert (report.changed, report.touched) == (4, 5), (
        "other hints, the same text: nothing that consumers read changed"
    )


def test_a_late_older_revision_gets_a_number_but_not_the_pointer(archive, clock):
    older = take(archive, text="甲")
    clock.forward(1)
    newer = take(archive, text="乙")
    publish(archive, making(newer))
    late = publish(archive, making(older))
    assert (late.edition, late.data.get("late")) == (2, True)
    latest = archive.catalog.reports.get(REPORT).latest
    assert (latest.number, latest.revision) == (1, newer.revision.id)
    assert [edition.number for edition in archive.catalog.reports.editions(REPORT)] == [1, 2]
    assert archive.catalog.reports.get(REPORT).changed == 1


def test_withdrawing_and_restoring(archive):
    put_out(archive, labels=("gd",), title="报告")
    withdraw(archive, REPORT, by="li", why="wrong file")
    report = archive.catalog.reports.get(REPORT)
    assert (report.standing, report.latest.number) == ("withdrawn", 1)
    with pytest.raises(StandingError):
        withdraw(archive, REPORT)
    restore(archive, REPORT, by="li")
    assert archive.catalog.reports.get(REPORT).standing == "published"
    with pytest.raises(StandingError):
        restore(archive, REPORT)
    found, upto = archive.catalog.ledger.events(after=1, labels=["gd"])
    assert [(event.event, event.data.get("why")) for event in found] == [
        ("withdrawn", "wrong file"),
        ("restored", None),
    ]
    assert upto == 3
    with pytest.raises(ReportUnknownError):
        withdraw(archive, "nobody/knows")
    assert archive.catalog.ledger.head() == (3, 3), "a refusal uses up no number"


def test_what_is_published_while_withdrawn_shows_after_the_restoration(archive, clock):
    put_out(archive, text="甲")
    clock.forward(1)
    accepted = take(archive, text="乙")
    withdraw(archive, REPORT)
    publish(archive, making(accepted, title="第二"))
    assert archive.catalog.reports.get(REPORT).standing == "withdrawn"
    restore(archive, REPORT)
    assert archive.catalog.reports.get(REPORT).latest.number == 2


def test_a_held_draft_waits_for_a_person(archive):
    accepted = take(archive)
    claim = archive.catalog.queue.claim(accepted.item, worker="w", seconds=60, max_attempts=3)
    hold(archive, making(accepted, grade="D"), "its grade is D", claim=claim)
    assert archive.catalog.reports.revision(accepted.revision.id).state == "held"
    assert archive.catalog.reports.get(REPORT).latest is None
    (held,) = archive.catalog.ledger.drafts_held().items
    assert held.held == "its grade is D"
    assert release(archive, held.revision, held.fingerprint, by="li").event == "added"
    assert archive.catalog.reports.get(REPORT).latest.number == 1
    assert archive.catalog.ledger.drafts_held().items == ()
    assert release(archive, held.revision, held.fingerprint) is None
    with pytest.raises(StandingError):
        release(archive, held.revision, "none")


def test_a_held_report_is_released_by_its_name(archive):
    with pytest.raises(ReportUnknownError):
        release_report(archive, REPORT)
    revisions = []
    for text in ("甲", "乙"):
        accepted = take(archive, text=text)
        claim = archive.catalog.queue.claim(accepted.item, worker="w", seconds=60, max_attempts=3)
        hold(archive, making(accepted, grade="D"), "its grade is D", claim=claim)
        revisions.append(accepted.revision.id)
    with pytest.raises(StandingError):
        release_report(archive, REPORT, revision="0" * 28)
    event = release_report(archive, REPORT, by="li", why="read")
    assert (event.revision, event.data["released"]) == (revisions[1], {"by": "li", "why": "read"})
    assert release_report(archive, REPORT, revision=revisions[0]).edition == 2
    assert archive.catalog.reports.get(REPORT).latest.revision == revisions[1]
    with pytest.raises(StandingError, match="nothing of report"):
        release_report(archive, REPORT)


def test_reinstating_brings_older_bytes_under_a_new_number(archive):
    accepted = take(archive)
    publish(archive, making(accepted, fingerprint="f1", text="旧"))
    publish(archive, making(accepted, fingerprint="f2", text="新"))
    ledger = archive.catalog.ledger
    write_entry(archive, ledger.reinstate(REPORT, 1, data={"run": 7}))
    latest = archive.catalog.reports.get(REPORT).latest
    assert (latest.number, latest.fingerprint, latest.reinstates, latest.event) == (3, "f1", 1, "reverted")
    assert latest.content == archive.catalog.reports.edition(REPORT, 1).content
    assert ledger.reinstate(REPORT, 1, data={}) is None
    with pytest.raises(ReportUnknownError):
        ledger.reinstate(REPORT, 9, data={})
    assert ledger.head() == (3, 3)


def test_the_feed_by_label_says_how_far_nothing_is_missing(archive):
    for number in range(6):
        put_out(archive, f"r/{number}", labels=("even" if number % 2 == 0 else "odd",))
    found, upto = archive.catalog.ledger.events(after=0, labels=["even"], limit=2)
    assert ([event.sequence for event in found], upto) == ([1, 3], 3)
    found, upto = archive.catalog.ledger.events(after=upto, labels=["even"], limit=2)
    assert ([event.sequence for event in found], upto) == ([5], 6)
    assert archive.catalog.ledger.events(after=6, labels=["even"]) == ((), 6)
    found, _ = archive.catalog.ledger.events(after=0, report="r/3")
    assert [event.sequence for event in found] == [4]
    assert archive.catalog.ledger.events(after=0, labels=[]) == ((), 6)


def test_no_title_and_no_text_stand_in_an_entry(archive):
    put_out(archive, title="不许留下")
    assert "不许留下" not in archive.objects.get(ledger_key(1)).decode()
    assert json.loads(archive.objects.get(ledger_key(1)))["schema"] == "jiaokan/ledger/1"
