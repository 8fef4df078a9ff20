"""The case files of metadata and years: what the document determines, and what it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiaokan.edition import Region, Years
from jiaokan.normalize.hints import NO_HINTS
from jiaokan.normalize.metadata import describe
from jiaokan.normalize.outline import outline

CASES = Path(__file__).parents[2] / "cases"


def _cases(name):
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield pytest.param(case, id=case["id"])


def told(value):
    if isinstance(value, Years):
        return [value.first, value.last]
    if isinstance(value, Region):
        return [value.code, value.name, value.level]
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", [*_cases("metadata.jsonl"), *_cases("year.jsonl")])
def test_metadata_of_a_case(case):
    text = case["raw"]
    metadata, findings = describe(text, outline(text, (), NO_HINTS), (), NO_HINTS)
    assert {name: told(getattr(metadata, name)) for name in case["expect"]} == case["expect"]
    assert findings == ()
    for at in metadata.evidence.values():
        assert 0 <= at[0] < at[1] <= len(text)
    for name in ("title", "number", "source"):
        if getattr(metadata, name) is not None:
            assert name in metadata.evidence
