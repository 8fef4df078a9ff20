"""Texts that the language table has not counted, in the scripts that reports are stored in, and tables to judge by."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from opencc import OpenCC

from jiaokan.normalize import language
from jiaokan.normalize.language import glance
from jiaokan.normalize.language.model import Model
from jiaokan.normalize.language.table import read_pairs, read_table

SCRIPTS = ("Hans", "Hans", "Hans", "s2t", "s2tw", "s2hk", "web")
"""Half Simplified; Traditional as OpenCC writes it for three places, and as converters of web pages do."""


def use_table(base: Path) -> None:
    """Let Jiaokan judge by another table: one built with ``build_language.py --hold``."""
    pairs = read_pairs(base.with_suffix(".pairs").read_bytes())
    model = Model(pairs, read_table(base.with_suffix(".grams").read_bytes()))
    glance.load_pairs = lambda: pairs  # type: ignore[attr-defined]
    glance.pairing.cache_clear()
    for module in ("slips", "mojibake"):
        stage = __import__(f"jiaokan.normalize.stages.{module}", fromlist=["load"])
        stage.load = lambda: model
    language.load = lambda: model


def documents(folder: Path, hold: str) -> Iterator[str]:
    """The texts of ``*.jsonl.xz`` and ``*.txt`` under ``folder``; of the former those that ``hold`` (10:7) kept out."""
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


def excerpt(text: str, length: int, rng: Random) -> str:
    """Whole paragraphs of ``text``, some ``length`` characters from a random one on."""
    lines = [line for line in text.split("\n") if line.strip()]
    start = rng.randrange(len(lines))
    while start and sum(map(len, lines[start:])) < length:
        start -= 1
    kept: list[str] = []
    for line in lines[start:]:
        kept.append(line)
        if sum(map(len, kept)) >= length:
            break
    return "\n".join(kept)


@cache
def converter(name: str) -> Any:
    return OpenCC(name)


@cache
def _of_the_web(char: str) -> str:
    """What a converter without words makes of one character: 著力; 于 后 里 制 stay, being Traditional as well."""
    if char == "着":
        return "著"
    try:
        first, _ = char.encode("big5")
    except (UnicodeEncodeError, ValueError):
        return str(converter("s2tw").convert(char))
    return char if first <= 0xC6 else str(converter("s2tw").convert(char))


def written_in(text: str, script: str) -> str:
    """``text``, which is Simplified, in one of ``SCRIPTS``."""
    if script == "Hans":
        return text
    if script == "web":
        return "".join(map(_of_the_web, text))
    return str(converter(script).convert(text))
