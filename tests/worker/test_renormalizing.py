"""A dry run changes nothing that anyone sees; applied it changes each report once; reverted it is as before."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jiaokan.archive import RunFilter, StandingError, accept, content_key
from jiaokan.worker import processing
from jiaokan.worker.processing import process
from jiaokan.worker.renormalizing import (
    advance_runs,
    apply_run,
    cancel_run,
    differing_places,
    open_run,
    revert_run,
)

TEXT = "2023年工作报告\n一、回顾\n第{0}项完成投资12亿元。\n"
real = processing.normalize


def publish_all(archive, count=4, **more):
    for number in range(count):
        process(
            archive, accept(archive, f"r/{number}", TEXT.format(number).encode(), **more).item, worker="w#1"
        )


def work(archive):
    for queue in ("interactive", "bulk"):
        for item in archive.catalog.queue.unsent(queue, limit=100):
            process(archive, item, worker="w#1")


def go(archive, until):
    for _ in range(30):
        advance_runs(archive)
        work(archive)
        (run,) = archive.catalog.runs.list(limit=1)
        if run.state == until:
            return run
    raise AssertionError(f"the run stays {run.state}")


@pytest.fixture
def next_release(monkeypatch):
    """Another pipeline: report 0 comes out the same, 1 and 2 with other words, 3 not at all."""

    def other(data, **more):
        edition = real(data, **more)
        if "第3项" in edition.text:
            from jiaokan.normalize import RejectedError

            raise RejectedError("no-verdict", "this release reads it no longer")
        text = edition.text if "第0项" in edition.text else edition.text.replace("投资", "資金")
        return replace(edition, text=text, fingerprint="next")

    def switch():
        monkeypatch.setattr(processing, "normalize", other)

    return switch


def shown(archive):
    return [
        (
            report,
            json.loads(archive.objects.get(content_key(archive.catalog.reports.get(report).latest.content)))[
                "text"
            ],
        )
        for report in (f"r/{number}" for number in range(4))
    ]


def test_the_same_release_changes_nothing(archive):
    publish_all(archive)
    open_run(archive, RunFilter())
    run = go(archive, "drafted")
    assert dict(run.counts) == {"unchanged": 4}
    assert archive.catalog.ledger.head().assigned == 4


def test_dry_run_apply_revert(archive, next_release):
    publish_all(archive)
    before = shown(archive)
    next_release()
    open_run(archive, RunFilter(), by="li", why="new release")
    run = go(archive, "drafted")
    assert dict(run.counts) == {"same": 1, "changed": 2, "rejected": 1}
    assert shown(archive) == before, "a dry run shows nothing"
    assert archive.catalog.ledger.head().assigned == 4
    rows = {row.report: row for row in archive.catalog.runs.rows(run.id).items}
    (example,) = rows["r/1"].difference.examples
    assert (example["was"], example["now"]) == ("投资", "資金")
    assert rows["r/3"].difference.code == "no-verdict"

    apply_run(archive, run.id)
    run = go(archive, "applied")
    assert dict(run.counts) == {"applied": 3, "rejected": 1}
    after = shown(archive)
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, False, True]
    events, _ = archive.catalog.ledger.events(after=4)
    assert sorted(event.event for event in events) == [
        "reprocessed-changed",
        "reprocessed-changed",
        "reprocessed-same",
    ]
    assert all(event.data["run"] == run.id for event in events)
    assert archive.catalog.reports.get("r/0").changed == 1, "the same text is no change"

    revert_run(archive, run.id)
    go(archive, "reverted")
    assert shown(archive) == before
    latest = archive.catalog.reports.get("r/1").latest
    assert (latest.number, latest.reinstates, latest.event) == (3, 1, "reverted")
    assert archive.catalog.reports.edition("r/1", 2).fingerprint == "next", (
        "what was published stays readable"
    )


def test_applying_again_after_a_revert(archive, next_release):
    publish_all(archive, 3)
    next_release()
    for times in (1, 2):
        open_run(archive, RunFilter())
        run = go(archive, "drafted")
        apply_run(archive, run.id)
        run = go(archive, "applied")
        assert dict(run.counts) == {"applied": 3}
        latest = archive.catalog.reports.get("r/1").latest
        assert (latest.fingerprint, latest.number) == ("next", 2 * times)
        revert_run(archive, run.id)
        go(archive, "reverted")


def test_a_newer_revision_is_not_overwritten(archive, next_release):
    publish_all(archive, 2)
    next_release()
    open_run(archive, RunFilter())
    run = go(archive, "drafted")
    process(archive, accept(archive, "r/1", "2024年工作报告\n新的。\n".encode()).item, worker="w#1")
    apply_run(archive, run.id)
    run = go(archive, "applied")
    assert dict(run.counts) == {"applied": 1, "overtaken": 1}
    assert "新的" in shown_text(archive, "r/1")


def shown_text(archive, report):
    return json.loads(archive.objects.get(content_key(archive.catalog.reports.get(report).latest.content)))[
        "text"
    ]


def test_an_interrupted_application_goes_on(archive, next_release, monkeypatch):
    from jiaokan.worker import renormalizing

    publish_all(archive, 3)
    next_release()
    open_run(archive, RunFilter())
    run = go(archive, "drafted")
    apply_run(archive, run.id)
    settle = archive.catalog.runs.settle
    died = []

    def dies(*args, **more):
        if not died:
            died.append(1)
            raise KeyboardInterrupt
        settle(*args, **more)

    monkeypatch.setattr(archive.catalog.runs, "settle", dies)
    with pytest.raises(KeyboardInterrupt):
        renormalizing.apply_some(archive, run.id)
    run = go(archive, "applied")
    assert dict(run.counts) == {"applied": 3}
    assert [len(archive.catalog.reports.editions(f"r/{number}")) for number in range(3)] == [2, 2, 2]


def test_only_what_failed_or_what_is_labelled(archive, next_release):
    publish_all(archive, 1, labels=("gd",))
    publish_all(archive, 3)
    process(archive, accept(archive, "bad", b"  \n").item, worker="w#1")
    open_run(archive, RunFilter(failed=True))
    run = go(archive, "drafted")
    assert [row.report for row in archive.catalog.runs.rows(run.id).items] == ["bad"]
    open_run(archive, RunFilter(label="gd"))
    assert [row.report for row in archive.catalog.runs.rows(go(archive, "drafted").id).items] == ["r/0"]
    fingerprint = archive.catalog.reports.get("r/0").latest.fingerprint
    open_run(archive, RunFilter(fingerprint=fingerprint, reports=("r/1", "r/2")))
    assert len(archive.catalog.runs.rows(go(archive, "drafted").id).items) == 2
    open_run(archive, RunFilter(fingerprint="another"))
    assert archive.catalog.runs.rows(go(archive, "drafted").id).items == ()


def test_states_that_do_not_fit_are_refused(archive):
    publish_all(archive, 1)
    run = open_run(archive, RunFilter()).id
    for ask in (apply_run, revert_run):
        with pytest.raises(StandingError):
            ask(archive, run)
        with pytest.raises(StandingError, match="no run"):
            ask(archive, 99)
    cancel_run(archive, run)
    with pytest.raises(StandingError, match="cancelled"):
        apply_run(archive, run)


def test_differing_places_are_short_and_in_order():
    places = list(differing_places("甲\n一二三四五\n丙", "甲\n一二叁四五\n丙\n丁"))
    assert places[0] == {"before": "一二", "was": "三", "now": "叁", "after": "四五"}
    assert places[1]["now"] == "丁"
    assert list(differing_places("同", "同")) == []
