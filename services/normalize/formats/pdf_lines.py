"""From characters to lines: where pdfium broke them, torn again at wide gaps, in the order in which they are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .pdf_boxes import Shown
from .pdf_pages import HAN_CHAR, PageText

WIDE: Final = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6"
)
"""Characters as wide as they are high (Unicode TR 11), for a class of a regular expression."""
_GAP: Final = re.compile("[ \t\u00a0\u3000\u2002\u2003]+")

TEAR_DRAWN: Final = 1_600
"""Per mille of an em: a gap that pdfium filled with a space of its own is a gap between columns from here on."""
TEAR_SPACED: Final = 4_500
"""The same for a gap that the document filled with spaces: 总　　则 is one heading, a signature line is torn."""
SET: Final = 200
"""Per mille of an em by which a gap is wider than all others of its line, if it is a space that the author set."""
_SPREAD: Final = re.compile(f"(?<= )[{WIDE}](?= )")
"""An ideograph between two gaps: three of them are a line that its measure spread."""
CLOSE: Final = 700
"""Per mille of an em: a gap between two Chinese characters below it is a matter of drawing (OCR, justified lines)."""


@dataclass(slots=True)
class Line:
    """A stretch of characters on one level. Sides are in thousandths of a point, as shown."""

    page: int
    pieces: list[tuple[str, int]]
    """(text, index of its first character on the page)"""
    left: int
    bottom: int
    right: int
    top: int
    em: int
    first: int
    last: int
    bold: bool = False
    bold_until: int = -1
    """Index of the character at which a bold beginning ends (or a bold end begins), -1 if the line is of one kind."""
    column: int = 0
    furniture: str = ""
    contents: bool = False
    """It belongs to a table of contents."""
    torn: bool = False
    """A wide gap follows: what stands behind it is another column."""
    signs: tuple[tuple[int, int], ...] = ()
    """Ranges of small raised characters: signs of notes."""

    text: str = ""
    """The line as it will stand."""
    middle: int = 0
    """Its height on the page."""

    def __post_init__(self) -> None:
        self.settle()

    def settle(self) -> None:
        """Bring what follows from the rest up to date."""
        self.text = (
            self.pieces[0][0] if len(self.pieces) == 1 else "".join([piece[0] for piece in self.pieces])
        )
        self.middle = (self.bottom + self.top) // 2


def lines_of(page: PageText) -> list[Line]:
    """Cut a page into lines, in pdfium's order, which is that of the page's content."""
    found: list[Line] = []
    at = 0
    for line in page.chars.split("\n"):
        begin = at
        at += len(line) + 1
        body = line.rstrip("\r ")
        if not body.endswith("\x02"):  # a hyphen at the line's end
            body = body.rstrip(_BLANK)
        if not body:
            continue
        found.extend(line for line in _torn(page, begin, begin + len(body)) if line.text.strip())
    return found


_BLANK: Final = " \t\r\u00a0\u3000\u2002\u2003\x00\ufeff\u200b"


def _torn(page: PageText, begin: int, end: int) -> Iterator[Line]:
    chars, shown = page.chars, page.shown
    while begin < end and chars[begin] in _BLANK:
        begin += 1
    em = _em(page, begin, end)
    start = begin
    left, right = shown.left, shown.right
    closed: list[tuple[int, int]] = []  # gaps that are a matter of drawing
    close = TEAR_DRAWN if len(_SPREAD.findall(chars, begin, end)) >= 3 else CLOSE
    for gap in _GAP.finditer(chars, begin, end):
        low, high = gap.span()
        if low == start or high >= end:
            continue
        width = (left[high] - right[low - 1]) * 1000
        if width < em * close:
            if (
                left[low] >= right[low]
                and _meets(chars[low - 1], chars[high])
                and not _stands_out(page, begin, end, low, high)
            ):
                closed.append((low, high))
            continue
        if width < em * TEAR_DRAWN:
            continue
        own = sum(max(right[at] - left[at], 0) for at in range(low, high))
        drawn = own * 2000 < width  # its spaces do not fill it
        if width >= em * (TEAR_DRAWN if drawn else TEAR_SPACED):
            piece = _line(page, start, low, em, closed)
            piece.torn = True
            yield piece
            start = high
            closed = []
    yield _line(page, start, end, em, closed)


def _stands_out(page: PageText, begin: int, end: int, low: int, high: int) -> bool:
    """Tell whether a gap between two ideographs is a space that the author set, and none of drawing.

    All others of its line stand close and evenly then: those of a scan do not, those of a spread line are as wide.
    """
    left, right, chars = page.shown.left, page.shown.right, page.chars
    em = left[high] - left[low - 1]
    if chars[low - 1].isascii() or chars[high].isascii() or (left[high] - right[low - 1]) * 1000 < SET * em:
        return False
    gaps = [left[found.start() + 1] - right[found.start()] for found in _PAIR.finditer(chars, begin, end)]
    if len(gaps) < 4 or (max(gaps) - min(gaps)) * 1000 > EVEN_GAPS * em:
        return False
    return (left[high] - right[low - 1] - max(gaps)) * 1000 >= SET * em


_PAIR: Final = re.compile(f"[{WIDE}](?=[{WIDE}])")
EVEN_GAPS: Final = 80
"""Per mille of an em by which the gaps of a line differ that a program set; those of a recognised scan differ more."""


def _em(page: PageText, begin: int, end: int) -> int:
    """Tell the size of the type: a Chinese character is as wide as it is high."""
    shown = page.shown
    widths = []
    for found in HAN_CHAR.finditer(page.chars, begin, end):
        at = found.start()
        widths.append(shown.right[at] - shown.left[at])
        if len(widths) == 5:
            break
    if widths:
        widths.sort()
        return max(widths[len(widths) // 2], 1_000)
    for at in range(begin, end):
        if shown.top[at] > shown.bottom[at] and page.chars[at] > " ":
            return max((shown.top[at] - shown.bottom[at]) * 9 // 10, 1_000)
    return 10_000


def _meets(one: str, other: str) -> bool:
    """Tell whether Chinese stands on either side of a gap, and a character, figure or letter on the other."""
    # Of ASCII, isalnum tells letters and figures; of the rest, that it is no mark: near enough, and at the speed of C.
    return one.isalnum() and other.isalnum() and not (one.isascii() and other.isascii())


def _extends(shown: Shown, at: int) -> bool:
    return shown.right[at] > shown.left[at] and shown.top[at] > shown.bottom[at]


def _line(page: PageText, start: int, end: int, em: int, closed: Sequence[tuple[int, int]]) -> Line:
    chars, shown = page.chars, page.shown
    pieces: list[tuple[str, int]] = []
    at = start
    for low, high in closed:
        pieces.append((chars[at:low], at))
        at = high
    pieces.append((chars[at:end], at))
    if _NOISE.search(chars, start, end):
        pieces = [piece for raw, first in pieces for piece in _without_noise(raw, first)]
    low, high = start, end - 1
    while low < high and not _extends(shown, low):
        low += 1
    while high > low and not _extends(shown, high):
        high -= 1
    middle = (low + high) // 2
    if not _extends(shown, middle):
        middle = low
    line = Line(
        page.number,
        pieces,
        left=shown.left[low],
        bottom=min(shown.bottom[low], shown.bottom[middle], shown.bottom[high]),
        right=max(shown.right[low], shown.right[high]),
        top=max(shown.top[low], shown.top[middle], shown.top[high]),
        em=em,
        first=start,
        last=end,
    )
    _set_bold(line, page.bold)
    return line


_NOISE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]+")


def _without_noise(raw: str, first: int) -> Iterator[tuple[str, int]]:
    at = 0
    for found in _NOISE.finditer(raw):
        if found.start() > at:
            yield raw[at : found.start()], first + at
        if found.group() == "\x02":  # pdfium's sign for a hyphen at a line's end
            yield "\u00ad", first + found.start()
        at = found.end()
    if at < len(raw):
        yield raw[at:], first + at


def _set_bold(line: Line, bold: dict[int, bool]) -> None:
    inside = [at for at in range(line.first, line.last) if at in bold] if bold else ()
    if inside and inside[0] == line.first:
        line.bold = bold[inside[0]]
        if len(inside) > 1:
            line.bold_until = inside[1]
    elif inside:
        line.bold = not bold[inside[0]]
        line.bold_until = inside[0]


# Reading order


def rows_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Gather lines that stand on one level, the highest first, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.middle, line.left)):
        if rows:
            row = rows[-1]
            low, high = max(line.bottom, row[0].bottom), min(line.top, row[0].top)
            least = min(line.top - line.bottom, row[0].top - row[0].bottom)
            if (high - low) * 2 > least:
                row.append(line)
                continue
        rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.left)
    return rows


LEAST_ROWS: Final = 5
"""Rows on both sides of a gutter that make two columns of prose."""
FULL: Final = 600
"""Per mille of its column that a line of prose fills, on the average; cells of tables fill less."""


def gutter(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Find the empty strip between two columns of prose: its left and right side, or None."""
    if len(lines) < 2 * LEAST_ROWS:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    width = right - left
    if width <= 0:
        return None
    best: tuple[int, int, int] | None = None
    inner = [line.left for line in lines if left + width * 3 // 10 < line.left < left + width * 7 // 10]
    if len(inner) < LEAST_ROWS:
        return None
    starts = [start for start, count in Counter(inner).items() if count > 1] or sorted(set(inner))[:8]
    for start in starts:
        firsts = [line for line in lines if line.right <= start]
        seconds = [line for line in lines if line.left >= start]
        crossing = len(lines) - len(firsts) - len(seconds)
        if min(len(firsts), len(seconds)) < LEAST_ROWS or crossing * 4 > len(lines):
            continue
        edge = max(line.right for line in firsts)
        if best is None or len(seconds) - crossing > best[0]:
            best = (len(seconds) - crossing, edge, start)
    if best is None:
        return None
    _, edge, start = best
    firsts = [line for line in lines if line.right <= edge]
    seconds = [line for line in lines if line.left >= start]
    em = sorted(line.em for line in lines)[len(lines) // 2]
    if start - edge < em * 4 // 5:
        return None
    for side, low, high in ((firsts, left, edge), (seconds, start, right)):
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


def in_reading_order(lines: Sequence[Line], found: tuple[int, int] | None) -> list[Line]:
    """Sort the lines of a page by its gutter.

    Bands stand between lines that cross the gutter; in each the left column comes before the right.
    """
    if found is None:
        return [line for row in rows_of(lines) for line in row]
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

    for row in rows_of(lines):
        crossing = any(line.left < edge and line.right > start for line in row)
        if crossing:
            flush()
            ordered.extend(row)
        else:
            band.extend(row)
    flush()
    return ordered
