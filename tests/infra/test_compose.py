"""docker-compose.yml says what is true: by the specification's own parser, by our settings, and by a rehearsal."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiaokan.archive.settings import Settings
from jiaokan.console.part import PARTS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / "infra" / "compose" / "example.env"
ONCE = ("migrate", "first-key")
OURS = (*ONCE, "api", "ingest", "worker", "worker-priority", "sweeper", "followers")
BIN = Path(sys.executable).parent


def parsed() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return document


def example() -> dict[str, str]:
    lines = (line for line in EXAMPLE.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def filled(text: str, values: dict[str, str]) -> str:
    """Fill ``${NAME:-default}`` and ``${NAME:?message}`` as Compose does."""

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if values.get(name):
            return values[name]
        assert kind != ":?", f"{name} is needed: {rest}"
        return rest or ""

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", fill, text)


def test_every_part_is_one_that_the_command_runs() -> None:
    services = parsed()["services"]
    for name in OURS:
        command = services[name]["command"]
        if name == "migrate":
            assert command == ["jiaokan", "archive", "migrate"]
        elif name == "first-key":
            assert command[:3] == ["jiaokan", "keys", "create"]
        else:
            assert command[:3] == ["jiaokan", "serve", "--only"]
            assert command[3] in PARTS


def test_every_setting_is_one_that_there_is() -> None:
    known = {f"JIAOKAN_{name.upper()}" for name in Settings.model_fields}
    services = parsed()["services"]
    for name in OURS:
        assert set(services[name]["environment"]) <= known, name


def test_no_secret_has_a_default() -> None:
    text = FILE.read_text("utf-8")
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY", "GRAFANA_PASSWORD"):
        assert re.findall(r"\$\{" + name + r"[^}]*\}", text)
        assert not re.findall(r"\$\{" + name + r"(:-|\})", text)


def test_our_parts_run_without_privileges() -> None:
    services = parsed()["services"]
    for name in OURS:
        one = services[name]
        assert one["read_only"] is True
        assert one["user"] not in ("0", "root")
        assert one["cap_drop"] == ["ALL"]
        if name not in ONCE:
            assert one["healthcheck"]["test"][:4] == ["CMD", "python", "-m", "jiaokan.observing.probe"]
            assert one["healthcheck"]["test"][4].endswith("/readyz")


def test_every_service_is_as_small_a_prize_as_it_can_be() -> None:
    for name, one in parsed()["services"].items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one.get("healthcheck"), name
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ())), name


def test_files_that_are_mounted_are_there() -> None:
    for name, one in parsed()["services"].items():
        for volume in one.get("volumes", ()):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert (ROOT / source).is_file(), (name, source)
                assert rest.endswith(":ro"), (name, source)


def test_prometheus_scrapes_every_part() -> None:
    document = yaml.safe_load((ROOT / "infra/compose/observing/prometheus.yml").read_text("utf-8"))
    (job,) = document["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert sorted(found["names"]) == sorted(set(OURS) - set(ONCE))
    for name in found["names"]:
        assert parsed()["services"][name]["environment"]["JIAOKAN_METRICS_PORT"] == str(found["port"])


def test_the_image_is_built_from_what_is_needed_and_no_secret() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    copied = re.findall(
        r"^COPY ([^-\n].*) \S+$|source=(requirements\S+?),",
        (ROOT / "infra/image/Dockerfile").read_text("utf-8"),
        re.MULTILINE,
    )
    needed = {word.partition("/")[0] for pair in copied for words in pair for word in words.split()}
    assert needed == kept


def test_every_target_of_the_image_is_there() -> None:
    targets = set(
        re.findall(r"^FROM \S+ AS (\w+)$", (ROOT / "infra/image/Dockerfile").read_text("utf-8"), re.MULTILINE)
    )
    used = {one["build"]["target"] for one in parsed()["services"].values() if "build" in one}
    assert used <= targets
    for target in used:
        assert (ROOT / "requirements" / f"{target}.txt").is_file()


@pytest.mark.servers
def test_the_specifications_own_parser_takes_it(tmp_path: Path) -> None:
    import starting

    try:
        parser = starting.go_program("cmd")
    except starting.ServerMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(f"left out: {error}")
    # The parser's command reads neither .env nor the environment: values are filled in before.
    (tmp_path / FILE.name).write_text(filled(FILE.read_text("utf-8"), example()), "utf-8")
    shutil.copytree(ROOT / "infra", tmp_path / "infra")
    done = subprocess.run(
        [parser, "docker-compose.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "jiaokan-worker" in done.stdout


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_rehearsal_on_real_servers(server, tmp_path: Path) -> None:
    """Run the very commands, environments and health checks of the file against servers on this machine."""
    import starting

    servers = {name: server(name) for name in ("postgresql", "redis", "minio")}
    database = starting.fresh_database(servers["postgresql"])
    services = parsed()["services"]
    ports = {"api": starting.free_port(), "ingest": starting.free_port()}
    metrics = {name: starting.free_port() for name in OURS}

    def environment(name: str) -> dict[str, str]:
        given = {key: filled(str(value), example()) for key, value in services[name]["environment"].items()}
        # The names of containers become addresses here; everything else stays as the file has it.
        given |= {f"JIAOKAN_{key.upper()}": value for key, value in servers["minio"].settings.items()}
        given |= {
            "JIAOKAN_CATALOG": database["catalog"],
            "JIAOKAN_BROKER": servers["redis"].settings["broker"],
        }
        given |= {
            "JIAOKAN_PORT": str(ports.get(name, 0)),
            "JIAOKAN_METRICS_PORT": str(metrics[name]),
        }
        given["JIAOKAN_DATA"] = str(tmp_path / name)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JIAOKAN_")}
        return {**kept, **given, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}

    def checked(name: str) -> subprocess.CompletedProcess[str]:
        given = {"8321": ports["api"], "8322": ports["ingest"], "9100": metrics[name]}
        check = services[name]["healthcheck"]["test"][1:]
        for port, here in given.items():
            check = [part.replace(port, str(here)) for part in check]
        return subprocess.run(
            [sys.executable, *check[1:]],
            env=environment(name),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    subprocess.run(services["migrate"]["command"], env=environment("migrate"), check=True, timeout=60)
    made = [
        subprocess.run(
            services["first-key"]["command"],
            env=environment("first-key"),
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert made[0].startswith("jk_")
    assert made[1] == "", "one key, however often the stack starts"
    key = {"Authorization": f"Bearer {made[0]}"}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in OURS[len(ONCE) :]:
            with (tmp_path / f"{name}.log").open("wb") as log:
                running[name] = subprocess.Popen(
                    services[name]["command"],
                    env=environment(name),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        for port in ports.values():
            wait_until(lambda port=port: get(port, "/readyz") is not None)
        text = "临江省工业和信息化厅2023年工作总结\n一、工业经济平稳运行\n增长5.2%。\n"
        request = urllib.request.Request(
            f"http://127.0.0.1:{ports['ingest']}/v1/reports/a/2023/-/source", text.encode(), key, method="PUT"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status in (200, 201, 202)
        latest = "/v1/reports/a/2023/-/editions/latest"
        wait_until(lambda: get(ports["api"], latest, key) is not None)
        assert get(ports["api"], latest) is None, "on an open address nobody reads without a key"
        wait_until(lambda: hits(ports["api"], key) == ["a/2023"])
        for name in OURS[len(ONCE) :]:
            assert running[name].poll() is None, (tmp_path / f"{name}.log").read_text(errors="replace")[
                -2000:
            ]
            wait_until(lambda name=name: checked(name).returncode == 0)
            assert b"jiaokan_leases_expired_total" in got(metrics[name], "/metrics"), name
        assert b'jiaokan_outcomes_total{outcome="published"} 1.0' in b"".join(
            got(metrics[name], "/metrics") for name in ("worker", "worker-priority")
        )
        wait_until(lambda: b"jiaokan_catalog_up 1.0" in got(metrics["sweeper"], "/metrics"))
        # A part that hangs is not healthy, though its process lives.
        os.killpg(running["sweeper"].pid, signal.SIGSTOP)
        try:
            assert checked("sweeper").returncode == 1
        finally:
            os.killpg(running["sweeper"].pid, signal.SIGCONT)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> bytes | None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            body: bytes = answer.read()
            return body
    except OSError:
        return None


def got(port: int, path: str) -> bytes:
    """Get what is there, however busy the machine is."""
    found: list[bytes | None] = [None]

    def asked() -> bool:
        found[0] = get(port, path)
        return found[0] is not None

    wait_until(asked)
    assert found[0] is not None
    return found[0]


def hits(port: int, headers: dict[str, str]) -> list[str]:
    body = get(port, "/v1/search?q=" + urllib.request.quote("工业经济"), headers)
    return [hit["report"] for hit in json.loads(body)["hits"]] if body else []


def wait_until(true: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)
