"""The characters of a PDF's pages with their boxes, through pdfium.

pdfium is one global state and not thread-safe: whatever touches it holds ``PDFIUM``. A page's characters are fetched
once, with one call each for their boxes, and the page is closed; everything after works on plain numbers.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import repeat
from math import isfinite
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
from numpy.typing import NDArray

from ..errors import RejectedError
from .pdf_boxes import FAR, Shown, seen, turn, written
from .pdf_calls import address, char_boxes, font_info, font_of, font_weight, handle, object_of_char, origin
from .pdf_forms import refuse_endless_drawings
from .pdf_kinds import BODY, HAN_CHAR, IS_FIGURE, IS_HAN, kinds_of
from .pdf_rules import FEW_OBJECTS, NO_RULES, has_rows, is_recognised, rules_of
from .pdf_square_font import answer_for_fonts
from .pdf_streams import refuse_swelling

PDFIUM: Final = threading.RLock()
MAX_PAGES: Final = 3_000
"""The thickest yearbook that we met has 1,400 pages."""
MAX_CHARS: Final = 5_000_000
"""That yearbook has two million. A character takes 160 bytes while the pages are read: a gigabyte bounds the reader."""
MAX_PAGE_CHARS: Final = 400_000
STAMP: Final = 100
"""Characters up to which a page with pictures may be a scan with a stamp (扫描全能王 创建) and without text."""
_FONT_INFO: Final = answer_for_fonts()

_NO_FEET: Final[dict[int, int]] = {}


class PageText(NamedTuple):
    """One page: its characters, and a box for each.

    ``boxes`` (n × 4: left, bottom, right, top) lie in the page's own space, in thousandths of a point; ``sides``
    (4 × n) and ``shown`` are the same as a reader sees them, the page turned by its ``/Rotate``. ``bodies`` are the
    lines that pdfium broke, without the blanks at their ends; ``kinds`` says of each character what it is.
    """

    number: int
    width: int
    height: int
    chars: str
    kinds: NDArray[np.uint8]
    bodies: list[tuple[int, int]]
    boxes: NDArray[np.int32]
    sides: NDArray[np.int32]
    shown: Shown
    bold: dict[int, bool]
    rules: NDArray[np.int32]
    pictures: bool
    """It has pictures; of a page with more text than a stamp this is not asked."""
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
    refuse_endless_drawings(data)
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
        page = c.FPDF_LoadPage(document.raw, number)
        textpage = c.FPDFText_LoadPage(page) if page else None
        try:
            text = _page(page, textpage, number + 1) if textpage else _empty(number + 1)
        finally:
            c.FPDFText_ClosePage(textpage)
            c.FPDF_ClosePage(page)
        total += len(text.chars)
        if total > MAX_CHARS:
            raise RejectedError("too-large", f"the PDF has more than {MAX_CHARS} characters; split it")
        yield text


def _empty(number: int) -> PageText:
    none = np.zeros((0, 4), np.int32)
    return PageText(
        number,
        0,
        0,
        "",
        kinds_of(""),
        [],
        none,
        *seen(none, 0, 0, 0),
        bold={},
        rules=NO_RULES,
        pictures=False,
    )


def _page(page: Any, textpage: Any, number: int) -> PageText:
    width, height = (_thousandths(side(page)) for side in (c.FPDF_GetPageWidthF, c.FPDF_GetPageHeightF))
    count = c.FPDFText_CountChars(textpage)
    if count > MAX_PAGE_CHARS:
        raise RejectedError(
            "too-large", f"page {number} has {count} characters; at most {MAX_PAGE_CHARS} are read"
        )
    if count <= 0:
        return _empty(number)._replace(width=width, height=height, pictures=_pictures(page))
    chars = _chars(textpage, count)
    raw = address(textpage)
    kinds = kinds_of(chars)
    bodies = [found.span() for found in BODY.finditer(chars)]
    boxes = _boxes(raw, count)
    turned = c.FPDFPage_GetRotation(page) % 4 * 90
    sides, shown = seen(boxes, turned, width, height)
    if further := written(sides, bodies):
        turned, width, height = (turned + further) % 360, height, width
        sides, shown = seen(boxes, turned, width, height)
    bold = _bold(raw, bodies)
    looked_at = c.FPDFPage_CountObjects(page) <= FEW_OBJECTS or (
        has_rows(chars, shown) and not is_recognised(page)
    )
    rules = rules_of(page, turned, width, height) if looked_at else NO_RULES
    asked = _may_be_raised(chars, kinds, sides, shown)
    feet = _feet(raw, asked, turned, width, height) if asked else _NO_FEET
    pictures = count <= STAMP and _pictures(page)
    return PageText(
        number, width, height, chars, kinds, bodies, boxes, sides, shown, bold, rules, pictures, feet
    )


def _thousandths(points: float) -> int:
    return round(min(max(points, -FAR), FAR) * 1000) if isfinite(points) else 0


def _boxes(textpage: int, count: int) -> NDArray[np.int32]:
    floats = char_boxes(textpage, count)
    if not (floats.max() < FAR and floats.min() > -FAR):  # false for what is no number, too
        floats = np.nan_to_num(floats, nan=0.0, posinf=0.0, neginf=0.0).clip(-FAR, FAR)
    # Side by side in memory, as they are asked for.
    sides = np.rint(floats.T[[0, 3, 2, 1]] * 1000).astype(np.int32)
    return sides.T


def _chars(textpage: Any, count: int) -> str:
    """Give one character for each of pdfium's."""
    text = _text(textpage, count)
    if len(text) != count:
        # Characters beyond the BMP, or ones that pdfium leaves out of its text: ask for each.
        codes = (c.FPDFText_GetUnicode(textpage, index) for index in range(count))
        text = "".join(
            chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\x00" for code in codes
        )
    return text


