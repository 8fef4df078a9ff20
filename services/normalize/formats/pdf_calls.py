"""The functions of pdfium that are asked once a character or an object, called by address.

Where thousands of calls are made, even ctypes' conversion of each argument is saved: ``handle`` converts an address
once, and numbers below 2**31 need no conversion (0.14 instead of 0.30 microseconds a box).
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np
import pypdfium2.raw as c
from numpy.typing import NDArray


def address(pointer: Any) -> int:
    """Give the address of a function, a page, an object: 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _bare(function: Any, result: Any, *arguments: Any) -> Any:
    """Give a function of pdfium that is called by address, without type checks: 0.2 instead of 0.9 microseconds."""
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


handle: Final[Any] = ctypes.c_void_p.from_param
"""Turn an address into an argument, once for many calls."""

_char_box: Final = _bare(c.FPDFText_GetLooseCharBox, ctypes.c_int)
origin: Final = _bare(
    c.FPDFText_GetCharOrigin, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)
font_weight: Final = _bare(c.FPDFText_GetFontWeight, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
font_info: Final = _bare(
    c.FPDFText_GetFontInfo,
    ctypes.c_ulong,
    *(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p),
)
object_at: Final = _bare(c.FPDFPage_GetObject, ctypes.c_void_p)
type_of: Final = _bare(c.FPDFPageObj_GetType, ctypes.c_int)
render_mode: Final = _bare(c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
segments_of: Final = _bare(c.FPDFPath_CountSegments, ctypes.c_int)
draw_mode: Final = _bare(c.FPDFPath_GetDrawMode, ctypes.c_int)
_bounds_of: Final = _bare(c.FPDFPageObj_GetBounds, ctypes.c_int)
object_of_char: Final = _bare(c.FPDFText_GetTextObject, ctypes.c_void_p)
font_of: Final = _bare(c.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)


_AT_ONCE: Final = 1024
"""Boxes that are fetched before they are copied out: each needs an argument for its place, made once."""
_ROOM: Final = (ctypes.c_float * (4 * _AT_ONCE))()  # used only while pdfium is held
_SIDES: Final[NDArray[np.float32]] = np.frombuffer(memoryview(_ROOM).cast("B"), np.float32).reshape(
    _AT_ONCE, 4
)
_PLACES: Final = [ctypes.byref(_ROOM, 4 * number) for number in range(4 * _AT_ONCE)]
_CORNERS: Final = tuple(_PLACES[side::4] for side in range(4))


def char_boxes(textpage: int, count: int) -> NDArray[np.float32]:
    """Give the boxes of all characters of a page (n × 4: left, top, right, bottom), zeros for what has none."""
    boxes = np.empty((count, 4), np.float32)
    page = repeat(handle(textpage))
    for low in range(0, count, _AT_ONCE):
        high = min(low + _AT_ONCE, count)
        _SIDES[: high - low] = 0
        deque(map(_char_box, page, range(low, high), _CORNERS[0]), maxlen=0)
        boxes[low:high] = _SIDES[: high - low]
    return boxes


def bounds_of(objects: Sequence[Any]) -> NDArray[np.float32]:
    """Give the bounds of objects of a page (n × 4: left, bottom, right, top), no numbers for what has none."""
    bounds = np.empty((len(objects), 4), np.float32)
    for low in range(0, len(objects), _AT_ONCE):
        high = min(low + _AT_ONCE, len(objects))
        told = bytes(map(_bounds_of, objects[low:high], *_CORNERS))
        bounds[low:high] = _SIDES[: high - low]
        if 0 in told:
            bounds[low:high][np.frombuffer(told, np.uint8) == 0] = np.nan
    return bounds
