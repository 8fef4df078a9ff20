"""Lines: one kind of line end, no space around a line, no empty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit
from ..stage import Context

_BREAK: Final = re.compile(r"[ \t\u00a0\u3000\ufeff]*(?:\r\n?|[\n\x0b\x0c\x85\u2028\u2029])\s*")
_EDGE: Final = re.compile(r"\A\s+|\s+\Z")


def one_line_a_paragraph(text: str, context: Context) -> Iterator[Edit]:  # noqa: ARG001
    """Divide paragraphs by exactly one newline: indents, trailing spaces and empty lines go."""
    for edge in _EDGE.finditer(text):
        yield Edit(edge.start(), edge.end(), "", "text-edge")
    end = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    for found in _BREAK.finditer(text, start, end):
        if found.group() != "\n":
            yield Edit(found.start(), found.end(), "\n", "line-break")
