"""A line that a page's tags set apart inside a sentence: a quotation, a link, a figure. Its two line ends are torn.

What stands there alone says that it stood in a sentence only together with its neighbours, so lines are read by threes:
the one above has begun a sentence, the one below ends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .line_units import SHORT_CELL, Unit
from .openings import SALUTATION, has_label
from .signs import CLOSING, HAN, OPENING, TERMINAL

_HAN: Final = re.compile(f"[{HAN}]")

_QUOTATION: Final = re.compile("“[^“”。！？\n]{1,40}”|《[^《》\n]{1,60}》")

_FIGURE: Final = re.compile(r"[-+]?[0-9０-９][0-9０-９.．,]{0,11}[%％‰]?")
_COUNTED: Final = re.compile(
    "[%％‰]|[余多]?[万亿千百]|[个项家户名次元倍吨亩天所件批条套台座辆份种栋间]|人(?!民|大|才|社)|[年月日](?![报刊])|公里|平方|千瓦|[，。；、）]"
)
"""What stands behind a figure in a sentence."""

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
        and _HAN.match(before.tail[-1]) is not None
        and _ends_sentence(after)
    )


def _ends_sentence(unit: Unit) -> bool:
    return unit.flowing or unit.tail[-1] in TERMINAL
