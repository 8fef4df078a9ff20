"""The whole system on one machine: it starts, works, survives what dies, and ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
import starting

from jiaokan.console.stack import bind

PYTHON = sys.executable
SHELL = {name: value for name, value in os.environ.items() if not name.startswith("JIAOKAN_")}
REPORT = "云山市{}年政府工作报告\n一、工作回顾\n全市生产总值增长6.1%。\n"


class System:
    """`jiaokan serve` in a process of its own."""

    def __init__(self, data, *arguments, **environment):
        self.process = subprocess.Popen(
            [
                PYTHON,
                "-m",
                "jiaokan.console.main",
                "serve",
                "--data",
                str(data),
                "--concurrency",
                "1",
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**SHELL, "JIAOKAN_DURABLE": "false", **environment},
            text=True,
        )
        line = self.process.stdout.readline()
        match = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", line)
        assert match, f"it said {line!r}"
        self.url = match[1]

    def parts(self):
        """The supervisor's children, by name of the part."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                command = child.cmdline()
            except psutil.Error:
                continue
            if command:  # a process that has just died has none
                found[command[-1]] = child
        return found

    def put(self, report, data):
        return httpx.put(
            f"{self.url}/v1/reports/{report}/-/source", content=data, trust_env=False, timeout=60
        ).json()

    def wait_for(self, revision, seconds=120):
        """Follow a revision; the server may be on its way back."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                told = httpx.get(
                    f"{self.url}/v1/revisions/{revision}?wait=5", trust_env=False, timeout=60
                ).json()
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if told["state"] != "pending":
                return told
        raise AssertionError(f"revision {revision} is still pending after {seconds} s")


@contextmanager
def serving(data, *arguments, **environment):
    system = System(data, *arguments, **environment)
    try:
        yield system
    finally:
        if system.process.poll() is None:
            system.process.send_signal(signal.SIGINT)
            system.process.wait(60)
        system.process.stdout.close()


@pytest.mark.slow
def test_a_report_goes_the_whole_way_and_everything_ends_within_five_seconds(tmp_path):
    with serving(tmp_path / "data", "--port", "0") as system:
        told = system.put("yunshan/2023", REPORT.format(2023).encode("gb18030"))
        assert system.wait_for(told["revision"])["edition"]["number"] == 1
        url = f"{system.url}/v1/reports/yunshan/2023/-/editions/latest"
        first = httpx.get(url, trust_env=False)
        assert first.json()["text"].startswith("云山市2023年政府工作报告\n一、工作回顾")
        again = httpx.get(url, headers={"if-none-match": first.headers["etag"]}, trust_env=False)
        assert again.status_code == 304
        # New bytes are edition 2, and edition 1 stays; the same bytes are nothing.
        assert system.put("yunshan/2023", REPORT.format(2023).encode("gb18030"))["outcome"] == "known"
        second = system.put("yunshan/2023", REPORT.format("２０２３").encode("big5hkscs", "replace"))
        assert system.wait_for(second["revision"])["edition"]["number"] == 2
        assert httpx.get(url.replace("latest", "1"), trust_env=False).content == first.content

        other = subprocess.run(
            [PYTHON, "-m", "jiaokan.console.main", "serve", "--data", str(tmp_path / "data")],
            capture_output=True,
            text=True,
            env=SHELL,
            timeout=60,
            check=False,
        )
        assert other.returncode == 1, "no second system works in the same folder"
        assert f"works in {tmp_path / 'data'} already, at {system.url}" in other.stderr

        family = psutil.Process(system.process.pid).children(recursive=True)
        assert set(system.parts()) == {"server", "worker", "priority", "sweeper"}
        started = time.monotonic()
        system.process.send_signal(signal.SIGINT)
        assert system.process.wait(10) == 0
        assert time.monotonic() - started < 5
        _, alive = psutil.wait_procs(family, timeout=30)
        assert not alive


@pytest.mark.slow
def test_whatever_part_is_killed_comes_back_and_the_work_is_done(tmp_path):
    with serving(tmp_path / "data", "--port", "0", JIAOKAN_LEASE="80", JIAOKAN_RESEND_SECONDS="1") as system:
        before = system.parts()
        for name, victim in before.items():
            victim.send_signal(signal.SIGKILL)
            deadline = time.monotonic() + 60
            while (now := system.parts().get(name)) is None or now.pid == victim.pid:
                assert time.monotonic() < deadline, f"the {name} did not come back"
                time.sleep(0.05)
        told = system.put("yunshan/2024", REPORT.format(2024).encode())
        assert system.wait_for(told["revision"])["state"] == "published"


@pytest.mark.slow
def test_the_supervisor_takes_its_parts_along_and_a_new_start_finishes_the_work(tmp_path):
    data = tmp_path / "data"
    with serving(data, "--port", "0", JIAOKAN_SWEEP_SECONDS="60") as system:
        family = psutil.Process(system.process.pid).children(recursive=True)
        stopped = [system.parts()[part] for part in ("worker", "priority")]
        for part in stopped:
            part.suspend()  # what is uploaded now stays undone
        revisions = [
            system.put(f"yunshan/{year}", REPORT.format(year).encode())["revision"]
            for year in range(2020, 2024)
        ]
        port = system.url.rpartition(":")[2]
        system.process.kill()
        system.process.wait()
        for part in stopped:
            os.killpg(part.pid, signal.SIGKILL)  # what is stopped cannot see that its supervisor is gone
        _, alive = psutil.wait_procs(family, timeout=30)
        assert not alive
    with serving(data, "--port", port, JIAOKAN_RESEND_SECONDS="1") as system:
        for revision in revisions:
            assert system.wait_for(revision)["edition"]["number"] == 1


def test_a_wrong_setting_is_told_at_the_start(tmp_path):
    told = subprocess.run(
        [PYTHON, "-m", "jiaokan.console.main", "serve", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        env={**SHELL, "JIAOKAN_LEASE": "1"},
        timeout=60,
        check=False,
    )
    assert told.returncode == 1
    assert "limits must rise" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_system_that_cannot_begin_says_why_and_does_not_try_again(tmp_path, form):
    told = subprocess.run(
        [
            PYTHON,
            "-m",
            "jiaokan.console.main",
            "serve",
            "--data",
            str(tmp_path),
            "--host",
            "0.0.0.0",
            "--port",
            "0",
        ],
        capture_output=True,
        text=True,
        env={**SHELL, "JIAOKAN_LOG_FORMAT": form},
        timeout=60,
        check=False,
    )
    assert told.returncode == 1
    assert "jiaokan keys create" in told.stderr.splitlines()[-1]
    assert "started again" not in told.stderr
    assert "{" not in told.stderr


@pytest.mark.parametrize("command", [["serve", "--data"], ["normalize", str(Path(__file__)), "--out"]])
def test_a_folder_that_cannot_be_made_is_told_in_a_line(tmp_path, command):
    (tmp_path / "file").touch()
    told = subprocess.run(
        [PYTHON, "-m", "jiaokan.console.main", *command, str(tmp_path / "file" / "inside")],
        capture_output=True,
        text=True,
        env=SHELL,
        timeout=20,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith(f"Error: {tmp_path / 'file'}")
    assert "Traceback" not in told.stderr


def test_a_busy_port_means_the_next_free_one():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with bind("127.0.0.1", port) as found:
            assert port < found.getsockname()[1] <= port + 50


def test_a_port_that_is_given_up_in_a_moment_is_waited_for():
    import threading

    port = starting.free_port()  # nobody else takes it in that moment
    busy = socket.create_server(("127.0.0.1", port))
    threading.Timer(0.3, busy.close).start()
    with bind("127.0.0.1", port, patience=60) as found:
        assert found.getsockname()[1] == port


@pytest.mark.slow
def test_the_demonstration_publishes_every_sample(tmp_path):
    told = subprocess.run(
        [PYTHON, "-m", "jiaokan.console.main", "demo", "--once", "--data", str(tmp_path), "--port", "0"],
        capture_output=True,
        text=True,
        env={**SHELL, "JIAOKAN_DURABLE": "false"},
        timeout=150,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert re.search(r"^ready http://127\.0\.0\.1:\d+$", told.stdout, re.MULTILINE)
    assert "6 of 6 samples are published" in told.stderr
    assert json.loads((tmp_path / "serving.json").read_text())["port"]


def test_a_part_that_cannot_begin_says_why_in_one_line(tmp_path):
    done = subprocess.run(
        [PYTHON, "-m", "jiaokan.console.main", "serve", "--only", "api"],
        env={
            **SHELL,
            "JIAOKAN_DATA": str(tmp_path),
            "JIAOKAN_HOST": "0.0.0.0",
            "JIAOKAN_PORT": "0",
            "JIAOKAN_LOG_FORMAT": "json",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    told = json.loads(line)
    assert (told["part"], told["level"]) == ("api", "error")
    assert "jiaokan keys create" in told["message"]
