"""The font that answers for every Chinese one that a PDF does not embed: the same text on every machine (ADR 62)."""

from __future__ import annotations

import base64
import ctypes
from typing import Any, Final

import pypdfium2.raw as c

SQUARE: Final = base64.b64decode(
    "AAEAAAAKAIAAAwAgT1MvMkEYSysAAAEoAAAAYGNtYXAAFLKCAAABkAAAADRnbHlm9Uf1RQAAAcwAAAA0aGVhZGL/Q8QAAACs"
    "AAAANmhoZWEHWgOkAAAA5AAAACRobXR4BBoAMgAAAYgAAAAGbG9jYQAaAA0AAAHEAAAABm1heHAABAAGAAABCAAAACBuYW1l"
    "dsLLLgAAAgAAAAAwcG9zdAADAAAAAAIwAAAAIAABAAAAAQAAbgCRW18PPPUAAwPoAAAAAAAAAAAAAAAAAAAAAAAy/7ADtgM0"
    "AAAAAwACAAAAAAAAAAEAAANw/4gAAAPoADIAMgO2AAEAAAAAAAAAAAAAAAAAAAABAAEAAAACAAQAAQAAAAAAAgAAAAAAAAAA"
    "AAAAAAAAAAAAAwPoAZAABQAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAPz8/PwAA"
    "ACH//wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgAAAD6AAyADIAAAAAAAEAAwAKAAAADAANAAAAAAAoAAAAAAAAAAIAAAAh"
    "AADX/wAAAAEAAOAAAAL6HwAAAAEAAAANABoAAAABADL/sAO2AzQAAwAAFxEhETIDhFADhPx8AAEAMv+wA7YDNAADAAAXESER"
    "MgOEUAOE/HwAAAACAB4AAQAAAAAAAQAGAAAAAwABBAkAAQAMAAZTcXVhcmUAUwBxAHUAYQByAGUAAwAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAA=="
)
"""A font of one square glyph for every character (cmap format 13), made by ``tests/normalize/formats/square_font.py``.

Where a PDF does not embed a Chinese font, pdfium asks the machine for one, and drops text whose glyphs have no width.
So what came out would depend on the fonts installed. This font answers for all of them: on every machine the same.
"""

_CJK_CHARSETS: Final = (128, 129, 130, 134, 136)
"""FXFONT_SHIFTJIS, HANGUL, JOHAB, GB2312 and CHINESEBIG5 charsets, as Windows numbers them."""


def answer_for_fonts() -> Any:
    """Answer pdfium's questions for fonts of this machine: always the square one for Chinese, none for the rest.

    pdfium keeps the address of what this gives: it must live as long as the process.
    """
    kinds = dict(c.FPDF_SYSFONTINFO._fields_)
    size = len(SQUARE)

    def map_font(_this: Any, _weight: int, _italic: int, charset: int, *_face: Any) -> int | None:
        return 1 if charset in _CJK_CHARSETS else None

    def font_data(_this: Any, _font: Any, table: int, buffer: Any, room: int) -> int:
        if table:
            return 0
        if buffer and room >= size:
            ctypes.memmove(buffer, SQUARE, size)
        return size

    info = c.FPDF_SYSFONTINFO()
    info.version = 1
    info.Release = kinds["Release"](lambda this: None)  # noqa: ARG005
    info.EnumFonts = kinds["EnumFonts"](lambda this, mapper: None)  # noqa: ARG005
    info.MapFont = kinds["MapFont"](map_font)
    info.GetFont = kinds["GetFont"](lambda this, face: None)  # noqa: ARG005
    info.GetFontData = kinds["GetFontData"](font_data)
    info.GetFaceName = kinds["GetFaceName"](lambda this, font, buffer, room: 0)  # noqa: ARG005
    info.GetFontCharset = kinds["GetFontCharset"](lambda this, font: 134)  # noqa: ARG005
    info.DeleteFont = kinds["DeleteFont"](lambda this, font: None)  # noqa: ARG005
    c.FPDF_SetSystemFontInfo(ctypes.byref(info))
    return info