def _text(textpage: Any, count: int) -> str:
    needed = 2 * count + 2
    # For each length of its own ctypes makes a class.
    room = _UNITS if needed <= len(_UNITS) else (ctypes.c_ushort * needed)()
    written = c.FPDFText_GetText(textpage, 0, count, room)
    return bytes(memoryview(room)[: max(written - 1, 0)]).decode("utf-16-le", "replace")


_UNITS: Final = (ctypes.c_ushort * 8192)()  # used only while PDFIUM is held


def _bold(textpage: int, bodies: Sequence[tuple[int, int]]) -> dict[int, bool]:
    """Tell for the first character of each line, and for those where a line changes, whether the font is bold.

    A page without a bold line has nothing to tell. Each font is asked once; of the characters, which it is.
    """
    edges = [edge for begin, end in bodies for edge in (begin, end - 1)]
    objects = list(map(object_of_char, repeat(handle(textpage)), edges))
    examples = dict(zip(objects, edges, strict=True))
    fonts = {found: font_of(found) for found in examples}
    bold = {
        font: _is_bold(textpage, examples[found])
        for font, found in {font: found for found, font in fonts.items()}.items()
    }
    if True not in bold.values():
        return {}
    found_bold: dict[int, bool] = {}
    told = [bold[fonts[found]] for found in objects]
    for (begin, end), first, final in zip(bodies, told[::2], told[1::2], strict=True):
        found_bold[begin] = first
        if first != final:
            low, high = begin, end - 1  # one change a line, as a run-in heading has: found by halving
            while high - low > 1:
                middle = (low + high) // 2
                if _is_bold(textpage, middle) == first:
                    low = middle
                else:
                    high = middle
            found_bold[high] = not first
    return found_bold


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


SMALL: Final = 780
"""Per mille of the height of the text beside it, up to which a sign is small; printers use 580 to 700."""
ABOVE: Final = 200
"""Per mille of the height of an ideograph by which the boxes of a sign and of what stands before it differ at least.

The figures of a line differ from its ideographs by 130 where each glyph has a height of its own, raised ones by 380."""
SIGN: Final = re.compile(
    r"(?=[\[［〔(（\s\d①-⑳*ivx])"  # ahead: most are none
    r"(?:[\[［〔(（]?\s?\d{1,2}\s?[\]］〕)）]?|[①-⑳]|\*{1,3}|(?<![A-Za-z])[ivx]{1,5}(?![A-Za-z]))"
)
_ROMAN: Final = re.compile(r"(?<![A-Za-z \t])[ivx]{1,5}(?![A-Za-z])")
"""The sign of an endnote right behind the text."""


def _may_be_raised(chars: str, kinds: NDArray[np.uint8], sides: NDArray[np.int32], shown: Shown) -> list[int]:
    """Give what may be raised signs, smaller than the ideographs, and the ideographs beside each.

    Some fonts tell the height of each glyph, and figures of the same size are lower than ideographs: that a sign is
    small is not enough. Most lines have nothing to ask.
    """
    ideographs = (kinds & IS_HAN).nonzero()[0][:30]
    if not len(ideographs):
        return []
    heights = sides[3] - sides[1]
    tallest = int(heights[ideographs].max())
    limit, least = tallest * SMALL // 1000, tallest * ABOVE // 1000
    asked: set[int] = set()
    end = 0
    small = ((kinds & IS_FIGURE != 0) & (heights <= limit)).nonzero()[0].tolist()
    small += [found.start() for found in _ROMAN.finditer(chars)]
    if not small:
        return []
    small.sort()
    bottom, top = shown.bottom, shown.top
    for at in small:
        if at < end:
            continue
        begin = max(chars.rfind("\n", end, at), end)
        end = chars.find("\n", at)
        end = len(chars) if end < 0 else end
        without = HAN_CHAR.search(chars, begin, end) is None
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
            if without:  # what stands beside it tells where the line stands
                asked.add(beside)
            after = HAN_CHAR.search(chars, high, high + _BESIDE)
            if after:
                asked.add(after.start())
            before = HAN_CHAR.search(chars[max(low - _BESIDE, 0) : low][::-1])
            if before:
                asked.add(low - 1 - before.start())
    return sorted(asked)


def _feet(textpage: int, order: list[int], turned: int, width: int, height: int) -> dict[int, int]:
    points = np.zeros((len(order), 2))
    at = points.ctypes.data
    end = at + points.nbytes
    deque(map(origin, repeat(textpage), order, range(at, end, 16), range(at + 8, end, 16)), maxlen=0)
    near = np.nan_to_num(points, nan=0.0, posinf=0.0, neginf=0.0).clip(-FAR, FAR)
    flat = np.rint(near * 1000).astype(np.int32)[:, [0, 1, 0, 1]]
    return dict(zip(order, turn(flat, turned, width, height)[:, 1].tolist(), strict=True))


_BESIDE: Final = 40
"""Characters within which an ideograph of the same line is looked for."""


def _pictures(page: Any) -> bool:
    for number in range(min(c.FPDFPage_CountObjects(page), 200)):
        if c.FPDFPageObj_GetType(c.FPDFPage_GetObject(page, number)) in (
            c.FPDF_PAGEOBJ_IMAGE,
            c.FPDF_PAGEOBJ_FORM,
        ):
            return True
    return False
