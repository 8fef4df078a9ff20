"""The house stands: what no linter can hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IMPORTS_SERVICES = re.compile(r"^\s*(?:from|import)\s+services\b", re.MULTILINE)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_nothing_imports_services() -> None:
    guilty = [path for path in tracked("*.py") if IMPORTS_SERVICES.search(path.read_text("utf-8"))]
    assert guilty == []


def test_the_ban_would_see_an_import() -> None:
    assert IMPORTS_SERVICES.search("import services.edition")
    assert IMPORTS_SERVICES.search("    from services.edition import Edit")
    assert not IMPORTS_SERVICES.search("from ..services_of import x")


def test_no_file_names_a_package_index() -> None:
    host = re.compile(r"pypi\.org|pythonhosted|proxy\.golang\.org|registry\.npmjs")
    guilty = [
        path
        for path in tracked()
        if path != Path(__file__)
        and path.stat().st_size < 1_000_000
        and host.search(path.read_text("utf-8", "replace"))
    ]
    assert guilty == []


def test_the_package_is_reached_by_its_name() -> None:
    link = ROOT / "jiaokan"
    assert link.is_symlink()
    assert link.readlink() == Path("services")
