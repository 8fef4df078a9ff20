"""Every effect on the way of a report, cut off before and after: nothing is lost, nothing is doubled.

Here the process does not die, it raises what nobody catches; the trial `boundaries` kills real processes at the same
points. What follows is what follows in life: the client that got no answer sends again, the sweeper makes its rounds,
another worker takes over.
"""

from __future__ import annotations

import pytest

from jiaokan.archive import Settings, accept, open_archive
from jiaokan.archive.faults import POINTS, arm
from jiaokan.archive.rebuilding import rebuild
from jiaokan.worker import dispatch, sweeping, together
from jiaokan.worker.processing import process
from jiaokan.worker.sweeping import Sweeper
from jiaokan.worker.together import process_waiting

TEXT = "2023年工作报告\n\n一、工作回顾\n全年完成投资12亿元。\n".encode()
INGEST = ("put-source", "put-revision", "commit-revision", "send-message")
HERE = [point for point in POINTS if not point.startswith("acknowledge")]
"""Acknowledging is Celery's, in the worker's main process: the trial cuts it off there."""


class Killed(BaseException):
    """The process is gone."""


class Clock:
    """The machine's clock, and a hand to put it forward."""

    ahead = 0

    def __call__(self):
        from jiaokan.archive.sql.database import machine_clock

        return machine_clock() + self.ahead


@pytest.fixture(params=["memory:", "sqlite"])
def archive(request, tmp_path, monkeypatch):
    settings = Settings(
        objects="memory:",
        catalog="" if request.param == "sqlite" else request.param,
        data=tmp_path,
        durable=False,
        retry_base=0.001,
    )
    opened = open_archive(settings)
    opened.catalog.database._clock = Clock()
    monkeypatch.setattr(sweeping, "SETTLED", 0.0)
    monkeypatch.setattr(sweeping, "UNADOPTED", -1)
    yield opened
    opened.close()


def upload(archive):
    accepted = accept(archive, "a/1", TEXT)
    dispatch(archive, accepted)


def work(archive):
    """Do what a worker would that gets every message, also those that were lost and sent again."""
    for item in range(1, 4):
        process(archive, item, worker="w#1")


def cut(point):
    def die(reached):
        if reached == point:
            arm(None)
            raise Killed(point)

    return die


@pytest.mark.parametrize("point", HERE)
def test_cut_off_at(archive, point):
    arm(cut(point))
    answered = False
    try:
        upload(archive)
        answered = True
        work(archive)
    except Killed:
        killed = True
    else:
        killed = False
    finally:
        arm(None)
    assert killed, f"{point} was never reached"
    if not answered:
        upload(archive)
    archive.catalog.database._clock.ahead += 120_000  # leases run out, what is unwritten was left
    for _ in range(2):
        Sweeper(archive).round()
        work(archive)
    report = archive.catalog.reports.get("a/1")
    assert report.latest is not None, "nothing is lost"
    assert [edition.number for edition in archive.catalog.reports.editions("a/1")] == [1], (
        "nothing is doubled"
    )
    assert len(archive.catalog.reports.revisions("a/1")) == 1
    events, upto = archive.catalog.ledger.events(after=0)
    assert [(event.sequence, event.event) for event in events] == [(1, "added")]
    assert archive.catalog.ledger.head() == (upto, upto)
    assert not archive.catalog.queue.parked().items
    status = archive.catalog.queue.status()
    assert (dict(status.waiting), status.claimed) == ({"interactive": 0, "bulk": 0}, 0)
    assert len(list(archive.objects.list("revisions/"))) == 1
    assert_rebuilt_equal(archive)


TOGETHER = [
    (point, nth)
    for point in HERE
    for nth in (1, 2)
    if point.partition(":")[0] not in INGEST and (nth == 1 or "put-content" in point or "put-record" in point)
]


@pytest.mark.parametrize(("point", "nth"), TOGETHER)
def test_cut_off_among_others(archive, point, nth, monkeypatch):
    """Several reports are done and published together: the first or the second of them never comes back."""
    monkeypatch.setattr(together, "TOGETHER_SECONDS", 600.0)
    names = [f"a/{number}" for number in range(4)]
    for name in names:
        accept(archive, name, TEXT + name.encode(), queue="bulk")
    left = nth

    def die(reached):
        nonlocal left
        left -= reached == point
        if not left:
            arm(None)
            raise Killed(point)

    arm(die)
    try:
        with pytest.raises(Killed):
            process_waiting(archive, "bulk", worker="w#1")
    finally:
        arm(None)
    archive.catalog.database._clock.ahead += 120_000
    for _ in range(2):
        Sweeper(archive).round()
        process_waiting(archive, "bulk", worker="w#2")
        for item in range(1, 5):
            process(archive, item, worker="w#2")
    for name in names:
        assert [edition.number for edition in archive.catalog.reports.editions(name)] == [1], name
    events, _ = archive.catalog.ledger.events(after=0)
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert archive.catalog.ledger.head() == (4, 4)
    assert not archive.catalog.queue.parked().items
    assert all(archive.catalog.queue.get(item).state == "done" for item in range(1, 5))
    assert_rebuilt_equal(archive, names)


def assert_rebuilt_equal(archive, names=("a/1",)):
    from dataclasses import replace

    from jiaokan.archive.sql import open_catalog

    catalog = open_catalog(Settings(catalog="memory:"))
    catalog.migrate()
    new = replace(archive, catalog=catalog)
    rebuild(new)
    for name in names:
        assert new.catalog.reports.get(name) == archive.catalog.reports.get(name)
    assert new.catalog.ledger.events(after=0) == archive.catalog.ledger.events(after=0)
    catalog.close()


def test_every_step_has_a_before_and_an_after():
    assert len(POINTS) == len(set(POINTS)) == 22
    assert set(INGEST) < {point.partition(":")[0] for point in POINTS}
