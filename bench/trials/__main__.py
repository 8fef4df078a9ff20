"""`python -m bench.trials [NAME] [ARGUMENT]…`: list the trials, or run one and keep what it measured."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import trials

RESULTS = Path(__file__).parents[1] / "results"


def names() -> list[str]:
    """Give the trials: every module here that has a ``run``."""
    return sorted(
        found.name
        for found in pkgutil.iter_modules(trials.__path__)
        if not found.name.startswith("_")
        and "def run(" in (Path(__file__).parent / f"{found.name}.py").read_text()
    )


def machine() -> dict[str, Any]:
    """Say where it was measured."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, cwd=RESULTS.parent
    )
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").exists()
        else iter(()),
        platform.processor(),
    )
    return {
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def main(arguments: list[str]) -> int:
    """Run the trial that the first argument names."""
    if not arguments:
        print("trials (make trial NAME=…):")
        for name in names():
            said = (importlib.import_module(f"bench.trials.{name}").__doc__ or "").strip().partition("\n")[0]
            print(f"  {name:14} {said}")
        return 0
    name, *rest = arguments
    if name not in names():
        print(f"no trial {name!r}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"bench.trials.{name}")
    began = time.time()
    measured = module.run(rest)
    told = {
        "trial": name,
        # Where a folder lies on the machine is nobody's matter but its own.
        "arguments": [Path(one).name if Path(one).is_absolute() else one for one in rest],
        "seconds": round(time.time() - began, 1),
        "machine": machine(),
        "measured": measured,
    }
    RESULTS.mkdir(exist_ok=True)
    # What was measured on servers stands beside what was measured on one machine.
    kept = f"{name}-{measured['stack']}" if measured.get("stack", "local") != "local" else name
    (RESULTS / f"{kept}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(measured, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
