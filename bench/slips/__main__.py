"""`python -m bench.slips TEXTS --table BASE [--hold 10:7] [--trials N] [--seed N] [--length CHARACTERS] [--only WORD]`.

TEXTS is a folder of clean texts: ``*.txt``, or ``*.jsonl.xz`` with ``text``, of which ``--hold 10:7`` takes every
tenth from the seventh on. ``--table`` names a table built without these (``bench/tables/build_language.py --hold
10:7``): with the table that ships, what it counted flatters it. A trial is a function of seed and number.

Whole documents go through ``normalize``. *exact*: the text comes out as the undamaged one does; *characters*: 1 less
the edit distance over the length of the run, as a mean of trials, and *weighted* by that length; *noticed*: an edit
or finding lies on the run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from rapidfuzz.distance import Levenshtein

from bench import measuring
from jiaokan.normalize import normalize

from . import heldout
from .kinds import KINDS, Case, Kind, damaged

STAGE = "repair-byte-slips"
LONG = 6


class Trial(NamedTuple):
    """What came of one damaged document."""

    exact: bool
    characters: float
    noticed: bool
    lost: int
    seconds: float
    sure: tuple[int, int]
    unsure: tuple[int, int]
    """Characters put in without a flag, with one: right, and all."""


def tried(case: Case) -> tuple[Trial, dict[str, Any]]:
    """Normalize one case, and its undamaged twin, and compare."""
    truth = normalize(case.clean.encode()).text
    raw = case.stored.encode()
    begun = time.process_time()
    edition = normalize(raw)
    seconds = time.process_time() - begun
    right = set[int]()
    for block in Levenshtein.opcodes(edition.text, truth):
        if block.tag == "equal":
            right.update(range(block.src_start, block.src_end))
    flagged, noticed = set[int](), False
    start, end = (len(case.stored[:at].encode()) for at in (case.start, case.end))
    findings = [found for found in edition.findings if found.stage == STAGE]
    edits = [edit for edit in edition.edits if edit.stage == STAGE]
    for found in (*findings, *edits):
        noticed |= any(
            place.bytes is not None and place.bytes[0] < end + 6 and place.bytes[1] > start - 6
            for place in found.source
        )
    for found in findings:
        if found.code == "doubtful" and found.clean:
            flagged.update(range(*found.clean))
    put = {at for edit in edits for at in range(*edit.clean)}
    sure, unsure = put - flagged, put & flagged
    distance = Levenshtein.distance(edition.text, truth)
    trial = Trial(
        edition.text == truth,
        max(0.0, 1 - distance / max(1, case.lost)),
        noticed,
        case.lost,
        seconds,
        (len(sure & right), len(sure)),
        (len(unsure & right), len(unsure)),
    )
    told = {
        "stored": case.stored[max(0, case.start - 12) : case.end + 8],
        "wrong": [
            (
                truth[max(0, b.dest_start - 6) : b.dest_end + 6],
                edition.text[max(0, b.src_start - 6) : b.src_end + 6],
            )
            for b in Levenshtein.opcodes(edition.text, truth)
            if b.tag != "equal"
        ],
        "sure_wrong": "".join(edition.text[at] for at in sorted(sure - right)),
        "findings": [(f.code, f.confidence, dict(f.data)) for f in findings],
    }
    return trial, told


def case_of(texts: list[str], number: int, seed: int, length: int) -> tuple[Kind, str, Case | None]:
    """The case of one number: its kind goes round, all else is drawn."""
    rng = Random(f"{seed} {number}")
    kind = KINDS[number % len(KINDS)]
    script = rng.choice(heldout.SCRIPTS)
    if kind.loss == "torn by a note" and script == "Hans":
        script = "web"
    text = heldout.written_in(heldout.excerpt(rng.choice(texts), length, rng), script)
    return kind, script, damaged(text, kind, rng)


def traced(path: Path) -> dict[int, tuple[str, Trial]]:
    """The trials that a trace holds: a run that was broken off goes on where it was."""
    done: dict[int, tuple[str, Trial]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        done[told["number"]] = told["script"], Trial(*(told[name] for name in Trial._fields))
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--trials", type=int, default=10, help="of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first trial")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=3_000)
    parser.add_argument("--hold", default="")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument(
        "--trace", type=Path, help="write every trial here, a line each; what it has is not run again"
    )
    parser.add_argument("--keep", action="store_true", help="write the figures to bench/results")
    options = parser.parse_args()
    if options.table:
        heldout.use_table(options.table)
    texts = [text for text in heldout.documents(options.texts, options.hold) if len(text) > 400]
    normalize("预热：六?!比蝿眨ε嘤乱淮畔⒓夹g、政府工作报告。".encode())
    rows: dict[Kind, list[Trial]] = defaultdict(list)
    by_script: dict[str, list[Trial]] = defaultdict(list)
    done = traced(options.trace) if options.trace and options.trace.exists() else {}
    trace = options.trace.open("a", encoding="utf-8") if options.trace else None
    for number in range(options.first, options.first + options.trials * len(KINDS)):
        if options.only not in str(KINDS[number % len(KINDS)]):
            continue
        if number in done:
            kind, (script, trial) = KINDS[number % len(KINDS)], done[number]
            told = None
        else:
            kind, script, case = case_of(texts, number, options.seed, options.length)
            if case is None:
                continue
            trial, told = tried(case)
        rows[kind].append(trial)
        by_script[f"{script}, private-use {'dropped' if kind.dropped else 'kept'}"].append(trial)
        if trace and told is not None:
            line = {"number": number, "kind": str(kind), "script": script, **trial._asdict(), **told}
            trace.write(json.dumps(line, ensure_ascii=False) + "\n")
            trace.flush()
    groups = [(str(kind), rows[kind]) for kind in KINDS if rows[kind]]
    for dropped in (False, True):
        for name, torn in (("a byte lost", False), ("torn", True)):
            chosen = [
                one
                for kind in KINDS
                if kind.dropped is dropped and kind.loss.startswith("torn") is torn
                for one in rows[kind]
            ]
            groups.append((f"ALL {name}, private-use {'dropped' if dropped else 'kept'}", chosen))
    groups += sorted(by_script.items())
    groups.append(("ALL", [one for row in rows.values() for one in row]))
    summed = {name: summary(trials) for name, trials in groups if trials}
    head = ["damage", *next(iter(summed.values()))]
    body = [[name, *(f"{value:g}" for value in row.values())] for name, row in summed.items()]
    told_table = "# Byte slips\n\n" + measuring.table(head, body)
    print(told_table)
    if options.keep:
        measured = {"seed": options.seed, "length": options.length, "hold": options.hold, "rows": summed}
        measuring.keep("slips", measured, told_table, None)


def summary(trials: list[Trial]) -> dict[str, float]:
    """The figures of one row: per cent, and seconds of processor time."""
    count = len(trials)
    times = sorted(trial.seconds for trial in trials)
    long = [trial for trial in trials if trial.lost >= LONG]
    sure, all_sure = (sum(trial.sure[n] for trial in trials) for n in (0, 1))
    unsure, all_unsure = (sum(trial.unsure[n] for trial in trials) for n in (0, 1))
    return {
        "trials": count,
        "exact": round(100 * sum(trial.exact for trial in trials) / count, 1),
        "characters": round(100 * sum(trial.characters for trial in trials) / count, 2),
        "weighted": round(
            100
            * sum(trial.characters * trial.lost for trial in trials)
            / sum(trial.lost for trial in trials),
            2,
        ),
        "unflagged right": round(100 * sure / max(1, all_sure), 2),
        "unflagged of all": round(100 * all_sure / max(1, all_sure + all_unsure), 1),
        "flagged right": round(100 * unsure / max(1, all_unsure), 1),
        "noticed": round(100 * sum(trial.noticed for trial in long) / max(1, len(long)), 2),
        "of": len(long),
        "median s": round(times[count // 2], 2),
        "worst s": round(times[-1], 2),
    }


if __name__ == "__main__":
    main()
