"""What a scraper gets: the table's metrics and no others, added up over processes that fork and die."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jiaokan.archive import UnavailableError, accept
from jiaokan.archive.sql import database
from jiaokan.archive.sql.database import machine_clock
from jiaokan.observing import METRICS, beats, bind, bound, unbind
from jiaokan.observing.beats import SharedMoment, beating, late_loops
from jiaokan.observing.port import Port
from jiaokan.observing.probe import main as probe
from jiaokan.observing.table import metrics_table
from jiaokan.worker.health import WorkerHealth, parts_away
from jiaokan.worker.standing import Standing

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"

FORKING = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from jiaokan.observing import ATTEMPTS, OUTCOMES, SWEPT_AT, count, note, observe, prometheus, telling
from jiaokan.observing.table import STEP_SECONDS
folder = prometheus.make_folder()
telling.tell_meter(prometheus.PrometheusMeter())
for round in range(5):
    child = os.fork()
    if child == 0:
        count(ATTEMPTS, "bulk", "publish", by=2)
        observe(STEP_SECONDS, "fetch", value=0.003)
        note(SWEPT_AT, value=float(round))
        os._exit(0)
    os.waitpid(child, 0)
    if round == 2:
        prometheus.exposition("", None)
count(OUTCOMES, "published")
body, kind = prometheus.exposition("", None)
again, _ = prometheus.exposition("application/openmetrics-text", None)
sys.stdout.write(body.decode())
print("#files", len(list(folder.glob("*.db"))), kind, again.endswith(b"# EOF\\n"))
"""


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_numbers_of_children_that_are_gone_are_kept_in_few_files():
    done = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, check=True)
    text, _, told = done.stdout.rpartition("#files ")
    found = samples(text)
    assert found["jiaokan_attempts_total", (("purpose", "publish"), ("queue", "bulk"))] == 10
    assert found["jiaokan_step_seconds_count", (("step", "fetch"),)] == 5
    assert found["jiaokan_step_seconds_sum", (("step", "fetch"),)] == pytest.approx(0.015)
    assert found["jiaokan_step_seconds_bucket", (("le", "0.005"), ("step", "fetch"))] == 5
    assert found["jiaokan_swept_timestamp_seconds", ()] == 4
    assert found["jiaokan_outcomes_total", (("outcome", "published"),)] == 1
    assert found["jiaokan_outcomes_total", (("outcome", "parked"),)] == 0
    count, *_, openmetrics = told.split()
    assert int(count) <= 6, "one file a kind for what lives, one for what is gone"
    assert openmetrics == "True"


def test_the_documented_table_is_what_is_exported():
    assert metrics_table() in OPERATING.read_text("utf-8"), (
        "write it anew with observing.table.metrics_table()"
    )
    named = set(re.findall(r"\bjiaokan_[a-z_]+", OPERATING.read_text("utf-8")))
    known = {one.name for one in METRICS}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in named} == known


def test_how_the_line_stands_is_read_and_kept_for_a_moment(archive, monkeypatch):
    monkeypatch.setattr("jiaokan.worker.standing.READ_EVERY", 600.0)
    standing = Standing(archive)
    first = {(one.metric.name, one.labels): one.value for one in standing()}
    assert first["jiaokan_work_waiting", ("interactive", "publish")] == 0
    assert first["jiaokan_work_oldest_seconds", ("bulk", "publish")] == 0
    assert first["jiaokan_catalog_up", ()] == 1
    accept(archive, "a/1", b"text", queue="bulk")
    assert {(one.metric.name, one.labels): one.value for one in standing()} == first
    later = {(one.metric.name, one.labels): one.value for one in Standing(archive)()}
    assert later["jiaokan_work_waiting", ("bulk", "publish")] == 1
    assert later["jiaokan_work_oldest_seconds", ("bulk", "publish")] >= 0
    assert later["jiaokan_broker_messages", ("bulk",)] == 0


def test_a_catalog_that_is_away_is_told_as_such(archive, monkeypatch):
    def away(*_):
        raise UnavailableError("catalog", "gone")

    monkeypatch.setattr(type(archive.catalog.queue), "status", away)
    assert [(one.metric.name, one.value) for one in Standing(archive)()] == [("jiaokan_catalog_up", 0)]


