"""The edges of a page's columns, and how a document sets its paragraphs: what ``pdf_joins`` measures lines against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from .pdf_lines import Line

ENDS: Final = tuple("。！？：；…”")
INDENT: Final = 1_200
"""Per mille of an em: a line that begins so far inside its column begins a paragraph (two ems is the custom)."""
STRONG_LABEL: Final = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+[编章节条]|[一二三四五六七八九十百]{1,3}、|[（(][一二三四五六七八九十百]{1,3}[）)])"
)
"""Labels that hardly ever stand inside a paragraph."""
UNEVEN: Final = 1_500
"""Thousandths of a point: glyphs are set to whole units, and lines of one measure differ by less."""
EXACT: Final = 60
"""Per mille of an em by which an indent of two ems may differ from that."""
EVEN: Final = 80
"""Per cent of the lines that come near the edge that reach it, in justified text; the rest end their paragraphs."""
FEW: Final = 5
"""Lines below which a page does not tell its column by itself."""
SHORT: Final = 3
"""Ems by which a line ends early: more than a mark that had no room, and the word before it."""
GAP: Final = 1_100
"""Per mille of the usual distance between lines, from which on it is a gap, where gaps divide the paragraphs."""
LEAST_ENDS: Final = 8
"""Lines that end early, and lines that do not, all of which must agree before gaps are believed."""


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
        # A document of short paragraphs has few lines that go on, and its headings begin where paragraphs do.
        left = next((edge for edge in lefts if abs(left - edge - 2 * em) * 1000 <= EXACT * em), left)
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
    """Give the outermost edge that two lines share; a single one that juts out may be a rule of dots or an address.

    On a page of short lines no two may share the edge: then two headings of one length do not make one.
    """
    if len(edges) >= 5:
        for one, other in pairwise(edges):
            if abs(one - edges[0]) * 2 > abs(edges[-1] - edges[0]):
                break
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


class Manner(NamedTuple):
    """How a document sets its paragraphs."""

    indented: bool = False
    """They begin with an indent."""
    labels_at_edge: bool = False
    """But those with a label of its lists begin at the edge."""
    gapped: bool = False
    """A gap, and it alone, stands between them."""


def manner_of(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> Manner:
    """Tell how a document sets its paragraphs, from its lines in reading order and its columns."""
    return Manner(
        indented=_is_indented(flows, columns),
        labels_at_edge=_labels_at_edge(flows, columns),
        gapped=_is_gapped(flows, columns),
    )


def _is_indented(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> bool:
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


def _is_gapped(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> bool:
    """Tell whether a gap, and it alone, stands between paragraphs: after each line that ends early, after no other."""
    after_ends = gaps = inside = torn = 0
    for lines in flows:
        for one, other in zip(lines, lines[1:], strict=False):
            here = columns[one.page, one.column]
            if other.column != one.column or one.em != other.em or one.bold != other.bold or not here.even:
                continue
            gap = (one.middle - other.middle) * 1000 > GAP * here.pitch
            if here.right - one.right > SHORT * one.em and one.text.rstrip().endswith(ENDS):
                after_ends += 1
                gaps += gap
            elif here.right - one.right <= UNEVEN and not one.text.rstrip().endswith(ENDS):
                inside += 1
                torn += gap
    return after_ends >= LEAST_ENDS and gaps == after_ends and inside >= LEAST_ENDS and not torn


def _labels_at_edge(flows: Sequence[Sequence[Line]], columns: dict[tuple[int, int], Column]) -> bool:
    """Tell whether labels stand at the edge after lines that end early: a list of Word has an indent of its own."""
    return any(
        columns[one.page, one.column].right - one.right > 3 * one.em
        and (other.left - columns[other.page, other.column].left) * 1000 < INDENT * other.em
        and STRONG_LABEL.match(other.text.lstrip())
        for lines in flows
        for one, other in zip(lines, lines[1:], strict=False)
    )
