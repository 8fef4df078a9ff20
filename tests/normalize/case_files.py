"""Reading the case files: one JSON object a line, one file a class of damage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Case = Mapping[str, Any]
OURS = Path(__file__).parent.parent / "cases"
KINDS = ("wild", "synthetic", "negative", "known-failure")


def cases_in(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                yield json.loads(line)


def has_text(case: Case) -> bool:
    """The text that must come out is known; a gold that begins with { is metadata, and another test's matter."""
    return case["gold"] is not None and not case["gold"].startswith("{")