def ask(port: Port, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port.number}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def clock(monkeypatch):
    """The clock of the beats, which stands still until it is put forward."""
    hand = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(beats, "time", SimpleNamespace(monotonic=lambda: hand.at))
    return hand


@pytest.fixture
def port(archive, monkeypatch):
    monkeypatch.setattr(beats, "_loops", set())  # what another test has left turning is not asked here
    opened = Port("127.0.0.1", 0, readings=Standing(archive)).start()
    until = time.monotonic() + 60
    while not opened.number:
        assert time.monotonic() < until
        time.sleep(0.01)
    yield opened
    opened.close()


def test_the_port_answers_scrapers_and_probes(port, capsys):
    status, text = ask(port, "/metrics")
    assert status == 200
    assert samples(text)["jiaokan_catalog_up", ()] == 1
    assert ask(port, "/livez") == (200, "live\n")
    assert ask(port, "/readyz") == (200, "ready\n")
    assert ask(port, "/v1/reports")[0] == 404
    assert probe([f"http://127.0.0.1:{port.number}/readyz"]) == 0
    port.ready = lambda: "the store is away"
    assert ask(port, "/livez")[0] == 200
    assert ask(port, "/readyz") == (503, "the store is away\n")
    assert probe([f"http://127.0.0.1:{port.number}/readyz"]) == 1
    assert "the store is away" in capsys.readouterr().err
    assert probe(["http://127.0.0.1:1/readyz"]) == 1
    assert probe([]) == 2


def test_a_loop_that_died_is_missed_and_one_that_ended_is_not(port, clock):
    with beating("ends", within=5.0) as beat:
        beat()
        assert late_loops(did=False) == []
        clock.at += 6
        assert late_loops(did=False) == ["ends did not turn for 6 s"]
    assert late_loops(did=False) == []
    with pytest.raises(ValueError, match="bug"), beating("dies", within=5.0) as dead:
        raise ValueError("bug")
    clock.at += 6
    assert ask(port, "/livez")[0] == 503
    with dead:
        pass  # comes back, and ends properly
    assert ask(port, "/livez")[0] == 200


def test_a_loop_that_gets_nothing_done_is_alive_and_not_ready(port, clock):
    with beating("tries", within=5.0) as beat:
        clock.at += 6
        beat(well=False)
        assert ask(port, "/livez")[0] == 200
        assert ask(port, "/readyz") == (503, "tries got nothing done for 6 s\n")


def test_a_worker_is_stalled_when_work_is_due_and_it_does_nothing(tmp_path, clock, monkeypatch):
    from jiaokan.archive import Settings, open_archive

    settings = Settings(data=tmp_path, durable=False)
    did = SharedMoment()
    health = WorkerHealth(settings, ("interactive", "bulk"), did)
    archive = open_archive(settings)
    try:
        clock.at += health._limit + 1
        assert health.alive() is None, "nothing is due: idle is no fault"
        accepted = accept(archive, "a/1", b"text", queue="bulk")
        assert health.alive() is None, "it is due for a moment only"
        later = machine_clock() + 1000 * round(health._limit + 1)
        monkeypatch.setattr(database, "machine_clock", lambda: later)
        assert "work is due" in (health.alive() or "")
        assert WorkerHealth(settings, ("interactive",), did).alive() is None
        did.touch()
        assert health.alive() is None
        assert health.ready() is None
        assert accepted.item is not None
        claim = archive.catalog.queue.claim(accepted.item, worker="w", seconds=9, max_attempts=3)
        assert claim is not None
        archive.catalog.queue.give_back(claim, delay=60)
        assert archive.catalog.queue.longest_due(("bulk",)) == 0, "what comes due later is not due"
    finally:
        archive.close()


def test_parts_that_are_away_are_named(archive, monkeypatch):
    assert parts_away(archive) is None

    def away(*_):
        raise UnavailableError("objects", "gone")

    monkeypatch.setattr(type(archive.objects), "check", away)
    assert "objects" in (parts_away(archive) or "")


def test_what_is_bound_is_bound_for_a_while():
    token = bind(report="a/1", item=3)
    inner = bind(revision="r")
    assert bound() == {"report": "a/1", "item": 3, "revision": "r"}
    unbind(inner)
    unbind(token)
    assert bound() == {}
