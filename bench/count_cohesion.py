"""Count which characters belong together, and write the two tables that ``stages/cohesion.py`` reads.

    python bench/count_cohesion.py CORPUS_FOLDER

The folder holds ``*.jsonl.xz`` with one object a line and its text in ``text``.

``cohesion.txt``: pairs of ideographs that occur at least ``LEAST`` times and whose pointwise mutual information is at
least ``NATS``. ``breaks.txt``: how much more often a character stands inside a paragraph than at its start, or than
at the end of one, in hundredths of a nat, rounded to ``STEP``.
"""

from __future__ import annotations

import json
import lzma
import math
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

LEAST = 10
NATS = 2.0
LEAST_SEEN = 200
STEP = 25
MOST = 700
FOLDER = Path(__file__).parents[1] / "services" / "normalize" / "stages"
DIGIT = re.compile("[0-9]")
KIND = "[\u4e00-\u9fff0“《（%]"


def main(folder: str) -> None:
    texts = []
    for path in sorted(Path(folder).glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    whole = "\n\n".join(texts)
    write_pairs(whole)
    write_breaks(DIGIT.sub("0", whole))


def write_pairs(whole: str) -> None:
    codes = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    han = (codes >= 0x4E00) & (codes < 0xA000)
    singles, single_counts = np.unique(codes[han], return_counts=True)
    pairs, counts = np.unique(((codes[:-1] << 32) | codes[1:])[han[:-1] & han[1:]], return_counts=True)
    left = single_counts[np.searchsorted(singles, pairs >> 32)]
    right = single_counts[np.searchsorted(singles, pairs & 0xFFFFFFFF)]
    nats = np.log(counts * float(counts.sum()) / (left * right.astype(float)))
    followers: dict[str, list[str]] = {}
    for pair in pairs[(counts >= LEAST) & (nats >= NATS)].tolist():
        followers.setdefault(chr(pair >> 32), []).append(chr(pair & 0xFFFFFFFF))
    rows = (f"{first}{''.join(sorted(rest))}\n" for first, rest in sorted(followers.items()))
    (FOLDER / "cohesion.txt").write_text("".join(rows), "utf-8")
    print(f"{sum(map(len, followers.values()))} pairs")


def write_breaks(whole: str) -> None:
    seen = Counter(re.findall(KIND, whole))
    starts = Counter(re.findall(f"(?<=\n){KIND}", whole))
    ends = Counter(re.findall(f"{KIND}(?=[。\n])", whole))
    total, total_starts = sum(seen.values()), sum(starts.values())
    usual_end = math.log(sum(ends.values()) / total)
    tables: dict[tuple[str, int], list[str]] = {}
    for char, count in seen.items():
        if count < LEAST_SEEN:
            continue
        start = math.log(count / total) - math.log((starts[char] + 0.5) / total_starts)
        end = usual_end - math.log((ends[char] + 1) / count)
        for table, nats in (("start", start), ("end", end)):
            score = max(-MOST, min(MOST, round(nats * 100 / STEP) * STEP))
            if score:
                tables.setdefault((table, score), []).append(char)
    rows = (f"{table} {score} {''.join(sorted(chars))}\n" for (table, score), chars in sorted(tables.items()))
    (FOLDER / "breaks.txt").write_text("".join(rows), "utf-8")
    print(f"{len(tables)} rows of breaks")


if __name__ == "__main__":
    main(sys.argv[1])
