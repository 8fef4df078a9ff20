"""The characters of a PDF's pages with their boxes, through pdfium.

pdfium is one global state and not thread-safe: whatever touches it holds ``PDFIUM``. A page's characters are fetched
once, with one call each for their boxes, and the page is closed; everything after works on plain numbers.
"""

from __future__ import annotations

import ctypes
import re
import threading
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice, repeat
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
from numpy.typing import NDArray

from ..errors import RejectedError
from .pdf_boxes import FAR, Shown, seen, turn_one
from .pdf_calls import char_box, font_info, font_of, font_weight, object_of_char, origin
from .pdf_rules import FEW_OBJECTS, NO_RULES, has_rows, is_recognised, rules_of
from .pdf_square_font import answer_for_fonts
from .pdf_streams import refuse_swelling

PDFIUM: Final = threading.RLock()
MAX_PAGES: Final = 3_000
"""The thickest yearbook that we met has 1,400 pages."""
MAX_CHARS: Final = 5_000_000
"""That yearbook has two million. A character takes 160 bytes while the pages are read: a gigabyte bounds the reader."""
MAX_PAGE_CHARS: Final = 400_000
_FONT_INFO: Final = answer_for_fonts()

_NO_FEET: Final[dict[int, int]] = {}


class PageText(NamedTuple):
    """One page: its characters, and a box for each.

    ``boxes`` (n × 4: left, bottom, right, top) lie in the page's own space, in thousandths of a point; ``shown`` are
    the same as a reader sees them, the page turned by its ``/Rotate``.
    """

    number: int
    width: int
    height: int
    chars: str
    boxes: NDArray[np.int32]
    shown: Shown
    bold: dict[int, bool]
    rules: NDArray[np.int32]
    pictures: bool
    feet: dict[int, int] = _NO_FEET
    """Height of the line on which a character stands: of what may be a raised sign, and of the ideographs beside it."""


