"""The whole API under schemathesis, all checks: no 5xx, no answer that the OpenAPI document does not describe.

    make trial NAME=contract ARGS="20000 7"

Rounds go on until so many requests were served. Every other round names reports, sections and revisions that exist,
so that what stands behind the look-ups is reached too; the other rounds make everything up. Uploads are worked on as
they come. Long-polls and streams are served by a clock that runs a thousand times faster, or no round would end.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn

from jiaokan.api import create_app, feed
from jiaokan.archive import Accepted, Archive, Keys, SectionIndex, accept, load_settings, open_archive
from jiaokan.ingest import following, taking
from jiaokan.ingest.app import ROUTERS
from jiaokan.worker.processing import process

REPORT: Final = """临江省工业和信息化厅2023年工作总结和2024年工作计划
一、2023年工作回顾
全省规模以上工业增加值增长5.2%。
（一）工业經濟平稳运行。实施稳增长行动，新增规模以上企业320家。
（二）数字经济加快发展。建成5G基站3万个。
二、2024年工作安排
（一）推进新型工业化。培育先进制造业集群。
"""

CUT_AFTER: Final = 0.2
"""Seconds after which a stream ends, which never would."""

EXAMPLES: Final = 60
"""Of one operation in one round, at most; with coverage and stateful phases a round makes some 5,000 requests."""


SETTINGS: Final = """
hooks = "hooks"
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 410, 413, 429, "5xx"]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 428, 429, "5xx"]
[[operations]]
include-tag = "ingest"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 410, 413, 422, 429, "5xx"]
"""
"""All checks, with this knowledge: a report may be gone (410) and an upload too large (413) however well it is asked.
What is stated of an upload has rules that no JSON Schema tells (ids in NFC, JSON inside a field, a digest that fits
the bytes), so there a 422 is no fault."""

HOOKS: Final = """
import secrets
import schemathesis

@schemathesis.hook
def map_headers(context, headers):
    # Made-up keys meet again and again, each time with another request: that is refused, and rightly.
    if headers and "idempotency-key" in headers:
        headers["idempotency-key"] = f"{headers['idempotency-key'][:60]}{secrets.token_hex(8)}"
    return headers
