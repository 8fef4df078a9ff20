"""`python -m bench.speed [--largest KB] [--seed N] [--corpus DIR] [--only verdict|report|growth]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random
from typing import Any

from opencc import OpenCC

from bench import measuring, pictures
from bench.fidelity.mechanisms import MECHANISMS
from bench.rivals import DETECTORS, JIAOKAN, SCRIPT, installed
from bench.texts import clean_reports, long_report
from jiaokan.normalize import normalize
from jiaokan.normalize.stage import Context, run_stages

SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000)
"""Kilobytes of UTF-8 for the growth of cost."""


def show(what: str) -> None:
    """Say what is being measured."""
    print(what, file=sys.stderr, flush=True)


def verdicts(texts: list[str]) -> dict[str, dict[str, float]]:
    """Give the seconds that each detector takes for all texts, by encoding (decoding included for every tool)."""
    out: dict[str, dict[str, float]] = {}
    hant = [str(OpenCC("s2tw").convert(text)) for text in texts]
    for name, codec, source in (
        ("GB18030", "gb18030", texts),
        ("Big5", "cp950", hant),
        ("UTF-8", "utf-8", texts),
    ):
        documents = [text.encode(codec, "ignore") for text in source]
        out[name] = {"megabytes": sum(map(len, documents)) / 1e6}
        for tool in installed(DETECTORS):
            show(f"verdict: {name}, {tool.name}")
            out[name][tool.name] = sum(
                measuring.best_of(lambda data=data, tool=tool: tool.read(data), rounds=3)  # type: ignore[misc]
                for data in documents
            )
    return out


def whole(data: bytes) -> None:
    """Normalize with everything a worker stores: text, outline, apparatus, both objects."""
    edition = normalize(data)
    edition.content_json()
    edition.record_json()


def reports(texts: list[str], seed: int) -> dict[str, dict[str, float]]:
    """Give the milliseconds for one report, clean and damaged, by Jiaokan (all of it) and by a user's script."""
    out: dict[str, dict[str, float]] = {}
    wanted = ("none: clean UTF-8", "GB18030", "flat marks", "bold residue", "hard wraps", "Traditional (s2t)")
    for mechanism in MECHANISMS:
        if mechanism.name not in (*wanted, "Big5, Traditional", "many at once"):
            continue
        show(f"report: {mechanism.name}")
        rng = Random(seed)
        documents = [data for text in texts if (data := mechanism.damage(text, rng))]
        ours = sum(measuring.best_of(lambda data=data: whole(data)) for data in documents)  # type: ignore[misc]
        theirs = sum(
            measuring.best_of(lambda data=data: SCRIPT.read(data))  # type: ignore[misc]
            for data in documents
        )
        out[mechanism.name] = {
            "kilobytes": sum(map(len, documents)) / 1e3 / len(documents),
            "jiaokan_ms": ours * 1e3 / len(documents),
            "script_ms": theirs * 1e3 / len(documents),
            "ratio": theirs / ours,
        }
    return out


def growth(largest: int) -> dict[str, list[tuple[float, float]]]:
    """Give the seconds by kilobytes of one text, clean and damaged."""
    out: dict[str, list[tuple[float, float]]] = {
        "clean UTF-8": [],
        "GB18030": [],
        "many at once": [],
        "script": [],
    }
    for size in SIZES:
        if size > largest:
            break
        show(f"growth: {size} kB")
        text = long_report(size * 1000)
        damaged = next(one for one in MECHANISMS if one.name == "many at once").damage(text, Random(1)) or b""
        # As many runs for a long text as for a short one: the first pays for memory that the others find there.
        for name, call in (
            ("clean UTF-8", lambda t=text: whole(t.encode())),
            ("GB18030", lambda t=text: whole(t.encode("gb18030"))),
            ("many at once", lambda d=damaged: whole(d)),
            ("script", lambda t=text: SCRIPT.read(t.encode())),
        ):
            out[name].append((size, measuring.best_of(call, rounds=3, seconds=30)))
    return out


