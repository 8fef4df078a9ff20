"""The short lines of a text: what a page or an advertiser adds stands on lines of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

LINE_MOST: Final = 200
"""Longer lines are prose, whatever stands in them."""


def short_lines_with(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Give the span of each line of at most ``LINE_MOST`` characters that holds ``word``."""
    at = text.find(word)
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if end - start <= LINE_MOST:
            yield start, end
        at = text.find(word, end)


def stands_in_short_line(text: str, word: str) -> bool:
    """Tell whether a short line holds ``word``."""
    return any(True for _ in short_lines_with(text, word))
