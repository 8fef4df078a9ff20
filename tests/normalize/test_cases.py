"""Every case file, ours and (where JIAOKAN_CORPUS is set) the real ones: what goes in, what must come out.

Adding a case is adding a line. Kinds: ``wild`` (as it was met, or like it), ``synthetic``, ``negative`` (nothing may be
proposed) and ``known-failure`` (expected to fail, and told when it no longer does). ``findings`` lists codes that
must be found. A gold of "" means that the rules empty the input.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

from jiaokan.normalize import RejectedError, normalize

case_files = SimpleNamespace(**run_path(str(Path(__file__).with_name("case_files.py"))))

FLOORS = Path(__file__).with_name("corpus_floors.json")
CASES = list(case_files.cases_in(case_files.OURS))
# What a source proves to be uncertain; a case whose text is not determined may change only under one of these.
FLAGS = {"doubtful", "proposal"}


def _params():
    for case in CASES:
        marks = (
            [pytest.mark.xfail(strict=True, reason=case.get("note", ""))]
            if case["kind"] == "known-failure"
            else []
        )
        yield pytest.param(case, id=case["id"], marks=marks)


def test_the_case_files_are_well_formed():
    ids = Counter(case["id"] for case in CASES)
    assert not [name for name, count in ids.items() if count > 1]
    for case in CASES:
        assert set(case) <= {"id", "class", "kind", "raw", "gold", "note", "findings", "expect"}, case["id"]
        assert case["kind"] in case_files.KINDS, case["id"]
        assert case["kind"] != "negative" or case["gold"] == case["raw"], case["id"]


@pytest.mark.parametrize("case", list(_params()))
def test_case(case):
    edition = normalize(case["raw"].encode())
    if case_files.has_text(case):
        assert edition.text == case["gold"]
    if case["kind"] == "negative":
        assert edition.edits == ()
    assert set(case.get("findings", ())) <= {found.code for found in edition.findings}
    if edition.text == "" and case["raw"]:
        assert "emptied" in {found.code for found in edition.findings}


def _outcome(case):
    """Say how a real case came out: exact, wrong; or, where its text is not determined: kept, flagged, guessed."""
    try:
        edition = normalize(case["raw"].encode())
    except RejectedError:
        return "rejected"
    if case_files.has_text(case):
        return "exact" if edition.text == case["gold"] else "wrong"
    if not edition.edits:
        return "kept"
    return "flagged" if {found.code for found in edition.findings} & FLAGS else "changed"


@pytest.mark.corpus
def test_real_cases_by_class(corpus, capsys):
    outcomes = defaultdict(Counter)
    for case in case_files.cases_in(corpus / "cases"):
        outcomes[case["class"]][_outcome(case)] += 1
    for gold in sorted((corpus / "worked").glob("*.clean.txt")):
        source = next((corpus / "seeds").glob(f"{gold.name[:3]}_*.txt"))
        same = normalize(source.read_bytes()).text == gold.read_text(encoding="utf-8").strip("\n")
        outcomes["worked"]["exact" if same else "wrong"] += 1
    lines = [f"{'class':30}{'total':>7}{'exact':>7}{'of':>5}{'kept':>7}{'flagged':>9}{'changed':>9}"]
    for name, counts in sorted(outcomes.items()):
        determined = counts["exact"] + counts["wrong"]
        lines.append(
            f"{name:30}{sum(counts.values()):>7}{counts['exact']:>7}{determined:>5}"
            f"{counts['kept']:>7}{counts['flagged']:>9}{counts['changed']:>9}"
        )
    total = sum(outcomes.values(), Counter())
    lines.append(f"{'all':30}{sum(total.values()):>7}{total['exact']:>7}{total['exact'] + total['wrong']:>5}")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    exact = {name: counts["exact"] for name, counts in sorted(outcomes.items()) if counts["exact"]}
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    if os.environ.get("JIAOKAN_RAISE_FLOORS"):
        raised = {name: max(floors.get(name, 0), count) for name, count in exact.items()}
        FLOORS.write_text(json.dumps(floors | raised, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sunk = {name: (exact.get(name, 0), floor) for name, floor in floors.items() if exact.get(name, 0) < floor}
    assert not sunk, "fewer real cases come out exactly than did before"
