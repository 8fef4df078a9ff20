"""The rules of a page: drawn lines and thin bars, of which tables are made."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import compress, repeat
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2.raw as c
from numpy.typing import NDArray

from .pdf_boxes import FAR, Shown, turn, turn_one
from .pdf_calls import address, bounds_of, draw_mode, handle, object_at, render_mode, segments_of, type_of

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


def is_recognised(page: Any) -> bool:
    """Tell whether a page is a picture with a recognised text that is not drawn: its rules are in the picture."""
    raw = handle(address(page))
    count = c.FPDFPage_CountObjects(page)
    if count < 2:
        return False
    edges = [handle(object_at(raw, number)) for number in (0, 1, count - 2, count - 1)]
    kinds = {type_of(edge): edge for edge in edges}
    return c.FPDF_PAGEOBJ_IMAGE in kinds and all(
        render_mode(edge) == c.FPDF_TEXTRENDERMODE_INVISIBLE
        for edge in edges
        if type_of(edge) == c.FPDF_PAGEOBJ_TEXT
    )


NO_RULES: Final[NDArray[np.int32]] = np.zeros((0, 4), np.int32)


_IS_PATH: Final = bytes(kind == c.FPDF_PAGEOBJ_PATH for kind in range(256))


def rules_of(page: Any, turned: int, width: int, height: int) -> NDArray[np.int32]:
    """Give the rules of a page as a reader sees them (n × 4); ``turned`` is its ``/Rotate`` in degrees."""
    count = c.FPDFPage_CountObjects(page)
    if count > MAX_OBJECTS:
        return NO_RULES
    raw = handle(address(page))
    objects = list(map(handle, map(object_at, repeat(raw), range(count))))
    kinds = bytes(map(type_of, objects))
    if c.FPDF_PAGEOBJ_PATH not in kinds:
        return NO_RULES
    paths = list(compress(objects, kinds.translate(_IS_PATH)))
    floats = bounds_of(paths)
    known = np.abs(floats).max(axis=1) < FAR  # false for what is no number, too
    if not known.all():
        floats[~known] = 0  # a point: too short for a rule, and thin
    boxes = turn(np.rint(floats * 1000).astype(np.int32), turned, width, height)
    across, along = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    thin = np.minimum(across, along) <= THIN
    found: NDArray[np.int32] = boxes[thin & (np.maximum(across, along) >= SHORT)]
    others = np.flatnonzero(~thin).tolist()
    if not others:
        return found
    more = [
        rule
        for number in others
        if _draws(paths[number])
        for rule in _inside(paths[number], boxes[number], turned, width, height)
    ]
    return np.concatenate([found, np.array(more, np.int32)]) if more else found


def _inside(path: Any, box: NDArray[np.int32], turned: int, width: int, height: int) -> Iterator[Rule]:
    """Give the rules that a path of some extent draws: its segments, or the sides of a frame."""
    if 6 <= segments_of(path) <= MAX_SEGMENTS:
        yield from _segments(ctypes.cast(path, c.FPDF_PAGEOBJECT), turned, width, height)
        return
    left, bottom, right, top = box.tolist()
    yield Rule(left, bottom, right, bottom)
    yield Rule(left, top, right, top)
    yield Rule(left, bottom, left, top)
    yield Rule(right, bottom, right, top)


def joined(rules: NDArray[np.int32], upright: NDArray[np.bool_]) -> tuple[list[Rule], list[Rule]]:
    """Join the pieces of which beams and posts are drawn, a piece a cell; those of neighbouring cells lie twice.

    Gives the level rules and the upright ones.
    """
    lying = np.where(upright[:, None], rules[:, _TURNED], rules).astype(np.int64)
    # Longer than any page: posts come behind all beams, and each level behind the one before.
    far = 4 * int(FAR) * 1000
    places = (lying[:, 1] + lying[:, 3]) // 2 + upright * far
    order = places.argsort(kind="stable")
    levels = np.zeros(len(order), np.int64)
    np.cumsum(places[order[1:]] - places[order[:-1]] > SAME, out=levels[1:])
    order = order[np.lexsort((lying[order, 0], levels))]
    levels *= far
    begins = lying[order, 0] + levels
    ends = np.maximum.accumulate(lying[order, 2] + levels)
    apart = np.ones(len(order), np.bool_)
    np.greater(begins[1:] - ends[:-1], NEAR, out=apart[1:])
    starts = apart.nonzero()[0]
    last = np.empty(len(starts), np.int64)
    last[:-1], last[-1] = starts[1:] - 1, len(order) - 1
    first = order[starts]
    whole = lying[first]
    whole[:, 2] = (ends - levels)[last]
    posts = upright[first]
    return (
        list(map(Rule._make, whole[~posts].tolist())),
        list(map(Rule._make, whole[posts][:, _TURNED].tolist())),
    )


_TURNED: Final = np.array([1, 0, 3, 2])


def _draws(path: Any) -> bool:
    """Tell whether a path of some extent may draw lines: one with many segments, or with a stroke.

    The background of a cell has neither, and tables have one for each.
    """
    if 6 <= segments_of(path) <= MAX_SEGMENTS:
        return True
    _STROKE.value = 0
    draw_mode(path, _FILL_AT, _STROKE_AT)
    return bool(_STROKE.value)


_FILL: Final = ctypes.c_int()
_STROKE: Final = ctypes.c_int()  # both are used only while pdfium is held
_FILL_AT: Final = ctypes.byref(_FILL)
_STROKE_AT: Final = ctypes.byref(_STROKE)


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
