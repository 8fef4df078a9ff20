"""Which lines are one paragraph: told by geometry, not by words.

A line was broken by the page where the first thing of the next one would not have found room at its end, and the next
one begins at the column's edge. It was broken by the author where there was room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from .pdf_kinds import HAN_CHAR, WIDE
from .pdf_lines import Line
from .pdf_pages import PageText

_OPENING: Final = "“‘（《〈「『【〔［｛([{<"
_CLOSING: Final = "”’）》〉」』】〕］｝)]}>，。、；：！？,.;:!?%％…—·"
_WORD: Final = re.compile(r"[A-Za-z0-9_./:@#&=+~%\-–]+|[０-９Ａ-Ｚａ-ｚ．％]+")
_CJK: Final = re.compile(f"[{WIDE}\u2018-\u201d\u2014\u2026]")
_ENDS: Final = tuple("。！？：；…”")
_LABEL: Final = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+[编章节条款]|[一二三四五六七八九十百]+[、．.]|[（(][一二三四五六七八九十百\d]+[）)]|\d{1,3}[、．.](?!\d)|"
    r"[①-⑳㈠-㈩⑴-⒇]|[一二三四五六七八九十]+[是要]|附[件表录]|——)"
)

INDENT: Final = 1_200
"""Per mille of an em: a line that begins so far inside its column begins a paragraph (two ems is the custom)."""
SLACK: Final = 100
"""Per mille of an em that a full line may fall short of its column, beyond what had no room."""
BESIDE_LATIN: Final = 250
"""Per mille of an em that Word and LibreOffice leave between an ideograph and a figure or a letter."""
_STRONG: Final = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+[编章节条]|[一二三四五六七八九十百]{1,3}、|[（(][一二三四五六七八九十百]{1,3}[）)])"
)
"""Labels that hardly ever stand inside a paragraph."""
UNEVEN: Final = 1_500
"""Thousandths of a point: glyphs are set to whole units, and lines of one measure differ by less."""
EVEN: Final = 80
"""Per cent of the lines that come near the edge that reach it, in justified text; the rest end their paragraphs."""
LOOSE: Final = 1_450
"""Per mille of the usual distance between lines, from which on a distance divides paragraphs."""
ASIDE: Final = 6_000
"""Per mille of an em inside its column, from which on a line is set aside: a signature, a date, a centred line."""
BROAD: Final = 15_000
"""Per mille of an em: two lines as broad as this that share both edges are one block; narrower ones may be a list."""
SAME_SIZE: Final = 120
"""Per mille by which the sizes of two lines of one paragraph may differ."""
UNSURE_SIZE: Final = 400
"""The same where one of them has figures only: 23.9%。 is 0.68 of the height of an ideograph."""


FEW: Final = 5
"""Lines below which a page does not tell its column by itself."""


SHORT: Final = 3
"""Ems by which a line ends early: more than a mark that had no room, and the word before it."""


class Column(NamedTuple):
    """The edges of the column in which a line stands, and the usual distance of its lines."""

    left: int
    right: int
    pitch: int
    even: bool = False
    """Lines that a page broke end exactly at the right edge."""


def columns_of(lines: Sequence[Line], usual: Column | None = None) -> dict[int, Column]:
    """Measure the columns of a page; ``usual`` is the document's, for pages with too few lines to tell."""
    found: dict[int, Column] = {}
    by_column: dict[int, list[Line]] = {}
    for line in lines:
        by_column.setdefault(line.column, []).append(line)
    for number, held in by_column.items():
        rights = sorted((line.right for line in _not_hanging(held)), reverse=True)
        lefts = sorted(line.left for line in held)
        em = sorted(line.em for line in held)[len(held) // 2]
        right = _shared(rights, em // 2)
        left = _shared(lefts, em // 2)
        pitches = sorted(
            one.middle - other.middle
            for one, other in zip(held, held[1:], strict=False)
            if 0 < one.middle - other.middle < 4 * em
        )
        pitch = pitches[len(pitches) // 2] if pitches else em * 3 // 2
        if usual is not None and number == 0 and len(held) < FEW:
            right, left = max(right, usual.right), min(left, usual.left)
        near = [line for line in held if abs(right - line.right) < em]
        even = sum(abs(right - line.right) <= UNEVEN for line in near) * 100 >= EVEN * len(near) >= EVEN * 5
        found[number] = Column(left, right, pitch, even)
    return found


def _not_hanging(lines: Sequence[Line]) -> Sequence[Line]:
    """Leave out lines that end in a mark, where enough others are left: printers let marks hang over the edge."""
    inside = [line for line in lines if not line.text.rstrip().endswith(_HANGING)]
    return inside if len(inside) >= 5 else lines


_HANGING: Final = tuple("，。、；：！？,.;:!?")


def _shared(edges: list[int], near: int) -> int:
    """Give the outermost edge that two lines share; a single one that juts out may be a rule of dots or an address."""
    if len(edges) >= 5:
        for one, other in zip(edges, edges[1:], strict=False):
            if abs(one - other) <= near:
                return one
    return edges[0]


def usual_column(pages: Iterable[tuple[Sequence[Line], dict[int, Column]]]) -> Column | None:
    """Take the document's column from the pages that have enough lines; each with its columns as measured alone."""
    found = [
        columns[0]
        for lines, columns in pages
        if 0 in columns and sum(line.column == 0 and not line.contents for line in lines) >= 8
    ]
    if not found:
        return None
    lefts, rights = (sorted(column[side] for column in found) for side in (0, 1))
    return Column(lefts[len(lefts) // 2], rights[len(rights) // 2], 0)


def joins(
    one: Line,
    other: Line,
    pages: dict[int, PageText],
    here: Column,
    there: Column,
    *,
    after: Line | None = None,
    opens: bool = False,
    indented: bool = False,
    labels_at_edge: bool = False,
    gapped: bool = False,
) -> bool:
    """Tell whether ``other`` goes on with the paragraph of ``one``.

    Args:
        one: a line.
        other: the next one.
        pages: the pages by number.
        here: the column of ``one``.
        there: the column of ``other``.
        after: the line that follows ``other``.
        opens: ``one`` is the first line of its paragraph.
        indented: paragraphs of this document begin with an indent.
        labels_at_edge: but those with a label of its lists begin at the edge.
        gapped: a gap stands between its paragraphs.
    """
    if one.em != other.em:
        # Without an ideograph the size is a guess: some fonts tell the height of each glyph.
        sure = HAN_CHAR.search(one.text) and HAN_CHAR.search(other.text)
        if abs(one.em - other.em) * 1000 > (SAME_SIZE if sure else UNSURE_SIZE) * max(one.em, other.em):
            return False
    em = max(one.em, other.em)
    same_column = one.page == other.page and one.column == other.column
    if same_column and (one.middle - other.middle) * 1000 > LOOSE * max(here.pitch, em):
        return False
    if one.contents or other.contents or one.dotted:
        return False
    if gapped and same_column and one.em == other.em and one.bold == other.bold:
        if (one.middle - other.middle) * 1000 > GAP * here.pitch:
            return False
        if here.right - one.right <= em:
            return True
    inset = other.left - there.left
    text, following = one.text.rstrip(), other.text.lstrip()
    ended = text.endswith(_ENDS) or not text
    if _begins_heading(one, other) or (_STRONG.match(following) and _is_heading(text)):
        return False
    if ended and there.right - other.right > SHORT * em and _is_heading(following):
        return False
    slack = SLACK + (BESIDE_LATIN if text[-1:].isascii() != following[:1].isascii() else 0)
    unit = _first_unit(other, pages[other.page], there.right - there.left) + slack * em // 1000
    if (
        same_column
        and not ended
        and abs(one.left - other.left) > em // 2
        and _is_centred(one, here, 0)
        and _is_centred(other, there, em)
    ):
        return unit > here.right - here.left - (one.right - one.left)
    if one.left - here.left > ASIDE * em // 1000 and abs(other.left - one.left) > em // 2:
        return False  # a signature at the right, a line in the middle
    flush_after = after is not None and (after.left - there.left) * 1000 < INDENT * em
    if (
        _set_in(one, other, here, same_column=same_column)
        and not (inset * 1000 >= INDENT * em and flush_after)
        and not text.endswith(_ENDS)
    ):
        return not _LABEL.match(other.text.lstrip())
    room = here.right - one.right
    if unit <= room or (
        ended and here.even and room > UNEVEN and not (indented and inset * 1000 < INDENT * em)
    ):
        return False
    if inset * 1000 < INDENT * em:
        if indented:
            return not (ended and labels_at_edge and _STRONG.match(following))
        # At the edge. Where paragraphs are not indented, a full line may still be a paragraph's last.
        return not (ended and _LABEL.match(following))
    if (
        indented
        and inset <= 3 * em
        and (flush_after or after is None or (opens and other.left >= one.left - em // 4))
    ):
        return False  # what begins where a paragraph began begins one: in a block set in, the first line is further in
    # Inside: a block set in, or a hanging indent under a label.
    if ended or _LABEL.match(following):
        return False
    if same_column and abs(other.left - one.left) * 1000 < em * 500:
        return (
            one.left - here.left > INDENT * em // 1000
            and after is not None
            and abs(after.left - other.left) < em
        )
    return same_column and bool(_LABEL.match(one.text.lstrip())) and 0 < other.left - one.left < 6 * em


def is_indented(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> bool:
    """Tell whether paragraphs begin with an indent: after a line that ends early, the next one stands further in."""
    further = edge = 0
    for lines in flows:
        for one, other in zip(lines, lines[1:], strict=False):
            here, em = columns[one.page, one.column], one.em
            inset = other.left - columns[other.page, other.column].left
            if here.right - one.right > 3 * em and one.left - here.left < 3 * em and inset < 3 * em:
                further += inset * 1000 >= INDENT * em
                edge += inset * 1000 < INDENT * em
    return further >= 4 and further * 10 >= (further + edge) * 7


def is_gapped(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> bool:
    """Tell whether a gap, and it alone, stands between paragraphs: after each line that ends early, after no other."""
    after_ends = gaps = inside = torn = 0
    for lines in flows:
        for one, other in zip(lines, lines[1:], strict=False):
            here = columns[one.page, one.column]
            if other.column != one.column or one.em != other.em or one.bold != other.bold or not here.even:
                continue
            gap = (one.middle - other.middle) * 1000 > GAP * here.pitch
            if here.right - one.right > SHORT * one.em and one.text.rstrip().endswith(_ENDS):
                after_ends += 1
                gaps += gap
            elif here.right - one.right <= UNEVEN and not one.text.rstrip().endswith(_ENDS):
                inside += 1
                torn += gap
    return after_ends >= LEAST_ENDS and gaps == after_ends and inside >= LEAST_ENDS and not torn


GAP: Final = 1_100
"""Per mille of the usual distance between lines, from which on it is a gap, where gaps divide the paragraphs."""
LEAST_ENDS: Final = 8
"""Lines that end early, and lines that do not, all of which must agree before gaps are believed."""


def labels_at_edge(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> bool:
    """Tell whether labels stand at the edge after lines that end early: a list of Word has an indent of its own."""
    return any(
        columns[one.page, one.column].right - one.right > 3 * one.em
        and (other.left - columns[other.page, other.column].left) * 1000 < INDENT * other.em
        and _STRONG.match(other.text.lstrip())
        for lines in flows
        for one, other in zip(lines, lines[1:], strict=False)
    )


def _is_heading(text: str) -> bool:
    """Tell whether a line is a heading with its label, of one line and without a sentence."""
    return bool(_STRONG.match(text.lstrip())) and not any(mark in text for mark in "。；：")


def _begins_heading(one: Line, other: Line) -> bool:
    """Tell whether the face changes between two lines, the bold one being a heading with its label."""
    ends_bold = one.bold != (one.bold_until >= 0)
    if ends_bold == other.bold:
        return False
    return (
        bool(_STRONG.match(other.text.lstrip()))
        if other.bold
        else one.bold_until < 0 and _is_heading(one.text)
    )


def _is_centred(line: Line, column: Column, least: int) -> bool:
    """Tell whether a line stands in the middle of its column, ``least`` away from the edges."""
    before, behind = line.left - column.left, column.right - line.right
    return min(before, behind) >= least - line.em // 2 and abs(before - behind) <= line.em * 6 // 10


def _set_in(one: Line, other: Line, here: Column, *, same_column: bool) -> bool:
    """Tell whether two lines are of one block that is narrower than its column: both their edges meet."""
    near = one.em // 2
    return (
        same_column
        and (one.left - here.left > one.em or here.right - one.right > one.em)
        and abs(one.left - other.left) <= near
        and abs(one.right - other.right) <= near
        and one.right - one.left >= BROAD * one.em // 1000
    )


def _first_unit(line: Line, page: PageText, measure: int) -> int:
    """Tell how much room the first thing of a line needs that a page would not have broken."""
    at = line.first
    while at < line.last and page.chars[at] in " \u3000\u00a0":
        at += 1
    begin = at
    while at < line.last and page.chars[at] in _OPENING:
        at += 1
    word = _WORD.match(page.chars, at, line.last)
    at = word.end() if word and word.end() > at else at + 1
    while at < line.last and page.chars[at] in _CLOSING:
        at += 1
        # Some printers keep 50%、75%， together, too, and 成，80%.
        more = _WORD.match(page.chars, at, line.last)
        at = more.end() if more else at
    at = min(at, line.last)
    width = page.shown.right[at - 1] - page.shown.left[begin]
    return min(width, max(line.em, measure // 2))  # what fills half a line is broken anyway (an address)


def glue(text: str, following: str) -> str:
    """Give what stands between two lines that join: a space between words of letters, else nothing."""
    if not text or not following:
        return ""
    last, first = text[-1], following[0]
    if last in "-\u00ad" or _CJK.match(last) or _CJK.match(first):
        return ""
    if last.isdigit() and first.isdigit():
        return ""
    return " "
