"""Clean texts to damage: our own reports of invented places, or a folder of real ones."""

from __future__ import annotations

import json
import lzma
import os
import random
from collections.abc import Iterator
from pathlib import Path

from jiaokan.normalize import normalize

OWN = Path(__file__).parents[1] / "samples" / "clean"


def clean_reports(*, count: int, length: int, seed: int, corpus: Path | None = None) -> list[str]:
    """Give ``count`` canonical texts of at most ``length`` characters, whole paragraphs.

    A text counts as canonical when no tool has a reason to change it: Jiaokan's own output for a clean report, and
    left alone by a second run. From ``corpus`` (a folder with ``*.jsonl.xz``, or JIAOKAN_CORPUS) documents are drawn
    by ``seed``; without one our own samples are used, over and over with other figures.
    """
    rng = random.Random(seed)
    found: list[str] = []
    for raw in _drawn(corpus, rng):
        paragraphs: list[str] = []
        for paragraph in raw.split("\n"):
            if sum(map(len, paragraphs)) + len(paragraph) > length:
                break
            paragraphs.append(paragraph)
        text = normalize("\n".join(paragraphs or [raw[:length]]).encode()).text
        if text and normalize(text.encode()).text == text:
            found.append(text)
        if len(found) == count:
            break
    return found


def _drawn(corpus: Path | None, rng: random.Random) -> Iterator[str]:
    root = corpus or (
        Path(os.environ["JIAOKAN_CORPUS"]) / "corpus" if "JIAOKAN_CORPUS" in os.environ else None
    )
    files = sorted(root.glob("*.jsonl.xz")) if root else []
    if files:
        documents = []
        for path in files:
            with lzma.open(path, "rt", encoding="utf-8") as stream:
                documents += [json.loads(line)["text"] for line in stream]
        rng.shuffle(documents)
        yield from documents
        return
    own = [path.read_text(encoding="utf-8") for path in sorted(OWN.glob("*.txt"))]
    while True:
        for text in own:
            yield "".join(str(rng.randrange(1, 10)) if char in "123456789" else char for char in text)


def long_report(size: int, *, seed: int = 1) -> str:
    """Give a report of about ``size`` bytes of UTF-8: our own ones, one after another, with other figures."""
    rng = random.Random(seed)
    parts: list[str] = []
    have = 0
    for text in _drawn(Path("/nonexistent"), rng):
        parts.append(text.strip("\n"))
        have += len(parts[-1].encode()) + 1
        if have >= size:
            break
    return "\n".join(parts).encode()[:size].decode("utf-8", "ignore")
