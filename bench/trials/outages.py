"""Reports uploaded while ingest, worker, sweeper, Redis (flushed too), PostgreSQL and S3 are killed at random moments.

In a *hole* no server dies: what is sent to it vanishes for some seconds, and connections that stood are lost for good.

`make trial NAME=outages ARGS="1000 30 1"`: reports, kills, seed. They come by HTTP, four at a time, spread over the
kills; what got no answer is sent again. In the end every report has exactly one edition per revision, none is parked,
the feed has no gap and no double, a catalog rebuilt from the store is equal, and `archive check` finds nothing wrong.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

import httpx

from bench.line import Line, report
from jiaokan.archive import Archive, ReportFilter, Settings, UnavailableError
from jiaokan.archive.rebuilding import rebuild
from jiaokan.archive.sql import open_catalog

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))
import starting
from hole import Way, way_to

SERVERS: Final = {"postgresql": "catalog", "redis": "broker", "minio": "s3_endpoint"}
"""Each with the setting that names it."""

HOLE: Final = "hole before "
VICTIMS: Final = (
    *("ingest", "worker", "sweeper", "priority", "redis", "flush", "postgresql", "minio"),
    *(f"{HOLE}{name}" for name in SERVERS),
)
PATIENCE: Final = 600.0


def run(arguments: list[str]) -> dict[str, Any]:
    """Push, kill, count."""
    total = int(arguments[0]) if arguments else 1000
    kills = int(arguments[1]) if len(arguments) > 1 else 30
    chance = random.Random(int(arguments[2]) if len(arguments) > 2 else 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        servers = {kind: starting.SERVERS[kind](folder / kind) for kind in SERVERS}
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
            with ExitStack() as stack:
                ways = {name: stack.enter_context(way_to(settings[url])) for name, url in SERVERS.items()}
                settings |= {url: ways[name].through(settings[url]) for name, url in SERVERS.items()}
                return _trial(settings, servers, ways, folder, total, kills, chance)
        finally:
            for server in servers.values():
                server.down(signal.SIGKILL)


def _trial(
    settings: dict[str, str],
    servers: dict[str, starting.Server],
    ways: dict[str, Way],
    folder: Path,
    total: int,
    kills: int,
    chance: random.Random,
) -> dict[str, Any]:
    killed: Counter[str] = Counter()
    port = starting.free_port()
    settings = {**settings, "port": str(port), "rate_limit": "0"}
    roles = ("ingest", "worker", "priority", "sweeper")
    with Line(settings, log=folder / "line.log", roles=roles) as line, ThreadPoolExecutor(4) as hands:
        line.warm()
        line.supervise()
        began = time.monotonic()
        url = f"http://127.0.0.1:{port}"
        answers: list[Future[int]] = []
        for number in range(kills):
            while len(answers) < total * (number + 1) // kills:
                answers.append(hands.submit(_upload, url, len(answers)))
            # Uploads are to flow between two kills: on a busy machine a server needs seconds to come back.
            patience = time.monotonic() + 20
            while _answered(answers) < total * number // kills and time.monotonic() < patience:
                time.sleep(0.05)
            time.sleep(chance.uniform(0.0, 1.0))
            victim = VICTIMS[number % len(VICTIMS)] if number < len(VICTIMS) else chance.choice(VICTIMS)
            killed[victim] += 1
            told = f"{_answered(answers)} accepted, {max(0, _published(line.archive) - 4)} published"
            print(f"{time.monotonic() - began:6.1f} s  {victim}; {told}", flush=True)
            if victim == "flush":
                _flush(servers["redis"])
            elif victim.startswith(HOLE):
                way = ways[victim.removeprefix(HOLE)]
                way.open_hole()
                time.sleep(chance.uniform(1.0, 8.0))
                way.close_hole()
            elif victim in servers:
                servers[victim].down(signal.SIGKILL)
                time.sleep(chance.uniform(0.1, 1.5))
                servers[victim].up()
            else:
                line.kill(victim)
        tries = sum(answer.result() for answer in answers)
        print(f"{time.monotonic() - began:6.1f} s  all are accepted", flush=True)
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
        checked = subprocess.run(
            [sys.executable, "-m", "jiaokan.console.main", "archive", "check"],
            env=line.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stderr[-2000:]
        return {
            "reports": total,
            "uploads sent again": tries - total,
            "kills": dict(killed),
            "seconds": round(seconds, 1),
            "parked": 0,
            "processes started again": line.deaths,
            "feed": "no gap, no double",
            "rebuilt": "equal",
            "archive check": checked.stdout.strip(),
        }


def _upload(url: str, number: int) -> int:
    """Upload a report until it is accepted; tells how often it was sent."""
    tries = 0
    while True:
        tries += 1
        with suppress(httpx.HTTPError):
            answer = httpx.put(
                f"{url}/v1/reports/o/{number}/-/source",
                params={"queue": "bulk" if number % 3 else "interactive"},
                content=report(number),
                timeout=20,
                trust_env=False,
            )
            if answer.status_code in {200, 202}:
                return tries
            assert answer.status_code >= 500, answer.text
        time.sleep(0.2)


def _answered(answers: Sequence[Future[int]]) -> int:
    return sum(answer.done() for answer in answers)


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
