"""Emphasis that has other signs than two asterisks: __要点__, and *one* around a whole line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Mark
from ..stage import Context
from .code import has_han, line_at
from .emphasis import BLANK, CLOSING, OPENING, PROSE
from .masks import MASKED

UNDERSCORES: Final = frozenset("_")
_UNDERLINED: Final = re.compile(r"(?<![_A-Za-z0-9])__(?!_)(?P<content>[^_\n]{2,200}?)__(?![_A-Za-z0-9])")


def drop_underscore_emphasis(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take `__` around Chinese words away; blanks to be filled in (__年__月) and __init__ stay."""
    if "__" not in text:
        return
    for found in _UNDERLINED.finditer(text):
        content = found["content"]
        low, high = line_at(text, found.start())
        line = text[low:high]
        if not has_han(content) or content != content.strip() or line.count("_") % 4 or "___" in line:
            continue
        start, end = found.span("content")
        before, after = text[start - 3 : start - 2] or "\n", text[end + 2 : end + 3] or "\n"
        clause = len(content) >= PROSE and content[-1] in CLOSING and content[0] not in CLOSING
        if (before in BLANK or before in CLOSING or before in OPENING) and (
            after in BLANK or after in CLOSING or (clause and MASKED.match(content) is None)
        ):
            yield Edit(found.start(), start, "", "emphasis")
            yield Edit(end, found.end(), "", "emphasis")
            yield Mark(start, end, "bold")


_WHOLE_LINE: Final = re.compile(
    r"^[ \t]*(\*)(?![\s*])([^*\n]*[\u3400-\u9fff][^*\n]*)(?<!\s)(\*)[ \t]*$", re.MULTILINE
)


def drop_slanted_lines(text: str, context: Context) -> Iterator[Edit | Mark]:  # noqa: ARG001
    """Take the single signs around a whole line away: *注：本表数据为初步核算数*."""
    if text.count("*") % 2:
        return
    for found in _WHOLE_LINE.finditer(text):
        if len(found.group(2)) < PROSE or MASKED.match(found.group(2)):
            continue
        yield Edit(found.start(1), found.end(1), "", "emphasis")
        yield Edit(found.start(3), found.end(3), "", "emphasis")
        yield Mark(found.start(2), found.end(2), "italic")
