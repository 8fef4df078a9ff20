"""Small raised signs and the notes at the foot of a page: 地区生产总值² and ² 绝对数按现价计算.

A sign that stays in the text would change figures: 新增建设用地²200公顷 is not 2200 hectares.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from .pdf_glosses import without_glosses
from .pdf_kinds import HAN_CHAR
from .pdf_lines import Line
from .pdf_pages import SIGN, SMALL, PageText

RAISED: Final = 120
"""Per mille of the height of the text beside it by which a raised sign stands above the line."""
FOOT: Final = 880
"""Per mille of the size of a page's text, up to which the lines at its foot are notes."""
APART: Final = 700
"""Per mille of an em: fragments on one level that stand nearer than this are one line."""
WORDS: Final = 150
"""Per mille of an em: a gap between two Latin words."""


def mend(lines: list[Line], page: PageText) -> list[Line]:
    """Put fragments of one line together that a change of level tore, and find the raised signs in them."""
    lines, glosses = without_glosses(lines, page)
    mended = lines[:1]
    for line in lines[1:]:
        last = mended[-1]
        if not last.torn:
            gap = line.left - last.right
            em = max(line.em, last.em)
            if -em // 2 <= gap <= em * APART // 1000 and _on_one_level(last, line):
                _append(last, line, page)
                continue
        mended.append(line)
    if page.feet:
        firsts = [line.first for line in mended]
        level = [found.start() for found in HAN_CHAR.finditer(page.chars) if found.start() in page.feet]
        for number in {bisect_right(firsts, at) - 1 for at in page.feet}:
            mended[number].signs = _signs(mended[number], page, level)
        _find_notes(mended, page)
    return mended + glosses


def _find_notes(lines: Sequence[Line], page: PageText) -> None:
    """Find the notes whose own sign is not raised: small lines that begin with a sign of the page's text."""
    known = {page.chars[low:high].strip(_BRACKETS) for line in lines for low, high in line.signs}
    if not known:
        return
    usual = sorted(line.em for line in lines)[len(lines) // 2]
    for line in lines:
        found = _NUMBER.match(line.text)
        if found and found[0] in known and not line.signs and line.em * 1000 <= FOOT * usual:
            line.signs = ((line.first, line.first + found.end()),)


def find_endnotes(pages: Sequence[tuple[PageText, Sequence[Line]]]) -> None:
    """Find the notes behind the text whose signs are not raised there: i, ii, iii, as the text calls them."""
    called = {
        sign
        for page, lines in pages
        for line in lines
        for low, high in line.signs
        if _ROMAN.fullmatch(sign := page.chars[low:high])
    }
    for _, lines in pages if called else ():
        for line in lines:
            found = _ROMAN.match(line.text)
            if found and found[0] in called and not line.signs:
                line.signs = ((line.first, line.first + found.end()),)


_ROMAN: Final = re.compile(r"[ivx]{1,5}(?![A-Za-z])")
_NUMBER: Final = re.compile(r"\d{1,2}(?!\d)|[ivx]{1,5}(?![A-Za-z])")
_BRACKETS: Final = "[]［］〔〕()（） \r\n"


def _on_one_level(one: Line, other: Line) -> bool:
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
        one.pieces += ((" ", one.last - 1),)
    one.pieces += other.pieces
    if one.bold_until < 0:
        one.bold_until = other.first if one.bold != other.bold else other.bold_until
    one.right = max(one.right, other.right)
    one.bottom, one.top = min(one.bottom, other.bottom), max(one.top, other.top)
    one.em = max(one.em, other.em)
    one.last = other.last
    one.torn = other.torn
    one.settle()


def _signs(line: Line, page: PageText, level: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Find the raised signs of a line; ``level`` are the page's ideographs whose feet are known."""
    feet, shown = page.feet, page.shown
    asked = [
        found.span() for found in SIGN.finditer(page.chars, line.first, line.last) if found.start() in feet
    ]
    if not asked:
        return ()
    following = bisect_left(level, line.first)
    if following < len(level) and level[following] < line.last:
        ideograph = level[following]
        foot = feet[ideograph]
    elif following:  # the end of a paragraph may have none: 91.2%²。
        ideograph = level[following - 1]
        foot = min(feet[at] for at in range(line.first, line.last) if at in feet)
    else:
        return ()
    height = shown.top[ideograph] - shown.bottom[ideograph]

    def raised(index: int) -> bool:
        tall = shown.top[index] - shown.bottom[index]
        return tall * 1000 <= SMALL * height and (feet.get(index, foot) - foot) * 1000 >= RAISED * height

    return tuple(
        (low, high)
        for low, high in asked
        if raised(low) and all(raised(index) for index in range(low, high) if page.chars[index] != " ")
    )


def without_notes(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Part the lines of a page into its text and the notes at its foot; each column may have its own."""
    if lines and begins_with_raised(lines[0]) and is_endnote(lines[0]):
        return [], list(lines)  # the notes behind the text have a page of their own
    usual = sorted(line.em for line in lines)[len(lines) // 2] if lines else 0
    body: list[Line] = []
    notes: list[Line] = []
    for _, group in groupby(lines, key=lambda line: line.column):
        column = list(group)
        at = len(column)
        while at and len(lines) >= 3 and column[at - 1].em * 1000 <= FOOT * usual:
            at -= 1
        while at < len(column) and not begins_with_sign(column[at]):
            at += 1
        body += column[:at]
        notes += column[at:]
    return body, notes


def begins_with_sign(line: Line) -> bool:
    """Tell whether a line begins with a raised sign, or with one that only notes have."""
    return begins_with_raised(line) or line.text.lstrip()[:1] in (*_CIRCLED, "注", "*")


def answers_sign(line: Line, body: Sequence[Line]) -> bool:
    """Tell whether a note is one that a sign in the text calls for; 注：and a star may stand under a table alone."""
    first = line.text.lstrip()[:1]
    return begins_with_raised(line) or (first in _CIRCLED and any(first in other.text for other in body))


def is_endnote(line: Line) -> bool:
    """Tell whether a note is one of those behind the whole text: word processors count them i, ii, iii."""
    return line.text.lstrip()[:1] in ("i", "v", "x")


def begins_with_raised(line: Line) -> bool:
    """Tell whether a line begins with a raised sign."""
    return bool(line.signs and line.signs[0][0] == line.first)


_CIRCLED: Final = tuple("①②③④⑤⑥⑦⑧⑨⑩")
