"""From a work item to its outcome, and back when a part is away."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing
from dataclasses import replace

import pytest
from billiard.exceptions import SoftTimeLimitExceeded

from jiaokan.archive import (
    Archive,
    ReportFilter,
    Settings,
    UnavailableError,
    accept,
    content_key,
    open_archive,
    record_key,
    release,
    source_key,
)
from jiaokan.archive.rejecting import rejection_key
from jiaokan.archive.values import Facts
from jiaokan.normalize import Hints, normalize
from jiaokan.normalize.formats import child
from jiaokan.worker import processing
from jiaokan.worker.processing import back_off, facts_of, process

TEXT = "2023年工作报告\n\n一、工作回顾\n全年完成投资**12亿元**。\n"


def take(archive, report="a/1", data=TEXT, **more):
    return accept(archive, report, data.encode() if isinstance(data, str) else data, **more)


def do(archive, accepted):
    return process(archive, accepted.item, worker="w#1")


def test_a_report_is_published(archive):
    accepted = take(archive)
    assert do(archive, accepted) == "published"
    latest = archive.catalog.reports.get("a/1").latest
    edition = normalize(TEXT.encode())
    assert archive.objects.get(content_key(latest.content)) == edition.content_json()
    assert archive.objects.get(record_key(latest.record)) == edition.record_json()
    assert latest.facts == facts_of(edition)
    assert do(archive, accepted) == "nothing"


def test_facts_are_the_same_read_or_made():
    edition = normalize(TEXT.encode())
    read = Facts.of(json.loads(edition.content_json()), json.loads(edition.record_json()))
    assert read == facts_of(edition)


def test_what_cannot_be_read_is_rejected_and_that_stands_in_the_store(archive):
    accepted = take(archive, data=b"   \n")
    assert do(archive, accepted) == "rejected"
    revision = archive.catalog.reports.revision(accepted.revision.id)
    assert (revision.state, revision.code) == ("rejected", "empty")
    assert json.loads(archive.objects.get(rejection_key(revision.id)))["code"] == "empty"


def test_hints_and_profile_are_obeyed(archive):
    text = "工業發展報告\n全省工業增加值增長。\n"
    do(archive, take(archive, data=text.encode("big5"), hints={"encoding": "big5"}, profile="keep"))
    latest = archive.catalog.reports.get("a/1").latest
    assert "工業" in json.loads(archive.objects.get(content_key(latest.content)))["text"]


@pytest.mark.parametrize("part", ["objects", "catalog"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_part_that_is_away_gives_the_claim_back_uncounted(archive, monkeypatch, part, times):
    accepted = take(archive)
    left = times

    def flaky(real):
        def call(*args, **more):
            nonlocal left
            if left:
                left -= 1
                raise UnavailableError(part, "gone")
            return real(*args, **more)

        return call

    if part == "objects":
        monkeypatch.setattr(archive.objects, "put", flaky(archive.objects.put))
    else:
        monkeypatch.setattr(archive.catalog.ledger, "publish", flaky(archive.catalog.ledger.publish))
    outcomes = []
    while (outcome := do(archive, accepted)) != "published":
        outcomes.append(outcome)
    assert [outcome for outcome in outcomes if outcome != "nothing"] == ["given-back"] * times
    assert archive.catalog.queue.get(accepted.item).attempts == 1


def test_a_catalog_that_is_away_at_the_claim_leaves_the_item(archive, monkeypatch):
    accepted = take(archive)
    with monkeypatch.context() as patched:

        def away(*_args, **_more):
            raise UnavailableError("catalog", "gone")

        patched.setattr(archive.catalog.queue, "claim", away)
        assert do(archive, accepted) == "unavailable"
    assert archive.catalog.queue.get(accepted.item).attempts == 0
    assert do(archive, accepted) == "published"


@pytest.mark.parametrize(
    ("error", "code"), [(MemoryError(), "out-of-memory"), (SoftTimeLimitExceeded(), "out-of-time")]
)
def test_limits_count_and_park_in_the_end(archive, monkeypatch, error, code):
    accepted = take(archive)

    def fails(*_args, **_more):
        raise error

    monkeypatch.setattr(processing, "normalize", fails)
    outcomes = []
    while (outcome := do(archive, accepted)) != "parked":
        if outcome != "nothing":
            outcomes.append(outcome)
    assert outcomes == ["retry"] * (archive.settings.max_attempts - 1)
    (parked,) = archive.catalog.queue.parked().items
    assert parked.code == code


@pytest.mark.parametrize(
    ("cause", "code"), [("timeout", "out-of-time"), ("memory", "out-of-memory"), ("crash", "reader-crashed")]
)
def test_a_reader_that_is_lost_again_and_again_parks_its_report(archive, monkeypatch, cause, code):
    accepted = take(archive, data=b"%PDF-1.4")

    def lost(*_args, **_more):
        raise child.ReaderLostError(cause, "lost")

    monkeypatch.setattr(processing, "read_in_child", lost)
    while do(archive, accepted) != "parked":
        pass
    (parked,) = archive.catalog.queue.parked().items
    assert parked.code == code


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_reader_that_hangs_or_dies_costs_an_attempt_and_nothing_else(tmp_path, how):
    settings = Settings(objects="memory:", catalog="memory:", data=tmp_path, retry_base=0.001, soft_limit=5)
    with closing(open_archive(settings)) as archive:
        accepted = take(archive, data=b"%PDF-1.4 broken")
        child.read_in_child(b"a\n", Hints())
        before = child._child._process
        os.kill(before.pid, how)
        try:
            assert do(archive, accepted) == "retry"
            assert before.poll() is not None
            archive.settings.__dict__["soft_limit"] = 60.0  # a new one needs its time to begin
            while (outcome := do(archive, accepted)) == "nothing":
                pass
            assert outcome == "rejected"
            assert archive.catalog.queue.status().parked == 0
        finally:
            child._drop_child()


def test_plain_text_is_read_where_it_stands(archive, monkeypatch):
    monkeypatch.setattr(processing, "read_in_child", None)
    assert do(archive, take(archive)) == "published"


def test_a_bug_parks_at_once_with_its_traceback(archive, monkeypatch):
    accepted = take(archive)

    def bug(*_args, **_more):
        raise ZeroDivisionError("in a stage")

    monkeypatch.setattr(processing, "normalize", bug)
    assert do(archive, accepted) == "parked"
    (parked,) = archive.catalog.queue.parked().items
    assert parked.code == "error"
    assert "ZeroDivisionError: in a stage" in parked.reason
    monkeypatch.undo()
    archive.catalog.queue.retry(parked.id)
    assert do(archive, accepted) == "published"
    assert archive.catalog.reports.revision(accepted.revision.id).state == "published"


def test_a_damaged_or_missing_source_is_noticed(archive):
    damaged, missing = take(archive, "a/1", "甲" + TEXT), take(archive, "a/2", "乙" + TEXT)
    archive.objects.put(source_key(damaged.revision.source), b"something else")
    archive.objects.remove(source_key(missing.revision.source))
    assert do(archive, damaged) == do(archive, missing) == "parked"
    assert {item.code for item in archive.catalog.queue.parked().items} == {
        "source-damaged",
        "source-missing",
    }


@pytest.mark.parametrize("lost", ["damaged", "missing"])
def test_who_uploads_lost_bytes_again_brings_them_back(archive, lost):
    accepted = take(archive)
    if lost == "damaged":
        archive.objects.put(source_key(accepted.revision.source), b"something else")
    else:
        archive.objects.remove(source_key(accepted.revision.source))
    assert do(archive, accepted) == "parked"
    again = take(archive)
    assert (again.outcome, again.revision.id) == ("known", accepted.revision.id)
    assert do(archive, accepted) == "published"
    assert take(archive).outcome == "known"
    assert archive.catalog.queue.parked().items == ()


def test_a_grade_below_the_setting_is_held(archive, monkeypatch):
    strict = Archive(
        archive.objects, archive.catalog, archive.settings.model_copy(update={"hold_below": "A"})
    )
    real = processing.normalize

    def unsure(data, **more):
        edition = real(data, **more)
        return replace(edition, quality=replace(edition.quality, grade="C"))

    monkeypatch.setattr(processing, "normalize", unsure)
    accepted = take(strict)
    assert do(strict, accepted) == "held"
    assert archive.catalog.reports.list(ReportFilter()).items == ()
    (held,) = archive.catalog.ledger.drafts_held().items
    release(archive, held.revision, held.fingerprint, by="li")
    assert archive.catalog.reports.get("a/1").latest.number == 1


def test_another_year_under_an_old_id_is_a_finding(archive):
    do(archive, take(archive, data="某省2022年国民经济和社会发展统计公报\n2022年，全省完成投资。\n"))
    before = archive.catalog.reports.get("a/1").latest
    accepted = take(archive, data="某省2023年国民经济和社会发展统计公报\n2023年，全省完成投资。\n")
    do(archive, accepted)
    after = archive.catalog.reports.get("a/1").latest
    assert before.facts.covers == (2022, 2022)
    assert after.facts.covers == (2023, 2023)
    found = json.loads(archive.objects.get(record_key(after.record)))["apparatus"]["findings"]
    assert "year-changed" in [one["code"] for one in found]
    first = json.loads(archive.objects.get(record_key(before.record)))["apparatus"]["findings"]
    assert "year-changed" not in [one["code"] for one in first]


def test_two_workers_on_one_revision_make_the_same_bytes(archive):
    accepted = take(archive)
    revision = accepted.revision
    one, _ = processing.make(revision, TEXT.encode(), "zh-Hans")
    two, _ = processing.make(replace(revision), TEXT.encode(), "zh-Hans")
    assert (one.content, one.record, one.fingerprint) == (two.content, two.record, two.fingerprint)


def test_waits_grow_and_stay_bounded(archive):
    settings = archive.settings.model_copy(update={"retry_base": 2.0, "retry_most": 60.0})
    waits = [back_off(settings, attempt) for attempt in range(1, 20)]
    assert 1.0 <= waits[0] <= 2.0
    assert all(wait <= 60 for wait in waits)
    assert waits[10] >= 30


def test_a_process_that_was_killed_is_known_as_the_pool_tells_it():
    """Its lease is ended at once; the pool gives the exception wrapped, with its traceback."""
    from billiard.einfo import ExceptionInfo
    from billiard.exceptions import WorkerLostError

    from jiaokan.worker.task import is_worker_lost

    def told(error):
        try:
            raise error
        except type(error):
            return ExceptionInfo()

    assert is_worker_lost(told(WorkerLostError("signal 9")))
    assert not is_worker_lost(told(ValueError("a bug")))
