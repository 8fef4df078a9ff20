"""What the structure of a text says of the end of a run, where its language cannot tell.

The last byte of a slip is half of a character whose other half is gone: ” and “ differ in that half, ） and ； too.
What stands open in the paragraph says which it was. And a mark of loss may have taken the ASCII character behind it
along: the bracket of a tag, a line end, the first digit of a year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .lattice import Piece
from .notes import bracket_before, tag_end
from .window import WOUNDS

SURE: Final = 970
"""Per mille from which a character is not flagged, and structure is not asked."""

STRUCTURED: Final = 900
"""Per mille for a character that structure chose."""

LINE_GAIN: Final = 2_000
"""Milli-nats that a line end must be likelier than a digit, a bracket or a per-cent sign in the same place."""

BRACKETS: Final = ("<", "(")
"""What a mark of loss may have taken from a tag or a note: that no clean text has."""

_CUT_YEAR: Final = re.compile(r"(?:0[0-4]\d|9\d\d)年")
"""A year without its first digit, as no number of three digits before 年 begins."""

INDENT: Final = "\u3000"

_PAIRS: Final = ("“”", "‘’", "（）")
_FLAT: Final = str.maketrans("()", "（）")
_NEIGHBOURS_OF_BRACKETS: Final = "，；：！？（）"
"""Marks of the same row as brackets: their first byte is the same."""


def balanced(run: Sequence[Piece], before: str, after: str) -> list[Piece]:
    """Give ``run`` with its doubtful marks as the paragraph's open brackets and quotation marks want them.

    ``before`` and ``after`` are the text on either side.
    """
    opening = before[before.rfind("\n") + 1 :].translate(_FLAT)
    rest = after[tag_end(after) :].partition("\n")[0].translate(_FLAT)
    out: list[Piece] = []
    for number, piece in enumerate(run):
        char = chr(piece.char) if piece.char else ""
        if char and piece.confidence < SURE and (number == len(run) - 1 or char in "“”‘’（）"):
            following = "".join(chr(one.char) for one in run[number + 1 :] if one.char) + rest
            wanted = _wanted(char, opening, following)
            out.append(piece if wanted == char else piece._replace(char=ord(wanted), confidence=STRUCTURED))
            char = wanted
        else:
            out.append(piece)
        opening += char
    return out


def _wanted(char: str, opening: str, following: str) -> str:
    if char in "“”" and not following.strip() and opening.rfind("“") <= opening.rfind("”"):
        return INDENT  # nothing is open, nothing follows: half a blank (A1A1) reads as half of “ or ” does
    for left, right in _PAIRS:
        if char not in (left, right) and not (left == "（" and char in _NEIGHBOURS_OF_BRACKETS):
            continue
        is_open = opening.rfind(left) > opening.rfind(right)
        closes = _first_of(following, left, right) == right
        if is_open and not closes:
            return right
        if char == right and not is_open and closes:
            return left
    return char


def _first_of(text: str, left: str, right: str) -> str:
    return next((char for char in text if char in (left, right)), "")


def certainly_swallowed(text: str, end: int) -> str:
    """What the mark of loss before ``end`` took along: of a tag, note or year, by what is left of it; or nothing."""
    if text[end - 1] not in WOUNDS:
        return ""
    year = _CUT_YEAR.match(text, end)
    return ("2" if year.group() < "1" else "1") if year else bracket_before(text, end)
