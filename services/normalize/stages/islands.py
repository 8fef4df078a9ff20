"""The run of ASCII around a mark: a piece of a Chinese sentence, or a thing of its own that keeps its marks."""

from __future__ import annotations

import re
from typing import Final

from .signs import HAN

_THOUSANDS: Final = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_LOCANTS: Final = re.compile(
    rf"(?<![\d.,])\d{{1,2}}(?:,\d{{1,2}})+-(?:[A-Z](?![A-Za-z])|[{HAN}](?<![年月日]))"
)
"""Numbers of the places in a molecule: 2,4-二氯苯氧乙酸, 2,4-D (IUPAC P-31.1.1.1)."""


def _island(text: str, start: int, end: int, at: int) -> tuple[int, int]:
    """Give the run of ASCII around ``at``."""
    low, high = at, at + 1
    while low > start and text[low - 1].isascii():
        low -= 1
    while high < end and text[high].isascii():
        high += 1
    return low, high


def no_letters_around(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether the run of ASCII around ``at`` has figures and marks only."""
    low, high = _island(text, start, end, at)
    return not any(char.isalpha() for char in text[low:high])


def joins_figures(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether ``4.86,1.79`` is two figures (Chinese comma) or one, or the places of a point."""
    low, high = _island(text, start, end, at)
    for number in _THOUSANDS.finditer(text, low, high):
        if number.start() <= at < number.end():
            return False
    for places in _LOCANTS.finditer(text, low, min(high + 1, end)):
        if places.start() <= at < places.end():
            return False
    return island_is_prose(text, start, end, at)


def joins_words(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether ``GDP,CPI`` stands in a Chinese sentence; ``x,y`` and ``a;b`` are formulas."""
    left = at
    while left > start and text[left - 1].isascii() and text[left - 1].isalnum():
        left -= 1
    right = at + 1
    while right < end and text[right].isascii() and text[right].isalnum():
        right += 1
    short = at - left < 2 or right - at - 1 < 2
    if text[at] == ";" and text[at - 1].isalpha():
        return False  # what is left of a character reference: 6middot;1
    digits = text[at - 1].isdigit() or text[at + 1 : at + 2].isdigit()
    return (digits or not short) and island_is_prose(text, start, end, at)


def island_is_prose(text: str, start: int, end: int, at: int) -> bool:
    """Tell whether the run of ASCII around a mark is part of a Chinese sentence rather than a thing of its own."""
    low, high = _island(text, start, end, at)
    island = text[low:high]
    if any(sign in island for sign in ("=", "{", "\\", "<", ">", "_", "://")):
        return False
    for left, right in ("()", "[]"):
        opening = island.rfind(left, 0, at - low)
        if opening >= 0 and right in island[at - low :] and right not in island[opening : at - low]:
            return False  # inside a bracket of nothing but ASCII: a point, arguments, a reference
    return low > start or high < end
