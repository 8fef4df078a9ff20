"""Dashes that were typed as hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words
from ..stage import Context
from .beside import is_chinese_at, last_before, next_after
from .chinese import Paragraphs

HYPHENS: Final = Words.everywhere(["--", "－－"])
_HYPHENS: Final = re.compile(r"-{2,}|－{2,}")


def lengthen_dashes(text: str, context: Context) -> Iterator[Edit]:
    """Write a dash that was typed as hyphens between Chinese as one: ``应用--以`` → ``应用——以``."""
    paragraphs = Paragraphs(text, context.alphabet)
    for found in _HYPHENS.finditer(text):
        start, end, chinese = paragraphs.at(found.start())
        if not chinese or found.end() - found.start() > LONGEST_DASH:
            continue
        before = last_before(text, found.start(), start)
        after = next_after(text, found.end() - 1, end)
        if after < end and (text[after].isdigit() or is_chinese_at(text, after, start, end)):
            at_edge = before < start
            if at_edge or is_chinese_at(text, before, start, end) or text[before] in "%)":
                yield Edit(found.start(), found.end(), "——", "long-dash")


LONGEST_DASH: Final = 6
"""Hyphens. Reports type a dash with two to four; longer rows are rules across a page."""
