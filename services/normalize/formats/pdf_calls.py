"""The functions of pdfium that are asked once a character or an object, called by address."""

from __future__ import annotations

import ctypes
from typing import Any, Final

import pypdfium2.raw as c


def _bare(function: Any, result: Any, *arguments: Any) -> Any:
    """Give a function of pdfium that is called by address, without type checks: 0.2 instead of 0.9 microseconds."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


char_box: Final = _bare(
    c.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
origin: Final = _bare(
    c.FPDFText_GetCharOrigin, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)
font_weight: Final = _bare(c.FPDFText_GetFontWeight, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
font_info: Final = _bare(
    c.FPDFText_GetFontInfo,
    ctypes.c_ulong,
    *(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p),
)
object_at: Final = _bare(c.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
type_of: Final = _bare(c.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
render_mode: Final = _bare(c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
segments_of: Final = _bare(c.FPDFPath_CountSegments, ctypes.c_int, ctypes.c_void_p)
draw_mode: Final = _bare(
    c.FPDFPath_GetDrawMode, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)
bounds_of: Final = _bare(c.FPDFPageObj_GetBounds, ctypes.c_int, *(ctypes.c_void_p for _ in range(5)))
object_of_char: Final = _bare(c.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
font_of: Final = _bare(c.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