_BOLD_FONTS: Final = (b"bold", b"hei", b"black", b"heavy", b"\xba\xda\xcc\xe5", "黑体".encode())
_DAMAGED: Final = "the PDF is damaged and cannot be opened; print it to a new PDF and send that"


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF, alone.

    Raises:
        RejectedError: ``damaged``, ``encrypted``, ``hostile`` or ``too-many-pages``.
    """
    refuse_swelling(data)
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            code = c.FPDF_GetLastError()
            if code == c.FPDF_ERR_PASSWORD or "assword" in str(error):
                raise RejectedError(
                    "encrypted", "the PDF is protected by a password; remove the protection and send it again"
                ) from error
            raise RejectedError("damaged", _DAMAGED) from error
        try:
            if not 0 < len(document) <= MAX_PAGES:
                if len(document) <= 0:
                    raise RejectedError(
                        "damaged", "the PDF has no page that can be opened; print it to a new PDF"
                    )
                raise RejectedError(
                    "too-many-pages",
                    f"the PDF has {len(document)} pages; at most {MAX_PAGES} are read: split it",
                )
            yield document
        finally:
            document.close()


def pages(document: pdfium.PdfDocument) -> Iterator[PageText]:
    """Give the pages one after the other; one that cannot be loaded is an empty page.

    Raises:
        RejectedError: ``too-large``.
    """
    total = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            yield _empty(number + 1)
            continue
        try:
            text = _page(page, number + 1)
        finally:
            page.close()
        total += len(text.chars)
        if total > MAX_CHARS:
            raise RejectedError("too-large", f"the PDF has more than {MAX_CHARS} characters; split it")
        yield text


def _empty(number: int) -> PageText:
    none = np.zeros((0, 4), np.int32)
    return PageText(number, 0, 0, "", none, seen(none, 0, 0, 0), {}, NO_RULES, pictures=False)


def _page(page: pdfium.PdfPage, number: int) -> PageText:
    width, height = (round(side * 1000) for side in page.get_size())
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > MAX_PAGE_CHARS:
            raise RejectedError(
                "too-large", f"page {number} has {count} characters; at most {MAX_PAGE_CHARS} are read"
            )
        if count <= 0:
            return _empty(number)._replace(width=width, height=height, pictures=_pictures(page))
        chars = _chars(textpage, count)
        raw = ctypes.cast(textpage.raw, ctypes.c_void_p).value
        assert raw is not None
        boxes = _boxes(raw, count)
        turned = page.get_rotation()
        shown = seen(boxes, turned, width, height)
        bold = _bold(raw, chars)
        looked_at = c.FPDFPage_CountObjects(page) <= FEW_OBJECTS or (
            has_rows(chars, shown) and not is_recognised(page)
        )
        rules = rules_of(page, turned, width, height) if looked_at else NO_RULES
        asked = _may_be_raised(chars, shown)
        feet = _feet(raw, asked, turned, width, height) if asked else _NO_FEET
        return PageText(number, width, height, chars, boxes, shown, bold, rules, False, feet)
    finally:
        textpage.close()


def _boxes(textpage: int, count: int) -> NDArray[np.int32]:
    floats = np.zeros((count, 4), np.float32)
    at = floats.ctypes.data
    deque(map(char_box, repeat(textpage), range(count), range(at, at + 16 * count, 16)), maxlen=0)
    if not (floats.max() < FAR and floats.min() > -FAR):  # false for what is no number, too
        floats = np.nan_to_num(floats, nan=0.0, posinf=0.0, neginf=0.0).clip(-FAR, FAR)
    # FS_RECTF is left, top, right, bottom. Side by side in memory, as they are asked for.
    sides = np.rint(floats.T[[0, 3, 2, 1]] * 1000).astype(np.int32)
    return sides.T


def _chars(textpage: pdfium.PdfTextPage, count: int) -> str:
    """Give one character for each of pdfium's."""
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    written = c.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
    if len(text) != count:
        # Characters beyond the BMP, or ones that pdfium leaves out of its text: ask for each.
        codes = (c.FPDFText_GetUnicode(textpage, index) for index in range(count))
        text = "".join(
            chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\x00" for code in codes
        )
    return text


def _bold(textpage: int, chars: str) -> dict[int, bool]:
    """Tell for the first character of each line, and for those where a line changes, whether the font is bold.

    A page without a bold line has nothing to tell. Each font is asked once; of the characters, which it is.
    """
    edges: list[int] = []
    at = 0
    for line in chars.split("\n"):
        begin, end = at, at + len(line.rstrip())
        at += len(line) + 1
        begin += len(line) - len(line.lstrip())
        if begin < end:
            edges += (begin, end - 1)
    fonts = list(map(font_of, map(object_of_char, repeat(textpage), edges)))
    bold = {font: _is_bold(textpage, index) for font, index in dict(zip(fonts, edges, strict=True)).items()}
    if True not in bold.values():
        return {}
    found: dict[int, bool] = {}
    for number in range(0, len(edges), 2):
        begin, last = edges[number : number + 2]
        first = found[begin] = bold[fonts[number]]
        if first != bold[fonts[number + 1]]:
            low, high = begin, last  # one change a line, as a run-in heading has: found by halving
            while high - low > 1:
                middle = (low + high) // 2
                if _is_bold(textpage, middle) == first:
                    low = middle
                else:
                    high = middle
            found[high] = not first
    return found


def _is_bold(textpage: int, index: int) -> bool:
    if font_weight(textpage, index) >= 600:
        return True
    font_info(textpage, index, _NAME_AT, 128, _FLAGS_AT)
    return bool(_FLAGS.value & 1 << 18) or _is_bold_name(_NAME.value)  # ForceBold (ISO 32000-1, table 123)


