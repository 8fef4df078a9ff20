"""Servers that vanish without a word, or die in the midst of an answer: each part says so in time and comes back."""

from __future__ import annotations

import signal

import pytest
import starting
from hole import way_to

from bench.line import Line, report
from jiaokan.archive import Settings, UnavailableError, accept, open_archive
from jiaokan.worker import dispatch

pytestmark = pytest.mark.servers


def test_a_catalog_that_says_nothing_is_given_up_and_found_again(server, tmp_path):
    url = starting.fresh_database(server("postgresql"))["catalog"]
    with way_to(url) as way:
        settings = Settings(
            objects="memory:", catalog=way.through(url), data=tmp_path, durable=False, durable_timeout=1
        )
        archive = open_archive(settings)
        assert accept(archive, "h/1", report(1)).outcome == "new"
        way.open_hole()
        with pytest.raises(UnavailableError, match="no answer within 2 s"):
            accept(archive, "h/2", report(2))
        with pytest.raises(UnavailableError):
            archive.catalog.ledger.head()
        way.close_hole()
        assert accept(archive, "h/2", report(2)).outcome == "new"
        assert len(archive.catalog.reports.revisions("h/2")) == 1
        archive.close()


def test_a_store_that_says_nothing_is_given_up_and_found_again(server, tmp_path):
    given = server("minio").settings
    with way_to(given["s3_endpoint"]) as way:
        settings = Settings(
            **{**given, "s3_endpoint": way.through(given["s3_endpoint"])},
            catalog="memory:",
            data=tmp_path,
            durable_timeout=0.5,
        )
        archive = open_archive(settings)
        accepted = accept(archive, "h/1", report(1))
        way.open_hole()
        with pytest.raises(UnavailableError):
            accept(archive, "h/2", report(2))
        with pytest.raises(UnavailableError):
            archive.objects.get(f"revisions/{accepted.revision.id}.json")
        way.close_hole()
        assert accept(archive, "h/2", report(2)).outcome == "new"
        archive.close()


@pytest.mark.slow
def test_a_redis_that_dies_while_messages_are_acknowledged_leaves_no_deaf_worker(tmp_path):
    """Celery takes no notice of that by itself, and reads from a closed connection for ever."""
    redis = starting.redis(tmp_path / "redis")
    redis.up()
    settings = {
        "data": str(tmp_path),
        **redis.settings,
        "durable": "false",
        "log_format": "json",
        "concurrency": "1",
        "resend_seconds": "1",
        "durable_timeout": "2",
    }
    try:
        with Line(settings, log=tmp_path / "line.log", roles=("worker", "sweeper")) as line:
            line.warm()
            for turn in range(3):
                for number in range(4):
                    name = 4 * turn + number
                    dispatch(line.archive, accept(line.archive, f"h/{name}", report(name)))
                redis.down(signal.SIGKILL)
                redis.up()
                line.wait(lambda archive, upto=8 + 4 * turn: archive.catalog.ledger.head().visible >= upto)
            assert line.processes["worker"].poll() is None, "it went on, and was not replaced"
        assert "lost its broker:" not in (tmp_path / "line.log").read_text("utf-8")
    finally:
        redis.down(signal.SIGKILL)