"""


FEW: Final = 2_000
"""Below so many requests only the phase is run that can be kept short, and by one hand: the tests do so, and
ask the same each time."""


class _FastClock:
    """A thousand seconds a second."""

    @staticmethod
    def monotonic() -> float:
        return time.monotonic() * 1000


class Counted:
    """Counts answers by status."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.statuses: Counter[int] = Counter()
        self.paths: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def count(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
                if message["status"] >= 500:
                    self.paths[f"{scope['method']} {scope['path']}"] += 1
            await send(message)

        await self.app(scope, receive, count)


@contextmanager
def worked(archive: Archive) -> Iterator[None]:
    """Work on uploads as they come, in a thread."""
    items: queue.Queue[Any] = queue.Queue()

    def take(_: Archive, accepted: Accepted) -> bool:
        if accepted.item is not None:
            items.put(accepted.item)
        return True

    def work() -> None:
        index = SectionIndex(archive)
        while (item := items.get()) is not None:
            process(archive, item, worker="trial")
            while index.follow():
                pass

    before = taking.dispatch
    taking.dispatch = take
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        items.put(None)
        thread.join(timeout=30)
        taking.dispatch = before


async def _ended(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    end = time.monotonic() + CUT_AFTER
    async for piece in stream:
        yield piece
        if time.monotonic() > end:
            return


@contextmanager
def in_haste(token_prefix: list[str]) -> Iterator[None]:
    """Serve waits and streams in no time; let nobody revoke the trial's own key."""
    clocks, stream, revoke = (feed.time, following.time, feed.HEARTBEAT), feed._stream, Keys.revoke
    feed.time = following.time = _FastClock
    feed.HEARTBEAT = 0.0
    feed._stream = lambda *given: _ended(stream(*given))
    Keys.revoke = lambda self, prefix: prefix not in token_prefix and revoke(self, prefix)
    try:
        yield
    finally:
        (feed.time, following.time, feed.HEARTBEAT), feed._stream, Keys.revoke = clocks, stream, revoke


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Counted, str, dict[str, str]]]:
    """Serve an archive with reports in it; gives address, counter, key and the parameters that name what is there."""
    settings = load_settings(
        data=folder / "data", objects="memory:", catalog=f"sqlite:///{folder}/c.db", durable=False
    )
    archive = open_archive(settings.model_copy(update={"max_upload": 200_000}))
    try:
        named = _published(archive)
        key, token = Keys(archive.catalog.database).create("trial", ["read", "upload", "manage"])
        app = create_app(archive, archive.settings, routers=ROUTERS, followers=False)
        counted = Counted(app)
        server = uvicorn.Server(uvicorn.Config(counted, port=0, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        with worked(archive), in_haste([key.prefix]):
            thread.start()
            while not server.started:
                time.sleep(0.02)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}", counted, token, named
            server.should_exit = True
            thread.join(timeout=30)
    finally:
        archive.close()


def _published(archive: Archive) -> dict[str, str]:
    revision = ""
    for year in (2021, 2022, 2023):
        for text in (REPORT.replace("2023", str(year)), REPORT.replace("5.2%", f"{year % 7}.1%")):
            accepted = accept(archive, f"linjiang/gxt/{year}", text.encode(), labels=("trial",))
            assert accepted.item is not None
            process(archive, accepted.item, worker="trial")
            revision = accepted.revision.id
    index = SectionIndex(archive)
    while index.follow():
        pass
    edition = archive.catalog.reports.get("linjiang/gxt/2023").latest
    return {
        "report": "linjiang/gxt/2023",
        "number": "latest",
        "section": "c1.s1",
        "revision": revision,
        "sha256": edition.content,
    }


def one_round(
    url: str,
    token: str,
    named: dict[str, str],
    *,
    seed: int,
    examples: int,
    folder: Path,
    phases: str,
    hands: int,
) -> dict[str, Any]:
    """Run schemathesis once; gives its exit code and what it found."""
    settings = folder / "schemathesis.toml"
    (folder / "hooks.py").write_text(HOOKS)
    lines = [SETTINGS, "[auth.openapi.key]", f"bearer = {json.dumps(token)}", "[parameters]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in named.items()]
    settings.write_text("\n".join(lines) + "\n")
    report = folder / f"report-{seed}.json"
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(settings)),
            *("run", f"{url}/v1/openapi.json", "--checks", "all", "--max-examples", str(examples)),
            *("--seed", str(seed), "--workers", str(hands), "--generation-with-security-parameters", "false"),
            *("--suppress-health-check", "all", "--no-shrink", "--continue-on-failure", "--no-color"),
            *("--request-timeout", "30", "--report", "json", "--report-json-path", str(report)),
            *("--phases", phases),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    (folder / f"output-{seed}.txt").write_text(done.stdout + done.stderr)
    return {"exit": done.returncode, "failures": _failures(done.stdout), "tail": done.stdout[-1500:]}


def _failures(output: str) -> list[str]:
    """Read the headings of the failures, each with its operation."""
    found, operation = [], ""
    for line in output.splitlines():
        if match := re.fullmatch(
            r"_+ ((?:GET|PUT|POST|PATCH|DELETE|HEAD) .+?|Stateful tests) _+", line.strip()
        ):
            operation = match[1]
        elif line.startswith("- ") and operation:
            found.append(f"{operation}: {line[2:]}")
    return sorted(set(found))


def run(arguments: Sequence[str]) -> dict[str, Any]:
    """Serve and ask until enough requests were made."""
    wanted = int(arguments[0]) if arguments else 20_000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    keep = Path(arguments[2]) if len(arguments) > 2 else None
    phases = "fuzzing" if wanted < FEW else "examples,coverage,fuzzing,stateful"
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as made:
        folder = keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        with served(folder) as (url, counted, token, named):
            while (before := counted.statuses.total()) < wanted:
                known = named if len(rounds) % 2 else {}
                examples = max(5, min(EXAMPLES, (wanted - before) // 60))
                told = one_round(
                    url,
                    token,
                    known,
                    seed=seed + len(rounds),
                    examples=examples,
                    folder=folder,
                    phases=phases,
                    hands=1 if wanted < FEW else 2,
                )
                told["requests"] = counted.statuses.total() - before
                tail = told.pop("tail")
                if told["exit"]:
                    print(tail, file=sys.stderr)
                rounds.append(told)
                print(f"{counted.statuses.total()} requests", file=sys.stderr, flush=True)
                if not told["requests"]:
                    raise RuntimeError(f"schemathesis asked nothing: {tail}")
            statuses = {str(status): count for status, count in sorted(counted.statuses.items())}
            faults = dict(counted.paths.most_common(20))
    return {
        "requests": sum(told["requests"] for told in rounds),
        "statuses": statuses,
        "server_errors": faults,
        "failures": sorted({one for told in rounds for one in told["failures"]}),
        "rounds": rounds,
    }
