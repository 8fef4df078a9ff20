"""The order in which the lines of a page are read: rows from above, and one column after the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from .pdf_lines import Line


def rows_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Gather lines that stand on one level, the highest first, each row from left to right."""
    rows: list[list[Line]] = []
    by_left = sorted(lines, key=attrgetter("left"))
    bottom = top = -1
    for line in sorted(by_left, key=attrgetter("middle"), reverse=True):
        low, high = line.bottom, line.top
        shared = (min(top, high)) - (max(bottom, low))
        if rows and (shared * 2 > high - low or shared * 2 > top - bottom):
            rows[-1].append(line)
        else:
            rows.append([line])
            bottom, top = low, high
    for row in rows:
        if len(row) > 1:
            row.sort(key=attrgetter("left"))
    return rows


LEAST_ROWS: Final = 5
"""Rows on both sides of a gutter that make two columns of prose."""
HANGING: Final = tuple("，。、；：！？")
FULL: Final = 600
"""Per mille of its column that a line of prose fills, on the average; cells of tables fill less."""


def gutter(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Find the empty strip between two columns of prose: its left and right side, or None."""
    if len(lines) < 2 * LEAST_ROWS:
        return None
    lefts = [line.left for line in lines]
    # A mark may hang over the edge of its column, into the gutter.
    rights = [line.right - line.em if line.text.endswith(HANGING) else line.right for line in lines]
    left, right = min(lefts), max(rights)
    width = right - left
    if width <= 0:
        return None
    best: tuple[int, int, int] | None = None
    low, high = left + width * 3 // 10, left + width * 7 // 10
    inner = [start for start in lefts if low < start < high]
    if len(inner) < LEAST_ROWS:
        return None
    starts = [start for start, count in Counter(inner).items() if count > 1] or sorted(set(inner))[:8]
    lefts.sort()
    rights.sort()
    for start in starts:
        firsts = bisect_right(rights, start)
        seconds = len(lines) - bisect_left(lefts, start)
        crossing = len(lines) - firsts - seconds
        if min(firsts, seconds) < LEAST_ROWS or crossing * 4 > len(lines):
            continue
        if best is None or seconds - crossing > best[0]:
            best = (seconds - crossing, rights[firsts - 1], start)
    if best is None:
        return None
    _, edge, start = best
    em = sorted(line.em for line in lines)[len(lines) // 2]
    if start - edge < em * 4 // 5:
        return None
    sides = [line for line in lines if line.right <= edge], [line for line in lines if line.left >= start]
    for side, (low, high) in zip(sides, ((left, edge), (start, right)), strict=True):
        room = high - low
        filled = sum(line.right - line.left for line in side)
        if room < em * 8 or filled * 1000 < FULL * room * len(side):
            return None
    return edge, start


def fits(lines: Sequence[Line], found: tuple[int, int]) -> bool:
    """Tell whether the gutter of other pages parts this one, too: the second column of the last may be short."""
    edge, start = found
    firsts = sum(line.right <= start and line.left < edge for line in lines)
    seconds = sum(abs(line.left - start) <= 3 * line.em and line.right > start for line in lines)
    return bool(firsts and seconds) and (len(lines) - firsts - seconds) * 4 <= len(lines)


def in_reading_order(rows: Sequence[list[Line]], found: tuple[int, int] | None) -> list[Line]:
    """Sort the lines of a page, given in rows, by its gutter.

    Bands stand between lines that cross the gutter; in each the left column comes before the right.
    """
    if found is None:
        return [line for row in rows for line in row]
    edge, start = found
    ordered: list[Line] = []
    band: list[Line] = []

    def flush() -> None:
        firsts = [line for line in band if line.right <= start and line.left < edge]
        seconds = [line for line in band if not (line.right <= start and line.left < edge)]
        for number, side in enumerate((firsts, seconds)):
            for row in rows_of(side):
                for line in row:
                    line.column = number + 1
                    ordered.append(line)
        band.clear()

    for row in rows:
        crossing = any(line.left < edge and line.right > start for line in row)
        if crossing:
            flush()
            ordered.extend(row)
        else:
            band.extend(row)
    flush()
    return ordered
