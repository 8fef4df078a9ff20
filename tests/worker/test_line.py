"""The line in real processes, once each: it publishes, it survives `kill -9`, it parks what kills it.

The long forms are trials: `make trial NAME=boundaries`, `poison`, `outages`, `race`, `backfill`, `memory`.
"""

from __future__ import annotations

import pytest

from bench.line import Line, report
from jiaokan.archive import accept
from jiaokan.worker import dispatch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

QUICK = {
    "durable": "false",
    "log_format": "json",
    "concurrency": "1",
    "soft_limit": "8",
    "hard_limit": "9",
    "lease": "10",
    "retry_base": "0.1",
    "resend_seconds": "1",
    "max_attempts": "2",
}


def published(count):
    return lambda archive: archive.catalog.ledger.head().visible >= count


def test_reports_are_published_whatever_is_killed(tmp_path):
    with Line(
        {**QUICK, "data": str(tmp_path)}, log=tmp_path / "line.log", roles=("worker", "sweeper")
    ) as line:
        line.supervise()
        for number in range(12):
            dispatch(line.archive, accept(line.archive, f"k/{number}", report(number)))
            if number == 6:
                line.wait(published(1))
                line.kill("worker")
                line.kill("sweeper")
        line.wait(published(12))
        for number in range(12):
            assert len(line.archive.catalog.reports.editions(f"k/{number}")) == 1
        assert not line.archive.catalog.queue.parked().items


def test_what_kills_its_process_is_parked_and_stops_nobody_else(tmp_path):
    settings = {**QUICK, "data": str(tmp_path)}
    line = Line(
        settings, log=tmp_path / "line.log", roles=("worker", "sweeper"), module="bench.line.poisoned"
    )
    with line:
        for number, poison in enumerate(("", "毒：crash\n", "", "毒：bug\n", "")):
            dispatch(line.archive, accept(line.archive, f"p/{number}", poison.encode() + report(number)))
        line.wait(published(3))
        line.wait(lambda archive: archive.catalog.queue.status().parked == 2)
        codes = {item.report: item.code for item in line.archive.catalog.queue.parked().items}
        assert codes == {"p/1": "attempts-used-up", "p/3": "error"}


@pytest.mark.servers
def test_the_same_on_postgresql_redis_and_s3(server, tmp_path):
    import starting

    settings = {**QUICK, "data": str(tmp_path), **server("redis").settings, **server("minio").settings}
    settings |= starting.fresh_database(server("postgresql"))
    with Line(settings, log=tmp_path / "line.log", roles=("worker", "priority", "sweeper")) as line:
        for number in range(6):
            queue = "bulk" if number % 2 else "interactive"
            dispatch(line.archive, accept(line.archive, f"s/{number}", report(number), queue=queue))
        line.wait(published(6))
        assert len(line.archive.catalog.ledger.events(after=0)[0]) == 6
