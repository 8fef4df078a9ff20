"""What a report's way tells, step by step, and that telling changes nothing."""

from __future__ import annotations

import pytest

from jiaokan.archive import UnavailableError, accept
from jiaokan.archive.faults import STEPS, step
from jiaokan.normalize import STAGES, normalize
from jiaokan.observing import timed
from jiaokan.observing.table import AT_SCRAPE, METRICS
from jiaokan.worker import dispatch
from jiaokan.worker.observed import tell_stages
from jiaokan.worker.processing import process

TEXT = "2023年工作报告\n\n一、工作回顾\n全年完成投资**12亿元**。\n".encode()
STEP = "jiaokan_step_seconds"


def test_a_report_tells_each_step_of_its_way(archive, heard):
    accepted = accept(archive, "a/1", TEXT)
    dispatch(archive, accepted)
    assert process(archive, accepted.item, worker="w#1") == "published"
    tell_stages()
    here = {name for name in STEPS if name != "acknowledge"}  # that is Celery's
    assert {labels[1] for labels in heard.observed if labels[0] == STEP} == here | {"fetch", "normalize"}
    assert all(count == 1 for labels, count in heard.observed.items() if labels[0] == STEP)
    assert heard.counts["jiaokan_uploads_total", "upload", "new"] == 1
    assert heard.counts["jiaokan_upload_bytes_total", "upload"] == len(TEXT)
    assert heard.counts["jiaokan_messages_sent_total", "interactive"] == 1
    assert heard.counts["jiaokan_attempts_total", "interactive", "publish"] == 1
    assert heard.counts["jiaokan_outcomes_total", "published"] == 1
    assert sum(count for labels, count in heard.counts.items() if labels[0] == "jiaokan_editions_total") == 1
    assert heard.observed["jiaokan_report_seconds", "interactive"] == 1
    stages = {labels[1] for labels in heard.counts if labels[0] == "jiaokan_stage_seconds_total"}
    assert {"read", "outline", "metadata", "edition", "drop-emphasis"} <= stages
    assert stages <= {stage.name for stage in STAGES} | {"read", "outline", "metadata", "edition"}
    assert not any(labels[0] == "jiaokan_step_failures_total" for labels in heard.counts)
    again = accept(archive, "a/1", TEXT)
    assert again.outcome == "known"
    assert heard.counts["jiaokan_uploads_total", "upload", "known"] == 1


def test_what_cannot_be_read_is_told_as_rejected(archive, heard):
    accepted = accept(archive, "a/1", b" \n")
    assert process(archive, accepted.item, worker="w#1") == "rejected"
    assert heard.counts["jiaokan_outcomes_total", "rejected"] == 1
    assert heard.counts["jiaokan_step_failures_total", "normalize"] == 1


def test_a_store_that_is_away_is_told_as_a_failed_step(archive, heard, monkeypatch):
    accepted = accept(archive, "a/1", TEXT)

    def away(*_args, **_named):
        raise UnavailableError("objects", "gone")

    monkeypatch.setattr(type(archive.objects), "get", away)
    assert process(archive, accepted.item, worker="w#1") == "given-back"
    assert heard.counts["jiaokan_step_failures_total", "fetch"] == 1
    assert heard.counts["jiaokan_outcomes_total", "given-back"] == 1


def test_a_run_that_is_observed_gives_the_same_bytes():
    named: list[str] = []
    observed = normalize(TEXT, observe=named.append)
    plain = normalize(TEXT)
    assert (observed.content_json(), observed.record_json()) == (plain.content_json(), plain.record_json())
    assert named[0] == "read"
    assert named[-2:] == ["outline", "metadata"]
    order = {stage.name: at for at, stage in enumerate(STAGES)}
    assert sorted(named[1:-2], key=order.__getitem__) == named[1:-2]


def test_nothing_is_told_when_nobody_listens():
    with timed("fetch") as quiet:
        assert quiet.span is None
    with pytest.raises(ValueError, match="mine"), step("put-source"):
        raise ValueError("mine")


def test_metrics_have_names_and_labels_that_prometheus_takes():
    assert len({one.name for one in METRICS}) == len(METRICS)
    for one in METRICS:
        assert one.name.startswith("jiaokan_")
        assert (one.kind == "counter") == one.name.endswith("_total")
        assert bool(one.buckets) == (one.kind == "histogram")
        assert list(one.buckets) == sorted(one.buckets)
        assert not set(one.labels) & {"report", "revision", "item", "le", "job", "instance"}
    assert set(AT_SCRAPE) <= set(METRICS)
    assert all(one.kind == "gauge" for one in AT_SCRAPE)
