"""Count which ideographs belong together, and write ``services/normalize/stages/cohesion.txt``.

    python bench/count_cohesion.py CORPUS_FOLDER

The folder holds ``*.jsonl.xz`` with one object a line and its text in ``text``. A pair is listed when it occurs at
least ``LEAST`` times and its pointwise mutual information is at least ``NATS`` nats.
"""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path

import numpy as np

LEAST = 10
NATS = 2.0
TARGET = Path(__file__).parents[1] / "services" / "normalize" / "stages" / "cohesion.txt"


def main(folder: str) -> None:
    texts = []
    for path in sorted(Path(folder).glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    codes = np.frombuffer("\n\n".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    han = (codes >= 0x4E00) & (codes < 0xA000)
    singles, single_counts = np.unique(codes[han], return_counts=True)
    pairs, counts = np.unique(((codes[:-1] << 32) | codes[1:])[han[:-1] & han[1:]], return_counts=True)
    left = single_counts[np.searchsorted(singles, pairs >> 32)]
    right = single_counts[np.searchsorted(singles, pairs & 0xFFFFFFFF)]
    nats = np.log(counts * float(counts.sum()) / (left * right.astype(float)))
    followers: dict[str, list[str]] = {}
    for pair in pairs[(counts >= LEAST) & (nats >= NATS)].tolist():
        followers.setdefault(chr(pair >> 32), []).append(chr(pair & 0xFFFFFFFF))
    TARGET.write_text("".join(f"{first}{''.join(sorted(rest))}\n" for first, rest in sorted(followers.items())), "utf-8")
    print(f"{sum(map(len, followers.values()))} pairs in {TARGET}")


if __name__ == "__main__":
    main(sys.argv[1])
