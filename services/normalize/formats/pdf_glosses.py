"""Readings above characters (pinyin over a rare name): small lines of their own, that tear the line below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .pdf_kinds import HAN_CHAR
from .pdf_lines import Line
from .pdf_pages import PageText

_TONED: Final = re.compile("[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ]")
_READING: Final = re.compile("[a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü' ]{1,40}")
SMALL: Final = 700
"""Per mille of the size of the line below that a reading has at most; programs set it at half."""
ABOVE: Final = 600
"""Per mille of an em by which its foot may stand off the heads of that line, or reach into them."""


def without_glosses(lines: Sequence[Line], page: PageText) -> tuple[list[Line], list[Line]]:
    """Part the lines of a page into its text and the readings above it (their ``furniture`` is set)."""
    if _TONED.search(page.chars) is None:
        return list(lines), []
    text: list[Line] = []
    glosses: list[Line] = []
    for line in lines:
        gloss = _READING.fullmatch(line.text.strip()) and any(_stands_above(line, other) for other in lines)
        (glosses if gloss else text).append(line)
    for line in glosses:
        line.furniture = "ruby"
    return text, glosses


def _stands_above(line: Line, other: Line) -> bool:
    em = other.em
    return (
        HAN_CHAR.search(other.text) is not None
        and (line.top - line.bottom) * 1000 <= SMALL * em
        and abs(line.bottom - other.top) * 1000 <= ABOVE * em
        and other.left - em // 2 <= (line.left + line.right) // 2 <= other.right + em // 2
    )
