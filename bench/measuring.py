"""What every benchmark shares: who measured, how long something takes, and where the figures are kept."""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """Say where, with which commit and which versions of the rivals it was measured."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return {
        "commit": said.stdout.strip(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "versions": {
            name: found
            for name in ("chardet", "charset-normalizer", "faust-cchardet", "ftfy", "opencc")
            if (found := _version(name))
        },
    }


def _cpu() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def best_of(call: Callable[[], object], *, rounds: int = 5, seconds: float = 2.0) -> float:
    """Give the shortest of some runs, in seconds of processor time, so that a busy machine does not count."""
    best = float("inf")
    began = time.perf_counter()
    gc.collect()
    for _ in range(rounds):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
        if time.perf_counter() - began > seconds:
            break
    return best


def keep(name: str, measured: dict[str, Any], markdown: str, picture: str | None) -> None:
    """Write ``results/<name>.json``, ``.md`` and ``.svg``."""
    RESULTS.mkdir(exist_ok=True)
    told = {"benchmark": name, "machine": machine(), **measured}
    (RESULTS / f"{name}.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (RESULTS / f"{name}.md").write_text(markdown, encoding="utf-8")
    if picture is not None:
        (RESULTS / f"{name}.svg").write_text(picture, encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table; the first column stands left, figures stand right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
