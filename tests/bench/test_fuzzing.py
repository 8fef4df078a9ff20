"""A few damaged files of every kind: each a reading or a rejection, and the same file for a number."""

from __future__ import annotations

import pytest

from bench import fuzzing

KNOWN = {
    "reading", "edition", "damaged", "empty", "not-text", "no-verdict", "legacy-word", "encrypted", "archive",
    "archive-bomb", "too-large", "unsupported-package", "scan-without-text", "illegible-text", "too-deep",
    "link-or-device", "too-many-members", "too-many-pages", "spreadsheet",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_material_only(monkeypatch):
    monkeypatch.delenv("JIAOKAN_CORPUS", raising=False)
    fuzzing.bases.cache_clear()
    yield
    fuzzing.bases.cache_clear()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", fuzzing.KINDS)
def test_damaged_files_are_read_or_refused(kind):
    first = fuzzing.KINDS.index(kind)
    outcomes = [
        outcome
        for number in range(first, first + 30 * len(fuzzing.KINDS), len(fuzzing.KINDS))
        for outcome in fuzzing.outcomes(fuzzing.fuzzed(number).data, whole=False)
    ]
    assert outcomes
    assert set(outcomes) <= KNOWN


def test_a_number_is_always_the_same_file():
    turn = len(fuzzing.KINDS)
    number = turn + fuzzing.KINDS.index("docx")
    assert fuzzing.fuzzed(number) == fuzzing.fuzzed(number)
    assert fuzzing.fuzzed(number).kind == "docx"
    assert fuzzing.fuzzed(number) != fuzzing.fuzzed(number + turn)


def test_a_whole_edition_is_verified():
    assert set(fuzzing.outcomes(fuzzing.bases()["zip"][0], whole=True)) == {"edition"}
