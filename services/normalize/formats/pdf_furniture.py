"""Running heads, feet and page numbers: what stands at the edge of page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from .pdf_lines import Line
from .pdf_notes import begins_with_raised
from .pdf_order import rows_of

EDGE: Final = 3
"""Rows at the top and at the bottom of a page among which furniture is looked for."""
MARGIN: Final = 150
"""Per mille of the page's height within which it stands."""
REPEATED: Final = 3
"""Pages on which a line stands at the same height before it counts as a running head."""

_NUMBER: Final = re.compile(
    r"^[\s\-–—―－─·•|/.]*(?:第\s*)?(\d{1,4}|[〇一二三四五六七八九十百]{1,5}|[ivxlc]{1,7}|[IVXLC]{1,7})(?:\s*页)?"
    r"(?:\s*[,，/／|]?\s*(?:of|共)?\s*\d{1,4}\s*页?)?[\s\-–—―－─·•|/.]*$"
)
_DIGITS: Final = re.compile(r"\d+|[〇一二三四五六七八九十百]+")


def mark_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[int]) -> None:
    """Mark running heads and page numbers in the lines of all pages (``furniture`` is set)."""
    edges: list[list[tuple[Line, bool]]] = []
    sides: list[list[Line]] = []
    for lines, height in zip(pages, heights, strict=True):
        above, below = height * (1000 - MARGIN) // 1000, height * MARGIN // 1000
        top = rows_of([line for line in lines if line.middle > above])[:EDGE]
        bottom = rows_of([line for line in lines if line.middle < below])[-EDGE:]
        edges.append(
            [(line, True) for row in top for line in row] + [(line, False) for row in bottom for line in row]
        )
        sides += [row for row in top + bottom if len(row) >= CELLS]
    _mark_repeated(edges)
    if len(pages) == 1:
        _mark_echo(pages[0], [line for line, above in edges[0] if above])
    _mark_numbers(edges)
    for row in sides:
        if not all(line.furniture for line in row):
            for line in row:
                line.furniture = ""


CELLS: Final = 3
"""Lines beside one another that are cells of a table, unless all of them are furniture: a figure that stands at the
foot of two pages is not the page's."""


def _shape(line: Line) -> str:
    return _DIGITS.sub("#", re.sub(r"\s+", "", line.text))


def _mark_repeated(edges: list[list[tuple[Line, bool]]]) -> None:
    """Mark what stands on several pages at one height; a book's heads change from left to right pages and by chapter.

    The title on the first page may read like the head above it: it stands lower.
    """
    heights: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    for number, page in enumerate(edges):
        for line, above in page:
            heights.setdefault((_shape(line), above), []).append((line.middle, number))
    needed = REPEATED if len(edges) > REPEATED else 2
    if len(edges) < 2:
        return
    for page in edges:
        for line, above in page:
            if begins_with_raised(line):
                continue  # a note, and the same one may stand on many pages
            shape = _shape(line)
            found = heights[shape, above]
            if len(found) < needed or not shape.strip("#") or _NUMBER.match(line.text):
                continue
            if len({number for middle, number in found if abs(middle - line.middle) <= LEVEL}) >= needed:
                line.furniture = "running-head" if above else "running-foot"


def _mark_echo(lines: Sequence[Line], top: Sequence[Line]) -> None:
    """Mark a head that no other page repeats: it says, smaller, what the title below it says."""
    for head in top:
        said = "".join(head.text.split())
        larger = [line for line in lines if line.middle < head.middle and line.em * 1000 >= ECHO * head.em]
        if len(said) >= LEAST_ECHO and said in "".join("".join(line.text.split()) for line in larger[:3]):
            head.furniture = "running-head"


ECHO: Final = 1_150
"""Per mille of the size of a head, from which on a title is larger: heads have 9 or 10 points, titles 16 and more."""
LEAST_ECHO: Final = 6
"""Characters of a head that are not in the title by chance."""
LEVEL: Final = 9_000
"""Thousandths of a point within which a running head stands at one height; scanned pages are laid unevenly."""


def _mark_numbers(edges: list[list[tuple[Line, bool]]]) -> None:
    """Mark page numbers: they rise with the pages, or stand between dashes."""
    candidates: list[tuple[int, Line, bool, int | None]] = []
    for number, page in enumerate(edges):
        for line, above in page:
            found = _NUMBER.match(line.text)
            if found:
                candidates.append((number, line, above, int(found[1]) if found[1].isdigit() else None))
    offsets = Counter((value - number, above) for number, _, above, value in candidates if value is not None)
    for number, line, above, value in candidates:
        text = line.text.strip()
        dressed = (
            not text.isalnum() and any(sign in text for sign in "-–—―－─页") and not text.startswith("-")
        )
        dressed = dressed or bool(re.match(r"^-\s*\d+\s*-$", text)) or "页" in text
        in_step = value is not None and offsets[value - number, above] >= 2
        if (
            dressed
            or in_step
            or (value is None and _roman_alone(text))
            or (value is not None and value == number + 1)
        ):
            line.furniture = "page-number"


_LEADER: Final = re.compile(r"(?:[.．·…‥]\s*){4,}\s*[\dIVXLCivxlc]{1,5}\s*$")
"""The dots of a table of contents, and a page."""
ENTRIES: Final = 4
"""Lines with dots, near one another, that make a table of contents."""
BETWEEN: Final = 3
"""Lines without dots between two with: an entry may be so long that it has no room for dots, or take two lines."""


def mark_contents(lines: Sequence[Line]) -> None:
    """Mark the lines of tables of contents, their heading too (``dotted`` and ``contents`` are set)."""
    for line in lines:
        line.dotted = _LEADER.search(line.text) is not None
    dotted = [number for number, line in enumerate(lines) if line.dotted]
    run: list[int] = []
    for number in [*dotted, len(lines) + 2 * BETWEEN]:
        if run and number - run[-1] > BETWEEN + 1:
            if len(run) >= ENTRIES:
                first = run[0]
                if first and re.sub(r"\s+", "", lines[first - 1].text) in ("目录", "目次"):
                    first -= 1
                for line in lines[first : run[-1] + 1]:
                    line.contents = True
            run = []
        run.append(number)


def _roman_alone(text: str) -> bool:
    return bool(re.match(r"^[ivxlcIVXLC]{1,7}$", text))
