"""What stands beside a place of a paragraph: a Chinese character, or the next one across spaces."""

from __future__ import annotations

import re
from typing import Final

from .signs import FULL_WIDTH, HAN, SPACES

_HAN: Final = re.compile(f"[{HAN}]")
_CURLY: Final = frozenset("“”‘’—")


def is_chinese_at(text: str, at: int, start: int, end: int) -> bool:
    """Tell whether an ideograph or a Chinese mark stands at ``at``."""
    if not start <= at < end:
        return False
    char = text[at]
    return char in FULL_WIDTH or char in _CURLY or _HAN.match(char) is not None


def last_before(text: str, at: int, start: int) -> int:
    """Give the place of the last character before ``at`` that is no space, or ``start - 1``."""
    at -= 1
    while at >= start and text[at] in SPACES:
        at -= 1
    return at


def next_after(text: str, at: int, end: int) -> int:
    """Give the place of the next character behind ``at`` that is no space, or ``end``."""
    at += 1
    while at < end and text[at] in SPACES:
        at += 1
    return at
