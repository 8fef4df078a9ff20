"""What is told and left: where so many bytes were lost that nothing is filled, or vanished without a mark."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from ..alphabet import Characters
from .gate import BEGUN_IN_UTF8

MARKS: Final = frozenset("?\ufffd")

FEW: Final = 6
ONE_IN: Final = 4
"""Marks of loss in one line, and their share from its first to its last, that no clean text has: one pair in four was
lost of Big5 read as GBK, which is still filled (98.5 %), and ???? before a line stands for blanks."""

LEAST_WITNESSES: Final = 4
WITNESS_IN: Final = 5
"""Characters that the commonest ones give when their UTF-8 is read as GBK, in one line, and their share of what is
no ASCII there and was not undone: in mojibake one in four, and no line of two million clean characters has three."""

_LINE: Final = re.compile("[^\\r\\n]+")


def lost_in(text: str, alphabet: Characters, done: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the stretches of ``text`` that are marks of loss to a fourth and more, outside of what was undone."""
    if sum(text.count(mark) for mark in MARKS if mark in alphabet) < FEW:
        return
    for line in _LINE.finditer(text):
        places = [at for at in range(*line.span()) if text[at] in MARKS]
        if len(places) < FEW:
            continue
        start, end = places[0], places[-1] + 1
        # What was undone stands in order, and apart.
        number = bisect_left(done, (end,)) - 1
        undone = number >= 0 and start < done[number][1]
        if not undone and len(places) * ONE_IN >= end - start:
            yield start, end


def left_of_utf8(text: str, alphabet: Characters, done: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the stretches of lines that are UTF-8 read as GBK, outside of what was undone.

    Where what GBK could not read left no mark (绗洓闃舵 was 第四阶段: ACE5 is a private-use cell) nothing says which
    bytes are missing.
    """
    if len(BEGUN_IN_UTF8 & alphabet) < LEAST_WITNESSES:
        return
    covered = frozenset(at for first, last in done for at in range(first, last))
    for line in _LINE.finditer(text):
        rest = [at for at in range(*line.span()) if text[at] > "\x7f" and at not in covered]
        found = [at for at in rest if text[at] in BEGUN_IN_UTF8]
        if len(found) >= LEAST_WITNESSES and len(found) * WITNESS_IN >= len(rest):
            yield found[0], found[-1] + 1
