"""From characters to lines: where pdfium broke them, torn again at wide gaps."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .pdf_kinds import IS_GAP, IS_HAN, IS_SPACE, IS_WIDE
from .pdf_pages import PageText

TEAR_DRAWN: Final = 1_600
"""Per mille of an em: a gap that pdfium filled with a space of its own is a gap between columns from here on."""
TEAR_SPACED: Final = 4_500
"""The same for a gap that the document filled with spaces: 总　　则 is one heading, a signature line is torn."""
SET: Final = 200
"""Per mille of an em by which a gap is wider than all others of its line, if it is a space that the author set."""
SPREAD: Final = 3
"""Ideographs alone between two gaps: so many tell a line that its measure spread."""
CLOSE: Final = 700
"""Per mille of an em: a gap between two Chinese characters below it is a matter of drawing (OCR, justified lines)."""


Numbers = NDArray[np.int64]
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
    if not page.bodies:
        return []
    starts, stops = np.array(page.bodies).T
    ems = _ems(page, starts, stops)
    gaps = _gaps(page, starts, stops)
    torn: list[int] = []
    closed: dict[int, list[tuple[int, int]]] = {}
    if len(gaps.low):  # many pages of prose have none
        tears, close = _judged(page, gaps, ems[gaps.line])
        begins = starts
        if tears.any():
            at, behind = gaps.low[tears], gaps.high[tears]
            stops, starts = np.concatenate([stops, at]), np.concatenate([starts, behind])
            stops.sort()
            starts.sort()
            torn = stops.searchsorted(at).tolist()
            ems = ems[begins.searchsorted(starts, "right") - 1]
        closed = _closed(page, gaps, close, starts)
    found = _made(page, starts, stops, ems, closed)
    for number in torn:
        found[number].torn = True
    if torn or _NOISE_INSIDE.search(page.chars):
        found = [line for line in found if line.text.strip()]
    if page.bold:
        _set_bold(found, page.bold)
    return found


def _ems(page: PageText, starts: Numbers, stops: Numbers) -> Numbers:
    """Tell the size of the type of each line: a Chinese character is as wide as it is high."""
    left, _, right, _ = page.sides
    han = (page.kinds & IS_HAN).nonzero()[0]
    firsts = han.searchsorted(starts)
    counts = np.minimum(han.searchsorted(stops) - firsts, len(_FIVE))
    widths = np.empty(len(han) + len(_FIVE), np.int64)
    widths[: len(han)] = right[han] - left[han]
    widths[len(han) :] = _FAR
    five = widths[firsts[:, None] + _FIVE]
    five[counts[:, None] <= _FIVE] = _FAR
    five.sort(axis=1)
    rows = np.arange(len(five))
    ems: Numbers = np.maximum(five[rows, counts // 2], 1_000)
    differ = (five[rows, np.maximum(counts - 1, 0)] - five[:, 0]) * 1000 > DRAWN_APART * ems
    if differ.any():
        # A line of two sizes differs, too: then its smaller one is that of other lines, notes for the most part.
        sizes = np.unique(ems[~differ & (counts == len(_FIVE))])
        differ &= ~(abs(five[:, :1] - sizes) * 1000 <= DRAWN_APART * sizes).any(axis=1)
    if differ.any():  # this font tells what each glyph covers, and not how far it goes
        usual, lines = Counter(ems[counts > 0].tolist()).most_common(1)[0]
        if lines * 2 > (counts > 0).sum():  # a recognised scan has no size that most lines share
            narrower = (ems < usual) & (ems * 1000 >= (1000 - DRAWN_NEAR) * usual)
            ems[narrower & (differ | (counts < len(_FIVE)))] = usual
    for number in (counts == 0).nonzero()[0].tolist():
        ems[number] = _em_by_height(page, *page.bodies[number])
    return ems


_FIVE: Final = np.arange(5)
"""The first five ideographs of a line tell its size."""
_FAR: Final = 1 << 40
DRAWN_APART: Final = 20
"""Per mille of an em: ideographs of one line differ by more where boxes tell the ink (Chromium, Noto: up to 150)."""
DRAWN_NEAR: Final = 200
"""Per mille by which such a line, or a short one beside it, may seem smaller: 用 alone covers 0.87 of its em."""


def _em_by_height(page: PageText, begin: int, end: int) -> int:
    bottom, top = page.shown.bottom, page.shown.top
    for at in range(begin, end):
        if top[at] > bottom[at] and page.chars[at] > " ":
            return max((top[at] - bottom[at]) * 9 // 10, 1_000)
    return 10_000


class _Gaps(NamedTuple):
    """The gaps inside the lines of a page: where each begins and ends, and the number of its line."""

    low: Numbers
    high: Numbers
    line: Numbers


def _gaps(page: PageText, starts: Numbers, stops: Numbers) -> _Gaps:
    blank = np.zeros(len(page.kinds) + 2, np.uint8)
    blank[1:-1] = page.kinds & IS_GAP
    edges = (blank[1:] != blank[:-1]).nonzero()[0]
    low, high = edges[::2], edges[1::2]
    line = starts.searchsorted(low, "right") - 1
    inside = (line >= 0) & (high < stops[line])
    return _Gaps(low[inside], high[inside], line[inside])


def _judged(page: PageText, gaps: _Gaps, em: Numbers) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell at which gaps a line is torn, and which ones may be a matter of drawing; ``em`` is that of each."""
    left, _, right, _ = page.sides
    low, high, line = gaps
    kinds = page.kinds
    width = (left[high].astype(np.int64) - right[low - 1]) * 1000
    alone = (
        (low[1:] - high[:-1] == 1)
        & (kinds[high[:-1]] & IS_WIDE != 0)
        & (kinds[low[1:]] & kinds[high[:-1] - 1] & IS_SPACE != 0)
    )
    spread = np.bincount(line[1:][alone], minlength=line[-1] + 1) >= SPREAD
    close = (width < em * np.where(spread[line], TEAR_DRAWN, CLOSE)) & (left[low] >= right[low])
    room = np.zeros(len(kinds) + 1, np.int64)
    np.cumsum(np.maximum(right - left, 0), out=room[1:])
    drawn = (room[high] - room[low]) * 2000 < width  # its spaces do not fill it
    return width >= em * np.where(drawn, TEAR_DRAWN, TEAR_SPACED), close


