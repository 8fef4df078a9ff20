"""The way in: what is a new revision, what is known, what is refused; on every kind of catalog."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from archive_hands import making, put_out, take

from jiaokan.archive import (
    DigestMismatchError,
    Incoming,
    ReportClosedError,
    ReportIdError,
    ReportUnknownError,
    TooLargeError,
    UnavailableError,
    accept,
    adopt,
    amend,
    revision_from_json,
    revision_json,
    revision_key,
    source_key,
    withdraw,
)
from jiaokan.archive.erasing import remove_unnamed
from jiaokan.archive.names import new_revision_id


def test_a_source_becomes_a_revision_with_work(archive):
    accepted = take(archive, text="甲", name="a.txt", labels=("gd",), by="me")
    assert accepted.outcome == "new"
    revision = accepted.revision
    assert archive.objects.get(source_key(revision.source)) == "甲".encode()
    assert revision_from_json(archive.objects.get(revision_key(revision.id))) == revision
    assert archive.catalog.reports.revision(revision.id) == revision
    item = archive.catalog.queue.get(accepted.item)
    assert (item.state, item.purpose, item.queue, item.attempts) == ("waiting", "publish", "interactive", 0)
    report = archive.catalog.reports.get("guangdong/gxt/2023")
    assert (report.standing, report.latest, report.labels, report.revisions) == ("open", None, ("gd",), 1)


def test_the_same_again_changes_nothing(archive):
    first = take(archive)
    again = take(archive)
    assert again.outcome == "known"
    assert again.item is None
    assert again.revision.id == first.revision.id
    assert len(list(archive.objects.list("revisions/"))) == 1


def test_back_to_older_bytes_is_a_new_revision(archive, clock):
    ids = []
    for text in "甲乙甲":
        clock.forward(1)
        ids.append(take(archive, text=text).revision.id)
    assert len(set(ids)) == 3
    assert ids == sorted(ids)
    assert [revision.id for revision in archive.catalog.reports.revisions("guangdong/gxt/2023")] == ids


def test_other_hints_are_a_new_revision_of_the_same_source(archive):
    first = take(archive)
    other = take(archive, hints={"encoding": "gb18030"})
    assert other.outcome == "new"
    assert other.revision.source == first.revision.source
    assert take(archive, hints={"encoding": "gb18030"}).outcome == "known"


def test_ids_rise_even_when_the_clock_goes_back(archive, clock):
    first = take(archive, text="甲")
    clock.forward(-3600)
    second = take(archive, text="乙")
    assert second.revision.id > first.revision.id


def test_labels_are_those_of_the_first_revision(archive):
    take(archive, text="甲", labels=("a", "b"))
    take(archive, text="乙", labels=("c",))
    assert archive.catalog.reports.get("guangdong/gxt/2023").labels == ("a", "b")


def test_a_declared_digest_is_checked(archive):
    with pytest.raises(DigestMismatchError):
        accept(archive, "a", b"x", sha256="0" * 64)
    assert list(archive.objects.list()) == []


@pytest.mark.parametrize(
    "report", ["", "/a", "a//b", "..", "a/-/b", "a b", "a/" * 8 + "b", "x" * 65, "a?b", "a\x00"]
)
def test_ids_that_are_none(archive, report):
    with pytest.raises(ReportIdError):
        take(archive, report)


@pytest.mark.parametrize("report", ["广东/工信厅/2023", "a.b_c-d/1", "新疆/کاشغر", "a/" * 7 + "b", "甲" * 64])
def test_ids_of_any_script(archive, report):
    assert take(archive, report).report == report


def test_an_id_is_taken_in_composed_form(archive):
    assert take(archive, "re\u0301sume").report == "r\u00e9sume"


def test_a_closed_report_takes_nothing(archive):
    put_out(archive)
    withdraw(archive, "guangdong/gxt/2023")
    with pytest.raises(ReportClosedError) as caught:
        take(archive, text="乙")
    assert caught.value.standing == "withdrawn"
    assert len(list(archive.objects.list("sources/"))) == 1


def test_an_amendment_has_the_newest_source(archive):
    take(archive, text="甲")
    newest = take(archive, text="乙", name="b.txt")
    amended = amend(archive, "guangdong/gxt/2023", hints={"script": "Hant"}, by="li")
    assert amended.outcome == "new"
    assert (amended.revision.source, amended.revision.name) == (newest.revision.source, "b.txt")
    assert (amended.revision.origin, amended.revision.by) == ("amend", "li")
    with pytest.raises(ReportUnknownError):
        amend(archive, "nobody/knows", hints={})


def test_a_revision_says_what_the_report_covered_before(archive):
    assert take(archive, text="甲").revision.before is None
    put_out(archive, text="乙", covers=(2022, 2022))
    assert take(archive, text="丙").revision.before["covers"] == (2022, 2022)


def test_twenty_uploads_of_the_same_at_once_are_one(archive):
    with ThreadPoolExecutor(8) as hands:
        accepted = list(hands.map(lambda _: take(archive), range(20)))
    assert len({one.revision.id for one in accepted}) == 1
    assert [one.outcome for one in accepted].count("new") == 1
    assert len(list(archive.objects.list("revisions/"))) == 1


def test_uploads_of_different_things_at_once_are_all_kept(archive):
    with ThreadPoolExecutor(8) as hands:
        accepted = list(hands.map(lambda number: take(archive, text=f"第{number}"), range(20)))
    assert {one.outcome for one in accepted} == {"new"}
    assert len(archive.catalog.reports.revisions("guangdong/gxt/2023")) == 20
    assert archive.catalog.reports.get("guangdong/gxt/2023").revisions == 20


def test_a_revision_object_that_the_catalog_lacks_is_adopted(archive):
    revision = replace(
        take(archive, "elsewhere").revision, id=new_revision_id(5), report="left/behind", accepted_at=5
    )
    archive.objects.put(revision_key(revision.id), revision_json(revision))
    adopted = adopt(archive, revision.id)
    assert adopted.outcome == "new"
    assert adopted.item is not None
    assert adopt(archive, revision.id) is not None
    assert archive.catalog.reports.get("left/behind").revisions == 1


def test_an_adopted_double_is_thrown_away(archive):
    known = take(archive).revision
    double = replace(known, id=new_revision_id(known.accepted_at, after=known.id))
    archive.objects.put(revision_key(double.id), revision_json(double))
    assert adopt(archive, double.id) is None
    assert [stat.key for stat in archive.objects.list("revisions/")] == [revision_key(known.id)]


def test_a_late_older_revision_becomes_the_first(archive):
    newer = take(archive, text="乙", labels=("new",)).revision
    older = replace(newer, id=new_revision_id(5), accepted_at=5, labels=("old",), source="0" * 64)
    archive.objects.put(revision_key(older.id), revision_json(older))
    adopt(archive, older.id)
    report = archive.catalog.reports.get(newer.report)
    assert (report.labels, report.revisions) == (("old",), 2)


def test_a_source_that_was_removed_meanwhile_is_put_again(archive, monkeypatch):
    add = archive.catalog.intake.add
    key = None

    def removing(revision, **more):
        nonlocal key
        if key is None:
            key = source_key(revision.source)
            remove_unnamed(archive, "sources", revision.source)
        return add(revision, **more)

    monkeypatch.setattr(archive.catalog.intake, "add", removing)
    accepted = take(archive)
    assert archive.objects.get(source_key(accepted.revision.source)) == "甲".encode()


def test_nothing_is_promised_when_the_catalog_is_away(archive, monkeypatch):
    def away(*_args, **_more):
        raise UnavailableError("catalog", "gone")

    with monkeypatch.context() as patched:
        patched.setattr(archive.catalog.intake, "add", away)
        with pytest.raises(UnavailableError):
            take(archive)
    assert take(archive).outcome == "new"


def test_an_idempotency_key_gives_what_was_kept_first(archive, clock):
    intake = archive.catalog.intake
    assert intake.recall("me", "k1") is None
    assert intake.remember("me", "k1", {"revision": "a"}) == {"revision": "a"}
    assert intake.remember("me", "k1", {"revision": "b"}) == {"revision": "a"}
    assert intake.recall("me", "k1") == {"revision": "a"}
    assert intake.recall("you", "k1") is None
    clock.forward(86_401)
    assert intake.recall("me", "k1") is None
    assert intake.remember("me", "k1", {"revision": "b"}) == {"revision": "b"}


def test_incoming_counts_hashes_and_refuses_too_much(archive):
    with Incoming(limit=10) as incoming:
        incoming.write(b"12345")
        incoming.write(b"67890")
        accepted = accept(archive, "a", incoming, sha256=incoming.sha256)
        assert archive.objects.get(source_key(accepted.revision.source)) == b"1234567890"
        with pytest.raises(TooLargeError):
            incoming.write(b"1")


def test_parts_know_what_they_were_taken_from(archive):
    whole = take(archive, "whole").revision
    part = take(archive, "whole/广东", text="部分", parent=whole.id, origin="part").revision
    assert archive.catalog.reports.children(whole.id) == (part,)
    assert making(take(archive, "x")).facts.kind == "work-report"
