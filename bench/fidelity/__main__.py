"""`python -m bench.fidelity [--documents N] [--length CHARACTERS] [--seed N] [--corpus DIR] [--only WORD]`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

from bench import measuring, pictures
from bench.rivals import DETECTORS, NORMALIZERS, installed
from bench.texts import clean_reports

from . import encodings
from .languages import CLEAN
from .mechanisms import MECHANISMS


def show(what: str) -> None:
    """Say what is being done, on one line."""
    print(
        f"\r\x1b[K{what}" if sys.stderr.isatty() else what,
        end="" if sys.stderr.isatty() else "\n",
        file=sys.stderr,
    )


def likeness(found: str | None, truth: str) -> float:
    """Give the share of characters that are right: 1 less the edit distance over the length of the truth."""
    if found is None:
        return 0.0
    return max(0.0, 1 - Levenshtein.distance(found, truth) / max(1, len(truth)))


def recovery(texts: list[str], seed: int, only: str) -> dict[str, Any]:
    """Damage every text in every way and let every tool repair it."""
    tools = installed(NORMALIZERS)
    out: dict[str, Any] = {}
    for mechanism in MECHANISMS:
        if only and only not in f"{mechanism.family} {mechanism.name}":
            continue
        show(f"damage: {mechanism.name}")
        rng = Random(f"{seed} {mechanism.name}")
        cases = [(data, text) for text in texts if (data := mechanism.damage(text, rng)) is not None]
        row: dict[str, Any] = {
            "family": mechanism.family,
            "lossy": mechanism.lossy,
            "texts": len(cases),
            "tools": {},
        }
        for tool in tools if cases else ():
            found = [tool.read(data) for data, _ in cases]
            pairs = list(zip(found, (text for _, text in cases), strict=True))
            row["tools"][tool.name] = {
                "exact": sum(one == text for one, text in pairs) / len(cases),
                "characters": sum(likeness(one, text) for one, text in pairs) / len(cases),
            }
        out[mechanism.name] = row
    return out


def harm(texts: list[str]) -> dict[str, dict[str, Any]]:
    """Count the characters that each tool changes in text that is right as it stands."""
    out: dict[str, dict[str, Any]] = {}
    for name, text in {**CLEAN, "reports": "\n".join(texts)}.items():
        show(f"harm: {name}")
        out[name] = {"characters": len(text)}
        for tool in installed(NORMALIZERS):
            found = tool.read(text.encode())
            out[name][tool.name] = len(text) if found is None else Levenshtein.distance(found, text)
    return out


def main() -> None:
    """Measure, and write ``results/fidelity``."""
    parser = argparse.ArgumentParser(description="Fidelity: what comes out of damaged text.")
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--length", type=int, default=3000, help="characters of each text at most")
    parser.add_argument("--cases", type=int, default=150, help="inputs for each column of the encoding table")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--corpus", type=Path, help="folder of *.jsonl.xz with clean reports; else our samples"
    )
    parser.add_argument("--only", default="", help="only mechanisms whose name or family holds this")
    options = parser.parse_args()
    began = time.time()
    texts = clean_reports(
        count=options.documents, length=options.length, seed=options.seed, corpus=options.corpus
    )
    measured: dict[str, Any] = {
        "seed": options.seed,
        "texts": len(texts),
        "characters": sum(map(len, texts)),
        "recovery": recovery(texts, options.seed, options.only),
    }
    if not options.only:
        source = encodings.Source(
            texts,
            [str(OpenCC("s2tw").convert(text)) for text in texts],
            [str(OpenCC("s2hk").convert(text)) for text in texts],
            options.cases,
            Random(options.seed),
        )
        measured["encoding"] = encodings.measure(source, installed(DETECTORS), show)
        measured["harm"] = harm(texts)
    measured["seconds"] = round(time.time() - began)
    show("")
    told = markdown(measured)
    print(told)
    if not options.only:
        measuring.keep("fidelity", measured, told, picture(measured))


def markdown(measured: dict[str, Any]) -> str:
    """Tell the figures as tables."""
    tools = [tool.name for tool in installed(NORMALIZERS)]
    rows = []
    for name, row in measured["recovery"].items():
        cells = [
            "–" if tool not in row["tools"] else _percent(row["tools"][tool], lossy=row["lossy"])
            for tool in tools
        ]
        rows.append([name + (" \\*" if row["lossy"] else ""), *cells])
    parts = [
        "# Fidelity\n",
        (
            f"{measured['texts']} texts, {measured['characters']} characters, seed {measured['seed']}. "
            "Texts that come out exactly, and in brackets the share of characters that are right, in per cent; "
            "\\* something is lost that nothing can bring back.\n"
        ),
        measuring.table(["damage", *tools], rows),
    ]
    if "encoding" in measured:
        detectors = list(next(iter(measured["encoding"].values())))
        parts += [
            "\n## Encoding: inputs decoded exactly, per cent\n",
            measuring.table(
                ["input", *detectors],
                [
                    [name, *(f"{row[tool] * 100:.1f}" for tool in detectors)]
                    for name, row in measured["encoding"].items()
                ],
            ),
        ]
    if "harm" in measured:
        parts += [
            "\n## Harm: characters changed in text that is right as it stands\n",
            measuring.table(
                ["text", "characters", *tools],
                [
                    [name, *(str(row[key]) for key in ("characters", *tools))]
                    for name, row in measured["harm"].items()
                ],
            ),
        ]
    return "\n".join(parts)


def _percent(cell: dict[str, float], *, lossy: bool) -> str:
    characters = f"{cell['characters'] * 100:.2f}"
    return characters if lossy else f"{cell['exact'] * 100:.0f} ({characters})"


def picture(measured: dict[str, Any]) -> str:
    """Draw the share of right characters, damage by tool."""
    tools = [tool.name for tool in installed(NORMALIZERS)]
    rows: list[tuple[str, list[float | None]]] = [
        (name, [row["tools"].get(tool, {}).get("characters") for tool in tools])
        for name, row in measured["recovery"].items()
    ]
    return pictures.grid("Characters that are right after repair, per cent", tools, rows)


if __name__ == "__main__":
    main()
