"""The signs of GBK or Big5 that was read byte by byte. Light: every text is asked for them, and few have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from ..alphabet import Characters

TORN: Final = "utf-8-or-windows-1252"
_LETTERS: Final = frozenset(map(chr, range(0xA1, 0x100)))
FEW_LETTERS: Final = 6
"""Distinct characters A1 to FF; French has as many, but never four that touch, one of them a sign."""

_RUN: Final = re.compile("[\u00a1-\u00ff]{4}|[£¡][\u00a1-\u00fe]")
"""Four letters that touch, or one of the marks of Chinese (£¨ is A3A8, a bracket), which stand in the shortest line."""
_LEFT: Final = re.compile("[\u00a1-\u00ff]{4,}")
_SIGN: Final = re.compile("[\u00a1-\u00bf\u00d7\u00f7]")
FEW_SIGNS: Final = 3
"""Signs among the letters of such runs in one line: no language writes ``Â¹¤×÷``, and a list of letters has none."""


def may_be_torn(text: str, alphabet: Characters) -> bool:
    """Tell whether ``text`` is worth reading so."""
    return len(_LETTERS & alphabet) >= FEW_LETTERS and _RUN.search(text) is not None


def left_torn(text: str, done: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where, outside of what was undone, runs stand that only a wrong decoding gives: a line's first to its last."""
    covered = np.zeros(len(text) + 1, bool)
    for start, end in done:
        covered[start:end] = True
    for line in re.finditer("[^\r\n]+", text):
        runs = [run for run in _LEFT.finditer(text, *line.span()) if not covered[run.start()]]
        signs = sum(len(_SIGN.findall(run.group())) for run in runs)
        letters = sum(len(run.group()) for run in runs) - signs
        if signs >= FEW_SIGNS and letters >= FEW_SIGNS:
            yield runs[0].start(), runs[-1].end()
