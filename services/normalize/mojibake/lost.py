"""Where so many bytes were lost that nothing is filled: told, and left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..alphabet import Characters

MARKS: Final = frozenset("?\ufffd")

FEW: Final = 6
ONE_IN: Final = 4
"""Marks of loss in one line, and their share from its first to its last, that no clean text has: one pair in four was
lost of Big5 read as GBK, which is still filled (98.5 %), and ???? before a line stands for blanks."""

_LINE: Final = re.compile("[^\\r\\n]*[?\ufffd][^\\r\\n]*")


def lost_in(text: str, alphabet: Characters, done: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the stretches of ``text`` that are marks of loss to a fourth and more, outside of what was undone."""
    if sum(text.count(mark) for mark in MARKS if mark in alphabet) < FEW:
        return
    for line in _LINE.finditer(text):
        places = [at for at in range(*line.span()) if text[at] in MARKS]
        if len(places) < FEW:
            continue
        start, end = places[0], places[-1] + 1
        undone = any(first < end and start < last for first, last in done)
        if not undone and len(places) * ONE_IN >= end - start:
            yield start, end
