"""`python -m bench.slips TEXTS [--trials N] [--seed N] [--length CHARACTERS] [--traditional PERCENT] [--table BASE]`.

TEXTS is a folder of clean texts (``*.txt``, UTF-8 or GB18030) or of ``*.jsonl.xz`` with ``text``; with ``--hold 10:7``
only every tenth document, from the seventh on, is drawn. ``--table`` names a table built without these documents
(``bench/tables/build_language.py --hold 10:7``); measuring with the table that ships on what it counted flatters it.

A row is one kind of damage: which byte was lost, where the run ends, marks flattened or not, private-use characters
kept or dropped. *exact*: the whole text comes out as it was; *characters*: 1 less the edit distance over the length
of the run. Then the flags: how many of the characters that repairs put in are right, without a flag and with one.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import opencc
from rapidfuzz.distance import Levenshtein

from jiaokan.normalize import language
from jiaokan.normalize.language import glance
from jiaokan.normalize.language.model import Model
from jiaokan.normalize.language.table import read_pairs, read_table
from jiaokan.normalize.slips.damage import LOSSES, Channel, Damaged, damage, flattened
from jiaokan.normalize.slips.gate import places_of
from jiaokan.normalize.slips.repair import Repair, repairs_of

FLAT = str.maketrans("，；：！？（）", ",;:!?()")


class Kind(NamedTuple):
    """One row."""

    loss: str
    end: str
    flat: bool
    dropped: bool

    def __str__(self) -> str:
        marks = "flat marks" if self.flat else "wide marks"
        return f"{self.loss}, to {self.end}, {marks}, private-use {'dropped' if self.dropped else 'kept'}"


KINDS = tuple(Kind(*row) for row in product(LOSSES, ("ASCII", "second loss"), (False, True), (False, True)))


def documents(folder: Path, hold: str) -> Iterator[str]:
    every, kept = (int(part) for part in hold.split(":")) if hold else (1, 0)
    number = 0
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if number % every == kept:
                    yield str(json.loads(line)["text"])
                number += 1
    for path in sorted(folder.glob("*.txt")):
        data = path.read_bytes()
        try:
            yield data.decode()
        except UnicodeDecodeError:
            yield data.decode("gb18030", "replace")


def damaged(text: str, kind: Kind, rng: Random) -> tuple[str, str, Damaged] | None:
    """Damage one place of ``text``: the text as it should come out, as it is stored, and the run."""
    for _ in range(60):
        at = rng.randrange(30, max(31, len(text) - 60))
        if not "\u4e00" <= text[at] <= "\u9fff":
            continue
        second = None
        if kind.end == "second loss":
            second = (at + rng.randrange(5, 25), rng.choice(("lead", "trail")))
            if second[0] >= len(text) - 20 or not "\u4e00" <= text[second[0]] <= "\u9fff":
                continue
        made = damage(text, at, kind.loss, Channel(kind.dropped, kind.flat), second=second)  # type: ignore[arg-type]
        if made is None or made.text == text or made.end - made.start > 300:
            continue
        stored = made.text
        if kind.flat:
            before, after = stored[: made.start], stored[made.end :]
            stored = before.translate(FLAT) + stored[made.start : made.end] + after.translate(FLAT)
        return text, stored, made
    return None


def folded(text: str, simplify: Any) -> str:
    return "".join(map(flattened, simplify.convert(text))).replace(" ", "")


def applied(text: str, repairs: list[Repair]) -> tuple[str, list[tuple[int, bool]]]:
    """The repaired text, and which of its characters were put in, with or without a flag."""
    pieces: list[str] = []
    put: list[tuple[int, bool]] = []
    at = length = 0
    for repair in repairs:
        pieces += [text[at : repair.start], repair.new]
        length += repair.start - at
        flagged = {(doubt.start, doubt.end, doubt.char) for doubt in repair.doubts}
        place, number = repair.start, 0
        for was, now in repair.alignment:
            for _ in range(now):
                put.append((length, (place, place + was, repair.new[number]) in flagged))
                length += 1
                number += 1
            place += was
        at = repair.end
    pieces.append(text[at:])
    return "".join(pieces), put


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--trials", type=int, default=10, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=2_000)
    parser.add_argument("--traditional", type=int, default=67)
    parser.add_argument("--hold", default="")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    if options.table:
        pairs = read_pairs(options.table.with_suffix(".pairs").read_bytes())
        glance.load_pairs = lambda: pairs  # type: ignore[attr-defined]
        model = Model(pairs, read_table(options.table.with_suffix(".grams").read_bytes()))
    else:
        model = language.load()
    simplify, traditionalize = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    rng = Random(options.seed)
    texts = [text for text in documents(options.texts, options.hold) if len(text) > 300]
    rows: dict[Kind, list[tuple[bool, float, float, bool, int]]] = defaultdict(list)
    flags: dict[tuple[bool, bool], list[bool]] = defaultdict(list)
    for number in range(options.trials * len(KINDS)):
        kind = KINDS[number % len(KINDS)]
        text = rng.choice(texts)
        start = rng.randrange(0, max(1, len(text) - options.length))
        text = text[start : start + options.length]
        if rng.randrange(100) < options.traditional:
            text = traditionalize.convert(text)
        made = damaged(text, kind, rng)
        if made is None:
            continue
        truth, stored, run = made
        begun = time.perf_counter()
        places = places_of(stored, frozenset(stored))
        found = list(repairs_of(stored, places, model)) if len(places) else []
        took = time.perf_counter() - begun
        out, put = applied(stored, [repair for repair in found if repair.applies])
        right, read = folded(truth, simplify), folded(out, simplify)
        lost = len(truth) - (len(run.text) - (run.end - run.start))
        noticed = any(repair.start < run.end + 3 and repair.end > run.start - 3 for repair in found)
        distance = Levenshtein.distance(read, right)
        rows[kind].append((read == right, max(0.0, 1 - distance / max(1, lost)), took, noticed, lost))
        matched = {
            at
            for block in Levenshtein.opcodes(read, right)
            if block.tag == "equal"
            for at in range(block.src_start, block.src_end)
        }
        blanks = [0]
        for char in out:
            blanks.append(blanks[-1] + (folded(char, simplify) == ""))
        for at, flagged in put:
            flags[kind.dropped, flagged].append(at - blanks[at] in matched)
    print(f"{'damage':62}{'trials':>7}{'exact':>8}{'chars':>8}{'median s':>9}{'worst s':>8}")
    for kind in KINDS:
        _row(str(kind), rows[kind])
    for dropped in (False, True):
        whole = [trial for kind in KINDS if kind.dropped is dropped for trial in rows[kind]]
        _row(f"ALL, private-use {'dropped' if dropped else 'kept'}", whole)
        sure, unsure = flags[dropped, False], flags[dropped, True]
        if sure:
            print(
                f"    put in without a flag: {sum(sure) / len(sure):.4f} right, "
                f"{len(sure) / (len(sure) + len(unsure)):.3f} of all; with one: "
                f"{sum(unsure) / max(1, len(unsure)):.3f} right"
            )
    long = [trial for kind in KINDS for trial in rows[kind] if trial[4] >= 6]
    if long:
        print(
            f"runs of six characters and more noticed: {sum(trial[3] for trial in long) / len(long):.4f} of {len(long)}"
        )


def _row(name: str, trials: list[tuple[bool, float, float, bool, int]]) -> None:
    if not trials:
        return
    count = len(trials)
    times = sorted(trial[2] for trial in trials)
    exact, chars = sum(trial[0] for trial in trials) / count, sum(trial[1] for trial in trials) / count
    print(
        f"{name:62}{count:>7}{exact:>8.3f}{chars:>8.4f}{times[count // 2]:>9.2f}{times[-1]:>8.2f}", flush=True
    )


if __name__ == "__main__":
    main()
