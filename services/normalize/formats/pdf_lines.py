"""From characters to lines: where pdfium broke them, torn again at wide gaps, in the order in which they are read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import attrgetter, sub
from typing import Final

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


Pieces = tuple[tuple[str, int], ...]
"""(text, index of its first character on the page), as tuples: what cannot hold itself costs no look for garbage."""


@dataclass(slots=True)
class Line:
    """A stretch of characters on one level. Sides are in thousandths of a point, as shown."""

    page: int
    pieces: Pieces
    left: int
    bottom: int
    right: int
    top: int
    em: int
    first: int
    last: int
    text: str
    """The line as it will stand."""
    middle: int
    """Its height on the page."""
    bold: bool = False
    bold_until: int = -1
    """Index of the character at which a bold beginning ends (or a bold end begins), -1 if the line is of one kind."""
    column: int = 0
    furniture: str = ""
    dotted: bool = False
    """It ends in the dots of a table of contents."""
    contents: bool = False
    """It belongs to a table of contents."""
    torn: bool = False
    """A wide gap follows: what stands behind it is another column."""
    signs: tuple[tuple[int, int], ...] = ()
    """Ranges of small raised characters: signs of notes."""

    def settle(self) -> None:
        """Bring what follows from the rest up to date."""
        self.text = _text_of(self.pieces)
        self.middle = (self.bottom + self.top) // 2


def _text_of(pieces: Pieces) -> str:
    return pieces[0][0] if len(pieces) == 1 else "".join([piece[0] for piece in pieces])


def lines_of(page: PageText) -> list[Line]:
    """Cut a page into lines, in pdfium's order, which is that of the page's content."""
    found: list[Line] = []
    at = 0
    noisy = _NOISE_INSIDE.search(page.chars) is not None
    for line in page.chars.split("\n"):
        begin = at
        at += len(line) + 1
        body = line.rstrip("\r ")
        if not body.endswith("\x02"):  # a hyphen at the line's end
            body = body.rstrip(_BLANK)
        if not body:
            continue
        end = begin + len(body)
        begin = end - len(body.lstrip(_BLANK))
        if begin < end:
            torn = _torn(page, begin, end, noisy=noisy)
            found += torn if len(torn) == 1 and not noisy else [piece for piece in torn if piece.text.strip()]
    if page.bold:
        _set_bold(found, page.bold)
    return found


_BLANK: Final = " \t\r\u00a0\u3000\u2002\u2003\x00\ufeff\u200b"


def _torn(page: PageText, begin: int, end: int, *, noisy: bool) -> list[Line]:
    chars = page.chars
    em = _em(page, begin, end)
    if _GAP.search(chars, begin, end) is None:  # nearly all
        return [_line(page, begin, end, em, (), noisy=noisy)]
    gaps = list(_GAP.finditer(chars, begin, end))
    lines: list[Line] = []
    start = begin
    left, right = page.shown.left, page.shown.right
    closed: list[tuple[int, int]] = []  # gaps that are a matter of drawing
    close = TEAR_DRAWN if len(gaps) >= 3 and len(_SPREAD.findall(chars, begin, end)) >= 3 else CLOSE
    for gap in gaps:
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
        own = (
            max(right[low] - left[low], 0)
            if high - low == 1
            else sum([max(right[at] - left[at], 0) for at in range(low, high)])
        )
        drawn = own * 2000 < width  # its spaces do not fill it
        if width >= em * (TEAR_DRAWN if drawn else TEAR_SPACED):
            piece = _line(page, start, low, em, closed, noisy=noisy)
            piece.torn = True
            lines.append(piece)
            start = high
            closed = []
    lines.append(_line(page, start, end, em, closed, noisy=noisy))
    return lines


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
    left, right = shown.left, shown.right
    if _FIVE.match(page.chars, begin, end):
        five = slice(begin, begin + 5)
        middle: int = sorted(map(sub, right[five], left[five]))[2]
        return max(middle, 1_000)
    widths = [
        right[at] - left[at]
        for at in [found.start() for found in islice(HAN_CHAR.finditer(page.chars, begin, end), 5)]
    ]
    if widths:
        widths.sort()
        return max(widths[len(widths) // 2], 1_000)
    for at in range(begin, end):
        if shown.top[at] > shown.bottom[at] and page.chars[at] > " ":
            return max((shown.top[at] - shown.bottom[at]) * 9 // 10, 1_000)
    return 10_000


_FIVE: Final = re.compile(HAN_CHAR.pattern + "{5}")


def _meets(one: str, other: str) -> bool:
    """Tell whether Chinese stands on either side of a gap, and a character, figure or letter on the other."""
    # Of ASCII, isalnum tells letters and figures; of the rest, that it is no mark: near enough, and at the speed of C.
    return one.isalnum() and other.isalnum() and not (one.isascii() and other.isascii())


def _line(
    page: PageText, start: int, end: int, em: int, closed: Sequence[tuple[int, int]], *, noisy: bool
) -> Line:
    chars = page.chars
    left, bottoms, right, tops = page.shown
    if closed:
        edges = [start, *chain.from_iterable(closed), end]
        pieces = tuple([(chars[low:high], low) for low, high in zip(edges[::2], edges[1::2], strict=True)])
    else:
        pieces = ((chars[start:end], start),)
    if noisy and _NOISE.search(chars, start, end):
        pieces = tuple([piece for raw, first in pieces for piece in _without_noise(raw, first)])
    # What has no extent (a space that pdfium put in) has no place.
    low, high = start, end - 1
    while low < high and (right[low] <= left[low] or tops[low] <= bottoms[low]):
        low += 1
    while high > low and (right[high] <= left[high] or tops[high] <= bottoms[high]):
        high -= 1
    bottom, top, edge = bottoms[low], tops[low], right[low]
    if high > low:
        middle = (low + high) // 2
        if right[middle] <= left[middle] or tops[middle] <= bottoms[middle]:
            middle = low
        bottom = min(bottom, bottoms[middle], bottoms[high])
        top = max(top, tops[middle], tops[high])
        edge = max(edge, right[high])
    return Line(
        page.number,
        pieces,
        left[low],
        bottom,
        edge,
        top,
        em,
        start,
        end,
        pieces[0][0] if len(pieces) == 1 else _text_of(pieces),
        (bottom + top) // 2,
    )


_NOISE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]+")
_NOISE_INSIDE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\r(?!\n)")
"""What a page without has none in its lines: a look at each line costs more than one at the page."""


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


def _set_bold(lines: Sequence[Line], bold: dict[int, bool]) -> None:
    told = sorted(bold)
    for line in lines:
        at = bisect_left(told, line.first)
        inside = told[at : bisect_left(told, line.last, at)]
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
    by_left = sorted(lines, key=attrgetter("left"))
    for line in sorted(by_left, key=attrgetter("middle"), reverse=True):
        if rows:
            row = rows[-1]
            low, high = max(line.bottom, row[0].bottom), min(line.top, row[0].top)
            least = min(line.top - line.bottom, row[0].top - row[0].bottom)
            if (high - low) * 2 > least:
                row.append(line)
                continue
        rows.append([line])
    for row in rows:
        if len(row) > 1:
            row.sort(key=attrgetter("left"))
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
    lefts, rights = (sorted(map(attrgetter(side), lines)) for side in ("left", "right"))
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
