"""Reports pushed while worker, sweeper, Redis (flushed too), PostgreSQL and the S3 server are killed at random moments.

`make trial NAME=outages ARGS="1000 30 1"`: reports, kills, seed. In the end every report has exactly one edition per
revision, none is parked, the feed has no gap and no double, and a catalog rebuilt from the store is equal.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from bench.line import Line, report
from jiaokan.archive import Archive, ReportFilter, Settings, UnavailableError, accept
from jiaokan.archive.rebuilding import rebuild
from jiaokan.archive.sql import open_catalog
from jiaokan.worker import dispatch

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))
import starting

VICTIMS: Final = ("worker", "sweeper", "priority", "redis", "flush", "postgresql", "minio")
PATIENCE: Final = 600.0


def run(arguments: list[str]) -> dict[str, Any]:
    """Push, kill, count."""
    total = int(arguments[0]) if arguments else 1000
    kills = int(arguments[1]) if len(arguments) > 1 else 30
    chance = random.Random(int(arguments[2]) if len(arguments) > 2 else 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        servers = {kind: starting.SERVERS[kind](folder / kind) for kind in ("postgresql", "redis", "minio")}
        settings = {"data": str(folder / "data"), "log_format": "json", "durable_timeout": "3"}
        settings |= {
            "resend_seconds": "3",
            "lease": "20",
            "hard_limit": "15",
            "soft_limit": "10",
            "retry_base": "0.5",
        }
        try:
            for server in servers.values():
                server.up()
                settings |= server.settings
            settings |= starting.fresh_database(servers["postgresql"])
            return _trial(settings, servers, folder, total, kills, chance)
        finally:
            for server in servers.values():
                server.down(signal.SIGKILL)


def _trial(
    settings: dict[str, str],
    servers: dict[str, starting.Server],
    folder: Path,
    total: int,
    kills: int,
    chance: random.Random,
) -> dict[str, Any]:
    killed: Counter[str] = Counter()
    done = threading.Event()
    with Line(settings, log=folder / "line.log") as line:
        line.warm()
        line.supervise()
        began = time.monotonic()
        pusher = threading.Thread(target=_push, args=(line.archive, total, done), daemon=True)
        pusher.start()
        for number in range(kills):
            time.sleep(chance.uniform(0.2, 2.0))
            victim = VICTIMS[number % len(VICTIMS)] if number < len(VICTIMS) else chance.choice(VICTIMS)
            killed[victim] += 1
            print(f"{time.monotonic() - began:6.1f} s  kill -9 {victim}", flush=True)
            if victim == "flush":
                _flush(servers["redis"])
            elif victim in servers:
                servers[victim].down(signal.SIGKILL)
                time.sleep(chance.uniform(0.1, 1.5))
                servers[victim].up()
            else:
                line.kill(victim)
        while not done.wait(1.0):
            print(f"{time.monotonic() - began:6.1f} s  still pushing", flush=True)
        line.wait(lambda archive: _published(archive) >= total + 4, seconds=PATIENCE, every=0.5)
        seconds = time.monotonic() - began
        archive = line.archive
        until = time.monotonic() + 30
        while sum(archive.catalog.queue.status().waiting.values()) and time.monotonic() < until:
            time.sleep(0.5)
        for number in range(total):
            editions = archive.catalog.reports.editions(f"o/{number}")
            revisions = archive.catalog.reports.revisions(f"o/{number}")
            assert len(editions) == len(revisions) == 1, (number, editions, revisions)
        assert not archive.catalog.queue.parked().items, archive.catalog.queue.parked().items
        _check_feed(archive, total + 4)
        _check_rebuilt(archive)
        return {
            "reports": total,
            "kills": dict(killed),
            "seconds": round(seconds, 1),
            "parked": 0,
            "processes started again": line.deaths,
        }


def _push(archive: Archive, total: int, done: threading.Event) -> None:
    for number in range(total):
        while True:
            try:
                accepted = accept(
                    archive, f"o/{number}", report(number), queue="bulk" if number % 3 else "interactive"
                )
                dispatch(archive, accepted)
                break
            except UnavailableError:
                time.sleep(0.2)  # what got no answer is sent again
    done.set()


def _published(archive: Archive) -> int:
    try:
        return archive.catalog.ledger.head().visible
    except UnavailableError:
        return 0


def _flush(server: starting.Server) -> None:
    import redis

    try:
        with redis.Redis.from_url(server.settings["broker"]) as connection:
            connection.flushall()
    except redis.RedisError:
        pass


def _check_feed(archive: Archive, count: int) -> None:
    seen: list[int] = []
    while True:
        events, _ = archive.catalog.ledger.events(after=seen[-1] if seen else 0, limit=500)
        if not events:
            break
        seen += [event.sequence for event in events]
    assert seen == list(range(1, count + 1)), (len(seen), count)


def _check_rebuilt(archive: Archive) -> None:
    catalog = open_catalog(Settings(catalog="memory:"))
    catalog.migrate()
    new = Archive(archive.objects, catalog, archive.settings)
    rebuild(new)
    assert new.catalog.ledger.head() == archive.catalog.ledger.head()
    after: str | None = None
    while True:
        old_page = archive.catalog.reports.list(ReportFilter(), after=after, limit=500)
        new_page = new.catalog.reports.list(ReportFilter(), after=after, limit=500)
        assert old_page == new_page
        after = old_page.cursor
        if after is None:
            break
    catalog.close()
