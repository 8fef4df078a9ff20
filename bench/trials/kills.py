"""`kill -9` of worker, server, sweeper or everything at random moments while reports are pushed: one edition each.

Then the catalog is deleted and rebuilt from the object store: what a consumer can see is equal.

Arguments: number of reports (50), number of kills (20), seed (1).
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

PARTS: Final = ("worker", "server", "priority", "sweeper")
WAIT: Final = 300.0
"""Seconds until everything has to be published after the last kill, on a busy machine."""


class System:
    """`jiaokan serve`, which may be killed and started again."""

    def __init__(self, data: Path, *, durable: bool = False) -> None:
        self.data = data
        self.durable = durable
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self.starts = 0

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JIAOKAN_")}
        environment |= {"JIAOKAN_DURABLE": str(self.durable).lower(), "JIAOKAN_RESEND_SECONDS": "2"}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jiaokan.console.main",
                "serve",
                "--data",
                str(self.data),
                "--concurrency",
                "1",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        match = re.fullmatch(r"ready (\S+)\n", line)
        assert match, f"it said {line!r}"
        self.url = match[1]
        self.starts += 1

    def kill_part(self, names: tuple[str, ...]) -> list[str]:
        """Kill parts; the supervisor starts them again."""
        assert self.process is not None
        killed = []
        for child in psutil.Process(self.process.pid).children():
            try:
                command = child.cmdline()
                if command and command[-1] in names:
                    child.kill()
                    killed.append(command[-1])
            except psutil.Error:
                continue
        return killed

    def kill_all(self) -> None:
        """Kill the supervisor, and with it everything; then start anew."""
        assert self.process is not None
        self.process.kill()
        self._reap()
        self.start()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
            self._reap()

    def _reap(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.wait(15)
        self.process.stdout.close()
        self.process = None


def report(number: int) -> tuple[str, bytes]:
    """Make an invented report; every fourth in GB18030, some larger than others."""
    lines = [f"云山市{1950 + number}年政府工作报告", "一、工作回顾"]
    lines += [
        f"（{n}）全年完成投资{number * 7 + n}亿元,同比增长{n % 9}.{number % 10}%。"
        for n in range(3 + number % 40)
    ]
    return f"yunshan/{1950 + number}", "\r\n".join(lines).encode("gb18030" if number % 4 == 0 else "utf-8")


def push(system: System, number: int) -> str:
    """Push a report until it is accepted; gives the revision."""
    name, data = report(number)
    while True:
        try:
            answer = httpx.put(
                f"{system.url}/v1/reports/{name}/-/source", content=data, timeout=20, trust_env=False
            )
            if answer.status_code in (200, 202):
                return str(answer.json()["revision"])
        except httpx.HTTPError:
            pass
        time.sleep(0.1)


def snapshot(system: System) -> dict[str, Any]:
    """Give everything that a consumer can see."""
    with httpx.Client(base_url=system.url, timeout=30, trust_env=False) as client:
        seen: dict[str, Any] = {"reports": {}, "feed": []}
        cursor: str | None = None
        while True:
            told = client.get(
                "/v1/reports", params={"limit": 100, **({"cursor": cursor} if cursor else {})}
            ).json()
            for one in told["reports"]:
                editions = client.get(f"/v1/reports/{one['id']}/-/editions").json()
                seen["reports"][one["id"]] = {"about": one, "editions": editions}
            cursor = told.get("cursor")
            if not cursor or not told["reports"]:
                break
        after = 0
        while True:
            told = client.get("/v1/feed", params={"after": after, "limit": 100}).json()
            seen["feed"] += told["events"]
            if not told["events"]:
                break
            after = max(event["sequence"] for event in told["events"])
        return seen


def check(system: System, count: int) -> None:
    """Check that each report has exactly one edition, and the feed neither a gap nor a double."""
    seen = snapshot(system)
    assert len(seen["reports"]) == count, f"{len(seen['reports'])} of {count} reports"
    for name, told in seen["reports"].items():
        assert len(told["editions"]["editions"]) == 1, (
            f"{name} has {len(told['editions']['editions'])} editions"
        )
    sequences = [event["sequence"] for event in seen["feed"]]
    assert sequences == list(range(1, count + 1)), f"the feed is {sequences}"


def trial(folder: Path, *, reports: int, kills: int, seed: int, tell: bool = True) -> dict[str, Any]:
    """Push while killing, wait, check, rebuild, compare."""
    system = System(folder / "data")
    system.start()
    try:
        return _trial(system, folder, reports, kills, seed, tell=tell)
    finally:
        system.stop()


def _trial(
    system: System, folder: Path, reports: int, kills: int, seed: int, *, tell: bool
) -> dict[str, Any]:
    draw = random.Random(seed)
    killed: list[str] = []
    pushed: list[str] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        revision = push(system, number)
        with lock:
            pushed.append(revision)

    def say(message: str) -> None:
        if tell:
            print(message, flush=True)

    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        waiting = 0
        for number in range(kills):
            upto = reports * (number + 1) // kills
            for report_number in range(waiting, upto):
                pool.submit(one, report_number)
            waiting = upto
            # Reports are to flow between two kills: on a busy machine a server needs seconds to come back.
            patience = time.monotonic() + 20
            while len(pushed) < reports * number // kills and time.monotonic() < patience:
                time.sleep(0.02)
            time.sleep(draw.uniform(0.0, 1.0))
            victim = draw.choice(("worker", "server", "both", "priority", "sweeper", "everything"))
            if victim == "everything":
                system.kill_all()
            else:
                system.kill_part(("worker", "priority", "server") if victim == "both" else (victim,))
            killed.append(victim)
            say(f"{time.monotonic() - began:6.1f} s  killed {victim}; {len(pushed)} of {reports} accepted")
    say(f"{time.monotonic() - began:6.1f} s  all are accepted")
    end = time.monotonic() + WAIT
    pending = set(pushed)
    while pending and time.monotonic() < end:
        for revision in sorted(pending):
            try:
                told = httpx.get(f"{system.url}/v1/revisions/{revision}", timeout=20, trust_env=False).json()
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            if told["state"] != "pending":
                assert told["state"] == "published", told
                pending.discard(revision)
        time.sleep(0.2)
    assert not pending, f"{len(pending)} are still pending after {WAIT} s"
    settled = time.monotonic() - began
    say(f"{settled:6.1f} s  all are published")
    check(system, reports)
    before = snapshot(system)
    system.stop()

    for file in (folder / "data").glob("catalog.sqlite*"):
        file.unlink()
    rebuilt = subprocess.run(
        [sys.executable, "-m", "jiaokan.console.main", "archive", "rebuild", "--data", str(folder / "data")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rebuilt.returncode == 0, rebuilt.stderr
    say(rebuilt.stdout.strip())
    system.start()
    after = snapshot(system)
    system.stop()
    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True), (
        "the rebuilt catalog differs"
    )
    return {
        "reports": reports,
        "kills": kills,
        "killed": {name: killed.count(name) for name in sorted(set(killed))},
        "starts": system.starts,
        "seconds_until_published": round(settled, 1),
        "editions_each": 1,
        "feed": "no gap, no double",
        "rebuilt": "equal",
    }


def run(arguments: list[str]) -> dict[str, Any]:
    """Run the trial in a temporary folder."""
    reports, kills, seed = (int(one) for one in [*arguments, *("50", "20", "1")[len(arguments) :]])
    folder = Path(tempfile.mkdtemp(prefix="jiaokan-kills-"))
    try:
        return trial(folder, reports=reports, kills=kills, seed=seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