def _closed(
    page: PageText, gaps: _Gaps, close: NDArray[np.bool_], starts: Numbers
) -> dict[int, list[tuple[int, int]]]:
    """Give for the lines that begin at ``starts`` the gaps that are a matter of drawing."""
    chars = page.chars
    low, high, line = (numbers[close] for numbers in gaps)
    left, _, right, _ = page.sides
    em = left[high] - left[low - 1]
    free = left[high] - right[low - 1]
    wide = free.astype(np.int64) * 1000 >= SET * em
    usual = _usual_gaps(page) if wide.any() else []
    found: dict[int, list[tuple[int, int]]] = {}
    for number, begin, end, of, may_stand, width, size in zip(
        (starts.searchsorted(low, "right") - 1).tolist(),
        low.tolist(),
        high.tolist(),
        line.tolist(),
        wide.tolist(),
        free.tolist(),
        em.tolist(),
        strict=True,
    ):
        before, behind = chars[begin - 1], chars[end]
        if not _meets(before, behind):
            continue
        if may_stand and not (before.isascii() or behind.isascii()) and _stands_out(usual[of], width, size):
            continue
        found.setdefault(number, []).append((begin, end))
    return found


def _usual_gaps(page: PageText) -> list[list[int]]:
    """Give for each line how far the pairs of wide characters in it stand apart."""
    left, _, right, _ = page.sides
    pairs = (page.kinds[:-1] & page.kinds[1:] & IS_WIDE).nonzero()[0]
    apart = (left[pairs + 1] - right[pairs]).tolist()
    starts, stops = np.array(page.bodies).T
    lows, highs = pairs.searchsorted(starts).tolist(), pairs.searchsorted(stops - 1).tolist()
    return [apart[low:high] for low, high in zip(lows, highs, strict=True)]


def _stands_out(usual: Sequence[int], width: int, em: int) -> bool:
    """Tell whether a gap between two ideographs is a space that the author set, and none of drawing.

    All others of its line stand close and evenly then: those of a scan do not, those of a spread line are as wide.
    """
    if len(usual) < LEAST_PAIRS:
        return False
    widest = max(usual)
    return (widest - min(usual)) * 1000 <= EVEN_GAPS * em and (width - widest) * 1000 >= SET * em


LEAST_PAIRS: Final = 4
"""Pairs of ideographs in a line that tell how far they usually stand apart."""
EVEN_GAPS: Final = 80
"""Per mille of an em by which the gaps of a line differ that a program set; those of a recognised scan differ more."""


def _meets(one: str, other: str) -> bool:
    """Tell whether Chinese stands on either side of a gap, and a character, figure or letter on the other."""
    # Of ASCII, isalnum tells letters and figures; of the rest, that it is no mark: near enough, and at the speed of C.
    return one.isalnum() and other.isalnum() and not (one.isascii() and other.isascii())


def _made(
    page: PageText, starts: Numbers, stops: Numbers, ems: Numbers, closed: dict[int, list[tuple[int, int]]]
) -> list[Line]:
    chars = page.chars
    firsts, lasts = starts.tolist(), stops.tolist()
    texts = [chars[first:last] for first, last in zip(firsts, lasts, strict=True)]
    pieces: list[Pieces] = [((text, first),) for text, first in zip(texts, firsts, strict=True)]
    for number, gaps in closed.items():
        edges = [firsts[number], *chain.from_iterable(gaps), lasts[number]]
        pieces[number] = tuple(
            [(chars[low:high], low) for low, high in zip(edges[::2], edges[1::2], strict=True)]
        )
        texts[number] = _text_of(pieces[number])
    if _NOISE_INSIDE.search(chars):
        for number, raw in enumerate(pieces):
            if _NOISE.search(texts[number]):
                pieces[number] = tuple(
                    [piece for text, first in raw for piece in _without_noise(text, first)]
                )
                texts[number] = _text_of(pieces[number])
    left, bottom, right, top = page.sides
    # What has no extent (a space that pdfium put in) has no place.
    flat = (right <= left) | (top <= bottom)
    low, high = _with_extent(flat, starts, stops - 1)
    middle = (low + high) // 2
    middle = np.where(flat[middle], low, middle)
    lowest = np.minimum(np.minimum(bottom[low], bottom[middle]), bottom[high])
    highest = np.maximum(np.maximum(top[low], top[middle]), top[high])
    return list(
        map(
            Line,
            repeat(page.number),
            pieces,
            left[low].tolist(),
            lowest.tolist(),
            np.maximum(right[low], right[high]).tolist(),
            highest.tolist(),
            ems.tolist(),
            firsts,
            lasts,
            texts,
            ((lowest + highest) // 2).tolist(),
        )
    )


def _with_extent(flat: NDArray[np.bool_], low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Move the ends of lines inwards over what has no extent."""
    if not (flat[low] | flat[high]).any():
        return low, high
    full = (~flat).nonzero()[0]
    after = np.append(full, len(flat))
    low = np.minimum(after[full.searchsorted(low)], high)
    before = np.append(-1, full)
    return low, np.maximum(before[full.searchsorted(high, "right")], low)


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
