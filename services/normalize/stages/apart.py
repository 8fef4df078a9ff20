"""A line that a page's tags set apart inside a sentence: a quotation, a link, a figure. Its two line ends are torn.

What stands there alone says that it stood in a sentence only together with its neighbours, so lines are read by threes:
the one above has begun a sentence, the one below ends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .cohesion import coheres
from .line_units import SHORT_CELL, Unit
from .openings import SALUTATION, has_label
from .signs import CLOSING, HAN, NUMERALS, OPENING, TERMINAL

_HAN: Final = re.compile(f"[{HAN}]")

_QUOTATION: Final = re.compile("“[^“”。！？\n]{1,40}”|《[^《》\n]{1,60}》")

_FIGURE: Final = re.compile(r"[-+]?[0-9０-９][0-9０-９.．,]{0,11}[%％‰]?")
_COUNTED: Final = re.compile(
    "[%％‰]|[余多]?[万亿千百]|[个项家户名次元倍吨亩天所件批条套台座辆份种栋间]|人(?!民|大|才|社)|[年月日](?![报刊])|公里|平方|千瓦|[，。；、）]"
)
"""What stands behind a figure in a sentence."""

WANTS_FIGURE: Final = re.compile(r"(?:[第达为至到约近超共占有余是于年月]|增长|下降|提高|增加|减少)\Z")
"""What a sentence has before a figure of its own."""

_FIRST: Final = frozenset("“《+-0123456789０１２３４５６７８９")
"""What a quotation or a figure begins with."""

_WANTS_LINK: Final = re.compile("(?:[了是据把将由从和与及对]|根据|按照|所作的)\\Z")
LONGEST_LINK: Final = 40
"""Characters of what a link holds."""


def ends_around_inline(text: str, units: Sequence[Unit]) -> frozenset[int]:
    """Give the line ends on both sides of every line that is a piece of its neighbours' sentence."""
    ends: set[int] = set()
    for before, here, after in zip(units, units[1:], units[2:], strict=False):
        if here.empty_before or after.empty_before or before.guarded or after.guarded:
            continue
        if (
            _is_quotation(text, before, here, after)
            or _is_figure(text, before, here, after)
            or _is_link(text, before, here, after)
        ):
            ends |= {before.end, here.end}
    return frozenset(ends)


def ends_behind_torn_indents(units: Sequence[Unit]) -> tuple[frozenset[int], bool]:
    """Give the ends of the bold sentences that a page tore off their paragraphs, and whether the text proves it.

    The indent before the tag stands on a line of its own (see ``Unit.indent_above``), below it the sentence or a mere
    label, and below that, with no empty line, what it begins: 　　⏎改革进一步深化。⏎国有企业改革继续推进，…. That
    nothing but a tag parts lines so is proved where empty lines part the other paragraphs.
    """
    ends: set[int] = set()
    apart = close = 0
    for here, after in pairwise(units):
        if after.empty_before:
            apart += 1
        elif not _is_torn_opening(here, after):
            close += 1
        else:
            ends.add(here.end)
    return (frozenset(ends), apart >= LEAST_APART) if close <= apart else (frozenset(), False)


LEAST_APART: Final = 3
"""Paragraphs behind an empty line from which on they are a habit."""

_WHOLE: Final = re.compile("[。！？；][”’）]?\\Z")
_MERE_LABEL: Final = re.compile(f"[（(][{NUMERALS}]{{1,3}}[）)]")


def _is_torn_opening(here: Unit, after: Unit) -> bool:
    return (
        here.indent_above
        and after.indent == 0
        and not (after.indent_above or here.guarded or after.guarded or after.page_before)
        and (
            _MERE_LABEL.fullmatch(here.head) is not None
            or (
                _WHOLE.search(here.tail) is not None
                and here.length <= LONGEST_OPENING
                and after.flowing
                and not has_label(after.head)
                and not SALUTATION.match(after.head)
            )
        )
    )


LONGEST_OPENING: Final = 80
"""Characters of a sentence that a paragraph begins with in bold; the longest of 52 in a report of 2002 has 58."""


def may_be_inline(text: str, start: int, end: int) -> bool:
    """Tell whether a line is nothing but a quotation or a figure; a link shows only in its neighbours."""
    return text[start] in _FIRST and (
        _QUOTATION.fullmatch(text, start, end) is not None or _FIGURE.fullmatch(text, start, end) is not None
    )


def _is_quotation(text: str, before: Unit, here: Unit, after: Unit) -> bool:
    """Tell whether a quotation or a title is a piece: 扎实开展⏎“百日攻坚”⏎活动，….

    In a row of them each is a line of a list.
    """
    if here.head[0] not in "“《" or after.head[0] in OPENING:
        return False
    if not _QUOTATION.fullmatch(text, here.start, here.end):
        return False
    left, right = before.tail[-1], after.head[0]
    begun = (_HAN.match(left) or left in "、，") and (
        before.flowing or right in CLOSING or not has_label(before.head)
    )
    return bool(
        begun
        and (_ends_sentence(after) or right in CLOSING)
        and not has_label(after.head)
        and not SALUTATION.match(after.head)
    )


def _is_link(text: str, before: Unit, here: Unit, after: Unit) -> bool:
    """Tell whether what a link held is a piece, the object that the line above wants: 通过了⏎政府工作报告⏎和…决议。."""
    if here.flowing or here.guarded or here.length > LONGEST_LINK or not _WANTS_LINK.search(before.tail):
        return False
    if here.tail[-1] in TERMINAL or after.tail[-1] not in TERMINAL or text[here.end - 1] in CLOSING:
        return False
    labelled = any(map(has_label, (before.head, here.head, after.head)))
    return not labelled and _HAN.match(after.head[0]) is not None


def _is_figure(text: str, before: Unit, here: Unit, after: Unit) -> bool:
    """Tell whether a figure is a piece, between a clause without its end and what it counts: 增长⏎8.5⏎%，高于全国."""
    return (
        here.length <= SHORT_CELL
        and _FIGURE.fullmatch(text, here.start, here.end) is not None
        and _COUNTED.match(after.head) is not None
        and (_HAN.match(before.tail[-1]) is not None or before.tail[-1] in "，、")
        and _ends_sentence(after)
        # A page's number stands before a mark and inside a word too.
        and not (
            here.head.isdigit()
            and not WANTS_FIGURE.search(before.tail)
            and (after.head[0] in CLOSING or coheres(before.tail[-1], after.head[0]))
        )
    )


def _ends_sentence(unit: Unit) -> bool:
    return unit.flowing or unit.tail[-1] in TERMINAL