_NAME: Final = ctypes.create_string_buffer(128)
_FLAGS: Final = ctypes.c_int()  # both are used only while PDFIUM is held
_NAME_AT: Final = ctypes.addressof(_NAME)
_FLAGS_AT: Final = ctypes.addressof(_FLAGS)


@lru_cache(maxsize=256)
def _is_bold_name(name: bytes) -> bool:
    bare = name.rpartition(b"+")[2].lower()
    return any(word in bare for word in _BOLD_FONTS)


HAN_CHAR: Final = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
SMALL: Final = 780
"""Per mille of the height of the text beside it, up to which a sign is small; printers use 580 to 700."""
ABOVE: Final = 200
"""Per mille of the height of an ideograph by which the boxes of a sign and of what stands before it differ at least.

The figures of a line differ from its ideographs by 130 where each glyph has a height of its own, raised ones by 380."""
_FIGURE: Final = re.compile(r"[\d*①-⑳]")
SIGN: Final = re.compile(r"[\[［〔(（]?\s?\d{1,2}\s?[\]］〕)）]?|[①-⑳]|\*{1,3}")


def _may_be_raised(chars: str, shown: Shown) -> list[int]:
    """Give what may be raised signs, smaller than the ideographs, and the ideographs beside each.

    Some fonts tell the height of each glyph, and figures of the same size are lower than ideographs: that a sign is
    small is not enough. Most lines have nothing to ask.
    """
    top, bottom = shown.top, shown.bottom
    ideographs = [found.start() for found in islice(HAN_CHAR.finditer(chars), 30)]
    if not ideographs:
        return []
    tallest = max([top[at] - bottom[at] for at in ideographs])
    limit, least = tallest * SMALL // 1000, tallest * ABOVE // 1000
    asked: set[int] = set()
    end = 0
    for small in _FIGURE.finditer(chars):
        at = small.start()
        if at < end or top[at] - bottom[at] > limit:
            continue
        begin = max(chars.rfind("\n", end, at), end)
        end = chars.find("\n", at)
        end = len(chars) if end < 0 else end
        for found in SIGN.finditer(chars, begin, end):
            low, high = found.span()
            if top[low] - bottom[low] > limit:
                continue
            beside = low - 2 if chars[low - 1 : low] == " " else low - 1
            if beside < 0 or chars[beside] < " ":  # at a line's start
                beside = min(high + (chars[high : high + 1] == " "), len(chars) - 1)
            if chars[beside] > " " and abs(bottom[beside] - bottom[low]) < least:
                continue
            asked.update(range(low, high))
            after = HAN_CHAR.search(chars, high, high + _BESIDE)
            if after:
                asked.add(after.start())
            before = HAN_CHAR.search(chars[max(low - _BESIDE, 0) : low][::-1])
            if before:
                asked.add(low - 1 - before.start())
    return sorted(asked)


def _feet(textpage: int, order: list[int], turned: int, width: int, height: int) -> dict[int, int]:
    points = array("d", bytes(16 * len(order)))
    at = points.buffer_info()[0]
    end = at + 16 * len(order)
    deque(map(origin, repeat(textpage), order, range(at, end, 16), range(at + 8, end, 16)), maxlen=0)
    flat = [round(min(max(point, -FAR), FAR) * 1000) if isfinite(point) else 0 for point in points]
    return {
        index: turn_one([x, y, x, y], turned, width, height)[1]
        for index, x, y in zip(order, flat[::2], flat[1::2], strict=True)
    }


_BESIDE: Final = 40
"""Characters within which an ideograph of the same line is looked for."""


def _pictures(page: pdfium.PdfPage) -> bool:
    for number in range(min(c.FPDFPage_CountObjects(page), 200)):
        if c.FPDFPageObj_GetType(c.FPDFPage_GetObject(page, number)) in (
            c.FPDF_PAGEOBJ_IMAGE,
            c.FPDF_PAGEOBJ_FORM,
        ):
            return True
    return False
