"""The rules of a page: drawn lines and thin bars, of which tables are made."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterator
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
from numpy.typing import NDArray

from .pdf_boxes import FAR, Shown, turn, turn_one
from .pdf_calls import bounds_of, object_at, type_of

FEW_OBJECTS: Final = 100
"""Objects of a page that are looked at for rules in any case; a page with more must look as if it held a table."""
MAX_OBJECTS: Final = 60_000
"""Objects of one page that are looked at for rules; a drawn map has more, and no tables."""
THIN: Final = 3_000
"""A bar up to 3 points thick is a rule; Word draws the lines of its tables as filled bars of half a point."""
SHORT: Final = 4_000
"""Thousandths of a point: shorter strokes belong to signs and drawings."""
MAX_SEGMENTS: Final = 20_000
"""Segments of one path; a grid drawn in one go has four a cell."""
WIDE_GAP: Final = 12_000
"""Thousandths of a point: wider than a space of any text of a usual size."""


NEAR: Final = 2_500
"""Rules that are this near, in thousandths of a point, are one; Word draws the sides of neighbouring cells twice."""
SAME: Final = 300
"""Pieces of one rule lie on one line to within this: programs round to a twentieth of a point, and draw hairlines."""


class Rule(NamedTuple):
    """A drawn line or thin bar, horizontal or vertical, in thousandths of a point."""

    left: int
    bottom: int
    right: int
    top: int


def has_rows(chars: str, shown: Shown) -> bool:
    """Tell whether the page may hold a table: lines that stand beside one another, or are torn by wide gaps."""
    left, bottom, right, top = shown
    signs = 0
    at = 0
    low = high = -1
    for line in chars.split("\n"):
        if line and line != "\r":
            signs += low < (top[at] + bottom[at]) // 2 < high
            low, high = bottom[at], top[at]
            gap = line.find(" ", 1, len(line) - 2)
            while gap > 0:
                signs += left[at + gap + 1] - right[at + gap - 1] > WIDE_GAP
                gap = line.find(" ", gap + 1, len(line) - 2)
            if signs >= 2:
                return True
        at += len(line) + 1
    return False


NO_RULES: Final[NDArray[np.int32]] = np.zeros((0, 4), np.int32)


def rules_of(page: pdfium.PdfPage, turned: int, width: int, height: int) -> NDArray[np.int32]:
    """Give the rules of a page as a reader sees them (n × 4); ``turned`` is its ``/Rotate`` in degrees."""
    count = c.FPDFPage_CountObjects(page)
    if count > MAX_OBJECTS:
        return NO_RULES
    raw = ctypes.cast(page.raw, ctypes.c_void_p).value
    kinds = bytes(map(type_of, map(object_at, repeat(raw), range(count))))
    if c.FPDF_PAGEOBJ_PATH not in kinds:
        return NO_RULES
    paths = [object_at(raw, number) for number, kind in enumerate(kinds) if kind == c.FPDF_PAGEOBJ_PATH]
    floats = np.full((len(paths), 4), np.inf, np.float32)
    at, end = floats.ctypes.data, floats.ctypes.data + 16 * len(paths)
    sides = (range(at + side, end, 16) for side in (0, 4, 8, 12))
    deque(map(bounds_of, paths, *sides), maxlen=0)
    known = np.all(np.abs(floats) < FAR, axis=1)  # false for what is no number, too
    boxes = turn(np.rint(np.where(known[:, None], floats, 0) * 1000).astype(np.int32), turned, width, height)
    sizes = boxes[:, 2:] - boxes[:, :2]
    thin = sizes.min(axis=1) <= THIN
    found: NDArray[np.int32] = boxes[known & thin & (sizes.max(axis=1) >= SHORT)]
    others = np.flatnonzero(known & ~thin).tolist()
    if not others:
        return found
    more = [
        rule for number in others for rule in _inside(paths[number], boxes[number], turned, width, height)
    ]
    return np.concatenate([found, np.array(more, np.int32)]) if more else found


def _inside(path: int, box: NDArray[np.int32], turned: int, width: int, height: int) -> Iterator[Rule]:
    """Give the rules that a path of some extent draws: its segments, or the sides of a frame."""
    thing = ctypes.cast(path, c.FPDF_PAGEOBJECT)
    left, bottom, right, top = box.tolist()
    if 6 <= c.FPDFPath_CountSegments(thing) <= MAX_SEGMENTS:
        yield from _segments(thing, turned, width, height)
    elif _is_stroked(thing):
        yield Rule(left, bottom, right, bottom)
        yield Rule(left, top, right, top)
        yield Rule(left, bottom, left, top)
        yield Rule(right, bottom, right, top)


def joined(rules: NDArray[np.int32], *, upright: bool) -> list[Rule]:
    """Join the pieces of which beams (or posts) are drawn, a piece a cell; those of neighbouring cells lie twice."""
    across, along = (0, 1) if upright else (1, 0)
    places = (rules[:, across] + rules[:, across + 2]) // 2
    order = np.argsort(places, kind="stable")
    levels = np.concatenate([[0], np.cumsum(np.diff(places[order]) > SAME)])
    order = order[np.lexsort((rules[order, along], levels))]
    # A step from level to level that is longer than any page keeps the running end of one from the next.
    far = levels * (4 * int(FAR) * 1000)
    begins = rules[order, along] + far
    ends = np.maximum.accumulate(rules[order, along + 2] + far)
    starts = np.flatnonzero(np.concatenate([[True], begins[1:] - ends[:-1] > NEAR]))
    whole = rules[order[starts]]
    whole[:, along + 2] = ends[np.concatenate([starts[1:], [len(order)]]) - 1] - far[starts]
    return list(map(Rule._make, whole.tolist()))


def _is_stroked(thing: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(thing, fill, stroke)
    return bool(stroke.value)


def _segments(thing: Any, turned: int, width: int, height: int) -> Iterator[Rule]:
    """Give the upright and level lines of a path that draws many."""
    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(thing, matrix):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[int, int] | None = None
    for number in range(c.FPDFPath_CountSegments(thing)):
        segment = c.FPDFPath_GetPathSegment(thing, number)
        if not c.FPDFPathSegment_GetPoint(segment, x, y):
            last = None
            continue
        across = matrix.a * x.value + matrix.c * y.value + matrix.e
        up = matrix.b * x.value + matrix.d * y.value + matrix.f
        if not (abs(across) < 100_000 and abs(up) < 100_000):
            last = None
            continue
        here = (round(across * 1000), round(up * 1000))
        kind = c.FPDFPathSegment_GetType(segment)
        if last is not None and kind == c.FPDF_SEGMENT_LINETO:
            left, right = sorted((last[0], here[0]))
            bottom, top = sorted((last[1], here[1]))
            if min(right - left, top - bottom) <= 300 and max(right - left, top - bottom) >= SHORT:
                yield Rule(*turn_one([left, bottom, right, top], turned, width, height))
        last = here
