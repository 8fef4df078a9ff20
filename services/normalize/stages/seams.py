"""What stands between two lines that were found to be one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from .line_units import HEAD, Unit
from .signs import CLOSING, HAN, TERMINAL

_HAN: Final = re.compile(f"[{HAN}]")


def close_seam(text: str, here: Unit, after: Unit, *, sure: bool) -> Iterator[Edit | Finding]:
    """Write what stands between two lines that are one: nothing, or the space between two Latin words.

    Where it is not ``sure`` that a line with a full stop goes on, it is told.
    """
    left, right = text[here.end - 1], text[after.start]
    glue = " " if left.isascii() and right.isascii() and left.isalnum() and right.isalnum() else ""
    if glue and _one_token(text[max(here.start, here.end - HEAD) : here.end], after.head):
        glue = ""
    if left in TERMINAL and right not in CLOSING and not sure:
        message = "a line ends with a full stop: here a paragraph may end"
        yield Finding(here.end, after.start, "doubtful", message, FLOWED, {"was": "\n", "now": glue})
    yield Edit(here.end, after.start, glue, "torn-line")


FLOWED: Final = 900
"""Confidence, per mille, that a full line with a full stop goes on where no indent tells it: of 1,092 such seams in
200 texts of the counted corpus, wrapped without indents in five ways, 998 were joined rightly."""

_LAST_LETTERS: Final = re.compile(r"(?:[A-Z]{1,4}|[0-9.,]+)\Z")
_FIRST_LETTERS: Final = re.compile(r"(?:[A-Z]{1,4}|[0-9]+)(?![A-Za-z])")

LONGEST_ACRONYM: Final = 5
"""Letters."""


def _one_token(before: str, after: str) -> bool:
    """Tell whether a line end tore a figure or an acronym (43⏎00公里, CB⏎D) rather than parted two words."""
    last, first = _LAST_LETTERS.search(before), _FIRST_LETTERS.match(after)
    if last is None or first is None or not (_HAN.search(before) or _HAN.search(after)):
        return False
    if last.group()[-1].isdigit():
        return first.group()[0].isdigit() or len(first.group()) == 1  # 5⏎G
    return first.group()[0].isupper() and len(last.group() + first.group()) <= LONGEST_ACRONYM
