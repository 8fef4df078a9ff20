"""The same report as TXT, HTML, DOCX and PDF, printed by LibreOffice from one source: the same text and outline."""

from __future__ import annotations

import difflib
import json
import lzma
import os
import random
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bench.printing import FORMS, Layout, Paragraph, layouts, opendocument, paragraphs_of, printed, program
from bench.texts import OWN
from jiaokan.edition import Edition
from jiaokan.normalize import normalize
from jiaokan.normalize.formats.pdf_pages import opened, pages

TOLD: Final = 3
"""Differences of a document that are told."""


def run(arguments: list[str]) -> dict[str, Any]:
    """Print reports in many layouts; ``arguments``: how many (24), the seed (1).

    What is compared with: the TXT; where the report has a table or a note, which TXT does not keep, the DOCX.
    """
    if program() is None:
        print("LibreOffice (soffice) is not installed: nothing to measure with", file=sys.stderr)
        raise SystemExit(2)
    count, seed = int(arguments[0]) if arguments else 24, int(arguments[1]) if len(arguments) > 1 else 1
    rng = random.Random(seed)
    chosen = list(zip(_reports(count, rng), layouts(rng), strict=False))
    made = printed([opendocument(report, layout) for report, layout in chosen])
    sums: dict[str, Counter[str]] = {form: Counter() for form in FORMS}
    wraps: Counter[str] = Counter()
    told: list[dict[str, Any]] = []
    for (report, layout), files in zip(chosen, made, strict=True):
        judged = judge(layout, files)
        for form, found in judged.items():
            sums[form].update(documents=1, exact=not found["distance"], outlines=found["outline"])
            sums[form].update(characters=found["characters"], wrong=found["distance"])
            wraps.update(found.get("wraps", {}))
        wrong = {form: found for form, found in judged.items() if found["distance"] or not found["outline"]}
        if wrong:
            told.append({"title": report[0].text, "layout": _told(layout), **wrong})
        print(report[0].text, {form: found["distance"] for form, found in judged.items()}, flush=True)
    return {
        "reports": len(chosen),
        "characters right, per mille": {
            form: round(1000 - 1000 * found["wrong"] / found["characters"], 2)
            for form, found in sums.items()
            if found["characters"]
        },
        "documents": {form: dict(found) for form, found in sums.items() if found["documents"]},
        "wraps of the PDFs": dict(wraps),
        "wraps right, per mille": round(1000 - 1000 * wraps["wrong"] / wraps["lines"], 2),
        "differences": told,
    }


def judge(layout: Layout, files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """Compare the editions of one report's files; gives for each form but the first what differs."""
    editions = {form: normalize(files[form]) for form in FORMS}
    first = "docx" if layout.table or layout.notes else "txt"
    forms = [form for form in FORMS if form != first and not (form == "txt" and first == "docx")]
    found: dict[str, dict[str, Any]] = {}
    for form in forms:
        one, other = editions[first], editions[form]
        found[form] = {
            "characters": len(one.text),
            "distance": distance(one.text, other.text),
            "outline": outline_of(one) == outline_of(other),
            "differences": _differences(one.text, other.text),
        }
        if form == "pdf":
            found[form]["wraps"] = {
                "lines": _lines(files["pdf"]),
                "wrong": _wrong_breaks(one.text, other.text),
            }
    return found


def outline_of(edition: Edition) -> list[tuple[Any, ...]]:
    """Give kind, level, label and heading of each section."""
    return [(section.kind, section.level, section.label, section.heading) for section in edition.sections]


def distance(one: str, other: str) -> int:
    """Count characters that must be put in, taken off or changed to make ``other`` of ``one``."""
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(one, other))


def _breaks(text: str) -> set[int]:
    found, at = set(), 0
    for line in text.split("\n"):
        at += len("".join(line.split()))
        found.add(at)
    return found


def _wrong_breaks(one: str, other: str) -> int:
    """Count paragraphs' ends that only one of two texts has, placed by what both have between them."""
    flat, flat_other = ("".join(text.split()) for text in (one, other))
    if flat == flat_other:
        return len(_breaks(one) ^ _breaks(other))
    # Where a character is missing, ends are brought over by alignment.
    moved: set[int] = set()
    ends = sorted(_breaks(other))
    for tag, low, high, start, stop in difflib.SequenceMatcher(
        None, flat, flat_other, autojunk=False
    ).get_opcodes():
        for end in ends:
            if tag == "equal" and start < end <= stop:
                moved.add(low + end - start)
        del high
    return len(_breaks(one) ^ moved)


def _lines(data: bytes) -> int:
    with opened(data) as document:
        return sum(page.chars.count("\n") + 1 for page in pages(document))


def _differences(one: str, other: str) -> list[list[str]]:
    lines, others = one.split("\n"), other.split("\n")
    told = []
    for tag, low, high, start, stop in difflib.SequenceMatcher(
        None, lines, others, autojunk=False
    ).get_opcodes():
        if tag != "equal" and len(told) < TOLD:
            told.append(
                ["⏎".join(_short(line) for line in held) for held in (lines[low:high], others[start:stop])]
            )
    return told


def _short(line: str) -> str:
    return line if len(line) <= 50 else f"{line[:20]}…{line[-28:]}"


def _told(layout: Layout) -> dict[str, Any]:
    usual = asdict(Layout())
    return {name: value for name, value in asdict(layout).items() if value != usual[name]}


def _reports(count: int, rng: random.Random) -> list[list[Paragraph]]:
    own = [path.read_text(encoding="utf-8").strip().split("\n", 1) for path in sorted(OWN.glob("*.txt"))]
    found = [paragraphs_of(title, text) for title, text in own]
    root = os.environ.get("JIAOKAN_CORPUS")
    drawn = []
    for path in sorted(Path(root, "corpus").glob("*.jsonl.xz")) if root else ():
        with lzma.open(path, "rt", encoding="utf-8") as stream:
            drawn += [json.loads(line) for line in stream]
    rng.shuffle(drawn)
    found += [paragraphs_of(one["title"], one["text"]) for one in drawn[: max(0, count - len(found))]]
    return (found * (count // len(found) + 1))[:count]
