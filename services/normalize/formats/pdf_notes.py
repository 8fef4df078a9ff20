"""Small raised signs and the notes at the foot of a page: 地区生产总值² and ² 绝对数按现价计算.

A sign that stays in the text would change figures: 新增建设用地²200公顷 is not 2200 hectares.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from .pdf_lines import HAN_CHAR, Line
from .pdf_pages import PageText

SMALL: Final = 780
"""Per mille of the height of the text beside it, up to which a sign is small; printers use 580 to 700."""
RAISED: Final = 120
"""Per mille of that height by which its foot stands above the line's."""
FOOT: Final = 880
"""Per mille of the size of a page's text, up to which the lines at its foot are notes."""
APART: Final = 700
"""Per mille of an em: fragments on one level that stand nearer than this are one line."""
WORDS: Final = 150
"""Per mille of an em: a gap between two Latin words."""

_SIGN: Final = re.compile(r"[\[［〔(（]?\s?\d{1,2}\s?[\]］〕)）]?|[①-⑳]|\*{1,3}")


def mend(lines: list[Line], page: PageText) -> list[Line]:
    """Put fragments of one line together that a change of level tore, and find the raised signs in them."""
    mended: list[Line] = []
    for line in lines:
        if mended and _goes_on(mended[-1], line):
            _append(mended[-1], line, page)
        else:
            mended.append(line)
    if _has_small(page):
        for line in mended:
            line.signs = _signs(line, page)
    return mended


def _has_small(page: PageText) -> bool:
    """Tell whether a figure of the page is smaller than its ideographs: on most pages none is."""
    top, bottom = page.shown.top, page.shown.bottom
    ideographs = [found.start() for found in islice(HAN_CHAR.finditer(page.chars), 30)]
    if not ideographs:
        return False
    limit = max(top[at] - bottom[at] for at in ideographs) * SMALL // 1000
    return any(top[found.start()] - bottom[found.start()] <= limit for found in _DIGIT.finditer(page.chars))


_DIGIT: Final = re.compile(r"\d+|[①-⑳*]")


def _goes_on(one: Line, other: Line) -> bool:
    gap = other.left - one.right
    em = max(one.em, other.em)
    if one.torn or not -em // 2 <= gap <= em * APART // 1000:
        return False
    low, high = max(one.bottom, other.bottom), min(one.top, other.top)
    return (high - low) * 2 > min(one.top - one.bottom, other.top - other.bottom) > 0


def _append(one: Line, other: Line, page: PageText) -> None:
    last, first = page.chars[one.last - 1], page.chars[other.first]
    gap = other.left - one.right
    if (
        last.isascii()
        and first.isascii()
        and last.isalnum()
        and first.isalnum()
        and gap * 1000 > one.em * WORDS
    ):
        one.pieces.append((" ", one.last - 1))
    one.pieces.extend(other.pieces)
    if one.bold_until < 0:
        one.bold_until = other.first if one.bold != other.bold else other.bold_until
    one.right = max(one.right, other.right)
    one.bottom, one.top = min(one.bottom, other.bottom), max(one.top, other.top)
    one.em = max(one.em, other.em)
    one.last = other.last
    one.torn = other.torn
    one.settle()


def _signs(line: Line, page: PageText) -> tuple[tuple[int, int], ...]:
    if _SIGN.search(page.chars, line.first, line.last) is None:
        return ()
    reference = HAN_CHAR.search(page.chars, line.first, line.last)
    if reference is None:
        return ()
    shown, at = page.shown, reference.start()
    height, foot = shown.top[at] - shown.bottom[at], shown.bottom[at]

    def raised(index: int) -> bool:
        tall = shown.top[index] - shown.bottom[index]
        return tall * 1000 <= SMALL * height and (shown.bottom[index] - foot) * 1000 >= RAISED * height

    return tuple(
        found.span()
        for found in _SIGN.finditer(page.chars, line.first, line.last)
        if raised(found.start())
        and all(raised(index) for index in range(*found.span()) if page.chars[index] != " ")
    )


def foot_of(lines: Sequence[Line]) -> int:
    """Tell from which line on a page's lines are notes at its foot; the number of lines, if there are none."""
    if len(lines) < 3:
        return len(lines)
    usual = sorted(line.em for line in lines)[len(lines) // 2]
    at = len(lines)
    while at and lines[at - 1].em * 1000 <= FOOT * usual:
        at -= 1
    while at < len(lines) and not begins_with_sign(lines[at]):
        at += 1
    return at


def begins_with_sign(line: Line) -> bool:
    """Tell whether a line begins with a raised sign, or with one that only notes have."""
    return bool(line.signs and line.signs[0][0] == line.first) or line.text.lstrip()[:1] in _CIRCLED


_CIRCLED: Final = tuple("①②③④⑤⑥⑦⑧⑨⑩注*")
