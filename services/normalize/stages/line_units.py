"""The lines of a text before they are joined: what each shows of itself, and which are cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ..stage import Context
from .chinese import is_chinese
from .lines import split_lines
from .rows import is_flat_row
from .signs import CLOSING, SENTENCE, SPACES, TERMINAL

_PROSE: Final = re.compile("[，。；！？]|[,;](?=[^ -~])")


class Unit(NamedTuple):
    """A line, or the lines that were found to be one. A tuple: a hard-wrapped document has thousands."""

    start: int
    end: int
    head: str
    """Its first characters."""
    tail: str
    """Its last characters."""
    length: int
    flowing: bool
    """It has commas or full stops."""
    prose: bool
    """It has more than one sentence, or is longer than any heading."""
    indent: int
    width: int
    """Of its last line, in columns: an ideograph has two."""
    chinese: bool
    empty_before: int
    """Empty lines above it."""
    page_before: bool
    """A page ends above it."""
    guarded: bool = False
    """It is a row of a table."""
    lines: int = 1
    """How many lines it was put together from."""
    whole: int = 0
    """Its width as one line."""
    last: int = 0
    """Characters of its last line."""
    indent_above: bool = False
    """The line above it holds nothing but an indent, which a tag tore off."""


INDENTS: Final = frozenset("\u3000\u00a0")
"""What paragraphs of pages are indented with; an ordinary space at a line's end is left over from anything."""

HEAD: Final = 24
TAIL: Final = 12
"""Characters of a unit that its neighbours are judged by; labels and cut words are shorter."""


def merge(here: Unit, after: Unit) -> Unit:
    """Take two units for one."""
    return here._replace(
        end=after.end,
        head=(here.head + after.head)[:HEAD] if here.length < HEAD else here.head,
        tail=(here.tail + after.tail)[-TAIL:] if after.length < TAIL else after.tail,
        length=here.length + after.length,
        flowing=here.flowing or after.flowing,
        prose=here.prose
        or after.prose
        or here.tail[-1] in TERMINAL
        or here.length + after.length >= LONG_LINE,
        width=after.width,
        lines=here.lines + after.lines,
        whole=here.whole + after.whole,
        last=after.last,
        chinese=here.chinese or after.chinese,
    )


def as_read_again(unit: Unit) -> Unit:
    """Give a unit as it is in the text that comes out: a line of its own, no indent, nothing above it."""
    return unit._replace(
        width=unit.whole, lines=1, indent=0, empty_before=0, page_before=False, indent_above=False
    )


LONG_LINE: Final = 60
"""Characters; headings are shorter."""


def units_of(text: str, context: Context) -> list[Unit]:
    """List the lines of a text that are not empty."""
    tables = [mark.span for mark in context.marks if mark.kind == "table" and mark.start < mark.end]
    pages = sorted(mark.start for mark in context.marks if mark.kind == "page-break")
    units: list[Unit] = []
    empty = 0
    last_end = 0
    page = 0
    indent_above = False
    for first, last in split_lines(text):
        start, end = first, last
        indent = 0
        while start < end and text[start] in SPACES:
            indent += 1 if text[start] in " \ufeff" else 2
            start += 1
        while end > start and text[end - 1] in SPACES:
            end -= 1
        if start == end:
            empty += 1
            indent_above = first < last and text[first] in INDENTS
            continue
        page_before = text.find("\f", last_end, start) >= 0
        while page < len(pages) and pages[page] <= start:
            page_before = page_before or pages[page] >= last_end
            page += 1
        guarded = bool(tables) and any(low <= start < high for low, high in tables)
        unit = line_unit(text, start, end, empty_before=empty)
        units.append(
            unit._replace(
                indent=indent,
                page_before=page_before,
                chinese=is_chinese(text[start:end]),
                guarded=guarded or unit.guarded,
                indent_above=indent_above and indent == 0,
            )
        )
        last_end = end
        empty = 0
        indent_above = False
    return units


def line_unit(text: str, start: int, end: int, *, empty_before: int = 0) -> Unit:
    """Describe one line by itself, taken for Chinese."""
    line = text[start:end]
    return Unit(
        start,
        end,
        line[:HEAD],
        line[-TAIL:],
        len(line),
        flowing=_PROSE.search(line) is not None,
        prose=is_prose(line),
        indent=0,
        width=(width := 2 * len(line) - _ascii_count(line)),
        chinese=True,
        empty_before=empty_before,
        page_before=False,
        guarded="\t" in line or is_flat_row(line),
        whole=width,
        last=len(line),
    )


def is_prose(line: str) -> bool:
    """Tell whether a line has more than one sentence, or is longer than any heading."""
    return len(line) >= LONG_LINE or SENTENCE.search(line, 0, len(line) - 1) is not None


def _ascii_count(line: str) -> int:
    return len(line.encode("ascii", "ignore"))


def cells_of(units: Sequence[Unit]) -> list[bool]:
    """Mark the lines that stand in a block of very short ones: cells of a table, a text set from top to bottom."""
    cells = [unit.guarded for unit in units]
    first = 0
    while first < len(units):
        last = first
        while last < len(units) and units[last].length <= SHORT_CELL and not units[last].flowing:
            last += 1
        if last - first >= LEAST_CELLS and not _is_torn_tag(units, first, last):
            for number in range(first, last):
                cells[number] = True
        first = last + 1
    return cells


SHORT_CELL: Final = 6
"""Characters."""

LEAST_CELLS: Final = 4
"""So many short lines in a row are no torn sentence."""


def _is_torn_tag(units: Sequence[Unit], first: int, last: int) -> bool:
    return any(units[number].head[0] in CLOSING for number in range(first, last))
