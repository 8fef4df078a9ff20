"""The case files of headings: which sections a text has, and which lines are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.outline import outline

CASES = Path(__file__).parents[2] / "cases"


def _cases(name):
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield pytest.param(case, id=case["id"])


@pytest.mark.parametrize("case", [*_cases("heading.jsonl"), *_cases("heading-negative.jsonl")])
def test_sections_of_a_case(case):
    sections = outline(case["raw"], (), NO_HINTS)
    assert [[s.kind, s.ordinal, s.level, s.heading] for s in sections[1:]] == case["expect"]
