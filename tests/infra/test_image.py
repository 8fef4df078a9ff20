"""Each target of the image starts with what its requirements install, and nothing else of what this machine has."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

NEEDED = {
    "api": ("api.app", "api.following", "console.part", "observing.starting", "observing.tracing"),
    "ingest": ("ingest.app", "console.part", "observing.starting", "observing.tracing"),
    "worker": (
        *("worker.running", "worker.task", "worker.slot", "worker.processing", "worker.sweeping"),
        *("worker.standing", "worker.health", "worker.renormalizing", "console.part", "observing.tracing"),
    ),
}
"""Modules that a part of the target imports, now or later."""

ALONE = """
import importlib, re, sys
from importlib.metadata import packages_distributions
allowed, modules = sys.argv[1].split(","), sys.argv[2].split(",")
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
foreign = {
    module
    for module, names in packages_distributions().items()
    if not {plain(name) for name in names} & {*allowed, "jiaokan", "setuptools", "pip"}
}
class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in foreign:
            raise ModuleNotFoundError(f"{name} is not in this target", name=name)
sys.meta_path.insert(0, Refuses())
for module in modules:
    importlib.import_module(f"jiaokan.{module}")
heavy = {"opencc", "pypinyin", "lxml", "numpy"} & set(sys.modules)
print(",".join(sorted(heavy)))
"""


def alone(target: str, *modules: str) -> str:
    text = (ROOT / "requirements" / f"{target}.txt").read_text("utf-8")
    allowed = {
        re.sub(r"[-_.]+", "-", name).lower()
        for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)
    }
    done = subprocess.run(
        [sys.executable, "-c", ALONE, ",".join(allowed), ",".join(modules)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.parametrize("target", NEEDED)
def test_a_target_imports_with_its_own_requirements(target: str) -> None:
    heavy = alone(target, *NEEDED[target])
    if target != "worker":
        assert heavy == "", "a server that only takes in or gives out does not load the pipeline"


def test_the_check_sees_what_is_missing() -> None:
    with pytest.raises(AssertionError, match="celery"):
        alone("api", "worker.app")