def stages(texts: list[str]) -> dict[str, float]:
    """Give the milliseconds that each step costs a clean report: where to look when the whole is slow."""
    from jiaokan.normalize import pipeline
    from jiaokan.normalize.formats import read
    from jiaokan.normalize.hints import NO_HINTS

    out: dict[str, float] = {}
    text = max(texts, key=len)
    data = text.encode()
    out["read"] = measuring.best_of(lambda: read(data, NO_HINTS), rounds=20)
    for stage in pipeline.STAGES:
        show(f"stage: {stage.name}")
        alone = measuring.best_of(lambda stage=stage: run_stages(text, (stage,), Context()), rounds=10)  # type: ignore[misc]
        out[stage.name] = alone
    nothing = measuring.best_of(lambda: run_stages(text, (), Context()), rounds=20)
    out = {name: max(0.0, seconds - (nothing if name != "read" else 0)) for name, seconds in out.items()}
    out["runner"] = nothing
    edition = normalize(data)
    out["outline"] = measuring.best_of(
        lambda: pipeline.outline(edition.text, edition.marks, NO_HINTS), rounds=10
    )
    out["metadata"] = measuring.best_of(
        lambda: pipeline.describe(edition.text, edition.sections, edition.marks, NO_HINTS), rounds=10
    )
    out["whole"] = measuring.best_of(lambda: whole(data), rounds=10)
    return {name: seconds * 1e3 for name, seconds in out.items()}


def main() -> None:
    """Measure, and write ``results/speed``."""
    parser = argparse.ArgumentParser(description="Speed: seconds, ratios and growth.")
    parser.add_argument("--documents", type=int, default=8)
    parser.add_argument("--length", type=int, default=6000, help="characters of each report at most")
    parser.add_argument("--largest", type=int, default=10_000, help="kilobytes of the largest text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--corpus", type=Path, help="folder of *.jsonl.xz with clean reports; else our samples"
    )
    parser.add_argument("--only", default="", choices=("", "verdict", "report", "growth", "stages"))
    options = parser.parse_args()
    texts = clean_reports(
        count=options.documents, length=options.length, seed=options.seed, corpus=options.corpus
    )
    JIAOKAN.read(texts[0].encode("gb18030"))  # tables are loaded, dictionaries built: measured warm
    SCRIPT.read(texts[0].encode())
    measured: dict[str, Any] = {
        "documents": len(texts),
        "characters": sum(map(len, texts)),
        "texts": "reports of --corpus" if options.corpus else "our samples, or JIAOKAN_CORPUS",
        "seed": options.seed,
    }
    if options.only in ("", "verdict"):
        measured["verdict"] = verdicts(texts)
    if options.only in ("", "report"):
        measured["report"] = reports(texts, options.seed)
    if options.only in ("", "stages"):
        measured["stages"] = stages(texts)
    if options.only in ("", "growth"):
        measured["growth"] = growth(options.largest)
    told = markdown(measured)
    print(told)
    if not options.only:
        picture = pictures.lines("Cost of one text", "kilobytes", "seconds", measured["growth"])
        measuring.keep("speed", measured, told, picture)


def markdown(measured: dict[str, Any]) -> str:
    """Tell the figures as tables."""
    parts = [
        "# Speed\n",
        f"{measured['documents']} reports, {measured['characters']} characters; processor time, best of some runs.\n",
    ]
    if "verdict" in measured:
        tools = [name for name in next(iter(measured["verdict"].values())) if name != "megabytes"]
        rows = [
            [
                name,
                *(
                    f"{row['megabytes'] / row[tool]:.1f} ({row['chardet'] / row[tool]:.1f}×)"
                    for tool in tools
                ),
            ]
            for name, row in measured["verdict"].items()
        ]
        parts += [
            "Verdict and decoding, MB/s, and how many times as fast as chardet:\n",
            measuring.table(["documents in", *tools], rows),
        ]
    if "report" in measured:
        rows = [
            [
                name,
                *(f"{row[key]:.1f}" for key in ("kilobytes", "jiaokan_ms", "script_ms")),
                f"{row['ratio']:.1f}×",
            ]
            for name, row in measured["report"].items()
        ]
        parts += [
            "\nOne report, with outline, apparatus and both stored objects, beside the script a user would write:\n",
            measuring.table(["report", "kB", "Jiaokan, ms", "script, ms", "Jiaokan is faster"], rows),
        ]
    if "stages" in measured:
        costly = sorted(measured["stages"].items(), key=lambda pair: -pair[1])
        parts += [
            "\nWhere the time of a clean report goes:\n",
            measuring.table(["step", "ms"], [[name, f"{ms:.3f}"] for name, ms in costly if ms >= 0.01]),
        ]
    if "growth" in measured:
        rows = [
            [name, *(f"{seconds * 1e3 / size:.3f}" for size, seconds in line)]
            for name, line in measured["growth"].items()
        ]
        sizes = [f"{size:g} kB" for size, _ in next(iter(measured["growth"].values()))]
        parts += ["\nMilliseconds a kilobyte: a straight line is a row of equal figures.\n"]
        parts += [measuring.table(["text", *sizes], rows)]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
