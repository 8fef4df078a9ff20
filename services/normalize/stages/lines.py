"""Lines: one kind of line end, no space around a line, no empty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..alphabet import Characters
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import is_listing
from .code import is_chinese
from .signs import BREAKS, SPACES

_ODD_BREAKS: Final = BREAKS - {"\n"}
_BREAK: Final = re.compile("[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_BLANK: Final = SPACES | BREAKS
_BREAK_AND_BLANKS: Final = re.compile(f"{_BREAK.pattern}[{''.join(sorted(_BLANK))}]*")


def one_line_a_paragraph(text: str, context: Context) -> Iterator[Edit]:
    """Divide paragraphs by exactly one newline: indents, trailing spaces and empty lines go.

    Rows of a table that a reader marked keep their tabs and their empty cells.
    """
    if _is_canonical(text, context.alphabet):
        return
    tables = [mark.span for mark in context.marks if mark.kind == "table" and mark.start < mark.end]
    keep = _keeps_indents(text)
    start, end = 0, len(text)
    while start < end and text[start] in _BLANK:
        start += 1
    if start == end:
        yield Edit(0, end, "", "text-edge")
        return
    while text[end - 1] in _BLANK:
        end -= 1
    start = _line_start(text, 0, start) if keep else start
    if start:
        yield Edit(0, start, "", "text-edge")
    for found in _BREAK_AND_BLANKS.finditer(text, start, end):
        low, high = found.span()
        while text[low - 1] in _BLANK:
            low -= 1
        if keep:
            high = _line_start(text, low + 1, high)
        if high - low == 1 and text[low] == "\n":
            continue
        if tables and any(first < high and low < last for first, last in tables):
            yield from _table_breaks(text, low, high, tables)
        elif text[low] == "\n":
            yield Edit(low + 1, high, "", "line-break")  # the commonest: what follows a newline goes
        else:
            yield Edit(low, high, "\n", "line-break")
    if end < len(text):
        yield Edit(end, len(text), "", "text-edge")


LEAST_LINES: Final = 3
"""A text of fewer lines has no layout of its own."""


def _keeps_indents(text: str) -> bool:
    """Tell whether a text is none of Chinese prose, so that its indents are its own: program text, other languages."""
    if is_chinese(text) and not is_listing(text):
        return False
    # An empty line counts for nothing: the text that comes out has none.
    return sum(1 for line in text.split("\n") if line.strip()) >= LEAST_LINES


def _line_start(text: str, low: int, high: int) -> int:
    """Give where the line of ``high`` begins, no further back than ``low``."""
    while high > low and text[high - 1] not in BREAKS:
        high -= 1
    return high


_BLANK_EDGES: Final = Words.everywhere(
    ["\n\n", *(pair for space in sorted(SPACES) for pair in (f"\n{space}", f"{space}\n"))]
)


def _is_canonical(text: str, alphabet: Characters) -> bool:
    """Tell at the speed of C that there is nothing to do: the common case, a text that came out of here."""
    if not alphabet.isdisjoint(_ODD_BREAKS):
        return False
    if neighbours_of(text).among(_BLANK_EDGES):
        return False
    return not text or (text[0] not in _BLANK and text[-1] not in _BLANK)


def _table_breaks(text: str, low: int, high: int, tables: list[tuple[int, int]]) -> Iterator[Edit]:
    """At the edge of a table everything outside it closes up; inside, each row keeps its own line."""
    last = ""
    for at in range(low, high):
        inside = any(first <= at < end for first, end in tables)
        begins = at == low or any(first <= at - 1 < end for first, end in tables)
        char = "\n" if text[at] in _ODD_BREAKS else text[at]
        # A table that was only written with signs may reach over the empty lines behind it.
        if (char == "\n" and last == "\n") or not (inside or (text[at] == "\n" and begins)):
            yield Edit(at, at + 1, "", "line-break")
            continue
        if char != text[at]:
            yield Edit(at, at + 1, char, "line-break")
        last = char


def split_lines(text: str) -> Iterator[tuple[int, int]]:
    """Give the span of each line, without its line end; CR LF ends one line, not two."""
    start = 0
    for found in _BREAK.finditer(text):
        at = found.start()
        if text[at] == "\n" and at and text[at - 1] == "\r":
            start = at + 1
            continue
        yield start, at
        start = at + 1
    yield start, len(text)
